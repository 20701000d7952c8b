import { getEventListeners } from "node:events";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError, RateLimitError } from "../../src/errors.ts";
import { createFollower } from "../../src/http/abort.ts";
import { runEach } from "../../src/tasks/run-each.ts";
import { failureOf } from "../support/bedrock.ts";

const env = { follow: createFollower() };

test("gives every result in order, with never more at the same time than allowed, however long each takes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(5), { maxLength: 30 }),
      fc.integer({ min: 1, max: 8 }),
      async (items, concurrency) => {
        let underWay = 0;
        let most = 0;
        const results = await runEach(env, items, { concurrency, signal: undefined }, async (turns, index) => {
          most = Math.max(most, ++underWay);
          for (let turn = 0; turn < turns; turn++) await Promise.resolve();
          underWay--;
          return `${index}:${turns}`;
        });
        expect(results).toEqual(items.map((turns, index) => `${index}:${turns}`));
        expect(most).toBeLessThanOrEqual(concurrency);
      },
    ),
  );
});

test("works on as many as are allowed", async () => {
  const begun: number[] = [];
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const running = runEach(env, [1, 2, 3, 4, 5], { concurrency: 3, signal: undefined }, (item) => {
    begun.push(item);
    return gate;
  });
  expect(begun).toEqual([1, 2, 3]);
  open();
  await running;
  expect(begun).toEqual([1, 2, 3, 4, 5]);
});

describe("a failure", () => {
  test("stops the others, begins no other, and carries what came", async () => {
    const failure = new RateLimitError("Slow down.");
    const signals: AbortSignal[] = [];
    const error = await failureOf(
      runEach(env, ["a", "b", "c", "d"], { concurrency: 3, signal: undefined }, async (item, _, signal) => {
        signals.push(signal);
        if (item === "a") return 1;
        if (item === "b") return new Promise<never>(() => {});
        throw failure;
      }),
    );
    expect(error).toMatchObject({ code: "ERR_RATE_LIMIT", results: [1, undefined, undefined, undefined] });
    expect(error).toBeInstanceOf(RateLimitError);
    expect(signals.every((signal) => signal.aborted)).toBe(true);
    // What was thrown may be thrown elsewhere, too.
    expect(failure).not.toHaveProperty("results");
  });

  test("lets nobody begin another item, when what was under way ends after it", async () => {
    const begun: string[] = [];
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const running = runEach(env, ["slow", "bad", "next"], { concurrency: 2, signal: undefined }, (item) => {
      begun.push(item);
      return item === "bad" ? Promise.reject(new InputError("No.")) : gate;
    });
    await failureOf(running);
    open();
    await new Promise(setImmediate);
    expect(begun).toEqual(["slow", "bad"]);
  });

  test("that is not ours is thrown as it is", async () => {
    const failure = new Error("a bug");
    const running = runEach(env, [1], { concurrency: 1, signal: undefined }, () => Promise.reject(failure));
    await expect(running).rejects.toBe(failure);
    expect(failure).not.toHaveProperty("results");
  });
});

test("the caller's abort ends it, even when nobody listens", async () => {
  const caller = new AbortController();
  const running = runEach(env, [1, 2], { concurrency: 1, signal: caller.signal }, (item) => {
    if (item === 1) return Promise.resolve("one");
    caller.abort("enough");
    return new Promise<never>(() => {});
  });
  expect(await failureOf(running)).toMatchObject({ code: "ERR_ABORTED", cause: "enough", results: ["one", undefined] });
});

test("it leaves the caller's signal alone when it is over", async () => {
  const { signal } = new AbortController();
  const listening: number[] = [];
  const look = (): unknown => listening.push(getEventListeners(signal, "abort").length);
  await runEach(env, [1], { concurrency: 1, signal }, () => Promise.resolve(look()));
  look();
  const failing = (): Promise<never> => {
    look();
    return Promise.reject(new InputError("No."));
  };
  await failureOf(runEach(env, [1], { concurrency: 1, signal }, failing));
  look();
  expect(listening).toEqual([1, 0, 1, 0]);
});
