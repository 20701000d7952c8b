import type { ScriptedReply } from "@node-llm/bedrock-local";
import { describe, expect, test } from "vitest";
import { AuthenticationError, TimeoutError } from "../../src/errors.ts";
import { createChat, createClient, failureOf, MODEL, testWorld, useServer, withServer } from "../support/bedrock.ts";
import { converseResponse, start, text } from "../support/events.ts";
import { createManualWorld } from "../support/manual-world.ts";
import { createLLM } from "../../src/llm.ts";

const server = useServer();
const ok: ScriptedReply = { status: 200, body: converseResponse([{ text: "Hi" }]) };
const throttle: ScriptedReply = { error: "ThrottlingException" };

describe("settings", () => {
  test("are read at the first request, and never again", async () => {
    const env: Record<string, string | undefined> = { HOME: "/nowhere" };
    const llm = createLLM({ provider: "bedrock" }, testWorld(server(), { env }));
    const first = await failureOf(llm.chat(MODEL).ask("Hi"));
    expect(first).toMatchObject({ code: "ERR_CONFIGURATION", retryable: false });
    Object.assign(env, testWorld(server()).env);
    await llm.chat(MODEL).ask("Hi");
    Object.assign(env, {
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "AKIDOTHER",
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "http://x.invalid",
    });
    await llm.chat(MODEL).ask("Hi");
    expect(server().requests).toHaveLength(2);
    expect(server().requests[1]?.headers["authorization"]).toContain("/us-east-1/bedrock/");
  });

  test("of two clients are their own", async () => {
    const first = createClient(server(), { bedrockRegion: "us-west-2" });
    const second = createClient(server(), { bedrockRegion: "eu-west-1" });
    await Promise.all([first.chat(MODEL).ask("Hi"), second.chat(MODEL).ask("Hi")]);
    const regions = server().requests.map(({ headers }) => headers["authorization"]?.split("/")[2]);
    expect(new Set(regions)).toEqual(new Set(["eu-west-1", "us-west-2"]));
  });
});

describe("expired credentials", () => {
  const old = { accessKeyId: "ASIAOLD", secretAccessKey: "old", sessionToken: "t1", expiresAt: new Date(0) };
  const fresh = { accessKeyId: "ASIANEW", secretAccessKey: "new", sessionToken: "t2" };

  test("are fetched anew, once, and not counted as a retry", async () => {
    await withServer({ credentials: [old, fresh] }, async (expiring) => {
      let calls = 0;
      const bedrockCredentials = () => (calls++ === 0 ? old : fresh);
      const llm = createClient(expiring, { bedrockCredentials, maxRetries: 0 });
      expect((await llm.chat(MODEL).ask("Hi")).finishReason).toBe("end_turn");
      await llm.chat(MODEL).ask("Hi");
      expect(expiring.requests.map(({ principal }) => principal)).toEqual([undefined, "ASIANEW", "ASIANEW"]);
      expect(calls).toBe(2);
    });
  });

  test("that are no better the second time are told", async () => {
    await withServer({ credentials: [old] }, async (expiring) => {
      const error = await failureOf(createChat(expiring, { bedrockCredentials: () => old }).ask("Hi"));
      expect(error).toMatchObject({ name: "AuthenticationError", code: "ERR_CREDENTIALS_EXPIRED" });
      expect(expiring.requests).toHaveLength(2);
    });
  });

  test("that are fixed are told at once", async () => {
    await withServer({ credentials: [old] }, async (expiring) => {
      const error = await failureOf(createChat(expiring, { bedrockCredentials: old }).ask("Hi"));
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(expiring.requests).toHaveLength(1);
    });
  });

  test("whose function fails are a ConfigurationError, and nothing is sent", async () => {
    const bedrockCredentials = () => Promise.reject(new Error("The role is gone."));
    const error = await failureOf(createChat(server(), { bedrockCredentials }).ask("Hi"));
    expect(error).toMatchObject({ code: "ERR_CONFIGURATION", cause: { message: "The role is gone." } });
    expect(server().requests).toHaveLength(0);
  });
});

describe("a clock that is wrong", () => {
  test.each([-86_400_000, 3_600_000])("by %i ms is learned from the answer, once, and kept", async (skewMs) => {
    const llm = createClient(server(), { maxRetries: 0 }, { now: () => Date.now() + skewMs });
    await llm.chat(MODEL).ask("Hi");
    await llm.chat(MODEL).stream("Hi").response();
    expect(server().requests.map(({ authorized }) => authorized)).toEqual([false, true, true]);
  });

  test("is not suspected when the server's clock agrees", async () => {
    server().enqueue({ error: "InvalidSignatureException" });
    await failureOf(createChat(server()).ask("Hi"));
    expect(server().requests).toHaveLength(1);
  });

  test("is not learned from an answer without a date, or of another kind", async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    server().enqueue({ error: "InvalidSignatureException", headers: { date: "today" } });
    server().enqueue({ error: "ValidationException", headers: { date } });
    for (let i = 0; i < 2; i++) await failureOf(createChat(server()).ask("Hi"));
    expect(server().requests).toHaveLength(2);
  });

  test("is learned once per request, even if the server goes on refusing", async () => {
    const at = (ms: number) => new Date(Date.now() + ms).toUTCString();
    for (const ms of [3_600_000, 7_200_000])
      server().enqueue({ error: "InvalidSignatureException", headers: { date: at(ms) } });
    await failureOf(createChat(server()).ask("Hi"));
    expect(server().requests).toHaveLength(2);
  });
});

describe("limits of one call", () => {
  test("maxRetries of a call, a chat and a client, the nearest first", async () => {
    for (let i = 0; i < 7; i++) server().enqueue(throttle);
    const client = createClient(server(), { maxRetries: 3 });
    await failureOf(client.chat(MODEL).ask("Hi"));
    expect(server().requests).toHaveLength(4);
    const chat = client.chat(MODEL).withRequestOptions({ maxRetries: 1 });
    await failureOf(chat.ask("Hi"));
    expect(server().requests).toHaveLength(6);
    await failureOf(chat.ask("Hi", { maxRetries: 0 }));
    expect(server().requests).toHaveLength(7);
  });

  test("Retry-After is waited for", async () => {
    const world = createManualWorld();
    server().enqueue({ error: "ThrottlingException", retryAfter: 7 }, ok);
    const answer = createChat(server(), {}, world).ask("Hi");
    await world.timerOf(7000);
    world.advance(6999);
    expect(server().requests).toHaveLength(1);
    world.advance(1);
    expect((await answer).content).toBe("Hi");
    expect(server().requests).toHaveLength(2);
    expect(world.pending).toBe(0);
  });

  test.each([
    ["client", "firstByteMs", { timeouts: { firstByteMs: 700 } }, {}],
    ["call", "firstByteMs", { timeouts: { firstByteMs: 9000 } }, { timeouts: { firstByteMs: 700 } }],
    ["call", "totalMs", {}, { timeouts: { totalMs: 700 } }],
  ])("a timeout of the %s (%s) is obeyed", async (_, phase, options, callOptions) => {
    const world = createManualWorld();
    const arrived = server().nextRequest();
    server().enqueue({ hang: true });
    const failure = failureOf(createChat(server(), { maxRetries: 0, ...options }, world).ask("Hi", callOptions));
    const request = await arrived;
    world.advance(700);
    const error = await failure;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ operation: "Converse", model: MODEL });
    expect(error.message).toContain(`timeouts.${phase}`);
    expect(await request.closed).toBe("aborted");
  });

  test("totalMs bounds all attempts together", async () => {
    const world = createManualWorld();
    server().enqueue({ error: "ThrottlingException", retryAfter: 10 });
    const error = await failureOf(createChat(server(), { timeouts: { totalMs: 5000 } }, world).ask("Hi"));
    expect(error).toMatchObject({ code: "ERR_RATE_LIMIT", retryAfterMs: 10_000 });
    expect(server().requests).toHaveLength(1);
  });
});

describe("the logger", () => {
  test("is told of requests and retries, with why", async () => {
    const lines: [string, string, Readonly<Record<string, unknown>>][] = [];
    const logger = {
      debug: (message: string, data: Readonly<Record<string, unknown>>) => void lines.push(["debug", message, data]),
      warn: (message: string, data: Readonly<Record<string, unknown>>) => void lines.push(["warn", message, data]),
    };
    server().enqueue(throttle, ok);
    await createChat(server(), { logger }).ask("Hi");
    const facts = { operation: "Converse", model: MODEL };
    expect(lines).toEqual([
      ["debug", `Converse with ${MODEL}`, facts],
      [
        "warn",
        `Converse with ${MODEL} is tried again`,
        { ...facts, attempt: 1, delayMs: 0, error: expect.objectContaining({ code: "ERR_RATE_LIMIT" }) },
      ],
    ]);
  });

  test("may have only some of its methods", async () => {
    server().enqueue(throttle, ok);
    expect((await createChat(server(), { logger: {} }).ask("Hi")).content).toBe("Hi");
  });
});

test("a call through the caller's own fetch is the same", async () => {
  const urls: string[] = [];
  const chat = createChat(server(), {
    fetch: (input, init) => {
      if (typeof input === "string") urls.push(input);
      return fetch(input, init);
    },
  });
  server().enqueue({ events: [start, text("Hi"), { exception: "throttlingException" }] });
  expect(await failureOf(chat.stream("Hi").response())).toMatchObject({
    code: "ERR_RATE_LIMIT",
    partial: { content: "Hi" },
  });
  expect((await chat.ask("Say: one")).finishReason).toBe("end_turn");
  expect(urls).toEqual(["converse-stream", "converse"].map((name) => `${server().url}/model/${MODEL}/${name}`));
  expect(server().requests.every(({ authorized }) => authorized)).toBe(true);
});
