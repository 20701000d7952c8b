import { describe, expect, it } from "vitest";

import { AwsError } from "../../src/errors.ts";
import { type BodySchema, readBody } from "../../src/validations/body-schema.ts";

interface Body {
  readonly name: string;
  readonly kind?: "a" | "b";
  readonly size?: number;
  readonly isOpen?: boolean;
  readonly list?: readonly string[];
  readonly inner?: { readonly any?: unknown };
}

const SCHEMA: BodySchema<Body> = {
  type: "object",
  members: {
    name: { type: "string", minLength: 1, maxLength: 3 },
    kind: { type: "string", enum: ["a", "b"] },
    size: { type: "integer", minimum: 1, maximum: 9 },
    isOpen: { type: "boolean" },
    list: { type: "array", items: { type: "string", maxLength: 2 }, minItems: 1, maxItems: 2 },
    inner: { type: "object", members: { any: { type: "any" } } },
  },
  required: ["name"],
};

function problem(body: unknown): string | undefined {
  try {
    readBody(SCHEMA, body);
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const [, text] =
      /^Malformed input request: (.*), please reformat your input and try again\.$/.exec(error.message) ?? [];
    return text;
  }
}

describe("readBody", () => {
  it("gives back a body that fits", () => {
    const body = { name: "abc", kind: "a", size: 9, isOpen: false, list: ["x"], inner: { any: null } };
    expect(readBody(SCHEMA, body)).toBe(body);
  });

  it.each([
    [{}, "#: required key [name] not found"],
    [{ nam: 1 }, "#: required key [name] not found#: extraneous key [nam] is not permitted"],
    [{ name: "" }, "#/name: expected minLength: 1, actual: 0"],
    [{ name: "😀😀😀😀" }, "#/name: expected maxLength: 3, actual: 4"],
    [{ name: 1 }, "#/name: expected type: String, found: Integer"],
    [{ name: null }, "#/name: expected type: String, found: Null"],
    [{ name: "a", kind: "c" }, "#/kind: c is not a valid enum value"],
    [{ name: "a", size: 0 }, "#/size: 0 is not greater or equal to 1"],
    [{ name: "a", size: 10 }, "#/size: 10 is not less or equal to 9"],
    [{ name: "a", size: 1.5 }, "#/size: expected type: Integer, found: BigDecimal"],
    [{ name: "a", isOpen: "yes" }, "#/isOpen: expected type: Boolean, found: String"],
    [{ name: "a", list: [] }, "#/list: expected minimum item count: 1, found: 0"],
    [{ name: "a", list: ["a", "b", "c"] }, "#/list: expected maximum item count: 2, found: 3"],
    [{ name: "a", list: ["a", "bcd"] }, "#/list/1: expected maxLength: 2, actual: 3"],
    [{ name: "a", list: {} }, "#/list: expected type: JSONArray, found: JSONObject"],
    [{ name: "a", inner: [] }, "#/inner: expected type: JSONObject, found: JSONArray"],
    [{ name: "a", inner: { other: 1 } }, "#/inner: extraneous key [other] is not permitted"],
    [{ name: "a", toString: 1 }, "#: extraneous key [toString] is not permitted"],
    [true, "#: expected type: JSONObject, found: Boolean"],
  ])("says what is wrong with %j", (body, expected) => {
    expect(problem(body)).toBe(expected);
  });
});
