import { describe, expect, test } from "vitest";
import { legalizeInput, legalizeResult, tellResult } from "../../../../src/bedrock/converse/legalize/tool-values.ts";
import type { WireBlock } from "../../../../src/bedrock/converse/wire.ts";
import type { JsonValue } from "../../../../src/types/json.ts";

/** An object in an object, so often. */
function nest(depth: number): JsonValue {
  let value: JsonValue = 1;
  for (let level = 0; level < depth; level++) value = { a: value };
  return value;
}

describe("the arguments of a call", () => {
  test.each<[JsonValue | undefined, object]>([
    [undefined, {}],
    [null, {}],
    ["", {}],
    ['{"city":"Paris"}', { city: "Paris" }],
    ['{"city"', { value: '{"city"' }],
    ['"Paris"', { value: '"Paris"' }],
    ["[1]", { value: "[1]" }],
    [0, { value: 0 }],
    [false, { value: false }],
    [[1, { a: 1 }], { value: [1, { a: 1 }] }],
    [{ list: [{ __type: "x" }] }, { value: '{"list":[{"__type":"x"}]}' }],
    [[{ __type: "x" }], { value: '[{"__type":"x"}]' }],
  ])("%j are sent as %j", (input, sent) => {
    expect(legalizeInput(input)).toEqual(sent);
  });

  test.each([[{}], [{ city: "Paris" }], [{ __type: "x", b: [{}] }], [nest(400)]])(
    "stay the same object: %j",
    (input) => {
      expect(legalizeInput(input)).toBe(input);
    },
  );

  test("that are nested too deep are sent as text", () => {
    const deep = nest(402);
    expect(legalizeInput(deep)).toEqual({ value: JSON.stringify(deep) });
  });
});

describe("the content of a result", () => {
  test.each<[WireBlock[], WireBlock[]]>([
    [[], [{ text: "(no output)" }]],
    [[{ text: " " }, { cachePoint: { type: "default" } }], [{ text: "(no output)" }]],
    [[{ json: [1] }], [{ text: "[1]" }]],
    [[{ json: null }], [{ text: "null" }]],
    [[{ json: { a: { __type: "x" } } }], [{ text: '{"a":{"__type":"x"}}' }]],
    [[{ guardContent: { text: { text: "Hi" } } }], [{ text: "Hi" }]],
    [[{ citationsContent: { content: [{ text: "a" }, { text: "b" }] } }], [{ text: "ab" }]],
    [[{ citationsContent: { content: [] } }, { text: "x" }], [{ text: "x" }]],
    [[{ text: "a" }, { text: "" }], [{ text: "a" }]],
  ])("%j is sent as %j", (content, sent) => {
    expect(legalizeResult(content)).toEqual(sent);
  });

  test("that is legal stays the same list", () => {
    const content = [{ text: "a" }, { json: { a: 1 } }, { image: { format: "png", source: { bytes: "" } } }];
    expect(legalizeResult(content)).toBe(content);
  });

  test("is told with JSON as text", () => {
    const image = { image: { format: "png", source: { bytes: "" } } };
    expect(tellResult([{ json: { a: 1 } }, { text: "b" }, image])).toEqual([{ text: '{"a":1}' }, { text: "b" }, image]);
  });
});
