import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { estimateTokens } from "../../src/bedrock/count-tokens-estimate.ts";
import type { JsonObject } from "../../src/types/json.ts";
import { createPng } from "../support/media-files.ts";

const say = (text: string): JsonObject => ({ messages: [{ role: "user", content: [{ text }] }] });
const hold = (...content: JsonObject[]): JsonObject => ({ messages: [{ role: "user", content }] });
const EMPTY = estimateTokens(say("")).tokens;
const image = (width: number, height: number): JsonObject => ({
  image: { format: "png", source: { bytes: createPng(width, height).toString("base64") } },
});

describe("texts", () => {
  test.each([
    ["the quick brown fox jumps over the lazy dog ".repeat(100), 1000],
    ["Быстрая коричневая лиса прыгает через ленивую собаку ".repeat(100), 2300],
    ["敏捷的棕色狐狸跳过了懒狗".repeat(100), 1200],
  ])("are within a third of what tokenizers make of them: %#", (text, tokens) => {
    const estimate = estimateTokens(say(text)).tokens;
    expect(estimate).toBeGreaterThan((tokens * 2) / 3);
    expect(estimate).toBeLessThan((tokens * 3) / 2);
  });

  test("are never fewer tokens for more text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (a, b) => {
        expect(estimateTokens(say(a + b)).tokens).toBeGreaterThanOrEqual(estimateTokens(say(a)).tokens);
      }),
    );
  });

  test("count wherever they stand: instructions, tools, results", () => {
    const text = "x".repeat(3500);
    const places: JsonObject[] = [
      { system: [{ text }] },
      { toolConfig: { tools: [{ toolSpec: { name: "a", description: text } }] } },
      hold({ toolResult: { toolUseId: "1", content: [{ text }] } }),
      hold({ document: { format: "txt", name: "a", source: { text } } }),
      hold({ document: { format: "txt", name: "a", source: { bytes: Buffer.from(text).toString("base64") } } }),
      hold({ searchResult: { source: "a", title: "b", content: [{ text }], citations: { enabled: true } } }),
    ];
    for (const place of places) {
      const { tokens, uncounted } = estimateTokens(place);
      expect(tokens).toBeGreaterThanOrEqual(1000);
      expect(tokens).toBeLessThan(1040);
      expect(uncounted).toEqual([]);
    }
  });

  test("leave out proofs of thinking", () => {
    const signature = "x".repeat(5000);
    const thought = hold({ reasoningContent: { reasoningText: { text: "Hm.", signature } } });
    expect(estimateTokens(thought).tokens).toBeLessThan(EMPTY + 20);
  });
});

describe("media", () => {
  test("images count by their size, up to what models scale them to", () => {
    const tokensOf = (width: number, height: number): number => estimateTokens(hold(image(width, height))).tokens;
    expect(tokensOf(750, 401) - tokensOf(750, 1)).toBe(400);
    expect(tokensOf(4000, 4000)).toBe(tokensOf(8000, 8000));
  });

  test("what tells nothing of its tokens is named", () => {
    const s3 = { s3Location: { uri: "s3://bucket/key" } };
    const body = hold(
      { document: { format: "pdf", name: "a", source: { bytes: "JVBERi0=" } } },
      { video: { format: "mp4", source: s3 } },
      { document: { name: "b", source: s3 } },
    );
    expect(estimateTokens(body).uncounted).toEqual(["document (pdf)", "video (mp4)", "document (of unknown format)"]);
  });
});
