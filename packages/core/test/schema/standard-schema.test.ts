import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { toJsonSchema, validateInput } from "../../src/schema/json-schema.ts";
import type { Infer, Schema, StandardSchema } from "../../src/schema/standard-schema.ts";
import type { JsonObject } from "../../src/types/json.ts";
import { errorOf } from "../support/bedrock.ts";

const zodCity = z.object({ name: z.string().min(2), tags: z.array(z.object({ id: z.int() })).optional() });
const valibotCity = toStandardJsonSchema(
  v.object({
    name: v.pipe(v.string(), v.minLength(2)),
    tags: v.optional(v.array(v.object({ id: v.pipe(v.number(), v.integer()) }))),
  }),
);
const arktypeCity = type({ name: "string >= 2", "tags?": type({ id: "number.integer" }).array() });
const jsonCity: JsonObject = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  properties: {
    name: { type: "string", minLength: 2 },
    tags: { type: "array", items: { type: "object", properties: { id: { type: "integer" } }, required: ["id"] } },
  },
  required: ["name"],
};
const cities: [string, Schema][] = [
  ["zod", zodCity],
  ["valibot", valibotCity],
  ["arktype", arktypeCity],
  ["JSON Schema", jsonCity],
];

describe.each(cities)("a schema of %s", (_, schema) => {
  test("tells its JSON Schema", () => {
    const json = toJsonSchema(schema);
    const { $schema: _, ...expected } = jsonCity;
    expect(json).toMatchObject(expected);
    expect(json).not.toHaveProperty("$schema");
  });

  test("lets through what fits", async () => {
    const value = { name: "Rome", tags: [{ id: 1 }] };
    expect(await validateInput(schema, value)).toEqual({ value });
  });

  test("tells what does not, and where", async () => {
    const checked = await validateInput(schema, { name: "R", tags: [{ id: 1 }, { id: "2" }] });
    const issues = "issues" in checked ? checked.issues : [];
    expect(issues.map(({ path }) => path).sort()).toEqual(["name", "tags[1].id"]);
    for (const { message } of issues) expect(message).toMatch(/\w/);
  });
});

describe("toJsonSchema", () => {
  test("asks for what goes in, before defaults and transformations", async () => {
    const schema = z.object({ size: z.string().transform(Number), unit: z.string().default("m") });
    expect(toJsonSchema(schema)).toMatchObject({ properties: { size: { type: "string" } }, required: ["size"] });
    expect(await validateInput(schema, { size: "5" })).toEqual({ value: { size: 5, unit: "m" } });
  });

  test("takes draft 7 from libraries that know no other", () => {
    const schema: StandardSchema = {
      "~standard": {
        version: 1,
        vendor: "old",
        validate: (value) => ({ value }),
        jsonSchema: {
          input: ({ target }) => {
            if (target !== "draft-07") throw new Error(`no ${target}`);
            return { type: "string" };
          },
        },
      },
    };
    expect(toJsonSchema(schema)).toEqual({ type: "string" });
  });

  test("tells what to do with a schema that has no companion", () => {
    const error = errorOf(() => Reflect.apply(toJsonSchema, undefined, [v.object({})]));
    expect(error.code).toBe("ERR_INPUT");
    expect(error.message).toContain("This valibot schema cannot tell its JSON Schema");
    expect(error.message).toContain("toStandardJsonSchema of @valibot/to-json-schema");
  });

  test("tells why a schema has no JSON Schema", () => {
    const error = errorOf(() => toJsonSchema(z.object({ at: z.date() })));
    expect(error).toMatchObject({ code: "ERR_INPUT", cause: expect.any(Error) as unknown });
    expect(error.message).toContain("Date cannot be represented");
  });

  test("takes no JSON Schema that refers to what it does not hold", () => {
    const error = errorOf(() => toJsonSchema({ type: "array", items: [{ $ref: "#/$defs/none" }] }));
    expect(error).toMatchObject({ code: "ERR_INPUT", message: expect.stringContaining("#/$defs/none") as unknown });
  });
});

describe("validateInput", () => {
  test("waits for checks that take time", async () => {
    const schema = z.object({ a: z.string().refine((text) => Promise.resolve(text === "ok"), "not ok") });
    expect(await validateInput(schema, { a: "ok" })).toEqual({ value: { a: "ok" } });
    expect(await validateInput(schema, { a: "no" })).toEqual({ issues: [{ path: "a", message: "not ok" }] });
  });

  test("paths name members that are no identifiers, and segments that are objects", async () => {
    const schema: StandardSchema = {
      "~standard": {
        version: 1,
        vendor: "own",
        validate: () => ({ issues: [{ message: "m", path: ["a b", { key: 0 }, { key: "c-d" }] }, { message: "n" }] }),
        jsonSchema: { input: () => ({}) },
      },
    };
    expect(await validateInput(schema, 1)).toEqual({
      issues: [
        { path: '["a b"][0].c-d', message: "m" },
        { path: "", message: "n" },
      ],
    });
  });
});

test("the type of a value is inferred from its schema", () => {
  interface City {
    name: string;
    tags?: { id: number }[] | undefined;
  }
  expectTypeOf<Infer<typeof zodCity>>().toEqualTypeOf<City>();
  expectTypeOf<Infer<typeof valibotCity>>().toEqualTypeOf<City>();
  expectTypeOf<Infer<typeof arktypeCity>>().toEqualTypeOf<{ name: string; tags?: { id: number }[] }>();
  expectTypeOf<Infer<typeof jsonCity>>().toEqualTypeOf<JsonObject>();
  const transforming = z.object({ size: z.string().transform(Number) });
  expectTypeOf<Infer<typeof transforming>>().toEqualTypeOf<{ size: number }>();
  const withoutCompanion = v.object({});
  // @ts-expect-error valibot alone has no JSON Schema
  const refused: Schema = withoutCompanion;
  expect(refused).toBe(withoutCompanion);
});
