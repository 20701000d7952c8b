import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { embedParts, truncateText } from "../../../src/models/embeddings/embed.ts";
import { measureCosine } from "../../../src/models/embeddings/vectors.ts";
import { countTokens } from "../../../src/models/tokens.ts";
import { encodeImage } from "../../../src/models/images/codec.ts";
import { createCanvas, type Rgb } from "../../../src/models/images/canvas.ts";

const DIMENSIONS = [256, 384, 512, 1024, 1536, 3072];

function compare(a: string, b: string, dimension = 1024): number {
  return measureCosine(embedParts([{ text: a }], dimension), embedParts([{ text: b }], dimension));
}

/** A text, one that is related to it, and one that is not. */
const TRIPLES: readonly (readonly [text: string, related: string, unrelated: string])[] = [
  ["car", "automobile", "banana"],
  ["king", "queen", "table"],
  ["dog", "puppy", "invoice"],
  ["red", "crimson", "blue"],
  ["happy", "joyful", "concrete"],
  ["cats", "cat", "boats"],
  ["running", "runs", "painting"],
  ["The dog runs in the park.", "A puppy plays in the garden.", "Quarterly earnings rose by five percent."],
  ["How do I reset my password?", "I cannot log into my account, password lost.", "The recipe needs two eggs."],
  ["Paris is the capital of France.", "What is the capital of France?", "What is the boiling point of water?"],
  ["The rocket reached Mars.", "An astronaut travels through space.", "The baker sells fresh bread."],
  ["The doctor prescribed medicine.", "The nurse gave the patient pills.", "The guitar needs new strings."],
  ["東京は日本の首都です。", "日本の首都はどこですか。", "猫が好きです。"],
  ["Größe und Gewicht", "Gewicht und Größe", "Sonne am Morgen"],
];

describe("embedding texts", () => {
  it.each(TRIPLES)("puts %j nearer to %j than to %j, in every dimension", (text, related, unrelated) => {
    for (const dimension of DIMENSIONS) {
      expect(compare(text, related, dimension)).toBeGreaterThan(compare(text, unrelated, dimension) + 0.1);
    }
  });

  it("gives any text a vector of length 1, the same each time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.constantFrom(...DIMENSIONS), (text, dimension) => {
        const vector = embedParts([{ text }], dimension);
        expect(vector).toHaveLength(dimension);
        expect(measureCosine(vector, vector)).toBeCloseTo(1, 9);
        expect(embedParts([{ text }], dimension)).toEqual(vector);
      }),
    );
  });

  it("tells texts apart that have no words", () => {
    expect(compare("!!!", "???")).toBeLessThan(0.5);
  });

  it("keeps unrelated texts far from the same direction", () => {
    expect(Math.abs(compare("zebra", "quarterly report"))).toBeLessThan(0.2);
  });
});

describe("embedding images", () => {
  const paint = (colour: Rgb, format: "png" | "jpeg" = "png"): Float64Array =>
    embedParts([{ image: encodeImage(createCanvas(64, 48, colour), format) }], 1024);
  const red = paint([220, 20, 30]);
  const word = (text: string): Float64Array => embedParts([{ text }], 1024);

  it("puts an image near the word for its colour, and far from the words for others", () => {
    expect(measureCosine(red, word("red"))).toBeGreaterThan(0.5);
    expect(measureCosine(red, word("a red car"))).toBeGreaterThan(measureCosine(red, word("a blue car")) + 0.2);
    for (const other of ["green", "blue", "black"]) expect(measureCosine(red, word(other))).toBeLessThan(0.2);
  });

  it("puts images of one colour together, whatever their format", () => {
    expect(measureCosine(red, paint([215, 25, 35], "jpeg"))).toBeGreaterThan(0.9);
    expect(measureCosine(red, paint([20, 30, 220]))).toBeLessThan(0.5);
  });

  it("puts an image with a text between the two", () => {
    const image = encodeImage(createCanvas(64, 48, [220, 20, 30]), "png");
    const both = embedParts([{ text: "invoice" }, { image }], 1024);
    expect(measureCosine(both, red)).toBeGreaterThan(0.6);
    expect(measureCosine(both, word("invoice"))).toBeGreaterThan(0.6);
  });

  it("knows what it cannot decode by its bytes alone", () => {
    const embed = (bytes: number[]): Float64Array => embedParts([{ image: Uint8Array.from(bytes) }], 256);
    expect(measureCosine(embed([1, 2, 3]), embed([1, 2, 3]))).toBeCloseTo(1, 9);
    expect(measureCosine(embed([1, 2, 3]), embed([1, 2, 4]))).toBeLessThan(0.3);
  });
});

describe("truncateText", () => {
  const text = "one two three four five";
  it.each([
    ["end", "one two"],
    ["start", " four five"],
    ["none", text],
  ] as const)("cuts at the %s", (truncation, expected) => {
    expect(truncateText(text, 2, truncation)).toBe(expected);
  });

  it("never leaves more tokens than allowed", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.nat(20), (any, max) => {
        expect(countTokens(truncateText(any, max, "end"))).toBeLessThanOrEqual(max);
      }),
    );
  });
});
