import { AWS_ERROR_NAMES, type BedrockLocal, type ReceivedRequest } from "@node-llm/bedrock-local";
import { APIError } from "@node-llm/core";
import { describe, expect, it, vi } from "vitest";

import { type Input, OFFICIAL, OURS, renderOfficial, startBoth, WAYS } from "../support/both-clients.ts";
import { FULL_ANSWER, FULL_EVENTS } from "../support/full-answer.ts";
import { rejection } from "../support/official-sdk.ts";

// A whole property, or the first request of a cold SDK, takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const OPAQUE = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6";

const CASES: Readonly<Record<string, Input>> = {
  "a question": {},
  "instructions and several turns": {
    system: ["You answer from the text.", "The sky of Mars is red."],
    texts: ["Hello there", "Hello! How can I help?", "What colour is the sky of Mars?"],
  },
  "text of every kind": { texts: ['Repeat: "ünïcödé 😀 \u2028 \\ / \t {}" <&>'] },
  "a bare model id": { modelId: "amazon.nova-lite-v1:0" },
  "a model id without a version": { modelId: "us.anthropic.claude-sonnet-4-6" },
  "the ARN of a foundation model": { modelId: "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0" },
  "the ARN of an inference profile": {
    modelId: "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-micro-v1:0",
  },
  "the ARN of an application inference profile": { modelId: OPAQUE },
  "the ARN of a prompt": {
    modelId: "arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDE12345:1",
    params: { promptVariables: { city: { text: "Berlin" }, "wine & cheese": { text: "" } } },
  },
  maxTokens: { params: { maxTokens: 5 } },
  temperature: { params: { temperature: 0 } },
  topP: { params: { topP: 0.25 } },
  stopSequences: { params: { stopSequences: ["5", "\n\n"] } },
  "all inference settings": {
    modelId: OPAQUE,
    params: { maxTokens: 9, temperature: 1, topP: 0.5, stopSequences: ["3"] },
  },
  "fields of the model's own": {
    params: { additionalModelRequestFields: { top_k: 5, thinking: { type: "disabled" }, anthropic_beta: ["x", "y"] } },
  },
  "paths into the model's own answer": {
    params: { additionalModelResponseFieldPaths: ["/stop_sequence", "/a~1b/0"], stopSequences: ["4"] },
  },
  requestMetadata: { params: { requestMetadata: { team: "search", "cost center": "a/b=c@d", empty: "" } } },
  performanceConfig: { params: { performanceConfig: { latency: "optimized" } } },
  serviceTier: { params: { serviceTier: { type: "flex" } } },
  guardrailConfig: {
    params: { guardrailConfig: { guardrailIdentifier: "gr1", guardrailVersion: "DRAFT", trace: "enabled_full" } },
  },
  outputConfig: {
    params: {
      outputConfig: {
        textFormat: {
          type: "json_schema",
          structure: { jsonSchema: { schema: '{"type":"object","additionalProperties":false}', name: "answer" } },
        },
      },
    },
  },
};

/** What of a request must be the same, whoever sends it. */
function describeRequest({ method, path, headers, json, authorized, principal }: ReceivedRequest): object {
  return { method, path, type: headers["content-type"], json, authorized, principal };
}

/** Access key, date, region, service and terminator of a SigV4 signature. */
function scopeOf({ headers }: ReceivedRequest): string | undefined {
  return /^AWS4-HMAC-SHA256 Credential=(.+?),/.exec(headers["authorization"] ?? "")?.[1];
}

function pair({ requests }: BedrockLocal): [official: ReceivedRequest, ours: ReceivedRequest] {
  const [official, ours] = requests;
  if (!official || !ours || requests.length > 2) throw new Error(`Expected 2 requests, but got ${requests.length}.`);
  return [official, ours];
}

describe.each([
  ["HTTP/2, its default", "2.0"],
  ["HTTP/1.1", "1.1"],
] as const)("our client beside the official SDK over %s", (_name, httpVersion) => {
  describe.each(WAYS)("%s", (way) => {
    it.each(Object.entries(CASES))("with %s sends the same and reads the same", async (_case, input) => {
      const { server, official, ours } = await startBoth(httpVersion);
      const expected = await OFFICIAL[way](official, renderOfficial(input));
      expect(await OURS[way](ours, input)).toEqual(expected);
      expect(expected.parts).not.toHaveLength(0);
      const [theirRequest, ourRequest] = pair(server);
      expect(describeRequest(ourRequest)).toEqual(describeRequest(theirRequest));
      expect(ourRequest.authorized).toBe(true);
      expect(scopeOf(ourRequest)).toMatch(/\/\d{8}\/us-east-1\/bedrock\/aws4_request$/);
      expect(scopeOf(ourRequest)).toBe(scopeOf(theirRequest));
      expect(theirRequest.httpVersion).toBe(httpVersion);
      expect(ourRequest.httpVersion).toBe("1.1");
    });

    it("sends the same bearer token, and then neither date nor hash", async () => {
      const key = "bedrock-api-key-test";
      const { server, official, ours } = await startBoth(httpVersion, {
        server: { apiKeys: [key] },
        official: { token: { token: key }, authSchemePreference: ["httpBearerAuth"] },
        ours: { bedrockApiKey: key },
      });
      const expected = await OFFICIAL[way](official, renderOfficial({}));
      expect(await OURS[way](ours, {})).toEqual(expected);
      const [theirRequest, ourRequest] = pair(server);
      expect(describeRequest(ourRequest)).toEqual(describeRequest(theirRequest));
      expect(ourRequest.principal).toBe("api-key");
      expect(ourRequest.headers["authorization"]).toBe(theirRequest.headers["authorization"]);
      expect(Object.keys(ourRequest.headers).filter((name) => name.startsWith("x-amz-"))).toEqual([]);
    });

    it("reads the same of an answer with everything in it", async () => {
      const { server, official, ours } = await startBoth(httpVersion);
      const reply = way === "ask" ? { status: 200, body: FULL_ANSWER } : { events: FULL_EVENTS };
      server.enqueue(reply, reply);
      const expected = await OFFICIAL[way](official, renderOfficial({}));
      expect(expected.parts.map(({ type }) => type)).toEqual([
        "thinking",
        "thinking",
        "text",
        "text",
        "tool_call",
        "raw",
      ]);
      expect(Object.keys(expected.metadata)).toHaveLength(5);
      expect(await OURS[way](ours, {})).toEqual(expected);
    });

    it.each(AWS_ERROR_NAMES)("names %s as the official SDK does", async (name) => {
      const { server, official, ours } = await startBoth(httpVersion);
      const reply = { error: name, message: `Because of ${name}.` };
      server.enqueue(reply, reply);
      const theirs = await rejection(OFFICIAL[way](official, renderOfficial({})));
      const error = await rejection(OURS[way](ours, {}));
      expect(theirs).toMatchObject({ name, message: reply.message });
      expect(error).toBeInstanceOf(APIError);
      expect(error).toMatchObject({ exception: name, status: server.requests[1]?.status });
      expect(error.message).toContain(reply.message);
      expect(error).toMatchObject({ requestId: server.requests[1]?.id });
      expect(server.requests).toHaveLength(2);
    });
  });
});

describe("what we do otherwise than the official SDK, on purpose", () => {
  it("signs for the region that an ARN names; the SDK signs for the client's", async () => {
    const { server, official, ours } = await startBoth("1.1");
    const input: Input = { modelId: "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-micro-v1:0" };
    await OFFICIAL.ask(official, renderOfficial(input));
    await OURS.ask(ours, input);
    const [theirRequest, ourRequest] = pair(server);
    expect(scopeOf(theirRequest)).toContain("/us-east-1/");
    expect(scopeOf(ourRequest)).toContain("/eu-west-1/");
    expect(describeRequest(ourRequest)).toEqual(describeRequest(theirRequest));
  });

  it("tells an answer that is no JSON as a typed error; the SDK throws a SyntaxError", async () => {
    const { server, official, ours } = await startBoth("1.1");
    server.enqueue({ status: 502, body: "<html>" }, { status: 502, body: "<html>" });
    expect(await rejection(OFFICIAL.ask(official, renderOfficial({})))).toBeInstanceOf(SyntaxError);
    expect(await rejection(OURS.ask(ours, {}))).toMatchObject({ code: "ERR_SERVER", status: 502 });
  });
});
