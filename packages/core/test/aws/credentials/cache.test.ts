import { describe, expect, test } from "vitest";
import { cachedCredentials } from "../../../src/aws/credentials/cache.ts";
import type { Credentials } from "../../../src/aws/credentials/credentials.ts";
import { createWorld, type World } from "../../../src/world.ts";
import { failureOf } from "../../support/bedrock.ts";
import { createManualWorld } from "../../support/manual-world.ts";

const MINUTE = 60_000;
const pair = { accessKeyId: "AKID", secretAccessKey: "hunter2" };

/** A provider that counts, and a cache of it whose clock can be moved. */
function setUp(lifeMs?: number) {
  const clock = createManualWorld(1_800_000_000_000);
  const world: World = { ...createWorld(), ...clock };
  let calls = 0;
  const source = cachedCredentials(() => {
    calls++;
    const expiration = lifeMs === undefined ? undefined : new Date(clock.now() + lifeMs);
    return Promise.resolve({ ...pair, accessKeyId: `AKID${calls}`, expiration });
  }, world);
  return { source, clock, calls: () => calls };
}

describe("credentials of a function", () => {
  test("are fetched once, however many ask at a time", async () => {
    const { source, calls } = setUp();
    const all = await Promise.all([source.get(), source.get(), source.get()]);
    expect(new Set(all).size).toBe(1);
    expect(await source.get()).toBe(all[0]);
    expect(calls()).toBe(1);
  });

  test("without expiration are kept for ever", async () => {
    const { source, clock, calls } = setUp();
    await source.get();
    clock.advance(1e12);
    await source.get();
    expect(calls()).toBe(1);
  });

  test("are fetched anew in the background from 5 minutes before they expire", async () => {
    const { source, clock, calls } = setUp(60 * MINUTE);
    const first = await source.get();
    clock.advance(55 * MINUTE - 1);
    expect(source.get()).toBe(first);
    expect(calls()).toBe(1);
    clock.advance(1);
    expect(source.get()).toBe(first);
    expect(source.get()).toBe(first);
    expect(calls()).toBe(2);
    await settled();
    expect(source.get()).toMatchObject({ accessKeyId: "AKID2" });
  });

  test("of a short life are fetched anew from its half on", async () => {
    const { source, clock, calls } = setUp(4 * MINUTE);
    const first = await source.get();
    clock.advance(2 * MINUTE - 1);
    expect(source.get()).toBe(first);
    expect(calls()).toBe(1);
    clock.advance(1);
    expect(source.get()).toBe(first);
    expect(calls()).toBe(2);
  });

  test("that expire every second are fetched once per expiry, and nobody of 64 fails", async () => {
    const { source, clock, calls } = setUp(1000);
    for (let second = 1; second <= 50; second++) {
      const all = await Promise.all(Array.from({ length: 64 }, async () => source.get()));
      expect(new Set(all).size).toBe(1);
      expect(all[0]?.expiration?.getTime()).toBeGreaterThan(clock.now());
      expect(calls()).toBe(second);
      clock.advance(1000);
    }
  });

  test("that are renewed before they expire are never waited for", async () => {
    const { source, clock, calls } = setUp(1000);
    await source.get();
    for (let round = 1; round <= 50; round++) {
      clock.advance(500);
      for (let client = 0; client < 64; client++) expect(source.get()).not.toBeInstanceOf(Promise);
      await settled();
      expect(calls()).toBe(round + 1);
    }
  });

  test("whose renewal fails serve on, and it is tried again after 30 seconds only", async () => {
    const clock = createManualWorld();
    let calls = 0;
    const expiration = new Date(clock.now() + 10 * MINUTE);
    const provider = (): Credentials => {
      if (++calls > 1) throw new Error("away");
      return { ...pair, expiration };
    };
    const source = cachedCredentials(provider, { ...createWorld(), ...clock });
    const first = await source.get();
    clock.advance(5 * MINUTE);
    for (const [advanceMs, expected] of [
      [0, 2],
      [29_999, 2],
      [1, 3],
      [30_000, 4],
    ] as const) {
      clock.advance(advanceMs);
      expect(source.get()).toBe(first);
      await settled();
      expect(calls).toBe(expected);
    }
    clock.advance(5 * MINUTE);
    expect(await failureOf(Promise.resolve(source.get()))).toMatchObject({ code: "ERR_CONFIGURATION" });
  });

  test("that have expired when they come are used for half a minute, for the clock may be wrong", async () => {
    const { source, clock, calls } = setUp(-60 * MINUTE);
    const first = await source.get();
    expect(source.get()).toBe(first);
    clock.advance(14_999);
    expect(source.get()).toBe(first);
    expect(calls()).toBe(1);
    source.invalidate(first);
    expect(await source.get()).toMatchObject({ accessKeyId: "AKID2" });
    clock.advance(30_000);
    expect(source.get()).toBeInstanceOf(Promise);
    expect(calls()).toBe(3);
  });

  test("that never come are given up after 5 minutes: later calls begin anew", async () => {
    const clock = createManualWorld();
    const answers: ((found: Credentials) => void)[] = [];
    const source = cachedCredentials(() => new Promise((resolve) => answers.push(resolve)), {
      ...createWorld(),
      ...clock,
    });
    const [first, second] = [source.get(), source.get()];
    expect(answers).toHaveLength(1);
    clock.advance(5 * MINUTE - 1);
    void source.get();
    expect(answers).toHaveLength(1);
    clock.advance(1);
    const [third, fourth] = [source.get(), source.get()];
    expect(answers).toHaveLength(2);
    answers[1]?.({ ...pair, accessKeyId: "AKID2" });
    expect((await Promise.all([third, fourth])).map(({ accessKeyId }) => accessKeyId)).toEqual(["AKID2", "AKID2"]);
    answers[0]?.(pair);
    expect(await first).toBe(await second);
    void source.get();
    expect(answers).toHaveLength(2);
  });

  test("that were given up do not end the fetch after them when they fail", async () => {
    const clock = createManualWorld();
    const failures: ((error: Error) => void)[] = [];
    const provider = (): Promise<never> => new Promise((_, reject) => failures.push(reject));
    const source = cachedCredentials(provider, { ...createWorld(), ...clock });
    const first = Promise.resolve(source.get());
    clock.advance(5 * MINUTE);
    const second = source.get();
    failures[0]?.(new Error("late"));
    await failureOf(first);
    await settled();
    expect(source.get()).toBe(second);
    expect(failures).toHaveLength(2);
  });

  test("are fetched anew, and waited for, when what they were read from has changed", async () => {
    let hasChanged = false;
    let calls = 0;
    const provider = (): Credentials => ({ ...pair, accessKeyId: `AKID${++calls}` });
    const source = cachedCredentials(provider, createWorld(), () => hasChanged);
    const first = await source.get();
    expect(source.get()).toBe(first);
    hasChanged = true;
    const next = source.get();
    hasChanged = false;
    expect((await next).accessKeyId).toBe("AKID2");
    expect(source.get()).toMatchObject({ accessKeyId: "AKID2" });
  });

  test("stay when what has changed gives none", async () => {
    let calls = 0;
    const provider = (): Credentials => {
      if (++calls > 1) throw new Error("half written");
      return pair;
    };
    const source = cachedCredentials(provider, createWorld(), () => true);
    const first = await source.get();
    expect(await source.get()).toBe(first);
    expect(calls).toBe(2);
  });

  test("that AWS called expired are fetched again, once for all who used them", async () => {
    const { source, calls } = setUp();
    const used = await source.get();
    expect(source.invalidate(used)).toBe(true);
    const next = await source.get();
    expect(source.invalidate(used)).toBe(true);
    expect(await source.get()).toBe(next);
    expect(calls()).toBe(2);
  });

  test("are asked for again after a failure", async () => {
    let calls = 0;
    const source = cachedCredentials(() => {
      if (++calls === 1) throw new Error("not yet");
      return pair;
    }, createWorld());
    await failureOf(Promise.resolve(source.get()));
    expect((await source.get()).accessKeyId).toBe("AKID");
  });

  test.each([
    ["throws", () => Promise.reject(new TypeError("no metadata service")), "TypeError"],
    ["throws at once", () => errorThrower(), "TypeError"],
    ["throws what is no error", () => AbortSignal.abort("text").throwIfAborted(), "no Error"],
    ["gives nothing", () => undefined, "no usable accessKeyId"],
    ["gives half a pair", () => ({ accessKeyId: "AKID" }), "no usable secretAccessKey"],
    ["gives an empty session token", () => ({ ...pair, sessionToken: "" }), "sessionToken"],
    ["gives an expiration that is a number", () => ({ ...pair, expiration: 0 }), "expiration"],
    ["gives an empty expiration", () => ({ ...pair, expiration: "" }), "expiration"],
    ["gives an expiration that is text", () => ({ ...pair, expiration: "tomorrow" }), "expiration"],
    ["gives an invalid expiration", () => ({ ...pair, expiration: new Date(NaN) }), "expiration"],
  ])("that %s are a ConfigurationError", async (_, provider, told) => {
    const source: ReturnType<typeof cachedCredentials> = Reflect.apply(cachedCredentials, undefined, [
      provider,
      createWorld(),
    ]);
    const error = await failureOf(Promise.resolve(source.get()));
    expect(error).toMatchObject({ name: "ConfigurationError", code: "ERR_CONFIGURATION", retryable: false });
    expect(error.message).toContain("bedrockCredentials()");
    expect(error.message).toContain(told);
    expect(error.message).not.toContain("hunter2");
  });

  test("may have null where there is nothing", async () => {
    const provider = (): unknown => ({ ...pair, sessionToken: null, expiration: null });
    const source: ReturnType<typeof cachedCredentials> = Reflect.apply(cachedCredentials, undefined, [
      provider,
      createWorld(),
    ]);
    const found = await source.get();
    expect(found).toEqual({ ...pair, sessionToken: undefined, expiration: undefined });
    expect(source.get()).toBe(found);
  });

  test("keep what made them fail as cause", async () => {
    const cause = new Error("gone");
    const source = cachedCredentials(() => Promise.reject(cause), createWorld());
    expect((await failureOf(Promise.resolve(source.get()))).cause).toBe(cause);
  });
});

/** All that waits for promises that are settled already has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function errorThrower(): never {
  throw new TypeError("at once");
}
