import { describe, expect, test } from "vitest";
import * as module from "../src/errors.ts";
import {
  addFacts,
  APIError,
  BadRequestError,
  ContextWindowExceededError,
  LLMError,
  RateLimitError,
} from "../src/errors.ts";

const classes = Object.entries(module).filter(([name]) => /^[A-Z]\w*Error$/.test(name));

describe("an error", () => {
  test.each(classes)("%s has its name, a stable code and a place under LLMError", (name, type) => {
    const error: unknown = Reflect.construct(type, ["What happened."]);
    expect(error).toBeInstanceOf(LLMError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name, message: "What happened.", code: expect.stringMatching(/^ERR_[A-Z_]+$/) });
    expect(error).toMatchObject({ retryable: expect.any(Boolean), stack: expect.stringContaining("errors.test.ts") });
    expect(String(error)).toBe(`${name}: What happened.`);
  });

  test("codes are unique", () => {
    const codes = classes.map(([, type]) => (Reflect.construct(type, [""]) as LLMError).code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test("can be told apart by class", () => {
    expect(new ContextWindowExceededError("")).toBeInstanceOf(BadRequestError);
    expect(new ContextWindowExceededError("")).toBeInstanceOf(APIError);
    expect(new RateLimitError("")).not.toBeInstanceOf(BadRequestError);
  });

  test("takes facts over its defaults, and keeps its cause out of sight", () => {
    const cause = new Error("inner");
    const error = new RateLimitError("Slow.", { code: "ERR_X", retryable: false, status: 429, cause });
    expect(error).toMatchObject({ code: "ERR_X", retryable: false, status: 429 });
    expect(error.cause).toBe(cause);
    expect(Object.keys(error)).not.toContain("cause");
    expect("cause" in new RateLimitError("Slow.")).toBe(false);
  });

  test("is data for JSON, without cause and stack", () => {
    const error = new APIError("Bad.", { status: 500, requestId: "r", cause: new Error("inner") });
    expect(JSON.parse(JSON.stringify({ error }))).toEqual({
      error: { name: "APIError", message: "Bad.", code: "ERR_API", retryable: false, status: 500, requestId: "r" },
    });
  });
});

describe("addFacts", () => {
  test("adds what is not known, keeps what is, and returns the same error", () => {
    const error = new APIError("Bad.", { status: 500, model: "a" });
    expect(addFacts(error, { model: "b", requestId: "r", status: 400, retryable: true })).toBe(error);
    expect(error).toMatchObject({ model: "a", requestId: "r", status: 500, retryable: false });
  });
});
