import { describe, expect, test } from "vitest";
import { sumUp, sumUsage } from "../../src/chat/loop-result.ts";
import type { ChatResult } from "../../src/provider.ts";
import type { Usage } from "../../src/types/usage.ts";

const usage = (inputTokens: number): Usage => ({
  inputTokens,
  outputTokens: 1,
  totalTokens: inputTokens + 1,
  cacheReadTokens: 2,
  cacheWriteTokens: 3,
});
const cost = (unit: number): NonNullable<ChatResult["cost"]> => ({
  totalUsd: unit,
  inputUsd: 2 * unit,
  outputUsd: 3 * unit,
  cacheReadUsd: 4 * unit,
  cacheWriteUsd: 5 * unit,
});
const step = (text: string, more: Partial<ChatResult> = {}): ChatResult => ({
  parts: [{ type: "text", text }],
  finishReason: "end_turn",
  model: "m",
  warnings: [],
  metadata: {},
  raw: {},
  ...more,
});

describe("the result of several requests", () => {
  test("is the last answer, with usage and cost of all", () => {
    const last = step("two", { usage: usage(20), cost: cost(10), requestId: "r2" });
    const sum = sumUp([step("one", { usage: usage(10), cost: cost(1), requestId: "r1" }), last], last, []);
    expect(sum).toMatchObject({ parts: [{ text: "two" }], requestId: "r2" });
    expect(sum.usage).toMatchObject({ inputTokens: 30, outputTokens: 2, totalTokens: 32, cacheReadTokens: 4 });
    expect(sum.cost).toEqual(cost(11));
  });

  test("has no cost where that of one is not known, and no usage where none was counted", () => {
    const last = step("two", { usage: usage(20), cost: cost(10) });
    const sum = sumUp([step("one"), last], last, []);
    expect(sum.usage).toEqual(usage(20));
    expect(sum).not.toHaveProperty("cost");
    expect(sumUp([step("one")], step("one"), [])).not.toHaveProperty("usage");
    expect(sumUsage([undefined, usage(1), undefined])).toEqual(usage(1));
  });

  test("tells each warning once, those of the turn last", () => {
    const a = { code: "a", message: "first" };
    const steps = [
      step("one", { warnings: [a, { code: "a", message: "other" }] }),
      step("two", { warnings: [{ ...a }] }),
    ];
    const sum = sumUp(steps, step("two"), [{ code: "b", message: "first" }]);
    expect(sum.warnings.map(({ code, message }) => `${code} ${message}`)).toEqual(["a first", "a other", "b first"]);
  });
});
