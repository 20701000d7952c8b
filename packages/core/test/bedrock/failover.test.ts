import type { BedrockLocal, ScriptedReply } from "@node-llm/bedrock-local";
import { describe, expect, test } from "vitest";
import { createFailover, type Failover, type Movable } from "../../src/bedrock/failover.ts";
import { AbortError, BadRequestError, NetworkError, RateLimitError, ServerError } from "../../src/errors.ts";
import { createWorld, type World } from "../../src/world.ts";
import { createClient, failureOf, KEYS, MODEL, useServer } from "../support/bedrock.ts";
import { createManualWorld } from "../support/manual-world.ts";

const EAST = "us-east-1";
const WEST = "us-west-2";
const CENTRAL = "eu-central-1";
const throttle: ScriptedReply = { error: "ThrottlingException" };

/** The regions that requests were signed for, in order. */
function regionsOf({ requests }: BedrockLocal): (string | undefined)[] {
  return requests.map(({ headers }) => headers["authorization"]?.split("/")[2]);
}

describe("a client with several regions", () => {
  const server = useServer();
  const create = (world: Partial<World> = {}, options = {}) =>
    createClient(server(), { bedrockRegions: [EAST, WEST], maxRetries: 2, ...options }, world);

  test("asks the first, and says so", async () => {
    const llm = create();
    expect((await llm.chat(MODEL).ask("Hi")).metadata.region).toBe(EAST);
    expect((await llm.chat(MODEL).stream("Hi").response()).metadata.region).toBe(EAST);
    expect(regionsOf(server())).toEqual([EAST, EAST]);
  });

  test("has no region in its answers when there is nothing to choose", async () => {
    const answer = await createClient(server()).chat(MODEL).ask("Hi");
    expect(answer.metadata).not.toHaveProperty("region");
  });

  test.each<[string, ScriptedReply]>([
    ["throttling", throttle],
    ["a failure", { error: "InternalServerException" }],
    ["an unavailable service", { error: "ServiceUnavailableException" }],
    ["a broken connection", { reset: true }],
    ["an asked-for wait", { error: "ThrottlingException", retryAfter: 3000 }],
  ])("goes to the next after %s without waiting, and stays there", async (_, reply) => {
    const world = createManualWorld();
    server().enqueue(reply);
    const llm = create(world);
    const first = llm.chat(MODEL).ask("Say: one");
    await world.timerOf(0);
    world.advance(0);
    expect((await first).metadata.region).toBe(WEST);
    expect((await llm.chat(MODEL).ask("Hi")).metadata.region).toBe(WEST);
    expect(regionsOf(server())).toEqual([EAST, WEST, WEST]);
  });

  test("goes to the next when a stream fails before its first chunk, and never later", async () => {
    server().enqueue({ events: [{ exception: "throttlingException" }] });
    const llm = create();
    const { content, metadata } = await llm.chat(MODEL).stream("Say: one").response();
    expect(content).toContain("one");
    expect(metadata.region).toBe(WEST);
    const text = { event: "contentBlockDelta", payload: { contentBlockIndex: 0, delta: { text: "Hi" } } };
    const start = { event: "messageStart", payload: { role: "assistant" } };
    server().enqueue({ events: [start, text, { exception: "throttlingException" }] });
    const error = await failureOf(llm.chat(MODEL).stream("Hi").response());
    expect(error).toMatchObject({ code: "ERR_RATE_LIMIT", region: WEST, partial: { content: "Hi" } });
    expect(server().requests).toHaveLength(3);
  });

  test("goes back to the first when its rest is over", async () => {
    const world = createManualWorld();
    server().enqueue(throttle);
    const llm = create(world);
    const first = llm.chat(MODEL).ask("Hi");
    await world.timerOf(0);
    world.advance(0);
    await first;
    world.advance(9999);
    expect((await llm.chat(MODEL).ask("Hi")).metadata.region).toBe(WEST);
    world.advance(1);
    expect((await llm.chat(MODEL).ask("Hi")).metadata.region).toBe(EAST);
  });

  test("is bound by maxRetries, and tells the region of the last failure", async () => {
    for (let i = 0; i < 3; i++) server().enqueue(throttle);
    const error = await failureOf(create().chat(MODEL).ask("Hi"));
    expect(error).toMatchObject({ code: "ERR_RATE_LIMIT" });
    const regions = regionsOf(server());
    expect(regions.slice(0, 2)).toEqual([EAST, WEST]);
    expect(regions).toHaveLength(3);
    expect(error.region).toBe(regions[2]);
    server().enqueue(throttle);
    expect(await failureOf(create({}, { maxRetries: 0 }).chat(MODEL).ask("Hi"))).toMatchObject({ region: EAST });
    expect(server().requests).toHaveLength(4);
  });

  test("waits as ever once all regions have failed", async () => {
    const world = createManualWorld();
    server().enqueue(throttle, throttle);
    const answer = create({ ...world, random: () => 0.5 })
      .chat(MODEL)
      .ask("Say: one");
    await world.timerOf(0);
    world.advance(0);
    await world.timerOf(1000);
    expect(regionsOf(server())).toEqual([EAST, WEST]);
    world.advance(1000);
    expect((await answer).content).toContain("one");
  });

  test("ends with an abort between two regions", async () => {
    const world = createManualWorld();
    const controller = new AbortController();
    server().enqueue(throttle);
    const failure = failureOf(create(world).chat(MODEL).ask("Hi", { signal: controller.signal }));
    await world.timerOf(0);
    controller.abort("enough");
    expect(await failure).toMatchObject({ code: "ERR_ABORTED" });
    expect(world.pending).toBe(0);
    expect(server().requests).toHaveLength(1);
  });

  test("does not blame a region for credentials that did not come", async () => {
    let isDown = true;
    const bedrockCredentials = () => {
      if (isDown) throw new NetworkError("No answer from the vault.");
      return { accessKeyId: KEYS.AWS_ACCESS_KEY_ID, secretAccessKey: KEYS.AWS_SECRET_ACCESS_KEY };
    };
    const llm = create({}, { bedrockCredentials });
    expect(await failureOf(llm.chat(MODEL).ask("Hi"))).not.toHaveProperty("region");
    isDown = false;
    expect((await llm.chat(MODEL).ask("Hi")).metadata.region).toBe(EAST);
  });

  test("answers 100 conversations at once while one region is down: going elsewhere costs nothing of the budget", async () => {
    const asked: (string | undefined)[] = [];
    const withoutEast: typeof fetch = (input, init) => {
      const region = new Headers(init?.headers).get("authorization")?.split("/")[2];
      asked.push(region);
      return region === EAST ? Promise.resolve(new Response("{}", { status: 503 })) : fetch(input, init);
    };
    const llm = create({}, { maxRetries: 1, fetch: withoutEast });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        i % 2 ? llm.chat(MODEL).ask(`Say: n${i}`) : llm.chat(MODEL).stream(`Say: n${i}`).response(),
      ),
    );
    answers.forEach(({ content, metadata }, i) => {
      expect(content).toContain(`n${i}`);
      expect(metadata.region).toBe(WEST);
    });
    expect(asked.filter((region) => region === WEST)).toHaveLength(100);
  });

  test("stays where it is after a refusal that another region would repeat", async () => {
    server().enqueue({ error: "ValidationException" });
    const llm = create();
    expect(await failureOf(llm.chat(MODEL).ask("Hi"))).toMatchObject({ status: 400, region: EAST });
    await llm.chat(MODEL).ask("Hi");
    expect(regionsOf(server())).toEqual([EAST, EAST]);
  });

  test("never takes an ARN, a guardrail or a list elsewhere", async () => {
    const arn = `arn:aws:bedrock:${CENTRAL}:123456789012:inference-profile/${MODEL}`;
    const llm = create();
    server().enqueue(throttle, throttle, throttle);
    await failureOf(llm.chat(arn).ask("Hi"));
    expect(regionsOf(server())).toEqual([CENTRAL, CENTRAL, CENTRAL]);
    server().enqueue(throttle);
    const guardrail = { guardrailIdentifier: "abc", guardrailVersion: "1" };
    await llm.chat(MODEL).withGuardrail(guardrail).ask("Hi");
    expect(regionsOf(server()).slice(3)).toEqual([EAST, EAST]);
    server().enqueue(throttle);
    await llm.models.list();
    expect(new Set(regionsOf(server()).slice(5))).toEqual(new Set([EAST]));
  });

  test("keeps a conversation in the region that has its cache", async () => {
    const world = createManualWorld();
    const long = "The rules of the game are as follows. ".repeat(600);
    const llm = create(world);
    const chat = llm.chat(MODEL).withInstructions(long).withCache("auto");
    server().enqueue(throttle);
    const first = chat.ask("Say: one");
    await world.timerOf(0);
    world.advance(0);
    expect((await first).metadata.region).toBe(WEST);
    world.advance(60_000);
    const second = await chat.ask("Say: two");
    expect(second.metadata.region).toBe(WEST);
    expect(second.usage?.cacheReadTokens).toBeGreaterThan(0);
    expect((await llm.chat(MODEL).ask("Hi")).metadata.region).toBe(EAST);
    world.advance(300_001);
    expect((await chat.ask("Say: three")).metadata.region).toBe(EAST);
  });
});

describe("the choice among regions", () => {
  const call: Movable = { operation: "Converse", headers: {}, model: { pathSegment: "m" } };
  /** What comes of an attempt: made for the region that was asked, as an error knows it. */
  type Outcome = (region: string) => Error | undefined;
  const fail: Outcome = (region) => new RateLimitError("slow down", { region });

  function setUp(regions = [EAST, WEST]) {
    const time = createManualWorld();
    return { time, failover: createFailover(regions, { ...createWorld(), ...time }) };
  }

  /** Makes one attempt, and gives the region that it went to. */
  async function attempt(failover: Failover, outcome?: Outcome): Promise<string> {
    let asked = "";
    await failover
      .open(call)
      ?.follow((region) => {
        asked = region;
        const error = outcome?.(region);
        return error ? Promise.reject(error) : Promise.resolve();
      })
      .catch(() => {});
    return asked;
  }

  test("doubles the rest with each failure in a row, up to 5 minutes", async () => {
    const { time, failover } = setUp();
    for (const seconds of [10, 20, 40, 80, 160, 300, 300]) {
      expect(await attempt(failover, fail)).toBe(EAST);
      time.advance(seconds * 1000 - 1);
      expect(await attempt(failover)).toBe(WEST);
      time.advance(1);
    }
    expect(await attempt(failover)).toBe(EAST);
    expect(await attempt(failover, fail)).toBe(EAST);
    time.advance(10_000);
    expect(await attempt(failover)).toBe(EAST);
  });

  test("gives a region the time that it asked for", async () => {
    const { time, failover } = setUp();
    await attempt(failover, (region) => new RateLimitError("slow down", { region, retryAfterMs: 45_000 }));
    time.advance(44_999);
    expect(await attempt(failover)).toBe(WEST);
    time.advance(1);
    expect(await attempt(failover)).toBe(EAST);
  });

  test("tries a region every 5 minutes, however long it asked to wait", async () => {
    const { time, failover } = setUp();
    await attempt(failover, (region) => new RateLimitError("slow down", { region, retryAfterMs: 86_400_000 }));
    time.advance(299_999);
    expect(await attempt(failover)).toBe(WEST);
    time.advance(1);
    expect(await attempt(failover)).toBe(EAST);
  });

  test("lets one call try a region out, while the others wait for what comes of it", async () => {
    const { time, failover } = setUp();
    await attempt(failover, fail);
    time.advance(10_000);
    let succeed = (): void => {};
    const trial = failover.open(call)?.follow((region) => {
      expect(region).toBe(EAST);
      return new Promise<void>((resolve) => (succeed = resolve));
    });
    expect(await attempt(failover)).toBe(WEST);
    succeed();
    await trial;
    expect(await attempt(failover)).toBe(EAST);
  });

  test("counts failures of calls that were on their way together once", async () => {
    const { time, failover } = setUp();
    await Promise.all(Array.from({ length: 50 }, () => attempt(failover, fail)));
    time.advance(10_000);
    expect(await attempt(failover)).toBe(EAST);
  });

  test("takes the one that rests the shortest when all do", async () => {
    const { time, failover } = setUp([EAST, WEST, CENTRAL]);
    for (const region of [EAST, WEST, CENTRAL]) {
      expect(await attempt(failover, fail)).toBe(region);
      time.advance(1000);
    }
    expect(await attempt(failover, fail)).toBe(EAST);
    expect(await attempt(failover, fail)).toBe(WEST);
  });

  test("does not learn from what cannot pass", async () => {
    const { failover } = setUp();
    await attempt(failover, (region) => new BadRequestError("no", { region }));
    await attempt(failover, (region) => new ServerError("no", { region, retryable: false }));
    await attempt(failover, () => new Error("mine"));
    expect(await attempt(failover)).toBe(EAST);
  });

  test("does not learn from what failed before a region was asked", async () => {
    const { failover } = setUp();
    await attempt(failover, () => new NetworkError("The credentials' own service did not answer."));
    expect(await attempt(failover)).toBe(EAST);
  });

  test("takes a refusal as a sign that the region works again, and an abort as none", async () => {
    const { time, failover } = setUp();
    await attempt(failover, fail);
    time.advance(10_000);
    expect(await attempt(failover, () => new AbortError("enough"))).toBe(EAST);
    expect(await attempt(failover)).toBe(WEST);
    time.advance(10_000);
    expect(await attempt(failover, (region) => new BadRequestError("no", { region, status: 400 }))).toBe(EAST);
    expect(await attempt(failover)).toBe(EAST);
  });

  test("knows that the next attempt goes elsewhere", async () => {
    const { failover } = setUp();
    const route = failover.open(call);
    await route?.follow((region) => Promise.reject(new RateLimitError("no", { region }))).catch(() => {});
    expect(route?.isElsewhere()).toBe(true);
    await route?.follow(() => Promise.resolve());
    expect(route?.isElsewhere()).toBe(false);
  });

  test("knows that it has to wait when all regions rest", async () => {
    const { failover } = setUp();
    const route = failover.open(call);
    for (const elsewhere of [true, false, false]) {
      await route?.follow((region) => Promise.reject(new RateLimitError("no", { region }))).catch(() => {});
      expect(route?.isElsewhere()).toBe(elsewhere);
    }
  });

  test.each<[string, Movable]>([
    ["a job", { ...call, operation: "StartAsyncInvoke" }],
    ["a call to a region of its own", { ...call, region: WEST }],
    ["an ARN", { ...call, model: { pathSegment: "m", region: WEST } }],
    ["a guardrail of InvokeModel", { ...call, headers: { "x-amzn-bedrock-guardrailidentifier": "g" } }],
    ["a guardrail", { ...call, body: new TextEncoder().encode('{"guardrailConfig":{}}') }],
  ])("leaves %s where it is", (_, unmovable) => {
    expect(setUp().failover.open(unmovable)).toBeUndefined();
  });

  test("moves a call that only speaks of guardrails and caches", () => {
    const body = new TextEncoder().encode(JSON.stringify({ a: '"guardrailConfig":{} "cachePoint":{}' }));
    expect(setUp().failover.open({ ...call, body })).toEqual(expect.any(Object));
  });
});
