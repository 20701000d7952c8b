import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limitText } from "../../src/models/limits.ts";

describe("limiting a text", () => {
  it("leaves a text within its limits alone", () => {
    expect(limitText("one two", {})).toEqual({ pieces: ["one", " two"], stopReason: "end_turn" });
    expect(limitText("one two", { maxTokens: 2, stopSequences: ["three"] }).stopReason).toBe("end_turn");
  });

  it("stops after maxTokens pieces", () => {
    expect(limitText("one two three", { maxTokens: 2 })).toEqual({ pieces: ["one", " two"], stopReason: "max_tokens" });
  });

  it("stops before the first stop sequence in the text, whatever their order", () => {
    expect(limitText("a b c d", { stopSequences: ["d", " b", "zz"] })).toEqual({
      pieces: ["a"],
      stopReason: "stop_sequence",
      stopSequence: " b",
    });
  });

  it("names the limit that came first", () => {
    expect(limitText("one two three STOP", { maxTokens: 2, stopSequences: ["STOP"] }).stopReason).toBe("max_tokens");
    expect(limitText("one STOP two three", { maxTokens: 2, stopSequences: [" STOP"] }).stopReason).toBe(
      "stop_sequence",
    );
  });

  it("never gives more than maxTokens, nor a stop sequence, nor anything but a beginning of the text", () => {
    const sequences = fc.array(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 3 });
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 9 }), sequences, (text, maxTokens, stopSequences) => {
        const { pieces } = limitText(text, { maxTokens, stopSequences });
        expect(pieces.length).toBeLessThanOrEqual(maxTokens);
        expect(text.startsWith(pieces.join(""))).toBe(true);
        for (const sequence of stopSequences) expect(pieces.join("")).not.toContain(sequence);
      }),
    );
  });
});
