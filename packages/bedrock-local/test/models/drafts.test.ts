import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limitDrafts, type Draft } from "../../src/models/drafts.ts";
import { countTokens } from "../../src/models/tokens.ts";

const text = (words: string): Draft => ({ block: { text: words }, text: words });
const call: Draft = {
  block: { toolUse: { toolUseId: "t", name: "n", input: { a: "one two three" } } },
  text: '{"a":"one two three"}',
};
const thought: Draft = {
  block: { reasoningContent: { reasoningText: { text: "I think so.", signature: "s" } } },
  text: "I think so.",
};
const hidden: Draft = {
  block: { reasoningContent: { reasoningText: { text: "", signature: "s" } } },
  text: "I think so.",
};
const cited: Draft = {
  block: { citationsContent: { content: [{ text: "It is so." }], citations: [{ title: "t" }] } },
  text: "It is so.",
};

describe("limiting blocks", () => {
  it("lets everything through without limits", () => {
    const answer = limitDrafts([thought, text("Hello there"), call], {});
    expect(answer).toMatchObject({
      stopReason: "tool_use",
      pieces: [["Hello", " there"]],
      content: [thought.block, { text: "Hello there" }, call.block],
    });
    expect(limitDrafts([cited, text("x")], {}).stopReason).toBe("end_turn");
  });

  it("spends maxTokens over all blocks and drops what comes later", () => {
    expect(limitDrafts([text("one two"), text(" three"), call], { maxTokens: 3 })).toEqual({
      content: [{ text: "one two" }, { text: " three" }],
      pieces: [["one", " two"], [" three"]],
      outputTokens: 3,
      stopReason: "max_tokens",
    });
  });

  it("leaves of a cut block what a client may keep", () => {
    expect(limitDrafts([cited], { maxTokens: 1 }).content).toEqual([
      { citationsContent: { content: [{ text: "It" }], citations: [] } },
    ]);
    expect(limitDrafts([thought], { maxTokens: 1 }).content).toEqual([
      { reasoningContent: { reasoningText: { text: "I" } } },
    ]);
    expect(limitDrafts([hidden], { maxTokens: 1 }).content).toEqual([]);
  });

  it("looks for stop sequences in texts only", () => {
    expect(limitDrafts([thought, text("one two three")], { stopSequences: ["think", " two"] })).toMatchObject({
      content: [thought.block, { text: "one" }],
      stopReason: "stop_sequence",
      stopSequence: " two",
    });
  });

  it("never goes beyond maxTokens, and says so whenever something is missing", () => {
    const drafts = fc.array(fc.constantFrom(text("Hello there, you!"), call, thought, hidden, cited), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(drafts, fc.integer({ min: 1, max: 40 }), (list, maxTokens) => {
        const all = list.reduce((sum, draft) => sum + countTokens(draft.text), 0);
        const { outputTokens, stopReason } = limitDrafts(list, { maxTokens });
        expect(outputTokens).toBe(Math.min(all, maxTokens));
        expect(stopReason === "max_tokens").toBe(all > maxTokens);
      }),
    );
  });
});
