import { describe, expect, it } from "vitest";
import { createPrompt } from "../../../src/models/schema/find-value.ts";
import { fillSchema } from "../../../src/models/schema/fill-schema.ts";
import { resolveSchema, type Schema } from "../../../src/models/schema/schema.ts";

const text = { type: "string" };
const integer = { type: "integer" };

describe("a resolved schema", () => {
  it("has the properties and the demands of all parts of allOf", () => {
    const schema: Schema = {
      type: "object",
      properties: { city: text },
      required: ["city"],
      allOf: [
        { properties: { days: integer }, required: ["days", "city"] },
        { properties: { city: { minLength: 3 } }, additionalProperties: false },
      ],
    };
    expect(resolveSchema(schema, schema)).toEqual({
      type: "object",
      properties: { city: { allOf: [text, { minLength: 3 }] }, days: integer },
      required: ["city", "days"],
      additionalProperties: false,
    });
  });

  it.each([
    ["#/$defs/city", "city"],
    ["#/$defs/a~1b~0c", "a/b~c"],
    ["#/$defs/list/prefixItems/1", "second"],
    ["#", undefined],
    ["#/$defs/nothing", undefined],
    ["#/$defs/constructor", undefined],
    ["#/$defs/list/prefixItems/9", undefined],
  ])("follows the reference %s", ($ref, title) => {
    const root: Schema = {
      $defs: {
        city: { title: "city" },
        "a/b~c": { title: "a/b~c" },
        list: { prefixItems: [{ title: "first" }, { title: "second" }] },
      },
    };
    expect(resolveSchema({ $ref }, root)["title"]).toBe(title);
  });

  it("ends where references go in a circle", () => {
    const root: Schema = { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } };
    expect(resolveSchema({ $ref: "#/$defs/a" }, root)).toEqual({});
  });
});

describe("presets", () => {
  it.each<[string, Schema, unknown]>([
    ["a default", { type: "string", default: "x" }, "x"],
    ["a default among the choices", { enum: ["a", "b"], default: "b" }, "b"],
    ["an example", { type: "integer", examples: [42] }, 42],
    ["a switch", { type: "boolean", default: true }, true],
  ])("stand where the prompt says nothing: %s", (_, schema, value) => {
    expect(fillSchema(schema, createPrompt(["Hello"]))).toBe(value);
  });

  it.each<[string, Schema, unknown]>([
    ["too large", { type: "integer", maximum: 5, default: 42 }, 42],
    ["of another type", { type: "string", default: 7 }, 7],
    ["no choice", { enum: ["a", "b"], default: "c" }, "c"],
  ])("do not count when they are invalid: %s", (_, schema, value) => {
    expect(fillSchema(schema, createPrompt(["Hello"]))).not.toBe(value);
  });
});
