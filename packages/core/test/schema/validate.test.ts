import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validateJson } from "../../src/schema/validate.ts";
import type { JsonObject, JsonValue } from "../../src/types/json.ts";
import { errorOf } from "../support/bedrock.ts";

const issuesOf = (schema: JsonObject, value: unknown): string[] =>
  validateJson(schema, value).map(({ path, message }) => `${path}: ${message}`);

describe("validateJson", () => {
  test.each<[string, JsonObject, unknown, string[]]>([
    ["a type", { type: "string" }, 5, [": must be string, not number"]],
    ["several types", { type: ["string", "null"] }, [], [": must be string or null, not array"]],
    ["an integer", { type: "integer" }, 1.5, [": must be integer, not number"]],
    ["a choice of values", { enum: ["a", { b: [1] }] }, { b: [2] }, [': must be one of ["a",{"b":[1]}]']],
    ["a value", { const: null }, 0, [": must be null"]],
    ["a missing member", { required: ["a"] }, {}, ["a: is missing"]],
    [
      "a member too many",
      { properties: { a: {} }, additionalProperties: false },
      { a: 1, b: 2 },
      ["b: is not allowed"],
    ],
    [
      "other members",
      { additionalProperties: { type: "number" } },
      { "a b": "1" },
      ['["a b"]: must be number, not string'],
    ],
    [
      "members by pattern",
      { patternProperties: { "^x": { type: "number" } } },
      { xa: "1", y: "1" },
      ["xa: must be number, not string"],
    ],
    ["names of members", { propertyNames: { enum: ["a"] } }, { b: 1 }, ['b: must be one of ["a"]']],
    ["items", { items: { type: "number" } }, [1, "2"], ["[1]: must be number, not string"]],
    [
      "first items",
      { prefixItems: [{ type: "number" }], items: false },
      ["1", 2],
      ["[0]: must be number, not string", "[1]: is not allowed"],
    ],
    [
      "draft 7's first items",
      { items: [{ type: "number" }], additionalItems: false },
      ["1", 2],
      ["[0]: must be number, not string", "[1]: is not allowed"],
    ],
    [
      "equal items",
      { uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      [": must hold no item twice"],
    ],
    ["a short text", { minLength: 2 }, "😀", [": must have at least 2 characters"]],
    ["a long text", { maxLength: 1 }, "ab", [": must have at most 1 characters"]],
    ["few items", { minItems: 1 }, [], [": must have at least 1 items"]],
    ["many items", { maxItems: 1 }, [1, 2], [": must have at most 1 items"]],
    ["few members", { minProperties: 1 }, {}, [": must have at least 1 properties"]],
    ["many members", { maxProperties: 1 }, { a: 1, b: 2 }, [": must have at most 1 properties"]],
    ["limits", { minimum: 2, exclusiveMaximum: 1 }, 1, [": must be at least 2", ": must be less than 1"]],
    ["other limits", { maximum: 0, exclusiveMinimum: 1 }, 1, [": must be at most 0", ": must be more than 1"]],
    ["multiples", { multipleOf: 3 }, 4, [": must be a multiple of 3"]],
    ["a pattern", { pattern: "^a" }, "b", [": must match the pattern ^a"]],
    [
      "a pattern that only the old syntax knows",
      { pattern: "^[\\w-.]+$" },
      "a b",
      [": must match the pattern ^[\\w-.]+$"],
    ],
    ["all of", { allOf: [{ type: "number" }, { minimum: 2 }] }, 1, [": must be at least 2"]],
    ["several of one", { oneOf: [{ minimum: 1 }, { minimum: 2 }] }, 3, [": fits more than one alternative"]],
    ["not", { not: { type: "number" } }, 1, [": is what it must not be"]],
    // oxlint-disable-next-line unicorn/no-thenable -- the keyword is called so
    ["if and then", { if: { minimum: 5 }, then: { maximum: 6 } }, 7, [": must be at most 6"]],
    ["if and else", { if: { minimum: 5 }, else: { maximum: 3 } }, 4, [": must be at most 3"]],
    ["no value at all", { type: "object" }, undefined, [": must be object, not undefined"]],
  ])("tells %s", (_, schema, value, expected) => {
    expect(issuesOf(schema, value)).toEqual(expected);
  });

  test("of several alternatives, it tells what the closest misses", () => {
    const a = {
      type: "object",
      properties: { kind: { const: "a" }, size: { type: "number" } },
      required: ["kind", "size"],
    };
    const b = { type: "object", properties: { kind: { const: "b" } }, required: ["kind"], additionalProperties: false };
    expect(issuesOf({ anyOf: [b, a] }, { kind: "a", size: "1" })).toEqual([
      ": fits none of the alternatives",
      "size: must be number, not string",
    ]);
  });

  test("decimal multiples are not refused for the way that numbers are stored", () => {
    for (const price of [19.99, 0.07, 1.1, 1e15]) expect(issuesOf({ multipleOf: 0.01 }, price)).toEqual([]);
    expect(issuesOf({ multipleOf: 0.01 }, 19.995)).toHaveLength(1);
  });

  test("only own members count", () => {
    expect(issuesOf({ required: ["constructor", "__proto__"] }, {})).toEqual([
      "constructor: is missing",
      "__proto__: is missing",
    ]);
    const value: unknown = JSON.parse('{"__proto__":1,"constructor":1}');
    expect(issuesOf({ properties: {}, additionalProperties: false }, value)).toHaveLength(2);
    const schema = JSON.parse('{"properties":{"__proto__":{"type":"string"}}}') as JsonObject;
    expect(issuesOf(schema, value)).toEqual(["__proto__: must be string, not number"]);
  });

  describe("references", () => {
    const tree: JsonObject = {
      type: "object",
      properties: { name: { type: "string" }, children: { type: "array", items: { $ref: "#" } } },
      required: ["name"],
    };

    test("to the whole schema", () => {
      const value = { name: "a", children: [{ name: "b", children: [{ children: [] }] }] };
      expect(issuesOf(tree, value)).toEqual(["children[0].children[0].name: is missing"]);
    });

    test("to definitions, with escaped names", () => {
      const schema = { $defs: { "a/b~c d": { type: "number" } }, properties: { x: { $ref: "#/$defs/a~1b~0c%20d" } } };
      expect(issuesOf(schema, { x: "1" })).toEqual(["x: must be number, not string"]);
    });

    test("beside other keywords", () => {
      const schema = { definitions: { n: { type: "number" } }, $ref: "#/definitions/n", minimum: 5 };
      expect(issuesOf(schema, 1)).toEqual([": must be at least 5"]);
    });

    test.each(["#/$defs/none", "https://example.com/schema", "#anchor", "#/type/length", "#/__proto__"])(
      "that lead nowhere are an error: %s",
      ($ref) => {
        const error = errorOf(() => validateJson({ type: "object", properties: { a: { $ref } } }, { a: 1 }));
        expect(error).toMatchObject({ code: "ERR_INPUT", message: expect.stringContaining($ref) as unknown });
      },
    );

    test("in a circle end", () => {
      const schema: JsonObject = {
        $ref: "#/$defs/a",
        $defs: { a: { anyOf: [{ $ref: "#/$defs/b" }] }, b: { $ref: "#/$defs/a" } },
      };
      expect(issuesOf(schema, 1)).toEqual([]);
    });

    test("in alternatives are checked once for each place", () => {
      // Without that, each level doubles the work: 2 ** 200 checks.
      const schema: JsonObject = {
        anyOf: [{ $ref: "#/$defs/list" }],
        $defs: {
          list: {
            anyOf: [
              { type: "array", items: { $ref: "#/$defs/list" }, maxItems: 5 },
              { type: "array", items: { $ref: "#/$defs/list" } },
            ],
          },
        },
      };
      let value: JsonValue = 1;
      for (let depth = 0; depth < 200; depth++) value = [value];
      expect(issuesOf(schema, value)[0]).toBe(": fits none of the alternatives");
    });
  });

  test("what is nested too deeply is told, and exhausts no stack", () => {
    const value: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    expect(issuesOf({ items: { $ref: "#" } }, value)).toEqual([": must not be nested deeper than 256 levels"]);
  });

  test.each(["(?i)^b", "("])("a pattern that is no regular expression is not checked: %s", (pattern) => {
    expect(validateJson({ pattern }, "a")).toEqual([]);
    const schema: JsonObject = { patternProperties: { [pattern]: false }, additionalProperties: false };
    expect(validateJson(schema, { a: 1 })).toEqual([]);
  });
});

// The same verdict as ajv's, for any schema of the known keywords and any value.
describe("validateJson and ajv", () => {
  // ajv ignores a member `__proto__` of `properties`; that we do not is tested above.
  const declared = fc.constantFrom("a", "b", "constructor", "x y");
  const names = fc.constantFrom("a", "b", "__proto__", "constructor", "x y");
  const { value } = fc.letrec<{ value: JsonValue; leaf: JsonValue }>((tie) => ({
    leaf: fc.oneof(
      fc.constantFrom<JsonValue[]>(null, true, false, "", "a", "ab", "😀b", 0, 1, 2, 3.5, -1),
      fc.string({ maxLength: 3 }),
      fc.integer({ min: -3, max: 7 }),
    ),
    value: fc.oneof(
      { depthSize: "small" },
      tie("leaf"),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(names, tie("value"), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));
  const small = fc.integer({ min: 0, max: 3 });
  const type = fc.constantFrom("string", "number", "integer", "boolean", "null", "array", "object");
  const { schema } = fc.letrec<{ schema: JsonValue }>((tie) => {
    const some = (key: string, arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
      fc.option(arbitrary, { freq: 4 }).map((content) => (content === null ? {} : { [key]: content }));
    const schemas = fc.array(tie("schema"), { minLength: 1, maxLength: 3 });
    const groups = [
      fc.tuple(some("type", fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })))),
      fc.tuple(some("enum", fc.uniqueArray(value, { minLength: 1, maxLength: 3, selector: (v) => JSON.stringify(v) }))),
      fc.tuple(some("const", value)),
      fc.tuple(some("minLength", small), some("maxLength", small), some("pattern", fc.constantFrom("^a", "b$", "."))),
      fc.tuple(some("minItems", small), some("maxItems", small), some("uniqueItems", fc.boolean())),
      fc.tuple(some("items", tie("schema")), some("prefixItems", schemas)),
      fc.tuple(
        some("minProperties", small),
        some("maxProperties", small),
        some("required", fc.uniqueArray(names, { maxLength: 2 })),
      ),
      fc.tuple(
        some("properties", fc.dictionary(declared, tie("schema"), { maxKeys: 3, noNullPrototype: true })),
        some(
          "patternProperties",
          fc.dictionary(fc.constantFrom("^a", "^__", "y$"), tie("schema"), { maxKeys: 2, noNullPrototype: true }),
        ),
        some("additionalProperties", tie("schema")),
        some("propertyNames", fc.constantFrom({ maxLength: 1 }, { enum: ["a", "b"] })),
      ),
      fc.tuple(
        some("minimum", small),
        some("maximum", small),
        some("exclusiveMinimum", small),
        some("exclusiveMaximum", small),
      ),
      fc.tuple(some("multipleOf", fc.constantFrom(1, 2, 0.5))),
      fc.tuple(some("anyOf", schemas), some("oneOf", schemas), some("allOf", schemas)),
      fc.tuple(
        some("not", tie("schema")),
        some("if", tie("schema")),
        some("then", tie("schema")),
        some("else", tie("schema")),
      ),
    ];
    const merged = fc
      .tuple(fc.oneof(...groups), fc.oneof(...groups))
      .map((pair) => Object.assign({}, ...pair.flat()) as JsonValue);
    return {
      schema: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.boolean(),
        fc.constantFrom<JsonValue[]>(
          { $ref: "#/$defs/leaf" },
          { items: { $ref: "#" } },
          { properties: { a: { $ref: "#/$defs/node" } } },
        ),
        merged,
      ),
    };
  });
  const root = schema
    .filter((each) => typeof each === "object")
    .map((each) => ({
      ...(each as JsonObject),
      $defs: {
        leaf: { type: ["string", "number"] },
        node: { type: "object", properties: { b: { $ref: "#/$defs/node" } }, required: ["a"] },
      },
    }));

  /** For some schemas ajv writes code that names a variable which it does not declare: those it cannot judge. */
  const verdictOf = (validate: () => boolean): boolean | undefined => {
    try {
      return validate();
    } catch (error) {
      if (error instanceof ReferenceError) return undefined;
      throw error;
    }
  };

  test("agree on any schema and value", () => {
    const verdicts = { valid: 0, invalid: 0 };
    fc.assert(
      fc.property(root, fc.array(value, { minLength: 20, maxLength: 20 }), (schema, values) => {
        // A new instance each time: ajv keeps what it compiled.
        const ajv = new Ajv2020({
          meta: false,
          validateSchema: false,
          strict: false,
          ownProperties: true,
          validateFormats: false,
        });
        const validate = ajv.compile(schema);
        for (const each of values) {
          const isValid = verdictOf(() => validate(each));
          if (isValid === undefined) continue;
          verdicts[isValid ? "valid" : "invalid"]++;
          expect(validateJson(schema, each).length === 0, `schema and value: ${JSON.stringify([schema, each])}`).toBe(
            isValid,
          );
        }
      }),
      { numRuns: 150 },
    );
    expect(verdicts.valid).toBeGreaterThan(200);
    expect(verdicts.invalid).toBeGreaterThan(200);
  }, 60_000);
});
