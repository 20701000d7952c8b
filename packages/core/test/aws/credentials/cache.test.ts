import { describe, expect, test } from "vitest";
import { cachedCredentials, checkCredentials, isToken, staticCredentials } from "../../src/aws/credentials.ts";
import { createWorld, type World } from "../../src/world.ts";
import { errorOf, failureOf } from "../support/bedrock.ts";
import { createManualWorld } from "../support/manual-world.ts";

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

  test("are kept until 5 minutes before they expire", async () => {
    const { source, clock, calls } = setUp(60 * MINUTE);
    await source.get();
    clock.advance(55 * MINUTE - 1);
    expect((await source.get()).accessKeyId).toBe("AKID1");
    clock.advance(1);
    expect((await source.get()).accessKeyId).toBe("AKID2");
    expect(calls()).toBe(2);
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

  test("keep what made them fail as cause", async () => {
    const cause = new Error("gone");
    const source = cachedCredentials(() => Promise.reject(cause), createWorld());
    expect((await failureOf(Promise.resolve(source.get()))).cause).toBe(cause);
  });

  test("may have an expiration of another realm, or as a date that is changed later", async () => {
    const expiration = new Date(5_000_000_000_000);
    const checked = checkCredentials({ ...pair, expiration }, "x");
    expiration.setTime(0);
    expect(checked.expiration?.getTime()).toBe(5_000_000_000_000);
  });
});

function errorThrower(): never {
  throw new TypeError("at once");
}

test("fixed credentials cannot be renewed", async () => {
  const source = staticCredentials(pair);
  expect(await source.get()).toBe(pair);
  expect(source.invalidate(pair)).toBe(false);
});

test("a session token is kept, other members are not", () => {
  expect(checkCredentials({ ...pair, sessionToken: "t", accountId: "1" }, "x")).toEqual({
    ...pair,
    sessionToken: "t",
    expiration: undefined,
  });
  expect(errorOf(() => checkCredentials("hunter2", "The source")).message).toMatch(/^The source gave no usable/);
});

test.each([
  ["abc/+=~!", true],
  ["", false],
  ["a b", false],
  ["a\r\nx: y", false],
  ["é", false],
  [undefined, false],
  [7, false],
])("isToken(%j) is %s", (value, is) => {
  expect(isToken(value)).toBe(is);
});
