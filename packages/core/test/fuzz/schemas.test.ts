import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toJsonSchema } from "../../src/schema/json-schema.ts";
import { toObjectSchema, toStrictSchema } from "../../src/schema/rewrite.ts";
import { validateJson } from "../../src/schema/validate.ts";
import { createPartialJson, findJson } from "../../src/schema/partial-json.ts";
import { converseResponse } from "../support/events.ts";
import { isObject, tryParse, type JsonObject } from "../../src/types/json.ts";
import { createAnswered, expectUnpolluted, mutatedJson, outcomeOf, TIMEOUT_MS, tries } from "./support.ts";

const MODEL = "us.anthropic.claude-sonnet-4-6";
const SCHEMAS = [
  {
    type: "object",
    properties: { name: { type: "string", pattern: "^[a-z]+$", minLength: 1 }, age: { type: "integer", minimum: 0 } },
    required: ["name"],
    additionalProperties: false,
    $defs: { node: { type: "object", properties: { next: { $ref: "#/$defs/node" } } } },
  },
  { type: "array", items: { $ref: "#" }, uniqueItems: true, prefixItems: [{ const: 1 }, { enum: ["a", { b: 1 }] }] },
  // oxlint-disable-next-line unicorn/no-thenable -- the keyword is called so
  { anyOf: [{ $ref: "#" }, { oneOf: [{ not: { $ref: "#" } }, { if: { type: "string" }, then: false, else: true }] }] },
  { patternProperties: { "^x": { type: ["string", "null"] }, "(": true }, propertyNames: { maxLength: 3 } },
];
const VALUES: readonly unknown[] = [
  { name: "ann", age: 3, next: { next: {} } },
  [1, "a", [1]],
  "text",
  { x1: null, constructor: "c" },
];

describe("any schema and any value", { timeout: TIMEOUT_MS }, () => {
  test("give issues or a typed error, and change no prototype", async () => {
    await fc.assert(
      fc.asyncProperty(mutatedJson(...SCHEMAS), mutatedJson(...VALUES), async (schemaText, text) => {
        const schema = tryParse(schemaText);
        if (!isObject(schema)) return;
        const outcome = await outcomeOf(() => {
          const json = toJsonSchema(schema);
          toStrictSchema(toObjectSchema(json).schema);
          return validateJson(json, tryParse(text));
        });
        for (const { path, message } of "value" in outcome ? outcome.value : []) {
          expect([typeof path, typeof message]).toEqual(["string", "string"]);
        }
      }),
      tries(150),
    );
  });

  test("of a chat or a tool end in an answer or a typed error", async () => {
    await fc.assert(
      fc.asyncProperty(mutatedJson(...SCHEMAS), mutatedJson(...VALUES), async (schemaText, text) => {
        const schema = tryParse(schemaText);
        if (!isObject(schema)) return;
        const answer = converseResponse([{ text }]);
        const call = { toolUse: { toolUseId: "t", name: "look", input: tryParse(text) } };
        await outcomeOf(() =>
          createAnswered(() => Response.json(answer))
            .chat(MODEL)
            .withSchema(schema)
            .ask("Hi"),
        );
        const tool = { name: "look", description: "Looks", schema, execute: (args: JsonObject) => Object.keys(args) };
        const asked = converseResponse([call], { stopReason: "tool_use" });
        await outcomeOf(() =>
          createAnswered(() => new Response(JSON.stringify(asked)))
            .chat(MODEL)
            .withTools([tool])
            .ask("Hi"),
        );
      }),
      tries(40),
    );
  });
});

describe("any text", { timeout: TIMEOUT_MS }, () => {
  const piece = fc.oneof(
    fc.constantFrom("{", "}", "[", "]", ",", ":", '"', "\\u", '"a":', "1e", "-", "tru", "\ud800", '{"__proto__":'),
    fc.string({ unit: "binary", maxLength: 4 }),
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 40 }).map((all) => all.join("")),
    mutatedJson(...VALUES),
  );

  test("is read as JSON that is still coming without a throw, the same however it is cut", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), (all, size) => {
        const [whole, cut] = [createPartialJson(), createPartialJson()];
        whole.push(all);
        for (let at = 0; at < all.length; at += size) cut.push(all.slice(at, at + size));
        expect(isSame(cut.value, whole.value)).toBe(true);
        for (const found of findJson(all) ?? []) expect(typeof found).toBe("object");
        expectUnpolluted();
      }),
      tries(150),
    );
  });

  test("that is JSON is read as JSON.parse reads it", () => {
    fc.assert(
      fc.property(mutatedJson(...VALUES), (all) => {
        const value = tryParse(all);
        if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return;
        expect(isSame(findJson(all)?.at(-1), value)).toBe(true);
      }),
      tries(150),
    );
  });
});

/** Without recursion: values may be as deep as they like. */
function isSame(one: unknown, other: unknown): boolean {
  const open: [unknown, unknown][] = [[one, other]];
  for (const [a, b] of open) {
    if (Object.is(a, b)) continue;
    if (typeof a !== "object" || typeof b !== "object" || !a || !b || Array.isArray(a) !== Array.isArray(b))
      return false;
    const [mine, theirs]: [string, unknown][][] = [Object.entries(a), Object.entries(b)];
    if (mine?.length !== theirs?.length) return false;
    for (const [index, [name, value]] of (mine ?? []).entries()) {
      if (theirs?.[index]?.[0] !== name) return false;
      open.push([value, theirs[index][1]]);
    }
  }
  return true;
}
