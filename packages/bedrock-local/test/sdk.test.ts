import {
  AccessDeniedException,
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type ConverseStreamOutput,
  InvokeModelCommand,
  ModelErrorException,
  ThrottlingException,
  ValidationException,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterEach, describe, expect, it } from "vitest";

import {
  type BedrockLocal,
  type BedrockLocalOptions,
  DOCUMENTATION_CREDENTIAL,
  startBedrockLocal,
} from "../src/index.ts";
import { rejection } from "./support.ts";

const MODEL_ID = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const PROFILE_ARN = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-micro-v1:0";
const HELLO: ConverseCommandInput = {
  modelId: MODEL_ID,
  messages: [{ role: "user", content: [{ text: "Count to 20" }] }],
};

const disposables: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(disposables.splice(0).map((dispose) => dispose()));
});

describe.each([
  ["HTTP/2, its default", "2.0"],
  ["HTTP/1.1", "1.1"],
])("the official SDK over %s", (_name, httpVersion) => {
  async function start(
    options: BedrockLocalOptions = {},
    config: BedrockRuntimeClientConfig = {},
  ): Promise<{ server: BedrockLocal; client: BedrockRuntimeClient }> {
    const server = await startBedrockLocal(options);
    const client = new BedrockRuntimeClient({
      endpoint: server.url,
      region: "us-east-1",
      credentials: DOCUMENTATION_CREDENTIAL,
      maxAttempts: 1,
      ...(httpVersion === "1.1" ? { requestHandler: new NodeHttpHandler() } : {}),
      ...config,
    });
    disposables.push(
      () => client.destroy(),
      () => server.close(),
    );
    return { server, client };
  }

  it("gets an answer from converse", async () => {
    const { server, client } = await start();
    const answer = await client.send(new ConverseCommand(HELLO));
    expect(answer.output?.message?.role).toBe("assistant");
    expect(answer.output?.message?.content?.[0]?.text).toContain("20");
    expect(answer.stopReason).toBe("end_turn");
    expect(answer.usage?.totalTokens).toBe((answer.usage?.inputTokens ?? 0) + (answer.usage?.outputTokens ?? 0));
    expect(answer.metrics?.latencyMs).toBeGreaterThanOrEqual(0);
    const [request] = server.requests;
    expect(answer.$metadata.requestId).toBe(request?.id);
    expect(request).toMatchObject({
      httpVersion,
      operation: "Converse",
      modelId: MODEL_ID,
      authorized: true,
      principal: "AKIAIOSFODNN7EXAMPLE",
      status: 200,
      json: { messages: HELLO.messages },
    });
    expect(await request?.closed).toBe("completed");
  });

  it("gets the same answer in pieces from converseStream", async () => {
    const { client } = await start();
    const whole = await client.send(new ConverseCommand(HELLO));
    const events = await collect(client, HELLO);
    const kinds = events.map((event) => Object.keys(event)[0]);
    expect(kinds[0]).toBe("messageStart");
    expect(kinds.slice(-3)).toEqual(["contentBlockStop", "messageStop", "metadata"]);
    expect(kinds.slice(1, -3).every((kind) => kind === "contentBlockDelta")).toBe(true);
    expect(kinds.length).toBeGreaterThan(10);
    expect(textOf(events)).toBe(whole.output?.message?.content?.[0]?.text);
    expect(events.at(-1)?.metadata?.usage?.outputTokens).toBe(whole.usage?.outputTokens);
  });

  it("reaches a model by the ARN of an inference profile", async () => {
    const { server, client } = await start();
    await client.send(new ConverseCommand({ ...HELLO, modelId: PROFILE_ARN }));
    expect(server.requests[0]?.modelId).toBe(PROFILE_ARN);
    expect(server.requests[0]?.path).toContain("%2Fus.amazon.nova-micro-v1%3A0/converse");
  });

  it("works behind a path prefix", async () => {
    const { server, client } = await start({ pathPrefix: "some/prefix/" });
    expect(server.url).toMatch(/\/some\/prefix$/);
    await client.send(new ConverseCommand(HELLO));
    expect(server.requests[0]?.path).toMatch(/^\/some\/prefix\/model\//);
  });

  it("gets in with an API key", async () => {
    const { server, client } = await start(
      { apiKeys: ["bedrock-api-key-test"] },
      { token: { token: "bedrock-api-key-test" }, authSchemePreference: ["httpBearerAuth"] },
    );
    await client.send(new ConverseCommand(HELLO));
    expect(server.requests[0]?.principal).toBe("api-key");
  });

  it("is refused with a wrong API key", async () => {
    const { client } = await start({}, { token: { token: "wrong" }, authSchemePreference: ["httpBearerAuth"] });
    const error = await rejection(client.send(new ConverseCommand(HELLO)));
    expect(error).toBeInstanceOf(AccessDeniedException);
    expect(error.message).toBe("Authentication failed: Please make sure your API Key is valid.");
  });

  it.each([
    ["a wrong secret", { ...DOCUMENTATION_CREDENTIAL, secretAccessKey: "wrong" }, "InvalidSignatureException"],
    ["an unknown key", { ...DOCUMENTATION_CREDENTIAL, accessKeyId: "AKIAOTHER" }, "UnrecognizedClientException"],
    ["a session token too much", { ...DOCUMENTATION_CREDENTIAL, sessionToken: "x" }, "UnrecognizedClientException"],
  ])("is refused with %s", async (_what, credentials, name) => {
    const { server, client } = await start({}, { credentials });
    expect(await rejection(client.send(new ConverseCommand(HELLO)))).toMatchObject({
      name,
      $metadata: { httpStatusCode: 403 },
    });
    expect(server.requests[0]).toMatchObject({ authorized: false, principal: undefined, status: 403 });
  });

  it("gets in with a session token until it expires", async () => {
    let now = Date.now();
    const credentials = { accessKeyId: "ASIATEMP", secretAccessKey: "secret", sessionToken: "token" };
    const { client } = await start(
      { credentials: [{ ...credentials, expiresAt: new Date(now + 1000) }], now: () => now },
      { credentials },
    );
    await client.send(new ConverseCommand(HELLO));
    now += 1000;
    expect(await rejection(client.send(new ConverseCommand(HELLO)))).toMatchObject({ name: "ExpiredTokenException" });
  });

  it("learns the server's clock from a refusal and gets in", async () => {
    const { server, client } = await start({}, { systemClockOffset: -3_600_000, maxAttempts: 2 });
    await client.send(new ConverseCommand(HELLO));
    expect(server.requests.map(({ status }) => status)).toEqual([403, 200]);
  });

  it("gets a refusal of the validator as its own exception class", async () => {
    const { server, client } = await start();
    const error = await rejection(client.send(new ConverseCommand({ ...HELLO, inferenceConfig: { maxTokens: 0 } })));
    expect(error).toBeInstanceOf(ValidationException);
    expect(error.message).toContain("at 'inferenceConfig.maxTokens' failed to satisfy constraint");
    expect(server.requests[0]?.status).toBe(400);
  });

  it("gets scripted errors with their members, and tries again where it should", async () => {
    const { server, client } = await start({}, { maxAttempts: 2, retryMode: "standard" });
    server.enqueue({ error: "ModelErrorException", message: "Broken.", members: { originalStatusCode: 503 } });
    const modelError = await rejection(client.send(new ConverseCommand(HELLO)));
    expect(modelError).toBeInstanceOf(ModelErrorException);
    expect(modelError).toMatchObject({ message: "Broken.", originalStatusCode: 503 });

    server.enqueue({ error: "ThrottlingException", retryAfter: 0 });
    await client.send(new ConverseCommand(HELLO));
    expect(server.requests.map(({ status }) => status)).toEqual([424, 429, 200]);
  });

  it("gets an exception in the middle of a stream as its own class", async () => {
    const { server, client } = await start();
    server.enqueue({
      events: [
        { event: "messageStart", payload: { role: "assistant" } },
        { event: "contentBlockDelta", payload: { contentBlockIndex: 0, delta: { text: "Half" } } },
        { exception: "throttlingException", payload: { message: "Too many tokens" } },
      ],
    });
    const events: ConverseStreamOutput[] = [];
    const error = await rejection(collect(client, HELLO, (event) => events.push(event)));
    expect(error).toBeInstanceOf(ThrottlingException);
    expect(error.message).toBe("Too many tokens");
    expect(textOf(events)).toBe("Half");
  });

  it("is seen to hang up in the middle of a stream", async () => {
    const { server, client } = await start();
    server.enqueue({
      events: [{ event: "messageStart", payload: { role: "assistant" } }, { waitFor: new Promise(() => undefined) }],
    });
    const controller = new AbortController();
    const answer = await client.send(new ConverseStreamCommand(HELLO), { abortSignal: controller.signal });
    for await (const event of answer.stream ?? []) {
      expect(event.messageStart?.role).toBe("assistant");
      break;
    }
    controller.abort();
    client.destroy();
    expect(await server.requests[0]?.closed).toBe("aborted");
  });

  it("is seen to hang up before the answer", async () => {
    const { server, client } = await start();
    server.enqueue({ hang: true });
    const controller = new AbortController();
    const arrived = server.nextRequest();
    const failed = rejection(client.send(new ConverseCommand(HELLO), { abortSignal: controller.signal }));
    const request = await arrived;
    expect(request.body.byteLength).toBeGreaterThan(0);
    controller.abort();
    expect((await failed).name).toBe("AbortError");
    expect(await request.closed).toBe("aborted");
    expect(request.status).toBeUndefined();
  });

  it("gets the answer of any operation scripted", async () => {
    const { server, client } = await start();
    const command = new InvokeModelCommand({ modelId: MODEL_ID, body: "{}", contentType: "application/json" });
    server.enqueue({ status: 200, body: { completion: "hi" }, match: { operation: "InvokeModel" } });
    const answer = await client.send(command);
    expect(JSON.parse(answer.body.transformToString())).toEqual({ completion: "hi" });
  });

  it("finds nothing of another server in the same process", async () => {
    const first = await start();
    const second = await start();
    first.server.enqueue({ error: "ThrottlingException" });
    await second.client.send(new ConverseCommand(HELLO));
    expect(first.server.requests).toHaveLength(0);
    expect(first.server.pending).toBe(1);
    await first.server.close();
    await second.client.send(new ConverseCommand(HELLO));
  });
});

async function collect(
  client: BedrockRuntimeClient,
  input: ConverseCommandInput,
  onEvent: (event: ConverseStreamOutput) => void = () => undefined,
): Promise<ConverseStreamOutput[]> {
  const answer = await client.send(new ConverseStreamCommand(input));
  const events: ConverseStreamOutput[] = [];
  for await (const event of answer.stream ?? []) {
    events.push(event);
    onEvent(event);
  }
  return events;
}

function textOf(events: ConverseStreamOutput[]): string {
  return events.map((event) => event.contentBlockDelta?.delta?.text ?? "").join("");
}
