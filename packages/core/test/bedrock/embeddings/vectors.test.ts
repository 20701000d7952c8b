import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createVector, normalize } from "../../../src/bedrock/embeddings/vectors.ts";

test("floats become a Float32Array", () => {
  const vector = createVector([0.5, -1, 2], "float", false);
  expect(vector).toBeInstanceOf(Float32Array);
  expect([...(vector ?? [])]).toEqual([0.5, -1, 2]);
});

test.each([
  ["int8", [-128, 0, 127], Int8Array],
  ["uint8", [0, 255], Uint8Array],
  ["binary", [-128, 127], Int8Array],
  ["ubinary", [0, 255], Uint8Array],
] as const)("%s is kept as it comes", (type, numbers, kind) => {
  const vector = createVector(numbers, type, false);
  expect(vector).toBeInstanceOf(kind);
  expect([...(vector ?? [])]).toEqual(numbers);
});

describe("what is no vector of the type is none", () => {
  test.each([
    ["float", undefined],
    ["float", {}],
    ["float", []],
    ["float", ["1"]],
    ["float", [null]],
    ["float", [[1]]],
    ["float", [1, 1e39]],
    ["int8", [null]],
    ["int8", [0.5]],
    ["int8", [128]],
    ["uint8", [-1]],
    ["binary", [200]],
    ["ubinary", [-3]],
  ] as const)("%s %j", (type, values) => {
    expect(createVector(values, type, false)).toBeUndefined();
  });

  test.each([[2], [0.5], [-1]])("a bit of %d", (bit) => {
    expect(createVector([1, 0, bit], "ubinary", true)).toBeUndefined();
    expect(createVector([1, 0, bit], "binary", true)).toBeUndefined();
  });
});

test("bits are packed, the first highest", () => {
  expect(createVector([1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1], "ubinary", true)).toEqual(
    new Uint8Array([129, 3]),
  );
});

test("packed bits can be read back, and the signed ones are 128 less", () => {
  const bits = fc
    .array(fc.integer({ min: 0, max: 1 }), { minLength: 8, maxLength: 64 })
    .filter(({ length }) => length % 8 === 0);
  fc.assert(
    fc.property(bits, (given) => {
      const packed = [...(createVector(given, "ubinary", true) ?? [])];
      expect(packed.flatMap((byte) => Array.from(byte.toString(2).padStart(8, "0"), Number))).toEqual(given);
      expect([...(createVector(given, "binary", true) ?? [])]).toEqual(packed.map((byte) => byte - 128));
    }),
  );
});

test("a normalised vector has the length 1 and its direction", () => {
  expect(normalize(new Float32Array([3, 4]))).toEqual(new Float32Array([0.6, 0.8]));
  expect(normalize(new Float32Array([0, 0]))).toEqual(new Float32Array([0, 0]));
  expect(normalize(new Int8Array([3, 4]))).toEqual(new Int8Array([3, 4]));
});
