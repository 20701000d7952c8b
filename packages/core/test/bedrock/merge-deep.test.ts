import { expect, test } from "vitest";
import { mergeDeep } from "../../src/bedrock/merge-deep.ts";
import type { JsonObject } from "../../src/types/json.ts";

test("objects are merged, everything else is replaced", () => {
  const base = { a: { b: 1, c: [1, 2] }, d: 1 };
  expect(mergeDeep(base, { a: { c: [3], e: null }, d: { f: 1 } })).toEqual({
    a: { b: 1, c: [3], e: null },
    d: { f: 1 },
  });
  expect(base).toEqual({ a: { b: 1, c: [1, 2] }, d: 1 });
});

test.each(['{"__proto__":{"a":1}}', '{"x":{"__proto__":{"a":1}}}', '{"constructor":{"prototype":{"a":1}}}'])(
  "a key of a prototype is a key like any other: %s",
  (text) => {
    const merged = mergeDeep({ x: { y: 1 } }, JSON.parse(text) as JsonObject);
    expect(JSON.stringify(merged)).toContain(text.slice(text.lastIndexOf('"a"')).replaceAll("}", ""));
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect("a" in {}).toBe(false);
  },
);
