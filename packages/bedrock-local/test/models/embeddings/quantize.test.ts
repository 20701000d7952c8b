import fc from "fast-check";
import { expect, it } from "vitest";

import {
  packBits,
  packSignedBits,
  quantizeBits,
  quantizeInt8,
  quantizeUint8,
} from "../../../src/models/embeddings/quantize.ts";

it("packs eight signs to a byte, the first highest", () => {
  const vector = Float64Array.of(1, -1, -1, -1, 1, 0, 0.5, -1, 1, 1, 1, 1, 1, 1, 1, 1);
  expect(quantizeBits(vector)).toEqual([1, 0, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(packBits(vector)).toEqual([0b10001010, 255]);
  expect(packSignedBits(vector)).toEqual([0b10001010 - 128, 127]);
});

it("scales to the whole range of a byte", () => {
  expect(quantizeInt8(Float64Array.of(0.5, -0.25, 0, -0.0001))).toEqual([127, -63, 0, 0]);
  expect(quantizeUint8(Float64Array.of(0.5, -0.5, 0))).toEqual([255, 1, 128]);
  expect(quantizeInt8(Float64Array.of(0, 0))).toEqual([0, 0]);
});

it("keeps every number in the range of its type", () => {
  const vectors = fc.float64Array({ minLength: 8, maxLength: 64, noNaN: true, min: -1e3, max: 1e3 });
  fc.assert(
    fc.property(vectors, (vector) => {
      for (const value of quantizeInt8(vector)) expect(Math.abs(value)).toBeLessThanOrEqual(127);
      for (const value of packSignedBits(vector)) expect(value).toBe(Math.min(127, Math.max(-128, Math.trunc(value))));
    }),
  );
});
