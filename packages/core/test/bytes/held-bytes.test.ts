import { describe, expect, test } from "vitest";
import { heldBytes, holdBase64, holdsBytes, holdWireBytes } from "../../src/bytes/held-bytes.ts";

const bytes = Buffer.from("Müller");
const base64 = bytes.toString("base64");

describe("bytes that are held as base64", () => {
  test("look like it", () => {
    expect(holdBase64(bytes)).toEqual({ base64 });
    expect(holdWireBytes(bytes)).toEqual({ bytes: base64 });
    expect(JSON.stringify([holdBase64(bytes), holdWireBytes(bytes)])).toBe(
      JSON.stringify([{ base64 }, { bytes: base64 }]),
    );
    expect(structuredClone({ ...holdBase64(bytes) })).toEqual({ base64 });
    expect(Object.keys(holdBase64(bytes))).toEqual(["base64"]);
  });

  test("are found in what holds them, and in nothing else", () => {
    expect(heldBytes(holdBase64(bytes))).toBe(bytes);
    expect(heldBytes(holdWireBytes(bytes))).toBe(bytes);
    const others = [{ base64 }, { ...holdBase64(bytes) }, null, undefined, base64, bytes, [holdBase64(bytes)]];
    expect(others.map(heldBytes)).toEqual(others.map(() => undefined));
  });

  test("cannot be replaced", () => {
    const held = holdBase64(bytes);
    expect(Object.isFrozen(held)).toBe(true);
    expect(() => Object.assign(held, { base64: "" })).toThrow(TypeError);
  });

  test("are looked for as deep as asked for", () => {
    const value = { a: [1, null, { b: holdWireBytes(bytes) }] };
    expect([0, 1, 2, 3, 9].map((depth) => holdsBytes(value, depth))).toEqual([false, false, false, true, true]);
    expect(holdsBytes({ a: [{ b: { bytes: base64 } }] }, 9)).toBe(false);
  });
});
