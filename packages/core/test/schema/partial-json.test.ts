import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPartialJson } from "../../src/schema/partial-json.ts";
import type { JsonValue } from "../../src/types/json.ts";

/** What is known after a text that came in one piece. */
const read = (text: string): unknown => {
  const json = createPartialJson();
  json.push(text);
  return json.value;
};

/** A value as it was at that time: the parser's own goes on growing. */
const copy = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

/** Whether a value may be the beginning of another. */
function isBeginning(part: unknown, whole: unknown): boolean {
  if (typeof part === "string") return typeof whole === "string" && whole.startsWith(part);
  if (Array.isArray(part)) {
    return (
      Array.isArray(whole) &&
      part.length <= whole.length &&
      part.every((item, index) =>
        index === part.length - 1
          ? isBeginning(item, whole[index])
          : JSON.stringify(item) === JSON.stringify(whole[index]),
      )
    );
  }
  if (typeof part === "object" && part !== null) {
    const entries = Object.entries(part);
    return entries.every(([name, value]) =>
      isBeginning(value, Object.entries(whole as object).find(([n]) => n === name)?.[1]),
    );
  }
  return part === whole;
}

describe("createPartialJson", () => {
  test.each<[string, unknown]>([
    ["", undefined],
    ["Here it is: ", undefined],
    ["{", {}],
    ['{"ci', {}],
    ['{"city"', {}],
    ['{"city":', {}],
    ['{"city":"', { city: "" }],
    ['{"city":"Par', { city: "Par" }],
    ['{"city":"Par\\', { city: "Par" }],
    ['{"city":"\\u00e', { city: "" }],
    ['{"city":"\\u00e9"', { city: "é" }],
    ['{"n":12', {}],
    ['{"n":12,', { n: 12 }],
    ['{"n":-1.5e3}', { n: -1500 }],
    ['{"a":tru', {}],
    ['{"a":true}', { a: true }],
    ['{"a":null ', { a: null }],
    ['{"a":[1,[', { a: [1, []] }],
    ['{"a":[{"b":"c', { a: [{ b: "c" }] }],
    ['{"a":[]}', { a: [] }],
    ['{"a":{}} and more {"b":1}', { a: {} }],
    ['```json\n{ "a" : 1 }\n```', { a: 1 }],
    ['In {braces}: {"a":1}', { a: 1 }],
    ['{{"a":1}', { a: 1 }],
  ])("%j is %j", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test.each<[string, unknown]>([
    ['{"a":1,}', { a: 1 }],
    ['{"a":1 "b":2}', { a: 1 }],
    ['{"a":1]', { a: 1 }],
    ['{"a":1,"b":[1}', { a: 1, b: [1] }],
    ['{"a":1,"b":nul}', { a: 1 }],
    ['{"a":1,"b":01}', { a: 1 }],
    ['{"a":1,"b":"\\x"}', { a: 1, b: "" }],
    ['{"a":1,b:2}', { a: 1 }],
    ['{"a":1,"b" 2}', { a: 1 }],
    ['{"a":1,"b":?}', { a: 1 }],
    ['{"a":[,1]}', { a: [] }],
  ])("stops where it is no JSON: %j", (text, expected) => {
    const json = createPartialJson();
    json.push(text);
    expect(json.push('"more": {"x": 1}}')).toBe(false);
    expect(json.value).toEqual(expected);
  });

  test("tells whether anything changed", () => {
    const json = createPartialJson();
    const changes = ["So: ", "{", ' "a"', ":", ' "x', "y", "\\", 'n"', ",", ' "b": 1', "2", "}", " done"].map((piece) =>
      json.push(piece),
    );
    expect(changes).toEqual([false, true, false, false, true, true, false, true, false, false, false, true, false]);
  });

  test("a character that came half is held back", () => {
    const json = createPartialJson();
    json.push('{"a":"x\\ud83d');
    expect(json.value).toEqual({ a: "x" });
    json.push('\\ude00"}');
    expect(json.value).toEqual({ a: "x😀" });
  });

  test("names that mean something to JavaScript are names like others", () => {
    const value = read('{"__proto__":{"polluted":true},"constructor":1,"a":[{"__proto__":"x"');
    expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":true},"constructor":1,"a":[{"__proto__":"x"}]}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.hasOwn({}, "polluted")).toBe(false);
  });

  test("depth exhausts no stack", () => {
    const json = createPartialJson();
    json.push(`{"a":${"[".repeat(200_000)}`);
    let depth = 0;
    for (let at: unknown = json.value?.["a"]; Array.isArray(at); at = at[0]) depth++;
    expect(depth).toBe(200_000);
  });

  const object = fc.dictionary(
    fc.oneof(fc.string({ maxLength: 4, unit: "binary" }), fc.constantFrom("__proto__", "constructor", "toString")),
    fc.jsonValue({ maxDepth: 3, stringUnit: "binary" }) as fc.Arbitrary<JsonValue>,
    { maxKeys: 4, noNullPrototype: true },
  );
  const cuts = fc.array(fc.nat(), { maxLength: 10 });

  test("however it is cut, the whole text gives the whole object", () => {
    fc.assert(
      fc.property(object, cuts, fc.constantFrom(0, 2), (value, places, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const json = createPartialJson();
        let from = 0;
        for (const to of [...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length]) {
          json.push(text.slice(from, to));
          from = to;
        }
        // Compared as text: `toEqual` takes no notice of `__proto__`.
        expect(JSON.stringify(json.value)).toBe(JSON.stringify(value));
      }),
      { numRuns: 500 },
    );
  });

  test("what is known is always the beginning of the whole, and tells when it changes", () => {
    fc.assert(
      fc.property(object, (value) => {
        const text = JSON.stringify(value);
        const whole: unknown = JSON.parse(text);
        const json = createPartialJson();
        let before: unknown;
        for (const unit of text.split("")) {
          const hasChanged = json.push(unit);
          const now = copy(json.value);
          expect(hasChanged).toBe(JSON.stringify(now) !== JSON.stringify(before));
          expect(isBeginning(now, whole), `${JSON.stringify(now)} of ${text}`).toBe(true);
          before = now;
        }
      }),
      { numRuns: 50 },
    );
  }, 60_000);

  test("no text makes it throw", () => {
    const noise = fc.array(
      fc.constantFrom("{", "}", "[", "]", '"', ":", ",", "\\", "u00e9", "1", "-", "true", "nul", " ", "x", '"a":'),
    );
    fc.assert(
      fc.property(noise, (pieces) => {
        const json = createPartialJson();
        for (const piece of pieces) json.push(piece);
        json.push("");
      }),
      { numRuns: 1000 },
    );
  });
});
