import { describe, expect, test } from "vitest";
import {
  assistant,
  call,
  CLAUDE,
  document,
  legalizeFor,
  NOVA,
  text,
  user,
  weather,
} from "../../../support/legalizing.ts";

const names = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"name":"([^"]*)","source"/g)].map(([, name = ""]) => name);
const cited = { citations: { enabled: true } };

describe("documents", () => {
  test("get clean names that no other has; the first keeps its own", () => {
    const inResult = { toolResult: { toolUseId: "t1", content: [document("plan")] } };
    const { messages, codes } = legalizeFor(CLAUDE, {
      messages: [
        user(document("plan"), document("a/b  c.pdf"), text("?")),
        assistant(call("t1")),
        user(inResult),
        assistant(text("!")),
        user(document("plan"), text("?")),
      ],
      toolConfig: { tools: [weather] },
    });
    expect(names(messages)).toEqual(["plan", "a b c pdf", "plan (2)", "plan (3)"]);
    expect(codes).toEqual(["document_renamed", "document_renamed", "document_renamed"]);
  });

  test("keep their names when the conversation grows", () => {
    const first = user(document("a"), document("a"), document("a (2)"), text("?"));
    const grown = [first, assistant(text("!")), user(document("a"), text("?"))];
    const before = names(legalizeFor(CLAUDE, { messages: [first] }).messages);
    expect(names(legalizeFor(CLAUDE, { messages: grown }).messages).slice(0, 3)).toEqual(before);
    expect(new Set(before).size).toBe(3);
  });

  test("have names of 200 characters at most, the number included", () => {
    const long = "x".repeat(300);
    const found = names(legalizeFor(CLAUDE, { messages: [user(document(long), document(long), text("?"))] }).messages);
    expect(found).toEqual(["x".repeat(200), `${"x".repeat(196)} (2)`]);
  });

  test("have a text beside them", () => {
    const { messages, codes } = legalizeFor(CLAUDE, { messages: [user(document("a"))] });
    expect(messages).toEqual([user(document("a"), text("(See the document.)"))]);
    expect(codes).toEqual(["text_added"]);
    const guarded = [user(document("a"), { guardContent: { text: { text: "?" } } })];
    expect(legalizeFor(CLAUDE, { messages: guarded }).messages).toEqual(guarded);
  });

  test("are all cited by Claude where one is", () => {
    const messages = [user(document("a", cited), document("b"), text("?"))];
    const all = [user(document("a", cited), document("b", cited), text("?"))];
    expect(legalizeFor(CLAUDE, { messages })).toMatchObject({ messages: all, codes: ["citations_enabled"] });
    expect(legalizeFor(NOVA, { messages })).toMatchObject({ messages, codes: [] });
    const search = {
      searchResult: { source: "s", title: "t", content: [{ text: "x" }], citations: { enabled: false } },
    };
    const beside = [user(document("a", cited), search, text("?"))];
    expect(legalizeFor(CLAUDE, { messages: beside })).toMatchObject({ messages: beside, codes: [] });
  });
});
