import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSameList, keepLast } from "../src/keep-last.ts";

describe("a function that keeps its last result", () => {
  test("gives what it would give without, for any arguments in any order", () => {
    const asked = fc.array(fc.array(fc.constantFrom(undefined, "a", "b", 1), { maxLength: 2 }), { maxLength: 20 });
    fc.assert(
      fc.property(asked, (calls) => {
        const show = keepLast((...args: readonly unknown[]) => JSON.stringify(args.map(String)));
        for (const args of calls) expect(show(...args)).toBe(JSON.stringify(args.map(String)));
      }),
    );
  });

  test("computes it once for the same arguments, and again after others", () => {
    const made: number[] = [];
    const compute = keepLast((value: number, base?: number) => {
      made.push(value);
      return { value, base };
    });
    expect(compute(1, 2)).toBe(compute(1, 2));
    compute(1, 3);
    expect(compute(1, 2)).toEqual({ value: 1, base: 2 });
    expect(made).toEqual([1, 1, 1]);
  });

  test("keeps nothing of a failure", () => {
    const read = keepLast((text: string) => {
      if (text === "bad") throw new Error("bad");
      return { text };
    });
    const good = read("good");
    expect(() => read("bad")).toThrow("bad");
    expect(() => read("bad")).toThrow("bad");
    expect(read("good")).toBe(good);
  });
});

test("lists are the same when each value is", () => {
  expect(isSameList([1, undefined], [1, undefined])).toBe(true);
  expect(isSameList([1], [1, undefined])).toBe(false);
  expect(isSameList([1, 2], [1, 3])).toBe(false);
});
