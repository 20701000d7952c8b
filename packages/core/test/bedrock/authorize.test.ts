import { describe, expect, test } from "vitest";
import { bodyOf, createChat, createClient, failureOf, KEYS, MODEL, useServer, withServer } from "../support/bedrock.ts";
import { createManualWorld } from "../support/manual-world.ts";

const server = useServer();
const credentials = { accessKeyId: KEYS.AWS_ACCESS_KEY_ID, secretAccessKey: KEYS.AWS_SECRET_ACCESS_KEY };

describe("credentials that never come", () => {
  const never = { bedrockCredentials: () => new Promise<never>(() => {}) };

  test("do not keep an aborted call, and the chat can be asked again", async () => {
    const controller = new AbortController();
    const chat = createChat(server(), never);
    const failures = [
      failureOf(chat.ask("Hi", { signal: controller.signal })),
      failureOf(chat.fork().stream("Hi", { signal: controller.signal }).response()),
    ];
    controller.abort(new Error("enough"));
    for (const failure of failures) {
      expect(await failure).toMatchObject({ code: "ERR_ABORTED", cause: new Error("enough") });
    }
    expect(chat.add("user", "Still there?").history).toHaveLength(1);
    expect(server().requests).toHaveLength(0);
  });

  test("do not keep a call whose signal was aborted before", async () => {
    const failure = failureOf(createChat(server(), never).stream("Hi", { signal: AbortSignal.abort() }).response());
    expect(await failure).toMatchObject({ code: "ERR_ABORTED" });
  });

  test("do not keep a stream that is left", async () => {
    const chat = createChat(server(), never);
    const iterator = chat.stream("Hi")[Symbol.asyncIterator]();
    const next = iterator.next();
    await iterator.return?.();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(chat.add("user", "Still there?").history).toHaveLength(1);
  });

  test("do not keep a call longer than timeouts.totalMs", async () => {
    const world = createManualWorld();
    const failure = failureOf(createChat(server(), never, world).ask("Hi", { timeouts: { totalMs: 70 } }));
    await world.timerOf(70);
    world.advance(70);
    expect(await failure).toMatchObject({ code: "ERR_TIMEOUT_TOTAL", retryable: false });
    expect(world.pending).toBe(0);
  });
});

describe("credentials that cannot be renewed early", () => {
  test("are used until they expire", async () => {
    const world = createManualWorld();
    const expiration = new Date(world.now() + 6 * 60_000);
    let fetches = 0;
    const chat = createChat(
      server(),
      {
        bedrockCredentials: () => {
          if (fetches++ > 0) throw new Error("the token service is away");
          return { ...credentials, expiration };
        },
      },
      world,
    );
    await chat.ask("Hi");
    world.advance(4 * 60_000);
    await chat.ask("Hi");
    world.advance(3 * 60_000);
    expect(await failureOf(chat.ask("Hi"))).toMatchObject({ code: "ERR_CONFIGURATION" });
    expect(fetches).toBe(3);
  });
});

describe("a skewed clock", () => {
  test("is learned by all calls that are under way", async () => {
    const llm = createClient(server(), {}, { now: () => Date.now() + 3_600_000 });
    const answers = await Promise.all(Array.from({ length: 12 }, () => llm.chat(MODEL).ask("Count to 2")));
    expect(answers.map(String)).toEqual(answers.map(() => "1, 2"));
  });
});

describe("request headers of the caller", () => {
  test.each(["transfer-encoding", "Connection", "keep-alive", "TE", "trailer", "upgrade", "expect", "content-type"])(
    "may not be %s",
    async (name) => {
      const failure = failureOf(createChat(server()).ask("Hi", { headers: { [name]: "x" } }));
      expect(await failure).toMatchObject({ name: "InputError", message: expect.stringContaining(name.toLowerCase()) });
      expect(server().requests).toHaveLength(0);
    },
  );

  test("are not repeated by an error that quotes them", async () => {
    server().enqueue({ status: 400, body: { message: "Bad x-api-key: gateway-key-123456" } });
    const failure = await failureOf(createChat(server()).ask("Hi", { headers: { "x-api-key": "gateway-key-123456" } }));
    expect(JSON.stringify(failure)).not.toContain("gateway-key-123456");
  });
});

describe("an error body that does not end", () => {
  test.each([
    ["an abort", "ERR_ABORTED"],
    ["timeouts.totalMs", "ERR_TIMEOUT_TOTAL"],
  ])("does not hide %s", async (_, code) => {
    const world = createManualWorld();
    const controller = new AbortController();
    const arrived = server().nextRequest();
    // A head that promises more than ever comes.
    server().enqueue({ status: 400, headers: { "content-length": "1000" }, body: "{" });
    const chat = createChat(server(), {}, world);
    const failure = failureOf(chat.ask("Hi", { signal: controller.signal, timeouts: { totalMs: 90 } }));
    await arrived;
    // The head is there as soon as the wait for the body's bytes has begun.
    await world.timerOf(90);
    if (code === "ERR_ABORTED") controller.abort();
    else world.advance(90);
    expect(await failure).toMatchObject({ code });
  });
});

describe("a logger that throws", () => {
  test("does not disturb the call", async () => {
    const logger = {
      debug: (): never => {
        throw new Error("disk full");
      },
      warn: (): never => {
        throw new Error("disk full");
      },
    };
    server().enqueue({ error: "ThrottlingException", message: "Too many requests" });
    expect(String(await createChat(server(), { logger }).ask("Count to 2"))).toBe("1, 2");
    expect(server().requests).toHaveLength(2);
  });
});

describe("a stored prompt", () => {
  test("may be asked without a message", async () => {
    await withServer({ auth: "none" }, async (other) => {
      other.enqueue({
        status: 200,
        body: { output: { message: { role: "assistant", content: [] } }, stopReason: "x" },
      });
      const arn = "arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1";
      await createClient(other)
        .chat(arn)
        .withParams({ promptVariables: { name: { text: "Ada" } } })
        .ask();
      expect(bodyOf(other)).toEqual({ promptVariables: { name: { text: "Ada" } } });
    });
  });
});
