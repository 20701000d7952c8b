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
