import { startBedrockLocal, type BedrockLocal, type ScriptedReply } from "@node-llm/bedrock-local";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLLM, type LLM, type LLMOptions } from "../src/llm.ts";
import { createWorld } from "../src/world.ts";
import { failureOf, MODEL, testWorld } from "./support/bedrock.ts";
import { BEARER, expectClean, pair, SECRET, TOKEN } from "./support/canary.ts";
import { collect, converseResponse, start, text, textAnswer } from "./support/events.ts";

/** Ways to quote a secret in an answer. */
const escapes: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => secret.replaceAll("/", "\\/"),
  (secret) => secret.replaceAll("=", "\\u003d").replaceAll("+", "\\u002B").replaceAll("/", "\\u002f"),
  (secret) => encodeURIComponent(secret),
  (secret) => encodeURIComponent(encodeURIComponent(secret)),
];

/** Answers of all failures there are, quoting what was sent where that is possible. */
function renderFailures(secrets: readonly string[]): ScriptedReply[] {
  const all = secrets.join(" ");
  const quotes = escapes.flatMap((escape) =>
    secrets.map((secret) => `{"message":"You sent ${escape(secret)}. Stop.","sent":"${escape(secret)}"}`),
  );
  const canonical = `It does not match.\n\nThe Canonical String for this request should have been\n'POST\nx-amz-security-token:${all}\n'`;
  return [
    ...[400, 401, 403, 404, 408, 413, 424, 429, 500, 503].map((status) => ({
      status,
      body: all,
    })),
    ...quotes.map((body) => ({ status: 400, body })),
    ...quotes.map((body) => ({ status: 500, headers: { "x-amzn-errortype": "InternalServerException" }, body })),
    { error: "InvalidSignatureException", message: canonical },
    { error: "ExpiredTokenException", message: `The token ${all} is expired.` },
    { status: 200, body: "<html>" },
    { status: 200, headers: { "content-type": "text/html" }, body: "<html>" },
    { reset: true },
    { close: true },
    { events: [start, text("Hi"), { exception: "validationException", payload: { message: all } }] },
    { events: [start, text("Hi"), { error: { code: "Odd", message: all } }] },
    { events: [start, text("Hi"), { corrupt: "message-crc" }, text("x")] },
    { events: [start, text("Hi"), { reset: true }] },
    { events: [start, text("Hi")] },
  ];
}

describe.each<[string, readonly string[], Partial<LLMOptions>, Record<string, string>]>([
  [
    "temporary credentials as options",
    [SECRET, TOKEN],
    { bedrockAccessKeyId: pair.accessKeyId, bedrockSecretAccessKey: SECRET, bedrockSessionToken: TOKEN },
    {},
  ],
  ["a credential function", [SECRET, TOKEN], { bedrockCredentials: () => pair }, {}],
  ["an API key as option", [BEARER], { bedrockApiKey: BEARER }, {}],
  [
    "credentials of the environment",
    [SECRET, TOKEN],
    {},
    { AWS_ACCESS_KEY_ID: pair.accessKeyId, AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: TOKEN },
  ],
  ["an API key of the environment", [BEARER], {}, { AWS_BEARER_TOKEN_BEDROCK: BEARER }],
])("with %s, no secret is told", { timeout: 60_000 }, (_, secrets, options, env) => {
  const failures = renderFailures(secrets);
  let server: BedrockLocal;
  let lines: unknown[] = [];
  let llm: LLM;
  beforeAll(async () => {
    server = await startBedrockLocal({ credentials: [pair], apiKeys: [BEARER] });
    const logger = {
      debug: (...line: unknown[]) => void lines.push(line),
      warn: (...line: unknown[]) => void lines.push(line),
    };
    lines = [];
    const { env: own } = testWorld(server);
    const world = testWorld(server, {
      env: { ...own, AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, ...env },
    });
    llm = createLLM({ provider: "bedrock", logger, maxRetries: 1, ...options }, world);
  });
  afterAll(() => server.close());

  test("by any error or log line", async () => {
    for (const reply of failures) {
      const isStream = "events" in reply;
      for (const mode of isStream ? ["stream"] : ["ask", "stream"]) {
        server.enqueue(reply, reply);
        const chat = llm.chat(MODEL);
        const stream = chat.stream("Hi");
        const error = await failureOf(mode === "ask" ? chat.ask("Hi") : collect(stream));
        // The second reply is for the retry, where there is one.
        while (server.pending > 0)
          await chat
            .fork()
            .ask("Hi")
            .catch(() => undefined);
        expectClean(`${mode} of ${JSON.stringify(reply).slice(0, 100)}`, error, error.toJSON(), chat, stream);
      }
    }
    expect(lines.length).toBeGreaterThan(failures.length);
    expectClean("the log", ...lines);
  });

  test("by any object of a good answer", async () => {
    server.enqueue({ status: 200, body: converseResponse([{ text: "Hi" }]) }, { events: textAnswer("Hi") });
    const chat = llm
      .chat(MODEL)
      .withInstructions(" ")
      .withRequestOptions({ headers: { "x-team": "blue" } });
    const response = await chat.ask("Hi");
    const stream = chat.stream("Hi");
    const chunks = await collect(stream);
    expectClean(
      "an answer",
      llm,
      chat,
      chat.toJSON(),
      chat.fork(),
      response,
      response.raw,
      response.warnings,
      stream,
      chunks,
    );
    expect(server.requests.at(-1)?.authorized).toBe(true);
  });

  test("by an abort or a timeout", async () => {
    const controller = new AbortController();
    const arrived = server.nextRequest();
    server.enqueue({ hang: true });
    const failure = failureOf(llm.chat(MODEL).ask("Hi", { signal: controller.signal }));
    await arrived;
    controller.abort();
    server.enqueue({ hang: true });
    expectClean("an abort", await failure);
    const timeouts = { firstByteMs: 1 };
    expectClean("a timeout", await failureOf(llm.chat(MODEL).ask("Hi", { timeouts, maxRetries: 0 })));
  });
});

describe("a wrong configuration", () => {
  test.each<[string, LLMOptions, Record<string, string>]>([
    ["half a pair", { provider: "bedrock", bedrockSecretAccessKey: SECRET }, {}],
    ["a lone token", { provider: "bedrock", bedrockSessionToken: TOKEN }, {}],
    [
      "two sources",
      { provider: "bedrock", bedrockAccessKeyId: "a", bedrockSecretAccessKey: SECRET, bedrockCredentials: pair },
      {},
    ],
    ["a key with a line break", { provider: "bedrock", bedrockApiKey: `${BEARER}\n` }, {}],
    [
      "a secret with a line break",
      { provider: "bedrock", bedrockCredentials: { ...pair, secretAccessKey: `${SECRET}\n` } },
      {},
    ],
    ["a token with a space", { provider: "bedrock", bedrockCredentials: { ...pair, sessionToken: ` ${TOKEN}` } }, {}],
    [
      "an endpoint with a password",
      { provider: "bedrock", bedrockEndpoint: `https://user:${encodeURIComponent(SECRET)}@x.test` },
      {},
    ],
    ["an endpoint that is nothing", { provider: "bedrock" }, { AWS_ENDPOINT_URL: `user:${SECRET}@x` }],
    ["half an environment", { provider: "bedrock" }, { AWS_SECRET_ACCESS_KEY: SECRET }],
    ["no region", { provider: "bedrock", bedrockCredentials: pair }, {}],
  ])("%s is told without the secret", async (what, options, env) => {
    const { now, monotonic, setTimer, random } = createWorld();
    const world = { now, monotonic, setTimer, random, env };
    expectClean(what, await failureOf((async () => createLLM(options, world).chat(MODEL).ask("Hi"))()));
  });
});
