import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createRandom, randomInteger } from "../src/random.ts";

describe("createRandom", () => {
  it("gives the same sequence for the same seeds and another one for others", () => {
    const take = (...seeds: number[]): number[] => Array.from({ length: 5 }, createRandom(...seeds));
    expect(take(1, 2)).toEqual(take(1, 2));
    expect(take(1, 2)).not.toEqual(take(2, 1));
    expect(take(1)).not.toEqual(take(2));
  });

  it("stays in [0, 1) and spreads", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const numbers = Array.from({ length: 200 }, createRandom(seed));
        expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
        expect(new Set(numbers.map((number) => Math.floor(number * 4))).size).toBe(4);
      }),
    );
  });
});

describe("randomInteger", () => {
  it("reaches both ends and nothing beyond", () => {
    const random = createRandom(7);
    const seen = new Set(Array.from({ length: 300 }, () => randomInteger(random, 3, 5)));
    expect([...seen].toSorted((a, b) => a - b)).toEqual([3, 4, 5]);
  });
});
