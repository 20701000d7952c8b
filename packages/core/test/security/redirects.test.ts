import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LLMError } from "../../src/errors.ts";
import { createLLM, type LLM } from "../../src/llm.ts";
import { createWorld } from "../../src/world.ts";

const MODEL = "us.anthropic.claude-sonnet-4-6";
let elsewhere: IncomingHttpHeaders[] = [];
let status = 302;
const target = createServer(({ headers }, response) => {
  elsewhere.push(headers);
  response.end("\x89PNG\r\n\x1a\n");
});
const origin = createServer((request, response) => {
  request.resume();
  response.writeHead(status, { location: `${urlOf(target)}/stolen` }).end();
});
const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  for (const server of [target, origin]) {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  }
});
afterAll(() => {
  for (const server of [target, origin]) server.close().closeAllConnections();
});
beforeEach(() => {
  elsewhere = [];
});

function createRedirected(hasFetch: boolean): LLM {
  const keys = { AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "token" };
  const world = {
    ...createWorld(),
    env: { ...keys, AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: urlOf(origin) },
  };
  const media = { allowPrivateAddresses: true };
  return createLLM({ provider: "bedrock", maxRetries: 0, media, ...(hasFetch && { fetch }) }, world);
}

const CALLS: Readonly<Record<string, (llm: LLM) => Promise<unknown>>> = {
  "an answer": (llm) => llm.chat(MODEL).ask("Hi"),
  "a stream": (llm) => llm.chat(MODEL).stream("Hi").response(),
  "any model": (llm) => llm.invoke(MODEL, { a: 1 }),
  "a list": (llm) => llm.guardrails.list(),
  "the agent runtime": (llm) => llm.rerank("q", ["a"], { model: "amazon.rerank-v1:0", via: "agent" }),
  S3: (llm) => {
    const uris = {
      inputUri: "s3://bucket/in",
      outputUri: "s3://bucket/out",
      roleArn: "arn:aws:iam::123456789012:role/x",
    };
    return llm.batch.submit(["Hi"], { model: MODEL, ...uris });
  },
};

describe.each([301, 302, 303, 307, 308])("a redirect with status %d", { timeout: 60_000 }, (code) => {
  beforeEach(() => {
    status = code;
  });

  test.each(Object.keys(CALLS))("is not followed by a request for %s", async (what) => {
    for (const hasFetch of [false, true]) {
      await expect(CALLS[what]?.(createRedirected(hasFetch))).rejects.toBeInstanceOf(LLMError);
    }
    expect(elsewhere).toEqual([]);
  });

  test("of a medium is followed without a credential", async () => {
    for (const hasFetch of [false, true]) {
      const asked = createRedirected(hasFetch)
        .chat(MODEL)
        .ask("What?", { images: [`${urlOf(origin)}/a.png`] });
      await expect(asked).rejects.toBeInstanceOf(LLMError);
    }
    expect(elsewhere).toHaveLength(2);
    for (const headers of elsewhere) {
      expect(Object.keys(headers).filter((name) => /auth|cookie|token|amz|referer/.test(name))).toEqual([]);
    }
  });
});
