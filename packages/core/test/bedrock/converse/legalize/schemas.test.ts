import { describe, expect, test } from "vitest";
import { legalizeSchema } from "../../../../src/bedrock/converse/legalize/schemas.ts";
import type { JsonValue } from "../../../../src/types/json.ts";
import { CLAUDE, legalizeFor, text, user } from "../../../support/legalizing.ts";

const string = { type: "string" };
const number = { type: "number" };

describe("the schema of a tool", () => {
  test("that is one object stays the same object", () => {
    const schema = { type: "object", properties: { a: { anyOf: [string, number] } }, $defs: { x: {} } };
    expect(legalizeSchema(schema)).toBe(schema);
  });

  test.each<[string, JsonValue | undefined, object]>([
    ["nothing", undefined, { type: "object", properties: {} }],
    ["true", true, { type: "object", properties: {} }],
    ["an object without type", { properties: { a: string } }, { type: "object", properties: { a: string } }],
    [
      "an object or null",
      { type: ["object", "null"], properties: { a: string } },
      { type: "object", properties: { a: string } },
    ],
    [
      "another type",
      { type: "string", $defs: { x: {} } },
      { type: "object", properties: { value: string }, required: ["value"], $defs: { x: {} } },
    ],
    [
      "another type, with definitions of the old kind",
      { type: ["string", "null"], definitions: { x: {} } },
      {
        type: "object",
        properties: { value: { type: ["string", "null"] } },
        required: ["value"],
        definitions: { x: {} },
      },
    ],
    [
      "a choice of other types",
      { anyOf: [string, number] },
      { type: "object", properties: { value: { anyOf: [string, number] } }, required: ["value"] },
    ],
    [
      "a reference",
      { $ref: "#/$defs/A~1B", $defs: { "A/B": { type: "object", properties: { a: string }, required: ["a"] } } },
      {
        type: "object",
        properties: { a: string },
        required: ["a"],
        $defs: { "A/B": { type: "object", properties: { a: string }, required: ["a"] } },
      },
    ],
    [
      "alternatives",
      {
        description: "Either.",
        oneOf: [
          { type: "object", properties: { kind: { const: "a" }, x: string }, required: ["kind", "x"] },
          { type: "object", properties: { kind: { const: "b" }, x: string, y: number }, required: ["kind", "x", "y"] },
          { type: "null" },
        ],
      },
      {
        type: "object",
        description: "Either.",
        properties: { kind: { anyOf: [{ const: "a" }, { const: "b" }] }, x: string, y: number },
        required: ["kind", "x"],
      },
    ],
    [
      "parts",
      {
        type: "object",
        properties: { a: string },
        required: ["a"],
        allOf: [{ properties: { b: number }, required: ["b"] }, { properties: { a: { minLength: 1 } } }],
      },
      {
        type: "object",
        properties: { a: { allOf: [string, { minLength: 1 }] }, b: number },
        required: ["a", "b"],
      },
    ],
  ])("is made one object of %s", (_, given, expected) => {
    const schema = legalizeSchema(given);
    expect(schema).toEqual(expected);
    expect(legalizeSchema(schema)).toBe(schema);
  });

  test("ends where it refers to itself, and to what is not there", () => {
    expect(legalizeSchema({ $ref: "#" })).toEqual({ type: "object" });
    expect(legalizeSchema({ $ref: "#/$defs/toString" })).toEqual({ type: "object" });
    expect(legalizeSchema({ $ref: "https://example.com/schema" })).toEqual({ type: "object" });
    const $defs = { a: { properties: { b: string } } };
    expect(legalizeSchema({ $ref: "other.json#/$defs/a", $defs })).toEqual({ type: "object", $defs });
  });

  test.each<[string, JsonValue]>([
    ["itself, often", { anyOf: Array.from({ length: 200 }, () => ({ $ref: "#" })) }],
    [
      "two others, each of which refers to both",
      {
        anyOf: [{ $ref: "#/$defs/a" }, { $ref: "#/$defs/b" }],
        $defs: Object.fromEntries(
          ["a", "b"].map((name) => [
            name,
            { allOf: ["a", "b", "a", "b", "a", "b", "a", "b"].map((to) => ({ $ref: `#/$defs/${to}` })) },
          ]),
        ),
      },
    ],
  ])("is made at once where it refers to %s", (_, given) => {
    expect(legalizeSchema(given)).toMatchObject({ type: "object" });
  });

  test("does not grow with every level of parts that differ", () => {
    const level = (depth: number, flip: boolean): JsonValue => {
      const [one, other] = [`#/$defs/a${depth + 1}`, `#/$defs/b${depth + 1}`];
      return { allOf: (flip ? [other, one] : [one, other]).map(($ref) => ({ $ref })) };
    };
    const $defs: Record<string, JsonValue> = {
      a100: { properties: { x: string } },
      b100: { properties: { x: number } },
    };
    for (let depth = 0; depth < 100; depth++) {
      $defs[`a${depth}`] = level(depth, false);
      $defs[`b${depth}`] = level(depth, true);
    }
    const flat = legalizeSchema({ $ref: "#/$defs/a0", $defs });
    expect(JSON.stringify(flat["properties"]).length).toBeLessThan(100_000);
  });

  test("keeps what stands behind many references", () => {
    const $defs: Record<string, JsonValue> = { s50: { properties: { a: string }, required: ["a"] } };
    for (let depth = 0; depth < 50; depth++) $defs[`s${depth}`] = { $ref: `#/$defs/s${depth + 1}` };
    expect(legalizeSchema({ $ref: "#/$defs/s0", $defs })).toMatchObject({ properties: { a: string }, required: ["a"] });
  });

  test("keeps properties of any name", () => {
    const schema: JsonValue = JSON.parse(
      '{"allOf":[{"properties":{"__proto__":{"type":"string"},"constructor":{}}}]}',
    ) as JsonValue;
    expect(Object.keys(legalizeSchema(schema)["properties"] ?? {})).toEqual(["__proto__", "constructor"]);
  });

  test("is told of when it was changed", () => {
    const tool = { toolSpec: { name: "pick", inputSchema: { json: { anyOf: [{ properties: { a: string } }] } } } };
    const { request, codes, warnings } = legalizeFor(CLAUDE, {
      messages: [user(text("Hi"))],
      toolConfig: { tools: [tool] },
    });
    expect(request.toolConfig?.tools).toEqual([
      { toolSpec: { name: "pick", inputSchema: { json: { type: "object", properties: { a: string } } } } },
    ]);
    expect(codes).toEqual(["tool_schema_changed"]);
    expect(warnings[0]).toContain("pick");
  });
});
