import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { isIPv4, isIPv6 } from "node:net";
import { describe, expect, it } from "vitest";
import { createPrompt } from "../../../src/models/schema/find-value.ts";
import { fillSchema } from "../../../src/models/schema/fill-schema.ts";
import type { Schema } from "../../../src/models/schema/schema.ts";
import type { Json } from "../../../src/wire.ts";

const ajv = new Ajv2020({ strict: false, allErrors: true, ownProperties: true });

/** A date that exists, with or without a time in UTC. */
function isDate(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text.slice(0, 10));
}

const HOSTNAME = /^[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*$/i;
const FORMATS: Record<string, (text: string) => boolean> = {
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && isDate(text),
  "date-time": (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text) && isDate(text),
  time: (text) => /^\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text) && isDate(`2026-01-01T${text}`),
  email: (text) => /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/.test(text),
  uri: (text) => /^[a-z][a-z\d+.-]*:\S+$/i.test(text) && URL.canParse(text),
  uuid: (text) => /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(text),
  ipv4: isIPv4,
  ipv6: isIPv6,
  hostname: (text) => text.length <= 253 && HOSTNAME.test(text),
  duration: (text) => /^P(?!$)(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/.test(text),
};
for (const [name, isValid] of Object.entries(FORMATS)) ajv.addFormat(name, isValid);

function findProblems(schema: Schema, value: Json): unknown[] {
  return ajv.validate(schema, value) ? [] : (ajv.errors ?? []);
}

const fill = (schema: Schema, ...texts: string[]): Json => fillSchema(schema, createPrompt(texts));

function object(properties: Record<string, Json>, required = Object.keys(properties)): Schema {
  return { type: "object", properties, required, additionalProperties: false };
}

const text: Json = { type: "string" };
const number: Json = { type: "number" };
const integer: Json = { type: "integer" };

describe("values from the prompt", () => {
  it.each<[string, Schema, Json]>([
    ["What's the weather in Paris?", object({ city: text }), { city: "Paris" }],
    ["Weather for New York, please", object({ location: text }), { location: "New York" }],
    ["Is it raining in oslo?", object({ city: text }), { city: "Oslo" }],
    ["Is it raining in smallville?", object({ city: text }), { city: "smallville" }],
    ["What is the capital of France?", object({ city: text, country: text }), { city: "Paris", country: "France" }],
    ["Add 2 and 3", object({ a: number, b: number }), { a: 2, b: 3 }],
    ["Add 20 + 22", object({ x: integer, y: integer }), { x: 20, y: 22 }],
    ["Subtract 5 from -7.5", object({ a: number, b: number }), { a: 5, b: -7.5 }],
    ["Book 3 nights for 2 guests", object({ guests: integer, nights: integer }), { guests: 2, nights: 3 }],
    ["Ada Lovelace is 36 years old.", object({ name: text, age: integer }), { name: "Ada Lovelace", age: 36 }],
    ["My name is Grace and I am 45", object({ name: text, age: integer }), { name: "Grace", age: 45 }],
    ["Mail ada@example.org now", object({ email: text }), { email: "ada@example.org" }],
    [
      "Open https://example.org/a?b=1.",
      object({ url: { type: "string", format: "uri" } }),
      { url: "https://example.org/a?b=1" },
    ],
    [
      "Meet on 2026-05-17 at 14:30",
      object({ date: { type: "string", format: "date" }, time: text }),
      { date: "2026-05-17", time: "14:30" },
    ],
    ['Send "good luck" to Bo', object({ message: text, name: text }), { message: "good luck", name: "Bo" }],
    ["Calculate 12 * (3 + 4)", object({ expression: text }), { expression: "12 * (3 + 4)" }],
    ["Search the web for red shoes", object({ query: text }), { query: "red shoes" }],
    ["In fahrenheit, Rome", object({ unit: { enum: ["celsius", "fahrenheit"] } }), { unit: "fahrenheit" }],
    [
      "Priority: high. Title: Broken lamp",
      object({ title: text, priority: { type: "string", enum: ["low", "high"] } }),
      { title: "Broken lamp", priority: "high" },
    ],
    ["List the files without hidden ones", object({ hidden: { type: "boolean" } }), { hidden: false }],
    ["List the files with hidden ones", object({ hidden: { type: "boolean" } }), { hidden: true }],
    [
      "Compare Paris, Rome and Oslo",
      object({ cities: { type: "array", items: text } }),
      { cities: ["Paris", "Rome", "Oslo"] },
    ],
    ["Average of 3, 5 and 1,000", object({ values: { type: "array", items: number } }), { values: [3, 5, 1000] }],
    [
      "Tags: fast, small and sharp",
      object({ tags: { type: "array", items: text } }),
      { tags: ["fast", "small", "sharp"] },
    ],
    ["Read notes/today.md", object({ path: text }), { path: "notes/today.md" }],
    ["Where is order 4711?", object({ orderId: text }), { orderId: "4711" }],
    ["Fly from Oslo to Rome", object({ origin: text, destination: text }), { origin: "Oslo", destination: "Rome" }],
  ])("%s", (prompt, schema, value) => {
    expect(fill(schema, prompt)).toEqual(value);
  });

  it.each<[string, Schema, Json]>([
    [
      "Order 2 notebooks and 12 pens",
      object({ product: { type: "string", enum: ["pen", "notebook"] } }),
      { product: "notebook" },
    ],
    [
      "Order 2 notebooks and 12 pens",
      object({ products: { type: "array", items: { enum: ["pen", "notebook", "box"] } } }),
      { products: ["notebook", "pen"] },
    ],
    [
      "Order 2 boxes and 3 berries",
      object({ products: { type: "array", items: { enum: ["pen", "berry", "box"] } } }),
      { products: ["box", "berry"] },
    ],
    ["Open the pencil case", object({ product: { enum: ["cup", "pen"] } }), { product: "cup" }],
  ])("finds the values of an enum in the plural: %s", (prompt, schema, value) => {
    expect(fill(schema, prompt)).toEqual(value);
  });

  it.each<[string, Json]>([
    [
      "Please send me 2 notebooks and 12 red pens.",
      [
        ["notebooks", 2],
        ["red pens", 12],
      ],
    ],
    [
      "I need 3 lamps, 1 desk, and two chairs by Monday",
      [
        ["lamps", 3],
        ["desk", 1],
        ["chairs", 2],
      ],
    ],
    ["Ship 4 boxes of nails today, please", [["nails", 4]]],
    [
      'Please send me 2 copies of "Dune" and 12 copies of "Emma"',
      [
        ["Dune", 2],
        ["Emma", 12],
      ],
    ],
  ])("takes what is counted for the text of a list's object: %s", (prompt, pairs) => {
    const item = object({ title: text, copies: integer });
    const list = fill(object({ items: { type: "array", items: item } }), prompt);
    const expected = Array.isArray(pairs) ? pairs : [];
    expect(list).toEqual({
      items: expected.map((pair) => (Array.isArray(pair) ? { title: pair[0], copies: pair[1] } : pair)),
    });
  });

  it("takes what is counted for the texts of a list, and for names where there are none", () => {
    const products = object({ products: { type: "array", items: text } });
    expect(fill(products, "Order 2 notebooks and 12 pens for 3 days")).toEqual({ products: ["notebooks", "pens"] });
    const named = object({ items: { type: "array", items: object({ name: text, quantity: integer }) } });
    expect(fill(named, "order 2 notebooks and 12 pens")).toEqual({
      items: [
        { name: "notebooks", quantity: 2 },
        { name: "pens", quantity: 12 },
      ],
    });
    const one = object({ label: text, note: { type: ["string", "null"] } });
    expect(fill(one, "order 2 notebooks")).toEqual({ label: "label", note: null });
  });

  it("fills what is optional only when the prompt speaks for it", () => {
    const schema = object({ city: text, unit: { type: "string", enum: ["c", "f"] }, days: integer }, ["city"]);
    expect(fill(schema, "Weather in Paris?")).toEqual({ city: "Paris" });
    expect(fill(schema, "Weather in Paris for 3 days?")).toEqual({ city: "Paris", days: 3 });
  });

  it("looks into the first text first", () => {
    expect(fill(object({ city: text }), "the time in Rome", "weather in Paris and the time in Rome")).toEqual({
      city: "Rome",
    });
    expect(fill(object({ city: text }), "and the time", "weather in Paris")).toEqual({ city: "Paris" });
  });

  it("takes what a tool returned under the same name", () => {
    const schema = object({ temperature: number, city: text });
    expect(fillSchema(schema, createPrompt(["How warm is Paris?"], { temperature: 21.5 }))).toEqual({
      temperature: 21.5,
      city: "Paris",
    });
  });

  it("reads a list of objects as long as there is something new", () => {
    const item = object({ name: text, age: integer });
    expect(fill(object({ people: { type: "array", items: item } }), "Ada is 36 and Bo is 7")).toEqual({
      people: [
        { name: "Ada", age: 36 },
        { name: "Bo", age: 7 },
      ],
    });
  });

  it("chooses the alternative that the prompt speaks for, by its tag or its values", () => {
    const circle = object({ kind: { const: "circle" }, radius: number });
    const square = object({ kind: { const: "square" }, side: number });
    expect(fill({ oneOf: [circle, square] }, "Draw a square with side 4")).toEqual({ kind: "square", side: 4 });
    const nullable = object({ email: { anyOf: [text, { type: "null" }] }, age: { type: ["null", "integer"] } });
    expect(fill(nullable, "Nothing here")).toEqual({ email: null, age: null });
    expect(fill(nullable, "Ada, age 36, ada@example.org")).toEqual({ email: "ada@example.org", age: 36 });
  });
});

describe("values for want of any in the prompt", () => {
  it.each<[Schema, Json]>([
    [{ const: { a: 1 } }, { a: 1 }],
    [object({ unit: { type: "string", enum: ["a", "b"], default: "b" } }), { unit: "b" }],
    [object({ city: { type: "string", examples: ["Lima"] } }), { city: "Lima" }],
    [object({ city: text, email: text }), { city: "Paris", email: "ada@example.com" }],
    [object({ rating: { type: "integer", minimum: 3 } }), { rating: 3 }],
    [{ type: "string", pattern: "^[A-Z]{3}-\\d{2,4}$" }, "AAA-00"],
  ])("%j", (schema, value) => {
    expect(fill(schema, "")).toEqual(value);
  });

  it("never takes a default that is not valid", () => {
    expect(fill(object({ n: { type: "integer", default: "x" } }), "")).toEqual({ n: 1 });
  });

  it("ends on schemas that hold themselves", () => {
    const schema: Schema = {
      type: "object",
      properties: {
        name: text,
        children: { type: "array", items: { $ref: "#" } },
        next: { anyOf: [{ $ref: "#" }, { type: "null" }] },
      },
      required: ["name", "children", "next"],
    };
    const value = fill(schema, "Ada and Bo");
    expect(ajv.validate(schema, value)).toBe(true);
  });
});

describe("a schema that asks for more than can be made", () => {
  const self: Json = { $ref: "#" };
  const size = (value: Json): number => JSON.stringify(value).length;

  it.each<[string, Schema]>([
    ["items", { type: "array", minItems: 1e8, items: text }],
    ["different items", { type: "array", minItems: 1e8, uniqueItems: true, items: { type: "boolean" } }],
    ["members", { type: "object", minProperties: 1e8 }],
    ["characters", { type: "string", minLength: 1e9 }],
    ["repetitions", { type: "string", pattern: "^a{900000000}$" }],
    ["repetitions of repetitions", { type: "string", pattern: "^((a{5000}){5000}){5000}$" }],
    ["groups", { type: "string", pattern: `${"(".repeat(20_000)}a${")".repeat(20_000)}`, minLength: 2 }],
  ])("gets fewer %s", (_, schema) => {
    expect(size(fill(schema, "Hello"))).toBeLessThan(100_000);
  });

  it("gets fewer items of items", () => {
    const nest = (items: Json, levels: number): Json =>
      levels === 0 ? items : { type: "array", minItems: 1e6, items: nest(items, levels - 1) };
    expect(size(fill({ type: "array", items: nest(text, 5) }, "Hello"))).toBeLessThan(1_000_000);
  });

  it.each<[string, Schema]>([
    ["a member", { type: "object", properties: { c: self }, required: ["c"] }],
    ["two members", { type: "object", properties: { a: self, b: self }, required: ["a", "b"] }],
    ["all items", { type: "array", prefixItems: [self, self, self] }],
    ["an alternative", { anyOf: [self] }],
    ["many alternatives", { type: "object", properties: { a: { anyOf: Array.from({ length: 30 }, () => self) } } }],
    ["many parts", { allOf: Array.from({ length: 30 }, () => self) }],
    [
      "parts of parts",
      Object.fromEntries([
        ["$ref", "#/p0"],
        ...Array.from({ length: 19 }, (_unused, index) => [
          `p${index}`,
          { allOf: Array.from({ length: 4 }, () => ({ $ref: `#/p${index + 1}` })) },
        ]),
      ]),
    ],
  ])("ends although it needs itself as %s", (_, schema) => {
    expect(size(fill(schema, "Paris, Rome and 3 more"))).toBeLessThan(1_000_000);
  });

  it("is filled where it is merely large", () => {
    const names = Array.from({ length: 400 }, (_, index) => `p${index}`);
    const schema = object(Object.fromEntries(names.map((name) => [name, { type: "array", items: text, minItems: 5 }])));
    expect(findProblems(schema, fill(schema, "Hello"))).toEqual([]);
    const deep = names.slice(0, 60).reduce<Schema>((inner, name) => object({ [name]: inner }), object({ x: text }));
    expect(findProblems(deep, fill(deep, "Hello"))).toEqual([]);
    const list: Schema = { type: "array", items: integer, minItems: 1_000, uniqueItems: true };
    expect(findProblems(list, fill(list, ""))).toEqual([]);
  });
});

const bounds = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 60 }));
const scalar: fc.Arbitrary<Schema> = fc.oneof(
  fc.constantFrom<Schema[]>(
    { type: "string" },
    { type: "boolean" },
    { type: "null" },
    { type: "number" },
    { type: "integer" },
    { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
    { type: "integer", multipleOf: 7, minimum: 3 },
    { type: "number", multipleOf: 0.5, maximum: -3 },
    { enum: ["a", 1, null, true] },
    { const: "fixed" },
    { type: ["string", "null"] },
    { type: "string", pattern: "^[a-f]{2,3}(?:-|_)\\d+$" },
    { type: "string", pattern: "^\\+?[1-9]\\d{6,14}$" },
    { type: "string", pattern: "[^a-z]{3}", minLength: 5, maxLength: 20 },
  ),
  bounds.map(([low, size]): Schema => ({ type: "integer", minimum: low, maximum: low + size })),
  bounds.map(([low, size]): Schema => ({ type: "number", exclusiveMinimum: low, exclusiveMaximum: low + size })),
  fc.constantFrom(...Object.keys(FORMATS)).map((format): Schema => ({ type: "string", format })),
  fc
    .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }))
    .map(([least, more]): Schema => ({ type: "string", minLength: least, maxLength: least + more })),
);
const propertyName = fc.constantFrom(
  "city",
  "name",
  "age",
  "email",
  "date",
  "count",
  "tags",
  "unit",
  "query",
  "x",
  "constructor",
);
const { schema: anySchema } = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, depthIdentifier: "schema" },
    scalar,
    fc
      .record({
        properties: fc.dictionary(propertyName, tie("schema"), { maxKeys: 4, depthIdentifier: "schema" }),
        keep: fc.infiniteStream(fc.boolean()),
        closed: fc.boolean(),
      })
      .map(({ properties, keep, closed }): Schema => ({
        type: "object",
        properties,
        required: Object.keys(properties).filter(() => keep.next().value),
        ...(closed ? { additionalProperties: false } : {}),
      })),
    fc
      .record({ items: tie("schema"), least: fc.integer({ min: 0, max: 3 }), more: fc.integer({ min: 0, max: 3 }) })
      .map(({ items, least, more }): Schema => ({ type: "array", items, minItems: least, maxItems: least + more })),
    fc
      .integer({ min: 1, max: 3 })
      .map((minItems): Schema => ({ type: "array", items: { enum: ["r", "g", "b"] }, minItems, uniqueItems: true })),
    fc
      .constantFrom<Schema[]>({ type: "string" }, { type: "integer" }, { type: "number", minimum: 2 })
      .map((items): Schema => ({ type: "array", items, minItems: 3, uniqueItems: true })),
    fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((anyOf): Schema => ({ anyOf })),
    tie("schema").map((part): Schema => ({ allOf: [part], $defs: {} })),
    fc.array(tie("schema"), { minLength: 2, maxLength: 2 }).map((prefixItems): Schema => ({
      type: "array",
      prefixItems,
      items: false,
      minItems: 2,
    })),
  ),
}));
const anyPrompt = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    "Weather in Paris, Rome and Oslo for 3 days?",
    'Ada (36, ada@example.org) wrote "x" on 2026-02-30 at 25:99 with unit: r, count 4.5, age -7',
  ),
);

describe("any schema of the known keywords", () => {
  it("is filled with a valid value, whatever was said", () => {
    fc.assert(
      fc.property(anySchema, anyPrompt, (schema, prompt) => {
        const value = fill(schema, prompt);
        expect({ value, problems: findProblems(schema, value) }).toEqual({ value, problems: [] });
        expect(fill(schema, prompt)).toEqual(value);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it("is filled also where it stands behind references and is one of several", () => {
    fc.assert(
      fc.property(anySchema, anyPrompt, (part, prompt) => {
        const schema: Schema = {
          $defs: {
            "a/b": part,
            tagged: {
              type: "object",
              properties: { kind: { const: "t" }, part: { $ref: "#/$defs/a~1b" } },
              required: ["kind", "part"],
            },
          },
          type: "object",
          properties: { one: { $ref: "#/$defs/a~1b" }, two: { oneOf: [{ $ref: "#/$defs/tagged" }, { type: "null" }] } },
          required: ["one", "two"],
        };
        const value = fill(schema, prompt, "t");
        expect({ value, problems: findProblems(schema, value) }).toEqual({ value, problems: [] });
      }),
    );
  }, 60_000);
});
