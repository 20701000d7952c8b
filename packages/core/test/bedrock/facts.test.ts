import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { REFERENCE, renderTables, TABLES } from "../../../../tools/models.mjs";
import { findTraits } from "../../src/bedrock/families.ts";
import { LIMITS } from "../../src/bedrock/limit-table.ts";
import { nameModel } from "../../src/bedrock/models.ts";
import { PRICES } from "../../src/bedrock/price-table.ts";

const lines = (table: string): string[][] =>
  table
    .trim()
    .split("\n")
    .map((line) => line.split(" "));

describe.skipIf(!existsSync(REFERENCE))("the facts", () => {
  test("are what the reference says today", () => {
    const tables = renderTables(readFileSync(REFERENCE, "utf8"));
    expect(readFileSync(TABLES.PRICES, "utf8")).toBe(tables.PRICES);
    expect(readFileSync(TABLES.LIMITS, "utf8")).toBe(tables.LIMITS);
  });
});

describe("the making of the facts", () => {
  const model = { id: "us.a.b", input: ["text", "audio"], output: ["text"], contextTokens: 10, maxOutputTokens: 5 };
  const make = (usdPerMillion: object, prices: object, more: object[] = []): string =>
    Object.values(
      renderTables(
        JSON.stringify({
          models: [{ ...model, usdPerMillion }, ...more],
          prices: [{ match: { contains: "a.b" }, prices }],
        }),
      ),
    ).join("");

  test("takes a price only where both sources agree on it", () => {
    const both = { input: 1, output: 2, cache_read: 0.1 };
    expect(make(both, { input_mtok: 1, output_mtok: 2, cache_read_mtok: 0.1 })).toContain("\nus.a.b 1 2 0.1\n");
    expect(make(both, { input_mtok: 1, output_mtok: 2, cache_read_mtok: 0.2 })).toContain("\nus.a.b 1 2\n");
    expect(make(both, { input_mtok: 1, output_mtok: 2 })).toContain("\nus.a.b 1 2\n");
    expect(make(both, { input_mtok: 1, output_mtok: 3 })).not.toContain("us.a.b 1");
    expect(make(both, { output_mtok: 2 })).not.toContain("us.a.b 1");
    expect(make(both, [{ prices: { input_mtok: 1, output_mtok: 2 } }])).not.toContain("us.a.b 1");
    expect(make({ input: 0.1 + 0.2, output: 2 }, { input_mtok: 0.3, output_mtok: 2 })).toContain("\nus.a.b 0.3 2\n");
  });

  test("takes a limit only where all profiles of a model agree on it", () => {
    const prices = { input_mtok: 1, output_mtok: 2 };
    expect(make({}, prices)).toContain("\na.b 10 5 ta\n");
    expect(make({}, prices, [{ ...model, id: "eu.a.b", maxOutputTokens: 6 }])).toContain("\na.b 10 0 ta\n");
  });
});

describe("the tables", () => {
  test("hold prices that are numbers, the cheaper way in before the dearer", () => {
    for (const [, ...prices] of lines(PRICES)) {
      expect(prices.length).toBeGreaterThanOrEqual(2);
      const [input = NaN, output = NaN, cacheRead = 0, cacheWrite = Infinity] = prices.map(Number);
      expect(input).toBeGreaterThan(0);
      expect(output).toBeGreaterThanOrEqual(input);
      expect(cacheRead).toBeLessThan(input);
      expect(cacheWrite).toBeGreaterThan(input);
    }
  });

  test("hold a price for writing to a cache only for Claude, where writing for an hour costs twice the input", () => {
    const writers = lines(PRICES).filter((line) => line.length === 5);
    expect(writers.length).toBeGreaterThan(10);
    for (const [id = ""] of writers) expect(findTraits(nameModel(id).bareId).family).toBe("claude");
  });

  test.each([
    ["global.anthropic.claude-opus-4-5-20251101-v1:0", "5 25 0.5 6.25"],
    ["eu.anthropic.claude-haiku-4-5-20251001-v1:0", "1.1 5.5 0.11 1.375"],
    ["amazon.nova-micro-v1:0", "0.035 0.14 0.00875"],
    ["us.amazon.nova-2-lite-v1:0", "0.33 2.75"],
    ["mistral.mistral-large-3-675b-instruct", "0.5 1.5"],
  ])("hold the price of %s", (id, prices) => {
    expect(PRICES).toContain(`\n${id} ${prices}\n`);
  });

  test.each([
    "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    "google.gemma-3-27b-it",
    "global.anthropic.claude-sonnet-5",
  ])("hold no price of %s, on which the sources differ", (id) => {
    expect(PRICES).not.toContain(`\n${id} `);
  });

  test("hold limits of bare ids, once each", () => {
    const ids = lines(LIMITS).map(([id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [id = "", context, output, letters] of lines(LIMITS)) {
      expect(nameModel(id).profile).toBeUndefined();
      expect(findTraits(id).family).not.toBe("unknown");
      expect(Number(context)).toBeGreaterThanOrEqual(Number(output));
      expect(letters).toMatch(/^ti?p?v?a?$/);
    }
    expect(LIMITS).toContain("\nanthropic.claude-sonnet-4-6 1000000 0 tip\n");
    expect(LIMITS).toContain("\nmeta.llama4-scout-17b-instruct-v1:0 3500000 16384 ti\n");
  });
});
