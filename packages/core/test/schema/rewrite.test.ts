import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { toObjectSchema, toStrictSchema } from "../../src/schema/rewrite.ts";
import { toJsonSchema } from "../../src/schema/json-schema.ts";
import { validateJson } from "../../src/schema/validate.ts";
import type { JsonObject, JsonValue } from "../../src/types/json.ts";

const fits = (schema: JsonObject, value: unknown): boolean => validateJson(schema, value).length === 0;

/** The strict schema of one with this as its only member. */
const strictMember = (member: JsonObject): unknown => {
  const strict = toStrictSchema({ type: "object", properties: { a: member }, required: ["a"] });
  if ("reason" in strict) return strict.reason;
  const { properties } = strict.schema as { properties: { a: unknown } };
  return properties.a;
};

test("a required name that is no text is refused, not read", () => {
  for (const name of [{ toString: {} }, 1, ["a"]]) {
    const strict = toStrictSchema({ type: "object", properties: { a: {}, 1: {} }, required: [name] });
    expect("reason" in strict).toBe(true);
  }
});

describe("toObjectSchema", () => {
  test("leaves an object as it is", () => {
    const schema = { type: "object", properties: { a: {} } };
    expect(toObjectSchema(schema)).toEqual({ schema });
    expect(toObjectSchema(schema).schema).toBe(schema);
  });

  test.each<[string, JsonObject]>([
    ["a list", { type: "array", items: { type: "number" } }],
    ["a text", { type: "string" }],
    ["a choice", { anyOf: [{ type: "object" }, { type: "null" }] }],
    ["an object that is a choice", { type: "object", oneOf: [{ required: ["a"] }, { required: ["b"] }] }],
    ["a reference", { $ref: "#/$defs/a", $defs: { a: { type: "object" } } }],
    ["anything", {}],
  ])("wraps %s", (_, schema) => {
    const { schema: wrapped, wrapper } = toObjectSchema(schema);
    expect(wrapper).toBe("value");
    expect(wrapped).toMatchObject({ type: "object", required: ["value"], additionalProperties: false });
    expect("$defs" in wrapped).toBe("$defs" in schema);
  });

  test("references lead to the same as before", () => {
    const tree: JsonObject = {
      $defs: { leaf: { type: "object", properties: { up: { $ref: "#/properties/name" }, tree: { $ref: "#" } } } },
      properties: { name: { type: "string" }, children: { items: { $ref: "#" } }, leaf: { $ref: "#/$defs/leaf" } },
      required: ["name"],
    };
    const { schema } = toObjectSchema(tree);
    const value = (leaf: JsonValue, ...children: JsonValue[]): JsonValue => ({ name: "a", leaf, children });
    for (const each of [
      value({ up: "b", tree: { name: "c" } }, value({})),
      value({ up: 1 }),
      value({ tree: {} }),
      value({}, { name: 1 }),
      value({}, value({}, {})),
    ]) {
      expect(fits(schema, { value: each })).toBe(fits(tree, each));
    }
  });
});

describe("toStrictSchema", () => {
  test.each<[string, JsonObject, unknown]>([
    [
      "numbers' limits",
      { type: "number", minimum: 1, exclusiveMaximum: 5, multipleOf: 2 },
      { type: "number", description: "(minimum: 1, exclusiveMaximum: 5, multipleOf: 2)" },
    ],
    [
      "texts' limits",
      { type: "string", description: "A name", minLength: 1, maxLength: 5, pattern: "^a" },
      { type: "string", description: 'A name (minLength: 1, maxLength: 5, pattern: "^a")' },
    ],
    [
      "lists' limits",
      { type: "array", items: { type: "string" }, minItems: 2, maxItems: 3, uniqueItems: true },
      { type: "array", items: { type: "string" }, description: "(minItems: 2, maxItems: 3, uniqueItems: true)" },
    ],
    [
      "unknown formats",
      { type: "string", format: "iso-week" },
      { type: "string", description: '(format: "iso-week")' },
    ],
    [
      "defaults and examples",
      { type: "string", default: "a", examples: ["b"] },
      { type: "string", description: '(default: "a", examples: ["b"])' },
    ],
    ["conditions", { type: "string", not: { const: "x" } }, { type: "string", description: '(not: {"const":"x"})' }],
    [
      "values that are no primitives",
      { type: "array", items: { type: "number" }, const: [1] },
      { type: "array", items: { type: "number" }, description: "(const: [1])" },
    ],
  ])("moves %s into the description", (_, member, expected) => {
    expect(strictMember(member)).toEqual(expected);
  });

  test.each<[string, JsonObject]>([
    ["types", { type: ["string", "null"] }],
    ["values", { enum: ["a", 1, null] }],
    ["one value", { const: "a" }],
    ["known formats", { type: "string", format: "date-time" }],
    ["a list that is not empty", { type: "array", items: { type: "string" }, minItems: 1 }],
    ["a choice", { anyOf: [{ type: "string" }, { type: "number" }] }],
  ])("keeps %s", (_, member) => {
    expect(strictMember(member)).toEqual(member);
  });

  test.each<[string, JsonObject, unknown]>([
    [
      "closes objects",
      { type: "object", properties: {} },
      { type: "object", properties: {}, additionalProperties: false },
    ],
    [
      "closes open objects that name their members",
      { type: "object", properties: { b: { type: "null" } }, additionalProperties: {} },
      { type: "object", properties: { b: { type: "null" } }, additionalProperties: false },
    ],
    [
      "names the type of objects",
      { properties: { b: { type: "null" } } },
      { type: "object", properties: { b: { type: "null" } }, additionalProperties: false },
    ],
    ["makes oneOf anyOf", { oneOf: [{ type: "null" }] }, { anyOf: [{ type: "null" }] }],
    ["leaves out what says nothing", { $comment: "c", title: "T", type: "string", readOnly: true }, { type: "string" }],
    ["leaves out the limits of safe integers", toJsonSchema(z.int()), { type: "integer" }],
  ])("%s", (_, member, expected) => {
    expect(strictMember(member)).toEqual(expected);
  });

  test("keeps the definitions that are referred to, and lets a reference stand alone", () => {
    const schema: JsonObject = {
      type: "object",
      properties: {
        from: { $ref: "#/definitions/place" },
        to: { $ref: "#/definitions/place", description: "Where to" },
      },
      required: ["from", "to"],
      definitions: {
        place: { type: "object", properties: { at: { $ref: "#/definitions/id" } }, required: ["at"] },
        id: { type: "integer", minimum: 1 },
        unused: { type: "object", additionalProperties: true },
      },
    };
    expect(toStrictSchema(schema)).toEqual({
      isLarge: false,
      schema: {
        type: "object",
        properties: {
          from: { $ref: "#/$defs/place" },
          to: { anyOf: [{ $ref: "#/$defs/place" }], description: "Where to" },
        },
        required: ["from", "to"],
        additionalProperties: false,
        $defs: {
          place: {
            type: "object",
            properties: { at: { $ref: "#/$defs/id" } },
            required: ["at"],
            additionalProperties: false,
          },
          id: { type: "integer", description: "(minimum: 1)" },
        },
      },
    });
  });

  const recursive = z.object({
    get children() {
      return z.array(recursive);
    },
  });
  test.each<[string, JsonObject, RegExp]>([
    ["a map", toJsonSchema(z.record(z.string(), z.number())), /any names/],
    ["an object of anything", { type: "object" }, /any names/],
    [
      "members beside those that are named",
      { type: "object", properties: { b: { type: "null" } }, additionalProperties: { type: "string" } },
      /any names/,
    ],
    ["a required member that is not named", { type: "object", properties: {}, required: ["b"] }, /any names/],
    ["members by pattern", { type: "object", properties: {}, patternProperties: { "^x": {} } }, /any names/],
    ["anything", {}, /anything/],
    ["any boolean schema", { anyOf: [true] }, /anything/],
    ["a list of anything", { type: "array" }, /anything/],
    ["a tuple", toJsonSchema(z.tuple([z.string(), z.number()])), /each place/],
    ["allOf", { allOf: [{ type: "string" }] }, /allOf/],
    ["a reference out of the definitions", { $ref: "#/properties/a" }, /reference/],
    ["a reference out of the schema", { $ref: "https://example.com/a" }, /reference/],
  ])("gives none for %s", (_, member, reason) => {
    expect(strictMember(member)).toMatch(reason);
  });

  test("gives none for recursion", () => {
    expect(toStrictSchema(toJsonSchema(recursive))).toEqual({
      reason: expect.stringMatching(/reference #/) as unknown,
    });
    const list: JsonObject = {
      type: "object",
      properties: { list: { $ref: "#/$defs/list" } },
      $defs: { list: { type: "object", properties: { next: { $ref: "#/$defs/list" } } } },
    };
    expect(toStrictSchema(list)).toEqual({ reason: "recursion" });
  });

  test("tells when there are more optional members or choices than Claude takes", () => {
    const withMembers = (count: number, member: JsonObject, isRequired: boolean): JsonObject => {
      const names = Array.from({ length: count }, (_, index) => `m${index}`);
      const properties = Object.fromEntries(names.map((name) => [name, member]));
      return { type: "object", properties, ...(isRequired && { required: names }) };
    };
    const choice: JsonObject = { anyOf: [{ type: "string" }, { type: "null" }] };
    for (const [schema, isLarge] of [
      [withMembers(24, { type: "string" }, false), false],
      [withMembers(25, { type: "string" }, false), true],
      [withMembers(30, { type: "string" }, true), false],
      [withMembers(16, choice, true), false],
      [withMembers(17, choice, true), true],
      [withMembers(17, { type: ["string", "null"] }, true), true],
    ] as const) {
      expect(toStrictSchema(schema)).toMatchObject({ isLarge });
    }
  });

  test("names that mean something to JavaScript are names like others", () => {
    const member = JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"string","minLength":1}}}',
    ) as JsonObject;
    expect(JSON.stringify(strictMember(member))).toContain(
      '"__proto__":{"type":"string","description":"(minLength: 1)"}',
    );
  });

  test("whatever fits a schema fits its strict form, which holds only what Bedrock knows and does not change again", () => {
    const leaf = fc.constantFrom<JsonObject[]>(
      { type: "string", minLength: 2, pattern: "a" },
      { type: "integer", minimum: 1, maximum: 3 },
      { enum: ["a", 1, null] },
      { const: true },
      { $ref: "#/$defs/place" },
      { type: ["number", "null"], multipleOf: 2 },
    );
    const { node } = fc.letrec<{ node: JsonObject }>((tie) => ({
      node: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc.array(tie("node"), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
        fc.tuple(tie("node"), fc.nat(3)).map(([items, minItems]) => ({ type: "array", items, minItems })),
        fc
          .tuple(fc.dictionary(fc.constantFrom("a", "b", "c"), tie("node"), { noNullPrototype: true }), fc.boolean())
          .map(([properties, isRequired]) => ({
            type: "object",
            properties,
            additionalProperties: false,
            required: isRequired ? Object.keys(properties) : [],
          })),
      ),
    }));
    const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom<JsonValue[]>("", "a", "ab", 1, 2, 3, 4, null, true, { lat: 1 }),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { noNullPrototype: true }),
      ),
    }));
    const $defs: JsonObject = {
      place: {
        type: "object",
        properties: { lat: { type: "number", maximum: 90 } },
        required: ["lat"],
        additionalProperties: false,
      },
    };
    const known =
      /^(type|description|enum|const|anyOf|\$ref|properties|required|additionalProperties|items|minItems|\$defs)$/;
    fc.assert(
      fc.property(node, fc.array(value, { minLength: 10, maxLength: 10 }), (member, values) => {
        const schema: JsonObject = {
          type: "object",
          properties: { a: member },
          required: ["a"],
          additionalProperties: false,
          $defs,
        };
        const strict = toStrictSchema(schema);
        if ("reason" in strict) return expect.unreachable(strict.reason);
        for (const a of values) if (fits(schema, { a })) expect(fits(strict.schema, { a })).toBe(true);
        const keywordsOf = (part: JsonValue | undefined): void => {
          if (typeof part !== "object" || part === null || Array.isArray(part)) return;
          const { properties, items, anyOf, $defs: definitions } = part as JsonObject;
          for (const keyword of Object.keys(part)) expect(keyword).toMatch(known);
          for (const map of [properties, definitions]) Object.values(map ?? {}).forEach(keywordsOf);
          keywordsOf(items);
          for (const each of (anyOf as JsonValue[] | undefined) ?? []) keywordsOf(each);
        };
        keywordsOf(strict.schema);
        expect(toStrictSchema(strict.schema)).toEqual(strict);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
