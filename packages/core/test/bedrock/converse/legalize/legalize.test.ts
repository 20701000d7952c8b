import { describe, expect, test } from "vitest";
import { legalize } from "../../../../src/bedrock/converse/legalize/legalize.ts";
import type { WireMessage, WireRequest } from "../../../../src/bedrock/converse/wire.ts";
import { resolveKnownModel } from "../../../../src/bedrock/known-models.ts";
import {
  assistant,
  call,
  CLAUDE,
  CLAUDE_EARLY,
  legalizeFor,
  LLAMA,
  NOVA,
  point,
  result,
  signed,
  text,
  unsigned,
  user,
  weather,
} from "../../../support/legalizing.ts";

const refuse = (code: string): never => {
  throw new Error(`There was a warning: ${code}`);
};

describe("a legal request", () => {
  const plain: WireRequest = {
    system: [text("Be brief.")],
    messages: [user(text("Hi")), assistant(text("Hello")), user(text("Bye"))],
    rest: {},
  };
  const rich: WireRequest = {
    system: [text("Be brief."), point("1h")],
    messages: [
      user(text("Weather?")),
      assistant(signed, text("I look."), call("t1"), call("t2")),
      user(result("t1"), point(), result("t2"), text("And now?")),
      { role: "system", content: [{ toolAddition: { tool: { name: "time" } } }] },
    ],
    toolConfig: { tools: [weather, point("1h")] },
    rest: { requestMetadata: { a: "b" } },
  };

  test.each([plain, rich])("comes back as the same object, without a warning", (request) => {
    expect(legalize(request, resolveKnownModel(CLAUDE), refuse).request).toBe(request);
  });

  test("keeps its object in plain text for every model", () => {
    for (const id of [LLAMA, NOVA]) expect(legalize(plain, resolveKnownModel(id), refuse).request).toBe(plain);
  });

  test("keeps its object where a change of the tools stands behind no message of the user", () => {
    const change: WireMessage = { role: "system", content: [{ toolAddition: { tool: { name: "time" } } }] };
    for (const messages of [[change], [user(text("Hi")), assistant(text("Hello")), change]]) {
      const request = { system: [], messages, rest: {} };
      expect(legalize(request, resolveKnownModel(CLAUDE_EARLY), refuse).request).toBe(request);
    }
  });
});

describe("a request that is not legal", () => {
  test("is not touched itself", () => {
    const request: WireRequest = {
      system: [text(" ")],
      messages: [assistant(unsigned, call("a b", "x.y")), user(result("a b", ""))],
      rest: {},
    };
    const before = structuredClone(request);
    expect(legalizeFor(NOVA, request).codes).not.toEqual([]);
    expect(request).toEqual(before);
  });
});

describe("blank text", () => {
  test("is dropped anywhere, told by place", () => {
    const { request, codes, warnings } = legalizeFor(CLAUDE, {
      system: [text(""), text("Be brief.")],
      messages: [user(text("Hi"), text("\u3000")), assistant(text("\n")), user(text("Bye"))],
    });
    expect(request.system).toEqual([text("Be brief.")]);
    expect(request.messages).toEqual([user(text("Hi"), text("Bye"))]);
    expect(codes).toEqual(["blank_text_dropped", "blank_text_dropped", "blank_text_dropped"]);
    expect(warnings).toEqual([
      expect.stringContaining("system"),
      expect.stringContaining("messages[0] (user)"),
      expect.stringContaining("messages[1] (assistant)"),
    ]);
  });

  test("is dropped with citations and for guardrails too", () => {
    const cited = { citationsContent: { content: [{ text: " " }], citations: [] } };
    const guarded = { guardContent: { text: { text: "" } } };
    expect(legalizeFor(CLAUDE, { messages: [user(text("Hi"), cited, guarded)] }).messages).toEqual([user(text("Hi"))]);
  });

  test("leaves nothing to send when there is nothing else", () => {
    expect(legalizeFor(CLAUDE, { messages: [user(text(" "), point())] }).messages).toEqual([]);
  });
});
