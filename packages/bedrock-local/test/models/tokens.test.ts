import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countRequestTokens, countTokens, splitTokens } from "../../src/models/tokens.ts";
import type { ConverseRequest } from "../../src/wire.ts";

const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.lorem());

describe("splitting text", () => {
  it("keeps the space with the word and cuts long words", () => {
    expect(splitTokens("Hello, big world! Unbelievable.")).toEqual([
      "Hello",
      ",",
      " big",
      " world",
      "!",
      " Unbelie",
      "vable",
      ".",
    ]);
    expect(splitTokens("a  b\n\nc")).toEqual(["a", "  ", "b", "\n\n", "c"]);
    expect(splitTokens("")).toEqual([]);
  });

  it("loses nothing and gives no empty piece", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const pieces = splitTokens(text);
        expect(pieces.join("")).toBe(text);
        expect(pieces).not.toContain("");
      }),
    );
  });

  it("cuts no surrogate pair", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        for (const piece of splitTokens(text)) expect(piece).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });

  it("comes to about four characters a token in plain English", () => {
    const text =
      "The quick brown fox jumps over the lazy dog, and then it takes a rest under the old chestnut tree. ".repeat(20);
    const average = text.length / countTokens(text);
    expect(average).toBeGreaterThan(3);
    expect(average).toBeLessThan(6);
  });
});

describe("counting a request", () => {
  const user = (text: string): ConverseRequest => ({ messages: [{ role: "user", content: [{ text }] }] });

  it("grows with every part of it", () => {
    const small = countRequestTokens(user("hi"));
    expect(countRequestTokens(user("hi there"))).toBe(small + 1);
    expect(countRequestTokens({ ...user("hi"), system: [{ text: "be kind" }] })).toBe(small + 2);
    const tool = { toolSpec: { name: "a", inputSchema: { json: {} } } };
    expect(countRequestTokens({ ...user("hi"), toolConfig: { tools: [tool] } })).toBeGreaterThan(small);
  });

  it("does not count the bytes of media as text", () => {
    const bytes = "A".repeat(1_000_000);
    const image = { image: { format: "png", source: { bytes } } };
    const result = { toolResult: { toolUseId: "a", content: [image] } };
    const document = { document: { name: "a", source: { bytes } } };
    const request: ConverseRequest = { messages: [{ role: "user", content: [image, result, document] }] };
    expect(countRequestTokens(request)).toBeLessThan(50_000);
    expect(countRequestTokens(request)).toBeGreaterThan(1_000);
  });

  it("gives an upper bound when that is below the number of interest", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(countRequestTokens(user(text), 1_000_000)).toBeGreaterThanOrEqual(countRequestTokens(user(text)));
      }),
    );
  });
});
