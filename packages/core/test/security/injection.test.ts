import { describe, expect, test } from "vitest";
import type { InvokeOptions } from "../../src/bedrock/invoke/request.ts";
import { LLMError } from "../../src/errors.ts";
import { createLLM, type LLM, type LLMOptions } from "../../src/llm.ts";
import { createWorld } from "../../src/world.ts";
import { converseResponse } from "../support/events.ts";

const MODEL = "us.anthropic.claude-sonnet-4-6";
const ARN = "arn:aws:bedrock:us-east-1:123456789012";
const guardrailVersion = "1";

/** What was sent: the address as it was given to the platform, and the headers. */
interface Sent {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A client, and what it sends. */
function createSpied(options: Partial<LLMOptions> = {}, env: Record<string, string> = {}): { llm: LLM; sent: Sent[] } {
  const sent: Sent[] = [];
  const fetch = (url: unknown, { headers }: RequestInit = {}): Promise<Response> => {
    sent.push({ url: String(url), headers: { ...(headers as Record<string, string>) } });
    return Promise.resolve(Response.json(converseResponse([{ text: "Hi" }])));
  };
  const keys = { AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "us-east-1" };
  const world = { ...createWorld(), env: { ...keys, ...env } };
  return { llm: createLLM({ provider: "bedrock", fetch, maxRetries: 0, ...options }, world), sent };
}

/** Either nothing was sent and the error is typed, or what was sent goes where it seems to go. */
async function expectContained(run: () => Promise<unknown>, sent: readonly Sent[]): Promise<void> {
  const error = await run().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error !== undefined) expect(error).toBeInstanceOf(LLMError);
  for (const { url, headers } of sent) {
    const parsed = new URL(url);
    // The platform has not rewritten it: no step up, no other host, no query or fragment of the id's.
    expect(parsed.href).toBe(url);
    expect(parsed.host).toMatch(/^[a-z0-9.-]+\.amazonaws\.com$/);
    expect(parsed.hash).toBe("");
    expect(decodeURIComponent(parsed.pathname)).not.toMatch(/[\0\r\n\\]/);
    for (const value of Object.values(headers)) expect(value).not.toMatch(/[\0\r\n]/);
  }
}

const CLIMBING = [
  "..",
  "../x",
  "a/../../b",
  "%2e%2e",
  "%2E%2e%2f",
  "..%2f..",
  "a\\..\\b",
  "..\\",
  "a\0b",
  "a\r\nx-evil: 1",
  "a?x=1",
  "a#b",
  "a@evil.test",
  "//evil.test/",
  ".",
  "./..",
  "a b",
  "é",
  "arn:aws:bedrock:us-east-1::foundation-model/..",
  "arn:aws:bedrock:us-east-1::foundation-model/.",
  "arn:aws:bedrock:us-east-1::inference-profile/us...",
  "arn:aws:bedrock:evil.test/::x",
];

/** Every operation that puts something of the caller's into its path. */
const BY_ID: Readonly<Record<string, (llm: LLM, id: string) => Promise<unknown>>> = {
  Converse: (llm, id) => llm.chat(id).ask("Hi"),
  ConverseStream: (llm, id) => llm.chat(id).stream("Hi").response(),
  InvokeModel: (llm, id) => llm.invoke(id, { a: 1 }),
  "InvokeModel for vectors": (llm, id) => llm.embed("a", { model: id, baseModel: "amazon.titan-embed-text-v2:0" }),
  "InvokeModel for images": (llm, id) => llm.paint("a", { model: id, baseModel: "amazon.nova-canvas-v1:0" }),
  "InvokeModel for ranks": (llm, id) => llm.rerank("a", ["b"], { model: id, baseModel: "cohere.rerank-v3-5:0" }),
  "CountTokens of a model": (llm, id) => llm.countTokens("Hi", { model: id }),
  "CountTokens of a base model": (llm, id) =>
    llm.countTokens("Hi", { model: `${ARN}:application-inference-profile/x`, baseModel: id }),
  "ApplyGuardrail of an id": (llm, id) =>
    llm.moderate("Hi", { guardrail: { guardrailIdentifier: id, guardrailVersion } }),
  "ApplyGuardrail of a version": (llm, id) =>
    llm.moderate("Hi", { guardrail: { guardrailIdentifier: "gr", guardrailVersion: id } }),
  ListGuardrails: (llm, id) => llm.guardrails.list({ guardrailIdentifier: id }),
  "batch.get": (llm, id) => llm.batch.get(id),
  "batch.get of an ARN": (llm, id) => llm.batch.get(`${ARN}:model-invocation-job/${id}`),
  "asyncInvocations.get": (llm, id) => llm.asyncInvocations.get(id),
  "asyncInvocations.get of an ARN": (llm, id) => llm.asyncInvocations.get(`${ARN}:async-invoke/${id}`),
  "batch.list": (llm, id) => llm.batch.list({ status: id }),
};

describe.each(Object.keys(BY_ID))("%s", { timeout: 60_000 }, (operation) => {
  test.each(CLIMBING)("with the id %j stays in its place, or sends nothing", async (id) => {
    const { llm, sent } = createSpied();
    await expectContained(async () => BY_ID[operation]?.(llm, id), sent);
  });
});

const BREAK = "x\r\nx-evil: 1";

describe("a line break", () => {
  test.each<[string, (llm: LLM) => Promise<unknown>]>([
    [
      "a header's value",
      (llm) =>
        llm
          .chat(MODEL)
          .withRequestOptions({ headers: { "x-a": BREAK } })
          .ask("Hi"),
    ],
    [
      "a header's name",
      (llm) =>
        llm
          .chat(MODEL)
          .withRequestOptions({ headers: { [BREAK]: "a" } })
          .ask("Hi"),
    ],
    ["a content type", (llm) => llm.invoke(MODEL, "x", { contentType: BREAK })],
    ["an accepted type", (llm) => llm.invoke(MODEL, "x", { accept: BREAK })],
    ["request metadata", (llm) => llm.invoke(MODEL, "x", { requestMetadata: { team: BREAK } })],
    [
      "a guardrail's id",
      (llm) => llm.invoke(MODEL, "x", { guardrail: { guardrailIdentifier: BREAK, guardrailVersion } }),
    ],
    [
      "a service tier",
      (llm) => llm.invoke(MODEL, "x", JSON.parse(JSON.stringify({ serviceTier: { type: BREAK } })) as InvokeOptions),
    ],
  ])("in %s makes no header of its own", async (_what, run) => {
    const { llm, sent } = createSpied();
    await expectContained(async () => run(llm), sent);
    for (const { headers } of sent) expect(Object.keys(headers)).not.toContain("x-evil");
  });

  test.each<[string, Partial<LLMOptions>, Record<string, string>]>([
    ["a region", { bedrockRegion: BREAK }, {}],
    ["a region of the environment", {}, { AWS_REGION: `us-east-1${BREAK}` }],
    ["a region that is a host", { bedrockRegion: "evil.test/" }, {}],
    ["an API key", { bedrockApiKey: BREAK }, {}],
    ["an API key of the environment", {}, { AWS_BEARER_TOKEN_BEDROCK: BREAK }],
    ["a session token", {}, { AWS_SESSION_TOKEN: BREAK }],
    ["an endpoint", { bedrockEndpoint: `https://x.test/${BREAK}?y` }, {}],
    ["a signed host", { bedrockSigning: { host: BREAK } }, {}],
    ["a guardrail", { bedrockGuardrailIdentifier: BREAK, bedrockGuardrailVersion: "1" }, {}],
  ])("in %s is refused before anything is sent", async (_what, options, env) => {
    const run = async (): Promise<readonly Sent[]> => {
      const { llm, sent } = createSpied(options, env);
      await llm
        .chat(MODEL)
        .ask("Hi")
        .catch((error: unknown) => {
          expect(sent).toEqual([]);
          throw error;
        });
      return sent;
    };
    await expect(run()).rejects.toBeInstanceOf(LLMError);
  });
});

describe("members named `__proto__`", () => {
  const POISON = '{"__proto__":{"polluted":true,"maxRetries":9,"bedrockApiKey":"stolen","x-evil":"1"}}';
  const poison = (): Record<string, never> => JSON.parse(POISON) as Record<string, never>;

  test.each<[string, (llm: LLM) => Promise<unknown>]>([
    ["parameters", (llm) => llm.chat(MODEL).withParams(poison()).ask("Hi")],
    ["headers", (llm) => llm.chat(MODEL).withRequestOptions({ headers: poison() }).ask("Hi")],
    ["a body", (llm) => llm.invoke(MODEL, poison())],
    ["request metadata", (llm) => llm.invoke(MODEL, "x", { requestMetadata: poison() })],
    ["a schema", (llm) => llm.chat(MODEL).withSchema({ type: "object", properties: poison() }).ask("Hi")],
    ["options of a call", (llm) => llm.chat(MODEL).ask("Hi", poison())],
    [
      "a stored chat",
      (llm) =>
        llm
          .chat(MODEL, { messages: [{ role: "user", content: [{ type: "text", text: "a", ...poison() }] }] })
          .ask("Hi"),
    ],
  ])("in %s change no prototype, and are no options", async (_what, run) => {
    const { llm, sent } = createSpied();
    await expectContained(async () => run(llm), sent);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    for (const { headers } of sent) expect(headers).not.toHaveProperty("x-evil");
  });

  test("in the client's options are refused or ignored", () => {
    const options = JSON.parse(`{"provider":"bedrock","bedrockRegion":"us-east-1",${POISON.slice(1)}`) as LLMOptions;
    expect(() => createLLM(options)).toThrow(LLMError);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});
