import { describe, expect, test } from "vitest";
import { findAnswers } from "../../src/schema/find-answers.ts";

describe("findAnswers", () => {
  test.each<[string, string | undefined, readonly string[], readonly unknown[]]>([
    ["no text", undefined, [], []],
    ["the whole, and nothing in it", undefined, ['[{"a":1}]'], [[{ a: 1 }]]],
    ["a text that came in pieces", undefined, ['{"a"', ":1}"], [{ a: 1 }]],
    [
      "a text alone, a fence, other words",
      undefined,
      ['{"a":1} ```\n{"b":2}\n```', '{"c":3}'],
      [{ c: 3 }, { b: 2 }, { c: 3 }, { b: 2 }, { a: 1 }],
    ],
    ["no list and no number where an object is wanted", undefined, ["[1] ```\n2\n``` x", "3"], []],
    ["no fence without lines", "value", ["A ```5``` x"], []],
    ["what the wrapper holds, and the object itself", "value", ['{"value":null}'], [null, { value: null }]],
    ["wrapped before bare", "value", ['{"value":1} [2] x'], [1, { value: 1 }, [2]]],
    ["a wrapper of its own only", "toString", ['{"a":1} x'], [{ a: 1 }]],
  ])("gives %s", (_, wrapper, texts, wanted) => {
    expect([...findAnswers(texts, wrapper)]).toEqual(wanted);
  });
});
