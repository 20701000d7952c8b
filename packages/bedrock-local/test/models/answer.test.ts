import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerConverse, type Answer } from "../../src/models/answer.ts";
import type { ConverseRequest } from "../../src/wire.ts";

const MODEL = "us.anthropic.claude-sonnet-4-6";

function ask(question: string, more: ConverseRequest = {}, random = (): number => 0.5): Answer {
  const messages: ConverseRequest["messages"] = [{ role: "user", content: [{ text: question }] }];
  return answerConverse({ messages, ...more }, MODEL, { random });
}

describe("an answer", () => {
  it("is one text block with its pieces and its usage", () => {
    const answer = ask("Say hello world");
    expect(answer).toEqual({
      message: { role: "assistant", content: [{ text: "hello world" }] },
      pieces: [["hello", " world"]],
      stopReason: "end_turn",
      usage: { inputTokens: 7, outputTokens: 2, totalTokens: 9 },
    });
  });

  it("ends at maxTokens", () => {
    const answer = ask("Count to 100", { inferenceConfig: { maxTokens: 5 } });
    expect(answer.message.content).toEqual([{ text: "1, 2, 3" }]);
    expect(answer.stopReason).toBe("max_tokens");
    expect(answer.usage.outputTokens).toBe(5);
  });

  it("ends before a stop sequence and tells which when asked", () => {
    const inferenceConfig = { stopSequences: ["4", "7"] };
    const answer = ask("Count to 9", {
      inferenceConfig,
      additionalModelResponseFieldPaths: ["/stop_sequence", "/other"],
    });
    expect(answer.message.content).toEqual([{ text: "1, 2, 3, " }]);
    expect(answer.stopReason).toBe("stop_sequence");
    expect(answer.additionalModelResponseFields).toEqual({ stop_sequence: "4" });
    expect(ask("Count to 9", { inferenceConfig })).not.toHaveProperty("additionalModelResponseFields");
  });

  it("has no block at all when a stop sequence comes first", () => {
    const answer = ask("Say hello", { inferenceConfig: { stopSequences: ["hello"] } });
    expect(answer).toMatchObject({ message: { content: [] }, pieces: [], usage: { outputTokens: 0 } });
  });

  it("follows the style of the system prompt", () => {
    expect(ask("Say hello", { system: [{ text: "Answer in upper case." }] }).message.content).toEqual([
      { text: "HELLO" },
    ]);
  });

  it("continues what the assistant has begun", () => {
    const messages: ConverseRequest["messages"] = [
      { role: "user", content: [{ text: "Count to 4" }] },
      { role: "assistant", content: [{ text: "1, 2," }] },
    ];
    expect(answerConverse({ messages }, MODEL, { random: () => 0 }).message.content).toEqual([{ text: " 3, 4" }]);
  });

  it("remembers earlier messages", () => {
    const messages: ConverseRequest["messages"] = [
      { role: "user", content: [{ text: "My name is Ada." }] },
      { role: "assistant", content: [{ text: "Nice to meet you, Ada!" }] },
      { role: "user", content: [{ text: "What is my name?" }] },
    ];
    expect(answerConverse({ messages }, MODEL, { random: () => 0 }).message.content).toEqual([
      { text: "Your name is Ada." },
    ]);
  });

  it("is the same for the same request and numbers", () => {
    const questions = fc.oneof(fc.string(), fc.constantFrom("Tell me a story", "Write a haiku", "Hello", "Count to 9"));
    fc.assert(
      fc.property(questions, fc.double({ min: 0, max: 0.999, noNaN: true }), (question, number) => {
        expect(ask(question, {}, () => number)).toEqual(ask(question, {}, () => number));
      }),
    );
  });

  it("has as many output tokens as pieces, which joined are its text, within maxTokens", () => {
    const questions = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("Tell me a story", "Say 👩‍👩‍👧 hi"));
    fc.assert(
      fc.property(questions, fc.integer({ min: 1, max: 50 }), (question, maxTokens) => {
        const { message, pieces, usage } = ask(question, { inferenceConfig: { maxTokens } });
        expect(message.content).toEqual(pieces.map((parts) => ({ text: parts.join("") })));
        expect(usage.outputTokens).toBe(pieces.flat().length);
        expect(usage.outputTokens).toBeLessThanOrEqual(maxTokens);
        expect(usage.totalTokens).toBe(usage.inputTokens + usage.outputTokens);
      }),
    );
  });
});
