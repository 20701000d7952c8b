import { describe, expect, it } from "vitest";
import { AwsError } from "../../src/errors.ts";
import { readShape, throwFindings } from "../../src/validations/shape.ts";
import {
  blob,
  boolean,
  document,
  float,
  integer,
  list,
  map,
  oneOf,
  string,
  structure,
  union,
} from "../../src/validations/shapes/builders.ts";
import type { Shape } from "../../src/validations/shapes/types.ts";

function findError(shape: Shape, value: unknown): string {
  try {
    throwFindings(readShape(shape, value).findings);
    return "accepted";
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `${error.name}: ${error.message}`;
  }
}

const member = (shape: Shape): Shape => structure("Body", { "m*": shape });
const broken = (rule: string, value = ""): string =>
  `ValidationException: 1 validation error detected: Value${value} at 'm' failed to satisfy constraint: ${rule}`;

describe("constraints, in AWS's words", () => {
  it.each([
    ["a missing member", string(), {}, broken("Member must not be null", " null")],
    ["a null member", string(), { m: null }, broken("Member must not be null", " null")],
    [
      "a number below",
      integer({ min: 1 }),
      { m: 0 },
      broken("Member must have value greater than or equal to 1", " '0'"),
    ],
    [
      "a number above",
      float({ max: 1 }),
      { m: 1.5 },
      broken("Member must have value less than or equal to 1", " '1.5'"),
    ],
    [
      "a short string",
      string({ min: 2 }),
      { m: "a" },
      broken("Member must have length greater than or equal to 2", " 'a'"),
    ],
    [
      "a long string",
      string({ max: 1 }),
      { m: "ab" },
      broken("Member must have length less than or equal to 1", " 'ab'"),
    ],
    [
      "a bad pattern",
      string({ pattern: "[a-z]+" }),
      { m: "a1" },
      broken("Member must satisfy regular expression pattern: [a-z]+", " 'a1'"),
    ],
    ["a bad enum", oneOf("a", "b"), { m: "c" }, broken("Member must satisfy enum value set: [a, b]", " 'c'")],
    [
      "a short list",
      list(document, { min: 1 }),
      { m: [] },
      broken("Member must have length greater than or equal to 1"),
    ],
    [
      "a long list",
      list(document, { max: 1 }),
      { m: [1, 2] },
      broken("Member must have length less than or equal to 1"),
    ],
    [
      "a small map",
      map(string(), string(), { min: 1 }),
      { m: {} },
      broken("Member must have length greater than or equal to 1"),
    ],
    ["an empty blob", blob({ min: 1 }), { m: "" }, broken("Member must have length greater than or equal to 1", " ''")],
    [
      "a bad list member",
      list(string({ min: 1 })),
      { m: ["a", ""] },
      broken("Member must satisfy constraint: [Member must have length greater than or equal to 1]"),
    ],
    [
      "a bad map key",
      map(string({ max: 1 }), string()),
      { m: { ab: "c" } },
      broken("Map keys must satisfy constraint: [Member must have length less than or equal to 1]"),
    ],
    [
      "a bad map value",
      map(string(), string({ max: 1 })),
      { m: { a: "bc" } },
      broken("Map value must satisfy constraint: [Member must have length less than or equal to 1]"),
    ],
  ])("reports %s", (_, shape, value, expected) => {
    expect(findError(member(shape), value)).toBe(expected);
  });

  it("counts several errors and joins them", () => {
    const shape = structure("Body", { "a*": string(), b: integer({ min: 1 }) });
    expect(findError(shape, { b: 0 })).toBe(
      "ValidationException: 2 validation errors detected: " +
        "Value '0' at 'b' failed to satisfy constraint: Member must have value greater than or equal to 1; " +
        "Value null at 'a' failed to satisfy constraint: Member must not be null",
    );
  });

  it("counts list members from 1 and names map members", () => {
    const inner = structure("Inner", { "x*": string() });
    const shape = structure("Body", { l: list(list(inner)), p: map(string(), inner) });
    expect(findError(shape, { l: [[], [{}]] })).toContain("at 'l.2.member.1.member.x' failed");
    expect(findError(shape, { p: { k: {} } })).toContain("at 'p.k.x' failed");
    expect(findError(shape, { l: [null] })).toContain("Value null at 'l.1.member' failed");
  });

  it("never repeats values of the conversation", () => {
    const shape = structure("Body", { messages: list(structure("Message", { role: oneOf("user") })) });
    expect(findError(shape, { messages: [{ role: "secret" }] })).toBe(
      "ValidationException: 1 validation error detected: Value at 'messages.1.member.role' failed to satisfy constraint: " +
        "Member must satisfy enum value set: [user]",
    );
  });

  it("holds the bounds themselves to be inside", () => {
    expect(findError(member(float({ min: 0, max: 1 })), { m: 0 })).toBe("accepted");
    expect(findError(member(float({ min: 0, max: 1 })), { m: 1 })).toBe("accepted");
    expect(findError(member(string({ min: 1, max: 2 })), { m: "ab" })).toBe("accepted");
    expect(findError(member(blob({ min: 3 })), { m: "AAAA" })).toBe("accepted");
    expect(findError(member(blob({ min: 3 })), { m: "AAA=" })).toContain("greater than or equal to 3");
  });
});

describe("unknown members", () => {
  it("are refused with a JSON pointer that counts from 0", () => {
    const shape = structure("Body", { l: list(structure("Item", { a: string() })) });
    expect(findError(shape, { l: [{ a: "x" }, { b: 1 }], top_k: 5 })).toBe(
      "ValidationException: Malformed input request: #/l/1: extraneous key [b] is not permitted" +
        "#: extraneous key [top_k] is not permitted, please reformat your input and try again.",
    );
  });

  it("come before broken constraints", () => {
    expect(findError(member(integer({ min: 1 })), { m: 0, n: 1 })).toContain("extraneous key [n]");
  });

  it("are found under names that every object has", () => {
    const body: unknown = JSON.parse('{"m":"x","__proto__":{},"constructor":1}');
    expect(findError(member(string()), body)).toContain("extraneous key [__proto__]");
    expect(findError(member(string()), body)).toContain("extraneous key [constructor]");
  });
});

describe("unions", () => {
  const shape = structure("Body", { l: list(union("Either", { a: string(), b: string() })) });
  const text = "ValidationException: Either object at l.1 must set one of the following keys: a, b.";

  it.each([[{}], [{ a: "1", b: "2" }], [{ a: null }]])("must have exactly one member: %j is refused", (value) => {
    expect(findError(shape, { l: [{ a: "x" }, value] })).toBe(text);
  });

  it("may have null members beside the one that counts", () => {
    expect(findError(shape, { l: [{ a: "x", b: null }] })).toBe("accepted");
  });
});

describe("wrong JSON types", () => {
  it.each([
    ["text for a number", integer(), "1", "STRING_VALUE can not be converted to an Integer"],
    ["a fraction for a whole number", integer(), 1.5, "DECIMAL_VALUE can not be converted to an Integer"],
    ["text for a fraction", float(), "1", "STRING_VALUE can not be converted to a Float"],
    ["a number for text", string(), 1, "NUMBER_VALUE can not be converted to a String"],
    ["true for text", string(), true, "TRUE_VALUE can not be converted to a String"],
    ["text for a boolean", boolean, "false", "STRING_VALUE can not be converted to a Boolean"],
    ["a list for text", string(), [], "Start of list found where not expected"],
    ["an object for text", string(), {}, "Start of structure or map found where not expected."],
    ["an object for a list", list(string()), {}, "Expected list or null"],
    ["text for a list", list(string()), "a", "Expected list or null"],
    ["a list for a structure", structure("S", {}), [], "Start of list found where not expected"],
    ["text for a structure", structure("S", {}), "a", "Expected null"],
    ["text for a map", map(string(), string()), "a", "Expected null"],
    ["a number in a list of text", list(string()), [1], "NUMBER_VALUE can not be converted to a String"],
    ["a number in a map of text", map(string(), string()), { a: 1 }, "NUMBER_VALUE can not be converted to a String"],
    ["text that is not base64", blob(), "a*", "STRING_VALUE can not be converted to a Blob: it is not base64"],
  ])("%s is a serialization error", (_, shape, value, message) => {
    expect(findError(member(shape), { m: value })).toBe(`SerializationException: ${message}`);
  });

  it("of the body itself is a serialization error", () => {
    expect(findError(member(string()), [])).toContain("SerializationException");
    expect(findError(member(string()), null)).toContain("SerializationException");
  });
});

describe("what is read", () => {
  it("leaves out null members and keeps the rest, documents unchanged", () => {
    const shape = structure("Body", { a: string(), b: string(), d: document });
    const { value } = readShape(shape, { a: "x", b: null, d: { n: null, l: [1] } });
    expect(value).toEqual({ a: "x", d: { n: null, l: [1] } });
  });

  it("keeps map keys that are special in JavaScript as plain entries", () => {
    const body: unknown = JSON.parse('{"m":{"__proto__":"x"}}');
    expect(JSON.stringify(readShape(member(map(string(), string())), body).value)).toBe('{"m":{"__proto__":"x"}}');
  });

  it("refuses documents that are nested too deep, without overflowing the stack", () => {
    const deep: unknown = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
    expect(findError(member(document), { m: deep })).toContain("SerializationException: A document is nested deeper");
  });
});
