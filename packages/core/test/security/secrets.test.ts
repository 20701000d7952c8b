import { describe, expect, test } from "vitest";
import { LLMError } from "../../src/errors.ts";
import { createLLM, type LLM, type LLMOptions } from "../../src/llm.ts";
import { createWorld } from "../../src/world.ts";
import { OPERATIONS } from "../fuzz/operations.ts";
import { BEARER, expectClean, HEADER, pair, SECRET, TOKEN } from "../support/canary.ts";

const KINDS: Readonly<Record<string, readonly [Partial<LLMOptions>, Record<string, string>]>> = {
  "keys as options": [
    { bedrockAccessKeyId: pair.accessKeyId, bedrockSecretAccessKey: SECRET, bedrockSessionToken: TOKEN },
    {},
  ],
  "an API key as option": [{ bedrockApiKey: BEARER }, {}],
};

type Echo = (quoted: string) => Response;

/** How a server repeats what it was sent. */
const ECHOES: Readonly<Record<string, Echo>> = {
  "a refusal in JSON": (message) => Response.json({ message, __type: message }, { status: 400 }),
  "a refusal in plain text": (text) => new Response(text, { status: 403 }),
  "a refusal in XML": (text) =>
    new Response(`<Error><Code>Odd</Code><Message>${text.replaceAll("<", "")}</Message></Error>`, { status: 404 }),
  "a refusal with escapes": (text) =>
    new Response(encodeURIComponent(text).replaceAll("A", "\\u0041"), { status: 500 }),
  "its headers": (text) =>
    new Response("{}", { status: 429, headers: { "x-amzn-errortype": text, "x-amzn-requestid": text } }),
  "an answer that is none": (text) => new Response(`<html>${text}`),
  "its content type": (text) => new Response("x", { headers: { "content-type": text } }),
};

describe.each(Object.entries(KINDS))("with %s", { timeout: 60_000 }, (_kind, [options, env]) => {
  const secrets = [SECRET, TOKEN, BEARER].filter((secret) => JSON.stringify([options, env]).includes(secret));
  const given = secrets.length > 0 ? secrets : [SECRET, TOKEN];

  /** A client whose requests are answered with what they carried. */
  function createEchoed(echo: Echo): { llm: LLM; lines: unknown[] } {
    const lines: unknown[] = [];
    const log = (...line: unknown[]): void => void lines.push(line);
    const fetch = (_url: unknown, { headers }: RequestInit = {}): Promise<Response> => {
      const sent = Object.values({ ...(headers as Record<string, string>) });
      return Promise.resolve(echo([...given, ...sent].join(" ")));
    };
    const { setTimer } = createWorld();
    const world = { ...createWorld(), env: { AWS_REGION: "us-east-1", ...env }, random: () => 0 };
    const llm = createLLM(
      { provider: "bedrock", fetch, maxRetries: 0, logger: { debug: log, warn: log }, ...options },
      { ...world, setTimer: (wake, ms) => setTimer(wake, ms < 5000 ? 0 : ms) },
    );
    return { llm, lines };
  }

  test.each(Object.keys(OPERATIONS))("%s tells none of what the server repeats", async (name) => {
    let failures = 0;
    for (const [where, echo] of Object.entries(ECHOES)) {
      const { llm, lines } = createEchoed(echo);
      try {
        expectClean(where, await OPERATIONS[name]?.call(llm));
      } catch (error) {
        if (!(error instanceof LLMError)) throw error;
        failures++;
        expectClean(where, error, error.toJSON());
      }
      expectClean(`${where}, in the log or the client`, lines, llm);
    }
    // The doctor reports them, tokens are then estimated, and what is fetched as it is may be anything.
    if (!/^(Doctor|InvokeModel|CountTokens)$/.test(name)) expect(failures).toBe(Object.keys(ECHOES).length);
  });

  test("a header of the caller's own is not told either", async () => {
    for (const [where, echo] of Object.entries(ECHOES)) {
      const { llm, lines } = createEchoed(echo);
      const chat = llm.chat("us.anthropic.claude-sonnet-4-6").withRequestOptions({ headers: { "x-key": HEADER } });
      const error: unknown = await chat.ask("Hi").catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LLMError);
      expectClean(where, error, lines, chat);
    }
  });
});
