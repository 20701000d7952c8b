import { describe, expect, test } from "vitest";
import {
  assistant,
  call,
  CLAUDE,
  CLAUDE_EARLY,
  DEEPSEEK,
  legalizeFor,
  NOVA,
  point,
  result,
  signed,
  text,
  unsigned,
  user,
  weather,
} from "../../../support/legalizing.ts";

const redacted = { reasoningContent: { redactedContent: "cmVk" } };
const empty = { reasoningContent: { reasoningText: { text: "", signature: "c2ln" } } };
const ofNova = { reasoningContent: { reasoningText: { text: "[REDACTED]", signature: "bm92YQ==" } } };
const around = (...content: Parameters<typeof assistant>): Parameters<typeof legalizeFor>[1] => ({
  messages: [user(text("a")), assistant(...content), user(text("b"))],
});

describe("thinking in a history", () => {
  test("goes back to Claude exactly as it came, where it is signed", () => {
    const given = around(signed, redacted, empty, text("Yes."));
    expect(legalizeFor(CLAUDE, given)).toMatchObject({ messages: given.messages, codes: [] });
  });

  test("is dropped where it is not signed, or is Nova's", () => {
    const { messages, codes } = legalizeFor(CLAUDE, around(unsigned, ofNova, signed, text("Yes.")));
    expect(messages).toEqual(around(signed, text("Yes.")).messages);
    expect(codes).toEqual(["thinking_dropped"]);
  });

  test("is dropped for a model that takes none back", () => {
    const { messages, codes } = legalizeFor(DEEPSEEK, around(signed, unsigned, redacted, text("Yes.")));
    expect(messages).toEqual(around(text("Yes.")).messages);
    expect(codes).toEqual(["thinking_dropped"]);
  });

  test("is dropped without a word where the model itself thought it", () => {
    const given = around(unsigned, text("Yes."));
    expect(legalizeFor(DEEPSEEK, given)).toMatchObject({ ...around(text("Yes.")), codes: [] });
    const nova = legalizeFor("us.amazon.nova-2-lite-v1:0", around(ofNova, text("Yes.")));
    expect(nova).toMatchObject({ ...around(text("Yes.")), codes: [] });
    expect(legalizeFor(NOVA, given).codes).toEqual(["thinking_dropped"]);
    expect(legalizeFor(DEEPSEEK, { messages: [user(unsigned, text("a"))] }).codes).toEqual(["thinking_dropped"]);
  });

  test("is told of once, however many messages held it", () => {
    const turns = [1, 2, 3].flatMap(() => [user(text("a")), assistant(unsigned, text("Yes."))]);
    const { codes, warnings } = legalizeFor(CLAUDE, { messages: [...turns, user(text("b"))] });
    expect(codes).toEqual(["thinking_dropped"]);
    expect(warnings[0]).toContain("3 messages");
  });

  test("is dropped where another than the assistant has it, and where nothing follows it", () => {
    expect(legalizeFor(CLAUDE, { messages: [user(signed, text("a"))] }).messages).toEqual([user(text("a"))]);
    expect(legalizeFor(CLAUDE, around(text("Yes."), signed, point())).messages).toEqual(around(text("Yes.")).messages);
    expect(legalizeFor(CLAUDE, around(signed))).toMatchObject({
      messages: [user(text("a"), text("b"))],
      codes: ["thinking_dropped"],
    });
  });
});

describe("thinking that is asked for while a tool call is answered", () => {
  const fields = { top_k: 5, thinking: { type: "enabled", budget_tokens: 1024 } };
  const loop = (...first: Parameters<typeof assistant>): Parameters<typeof legalizeFor>[1] => ({
    messages: [user(text("a")), assistant(...first), user(result("t1")), assistant(call("t2")), user(result("t2"))],
    toolConfig: { tools: [weather] },
    additionalModelRequestFields: fields,
  });

  test("stays on where the turn began with thinking", () => {
    const { request, codes } = legalizeFor(CLAUDE_EARLY, loop(signed, call("t1")));
    expect(request.additionalModelRequestFields).toBe(fields);
    expect(codes).toEqual([]);
  });

  test("is off where it did not, as Claude refuses that", () => {
    const { request, codes } = legalizeFor(CLAUDE_EARLY, loop(call("t1")));
    expect(request.additionalModelRequestFields).toEqual({ top_k: 5 });
    expect(codes).toEqual(["thinking_suspended"]);
    const { additionalModelRequestFields: _, ...alone } = loop(call("t1"));
    const { thinking } = fields;
    const only = legalizeFor(CLAUDE_EARLY, { ...alone, additionalModelRequestFields: { reasoning_config: thinking } });
    expect(only.request).not.toHaveProperty("additionalModelRequestFields");
  });

  test("stays on where the model adapts it, and with a question of its own", () => {
    const adaptive = { thinking: { type: "adaptive" } };
    const given = { ...loop(call("t1")), additionalModelRequestFields: adaptive };
    expect(legalizeFor(CLAUDE, given).request.additionalModelRequestFields).toBe(adaptive);
    const messages = [...(loop(call("t1")).messages ?? []), assistant(text("Warm.")), user(text("And now?"))];
    expect(legalizeFor(CLAUDE_EARLY, { ...loop(), messages }).codes).toEqual([]);
    expect(legalizeFor(NOVA, loop(call("t1"))).codes).toEqual([]);
  });
});
