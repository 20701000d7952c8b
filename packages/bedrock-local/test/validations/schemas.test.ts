import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hi, MODELS, refusalText } from "./support.ts";

const closed = { additionalProperties: false };
const format = (schema: unknown): object => ({
  messages: [hi],
  outputConfig: {
    textFormat: {
      type: "json_schema",
      structure: { jsonSchema: { schema: typeof schema === "string" ? schema : JSON.stringify(schema) } },
    },
  },
});
const problem = (text: string): string =>
  `The model returned the following errors: output_config.format.schema: ${text}`;

describe("the schema of an answer", () => {
  it.each(["", "{", "[]", '"x"', "1"])("must be an object in JSON (our words): %j", (schema) => {
    expect(refusalText(format(schema), MODELS.qwen)).toContain("is not a JSON Schema");
  });

  it.each([
    [{ type: "object" }, "For 'object' type, 'additionalProperties' must be explicitly set to false"],
    [{ type: "array", maxItems: 3 }, "For 'array' type, property 'maxItems' is not supported"],
    [{ type: "array", minItems: 2 }, "For 'array' type, 'minItems' values other than 0 or 1 are not supported"],
    [{ type: "number", minimum: 1, maximum: 5 }, "For 'number' type, properties maximum, minimum are not supported"],
    [{ type: ["null", "integer"], multipleOf: 2 }, "For 'integer' type, property 'multipleOf' is not supported"],
    [{ type: "string", maxLength: 2 }, "For 'string' type, property 'maxLength' is not supported"],
  ])("keeps to what Claude knows: %j", (schema, text) => {
    expect(refusalText(format(schema))).toBe(problem(text));
    for (const outer of [
      { type: "object", ...closed, properties: { a: schema } },
      { type: "array", items: schema },
      { anyOf: [{ type: "null" }, schema] },
      { $defs: { a: schema } },
    ]) {
      expect(refusalText(format(outer))).toBe(problem(text));
    }
    expect(refusalText(format(schema), MODELS.qwen)).toBeUndefined();
  });

  it.each([
    { type: "object", ...closed, properties: { maximum: { type: "string" }, minLength: { type: "integer" } } },
    { type: "array", minItems: 1, items: { type: "string", pattern: "a+", format: "date" } },
    { enum: ["a"], description: "maxItems" },
  ])("may be anything else: %j", (schema) => expect(refusalText(format(schema))).toBeUndefined());

  it("may be nested to any depth", () => {
    const deep = `${'{"type":"array","items":'.repeat(50_000)}{"type":"object"}${"}".repeat(50_000)}`;
    expect(refusalText(format(deep))).toMatch(/additionalProperties|is not a JSON Schema/);
  });

  it("never breaks the validator", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (schema) => {
        expect(() => refusalText(format(schema))).not.toThrow();
      }),
    );
  });
});

describe("the schema of a strict tool", () => {
  const tools = (strict: boolean): object => ({
    messages: [hi],
    toolConfig: { tools: [{ toolSpec: { name: "a", inputSchema: { json: { type: "object" } }, strict } }] },
  });

  it("keeps to the same rules", () => {
    expect(refusalText(tools(true))).toBe(
      "The model returned the following errors: tools.0.custom: For 'object' type, 'additionalProperties' must be explicitly set to false",
    );
    expect(refusalText(tools(false))).toBeUndefined();
  });
});
