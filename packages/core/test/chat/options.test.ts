import { describe, expect, test } from "vitest";
import { checkRequestOptions, mergeOptions } from "../../src/chat/options.ts";
import { errorOf } from "../support/bedrock.ts";

describe("options over others", () => {
  test("win, but for what is undefined", () => {
    const { signal } = new AbortController();
    expect(mergeOptions({ maxRetries: 1, signal }, { maxRetries: 0, signal: undefined })).toEqual({
      maxRetries: 0,
      signal,
    });
  });

  test("add to timeouts and headers, one by one", () => {
    const base = { timeouts: { idleMs: 1, connectMs: 2 }, headers: { "x-a": "a", "x-b": "b" } };
    const over = { timeouts: { idleMs: 3, totalMs: 4, connectMs: undefined }, headers: { "x-b": "c", "x-d": "d" } };
    expect(mergeOptions(base, over)).toEqual({
      timeouts: { idleMs: 3, connectMs: 2, totalMs: 4 },
      headers: { "x-a": "a", "x-b": "c", "x-d": "d" },
    });
  });

  test("stand where there was nothing, and leave what they do not name", () => {
    const some = { timeouts: { idleMs: 1 }, headers: { "x-a": "a" } };
    expect(mergeOptions({}, some)).toEqual(some);
    expect(mergeOptions(some, {})).toEqual(some);
    expect(mergeOptions(some, { timeouts: undefined, headers: undefined })).toEqual(some);
  });
});

describe("the options of a request", () => {
  test("are known by name", () => {
    const misspelt: object = { timeout: {} };
    expect(errorOf(() => checkRequestOptions(misspelt)).message).toBe(
      "The request options does not know the option timeout: give signal, timeouts, maxRetries, headers.",
    );
    expect(errorOf(() => checkRequestOptions(misspelt, "ask()")).message).toMatch(/^ask\(\) does not know/);
    expect(errorOf(() => mergeOptions({}, misspelt))).toMatchObject({ code: "ERR_INPUT" });
  });

  test("have a signal that can be aborted", () => {
    for (const signal of ["stop", 5, {}]) {
      const given: object = { signal };
      expect(errorOf(() => checkRequestOptions(given)).message).toBe(
        `signal is ${typeof signal}: give an AbortSignal.`,
      );
    }
    checkRequestOptions({ signal: new AbortController().signal });
    checkRequestOptions({ signal: undefined });
  });
});
