import { describe, expect, it } from "vitest";
import { checkRules, checkValue, isFunction, isWhole, type Rule } from "../src/checks.ts";
import { InputError } from "../src/errors.ts";
import { createLLM } from "../src/llm.ts";
import { isObject } from "../src/types/json.ts";
import { errorOf } from "./support/bedrock.ts";

const circular: Record<string, unknown> = {};
circular["self"] = circular;
const COUNT: Rule = [(value) => isWhole(value, 1), "a count"];

const told = (value: unknown, rule: Rule): string => {
  const error = errorOf(() => checkValue(value, rule, "it", InputError));
  expect(error).toBeInstanceOf(InputError);
  return error.message;
};

describe("a value that does not fit", () => {
  it.each([
    ["itself", circular, "object"],
    ["a list of itself", [circular], "array"],
    ["what JSON cannot hold", { a: 1n }, "object"],
    ["what wants to be nothing in JSON", { toJSON: () => undefined }, "object"],
    ["a function", () => 1, "function"],
    ["a bigint", 1n, "bigint"],
    ["null", null, "null"],
    ["a list", ["a"], '["a"]'],
  ])("is told by an error of ours when it is %s", (_, value, shown) => {
    expect(told(value, COUNT)).toBe(`it is ${shown}: give a count.`);
  });

  it.each([
    ["a text", "http://me:hidden@proxy:8080", "string"],
    ["an object", { password: "hidden" }, "object"],
    ["a list", ["hidden"], "array"],
  ])("is not repeated where something of another kind is wanted, like %s", (_, value, shown) => {
    expect(told(value, [isFunction, "a function"])).toBe(`it is ${shown}: give a function.`);
  });

  it("does not give away a proxy's password that stands in a wrong place", () => {
    for (const name of ["http", "fetch", "media", "bedrockAssumeRole", "middlewares", "bedrockSigning"]) {
      const options = { provider: "bedrock", [name]: "http://me:hidden@proxy:8080" };
      const { message } = errorOf(() => Reflect.apply(createLLM, undefined, [options]));
      expect(message).toContain(`${name} is string`);
      expect(message).not.toContain("hidden");
    }
  });
});

it("what is undefined fits every rule", () => {
  expect(() => checkRules({ a: undefined, b: undefined }, { a: COUNT, b: [isObject, "an object"] })).not.toThrow();
});
