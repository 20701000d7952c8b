import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { createPartialJson, findJson } from "../../src/schema/partial-json.ts";
import { isObject, type JsonValue } from "../../src/types/json.ts";

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

/** How many characters the texts have that the methods of strings and patterns are given meanwhile. */
function countReads(work: () => void): number {
  let count = 0;
  const spies = (["replace", "at", "charCodeAt", "endsWith", "match", "search"] as const).map((name) => {
    const method = String.prototype[name] as (...args: unknown[]) => unknown;
    return vi.spyOn(String.prototype, name).mockImplementation(function (this: string, ...args: unknown[]) {
      count += this.length;
      return method.apply(this, args) as never;
    });
  });
  const { test: matches } = RegExp.prototype;
  const spy = vi.spyOn(RegExp.prototype, "test").mockImplementation(function (this: RegExp, text: string) {
    count += text.length;
    return matches.call(this, text);
  });
  try {
    work();
  } finally {
    for (const each of [...spies, spy]) each.mockRestore();
  }
  return count;
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
    ['{"a":{}} and more {"b":1}', { b: 1 }],
    ['{"a":1} and more {"b":', { a: 1 }],
    ['{"a":1} and {nothing}, {} [] {', { a: 1 }],
    ['{"a":1} and {"b', { a: 1 }],
    ['{"a":1, and {"b":"x', { b: "x" }],
    ["[", []],
    ['["a","b', ["a", "b"]],
    ['As [he] says [1]: {"a":1', [1]],
    ['As [he] says [1]: {"a":1}', { a: 1 }],
    ['In {x " {"a":1}', { a: 1 }],
    ['{"an end of line\n{"a":1}', { a: 1 }],
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
    ['{"a":"x\ny"}', { a: "x" }],
  ])("stops where it is no JSON: %j", (text, expected) => {
    const json = createPartialJson();
    json.push(text);
    expect(json.push('"more": 1}] and {so on}')).toBe(false);
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

  test("a long text costs no more than it has characters, however it is cut", () => {
    const work = (length: number): number => {
      const json = createPartialJson();
      json.push('{"a":"');
      return countReads(() => {
        for (let at = 0; at < length; at += 4) json.push("abc\ud83d");
      });
    };
    expect(work(20_000)).toBeLessThan(11 * work(2_000));
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
    for (let at = isObject(json.value) && json.value["a"]; Array.isArray(at); at = at[0]) depth++;
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

  test("whole values are found between other words, in order", () => {
    const words = fc.constantFrom(
      "",
      "So: ",
      " {see} ",
      "[the] ",
      '{x "',
      "```json\n",
      "{ now. ",
      '{"a": or ',
      '["b", c',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(words, object), { maxLength: 4 }), (pairs) => {
        const text = pairs.map(([before, value]) => `${before}\n${JSON.stringify(value)}\n`).join("");
        const found = findJson(text)?.filter((value) => Object.keys(value).length > 0);
        const wanted = pairs.map(([, value]) => value).filter((value) => Object.keys(value).length > 0);
        expect(JSON.stringify(found)).toBe(JSON.stringify(wanted));
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, string, unknown]>([
    ["one that is broken", '{"a":[{"b":1}] oops}', []],
    ["a text that ends within one", '{"a":1}, or [{"b":1},{"c":', undefined],
    ["a text that ends where one begins", '{"a":1}, or {', undefined],
  ])("nothing is found within %s", (_, text, found) => {
    expect(findJson(text)).toEqual(found);
  });

  test("an empty one is found only where nothing stands before it", () => {
    expect(findJson('{} {"a":1} {} []')).toEqual([{}, { a: 1 }]);
  });

  test.each(['["ab\n', '["ab\\uzzzz', '{"a":"ab\ud800\n'])(
    "a text that breaks off in %j keeps what came, however it is cut",
    (text) => {
      const json = createPartialJson();
      for (const char of text.split("")) json.push(char);
      expect(json.value).toEqual(read(text));
      expect(JSON.stringify(json.value)).toContain('"ab"');
    },
  );

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
