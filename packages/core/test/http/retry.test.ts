import { getEventListeners } from "node:events";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import {
  AuthenticationError,
  BadRequestError,
  ModelError,
  NetworkError,
  RateLimitError,
  ServerError,
  ServiceUnavailableError,
  TimeoutError,
  type LLMError,
} from "../../src/errors.ts";
import { parseRetryAfter } from "../../src/http/retry-after.ts";
import { createRetryBudget, retry, type RetryInfo, type RetryOptions } from "../../src/http/retry.ts";
import { createWorld, type World } from "../../src/world.ts";
import { failureOf } from "../support/bedrock.ts";
import { createManualWorld } from "../support/manual-world.ts";

/** A world in which every wait is over at once, and is written down. */
function createHastyWorld(random = 0.999_999): World & { readonly waits: number[] } {
  let elapsed = 0;
  const waits: number[] = [];
  return {
    ...createWorld(),
    waits,
    monotonic: () => elapsed,
    random: () => random,
    setTimer(callback, ms) {
      waits.push(ms);
      elapsed += ms;
      queueMicrotask(callback);
      return () => {};
    },
  };
}

function createOptions(over: Partial<RetryOptions> = {}): RetryOptions {
  return { maxRetries: 10, budget: createRetryBudget(), world: createHastyWorld(), ...over };
}

type Attempt = (n: number) => Promise<number>;

/** Fails with these, one by one, then gives how many attempts there were. */
function failWith(...errors: unknown[]): Attempt {
  return (n) => (n < errors.length ? Promise.reject(errors[n]) : Promise.resolve(n + 1));
}

const always =
  (error: unknown): Attempt =>
  () =>
    Promise.reject(error);

describe("which errors", () => {
  test.each([
    new RateLimitError("slow down"),
    new ServerError("oops"),
    new ServiceUnavailableError("later"),
    new NetworkError("gone"),
    new TimeoutError("late", { code: "ERR_TIMEOUT_IDLE" }),
    new ModelError("not ready", { retryable: true }),
  ])("$code is retried", async (error) => {
    expect(await retry(failWith(error), createOptions())).toBe(2);
  });

  test.each([
    new BadRequestError("wrong"),
    new AuthenticationError("who"),
    new ModelError("broken"),
    new NetworkError("no such certificate", { retryable: false }),
    new TimeoutError("late", { retryable: false }),
    new TypeError("a bug"),
    Object.assign(new Error("not ours"), { retryable: true }),
    "text",
  ])("%s is thrown as it is", async (error) => {
    const attempt = vi.fn<Attempt>(always(error));
    await expect(retry(attempt, createOptions())).rejects.toBe(error);
    expect(attempt).toHaveBeenCalledOnce();
  });
});

describe("how often", () => {
  test.each([0, 1, 2, 5])("with maxRetries %d, that many times; the last error is thrown", async (maxRetries) => {
    const errors = Array.from({ length: 20 }, (_, i) => new ServerError(`failure ${i}`));
    const attempt = vi.fn<Attempt>(failWith(...errors));
    await expect(retry(attempt, createOptions({ maxRetries }))).rejects.toBe(errors[maxRetries]);
    expect(attempt.mock.calls.map(([n]) => n)).toEqual(Array.from({ length: maxRetries + 1 }, (_, i) => i));
  });

  test("each retry is announced before its wait", async () => {
    const infos: RetryInfo[] = [];
    const [first, second] = [new ServerError("1"), new RateLimitError("2")];
    const world = createHastyWorld(0.5);
    await retry(failWith(first, second), createOptions({ world, onRetry: (info) => infos.push(info) }));
    expect(infos).toEqual([
      { attempt: 1, delayMs: 25, error: first },
      { attempt: 2, delayMs: 1000, error: second },
    ]);
    expect(world.waits).toEqual([25, 1000]);
  });
});

describe("how long", () => {
  test.each([
    ["a failure", new ServerError("x"), [50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 20_000, 20_000]],
    ["throttling", new RateLimitError("x"), [1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]],
  ])("after %s, at most these", async (_what, error, expected) => {
    const world = createHastyWorld(1);
    await failureOf(retry(always(error), createOptions({ world, maxRetries: expected.length })));
    expect(world.waits).toEqual(expected);
  });

  test("any share of that, evenly", async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), async (random) => {
        const world = createHastyWorld(random);
        await retry(failWith(new ServerError("x"), new ServerError("x")), createOptions({ world }));
        expect(world.waits).toEqual([random * 50, random * 100]);
      }),
    );
  });

  test("what the server asks for comes first, the random part on top", async () => {
    const world = createHastyWorld(0.5);
    await retry(failWith(new ServiceUnavailableError("x", { retryAfterMs: 3000 })), createOptions({ world }));
    expect(world.waits).toEqual([3025]);
  });

  test.each([
    [60_000, 2],
    [60_001, 1],
  ])("asked to wait %d ms, it makes %d attempts", async (retryAfterMs, attempts) => {
    const attempt = vi.fn<Attempt>(always(new RateLimitError("x", { retryAfterMs })));
    await failureOf(retry(attempt, createOptions({ maxRetries: 1 })));
    expect(attempt).toHaveBeenCalledTimes(attempts);
  });

  test("never past the deadline", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 100_000 }),
        fc.array(fc.integer({ min: 0, max: 70_000 }), { minLength: 1, maxLength: 8 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        async (deadline, asked, random) => {
          const world = createHastyWorld(random);
          const errors = asked.map((retryAfterMs) => new RateLimitError("x", { retryAfterMs }));
          const end = await retry(failWith(...errors), createOptions({ world, deadline })).catch(
            (error: unknown) => error,
          );
          expect([...errors, errors.length + 1]).toContain(end);
          expect(world.waits.length === 0 || world.monotonic() < deadline).toBe(true);
        },
      ),
    );
  });

  test("a deadline that leaves no room throws at once, without a wait", async () => {
    const world = createHastyWorld();
    const error = new ServerError("x", { retryAfterMs: 100 });
    await expect(retry(always(error), createOptions({ world, deadline: 100 }))).rejects.toBe(error);
    expect(world.waits).toEqual([]);
  });
});

describe("budget", () => {
  test("allows 35 retries of failures in a row, then none", async () => {
    const budget = createRetryBudget();
    const attempt = vi.fn<Attempt>(always(new ServerError("x")));
    await failureOf(retry(attempt, createOptions({ budget, maxRetries: 1000 })));
    expect(attempt).toHaveBeenCalledTimes(36);
    await failureOf(retry(attempt, createOptions({ budget, maxRetries: 1000 })));
    expect(attempt).toHaveBeenCalledTimes(37);
  });

  test("allows 100 retries of throttled calls in a row", async () => {
    const attempt = vi.fn<Attempt>(always(new RateLimitError("x")));
    await failureOf(retry(attempt, createOptions({ maxRetries: 1000 })));
    expect(attempt).toHaveBeenCalledTimes(101);
  });

  test("a success brings back the cost of its last retry, or 1, and never overfills", async () => {
    const budget = createRetryBudget();
    await retry(failWith(new ServerError("x")), createOptions({ budget }));
    expect(budget.tokens).toBe(500);
    await retry(failWith(new ServerError("x"), new RateLimitError("x")), createOptions({ budget }));
    expect(budget.tokens).toBe(486);
    await retry(failWith(), createOptions({ budget }));
    expect(budget.tokens).toBe(487);
  });

  test("stays between 0 and 500 whatever happens", async () => {
    const outcome = fc.constantFrom<LLMError[]>([new ServerError("x")], [new RateLimitError("x")]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(outcome, { maxLength: 40 }), { maxLength: 40 }), async (calls) => {
        const budget = createRetryBudget();
        for (const errors of calls) {
          await retry(failWith(...errors.flat()), createOptions({ budget, maxRetries: 1000 })).catch(() => {});
          expect(budget.tokens).toBeGreaterThanOrEqual(0);
          expect(budget.tokens).toBeLessThanOrEqual(500);
        }
      }),
    );
  });

  test("an error that is not retryable costs nothing", async () => {
    const budget = createRetryBudget();
    await failureOf(retry(always(new BadRequestError("x")), createOptions({ budget })));
    expect(budget.tokens).toBe(500);
  });
});

describe("abort", () => {
  test("during a wait rejects at once, and leaves neither timer nor listener", async () => {
    const time = createManualWorld();
    const world = { ...createWorld(), ...time, random: () => 0.5 };
    const controller = new AbortController();
    const attempt = vi.fn<Attempt>(always(new ServerError("x")));
    const failed = failureOf(retry(attempt, createOptions({ world, signal: controller.signal })));
    await time.timerOf(25);
    controller.abort("why");
    const error = await failed;
    expect([error.code, error.cause]).toEqual(["ERR_ABORTED", "why"]);
    expect(time.pending).toBe(0);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
    expect(attempt).toHaveBeenCalledOnce();
  });

  test("before a wait rejects at once", async () => {
    const controller = new AbortController();
    const attempt = () => {
      controller.abort();
      return Promise.reject(new ServerError("x"));
    };
    const time = createManualWorld();
    const world = { ...createWorld(), ...time };
    const failed = failureOf(retry(attempt, createOptions({ world, signal: controller.signal })));
    expect((await failed).code).toBe("ERR_ABORTED");
    expect(time.pending).toBe(0);
  });

  test("leaves no listener after a wait that was not aborted", async () => {
    const { signal } = new AbortController();
    expect(await retry(failWith(new ServerError("x")), createOptions({ signal }))).toBe(2);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });
});

describe("Retry-After", () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);

  test.each([
    ["0", 0],
    ["7", 7000],
    [" 7 ", 7000],
    ["1.5", 1500],
    ["86401", 86_400_000],
    ["9".repeat(400), 86_400_000],
    ["Fri, 02 Jan 2026 03:04:15 GMT", 10_000],
    ["Fri, 02 Jan 2026 03:04:00 GMT", 0],
    ["Fri, 02 Jan 2099 03:04:00 GMT", 86_400_000],
    ["-1", undefined],
    ["", undefined],
    ["soon", undefined],
    ["soon GMT", undefined],
    ["2026-01-02T03:04:15Z", undefined],
    ["0x10", undefined],
    [undefined, undefined],
  ])("%j means %s", (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });

  test("any text means nothing, or 0 ms to a day", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.float().map(String), fc.date().map(String)), (value) => {
        const ms = parseRetryAfter(value, now);
        expect(ms === undefined || (ms >= 0 && ms <= 86_400_000)).toBe(true);
      }),
    );
  });

  test("any date of the future is read to the second", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_400 }), (seconds) => {
        expect(parseRetryAfter(new Date(now + seconds * 1000).toUTCString(), now)).toBe(seconds * 1000);
      }),
    );
  });
});
