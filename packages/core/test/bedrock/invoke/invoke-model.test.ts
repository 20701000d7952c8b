import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeBase64 } from "../../../src/bytes/node.ts";
import { InputError } from "../../../src/errors.ts";
import type { InvokeChunk, InvokeStream } from "../../../src/bedrock/invoke/invoke-stream.ts";
import type { InvokeBody, InvokeOptions } from "../../../src/bedrock/invoke/request.ts";
import type { Provider } from "../../../src/provider.ts";
import { createClient, failureOf, useServer } from "../../support/bedrock.ts";
import { createLLM } from "../../../src/llm.ts";

const TITAN = "amazon.titan-text-express-v1";
const CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const server = useServer();

const chunk = (json: unknown): { event: string; payload: unknown } => ({
  event: "chunk",
  payload: { bytes: Buffer.from(typeof json === "string" ? json : JSON.stringify(json)).toString("base64"), p: "abc" },
});
const LAST = chunk({
  type: "message_stop",
  "amazon-bedrock-invocationMetrics": { inputTokenCount: 45, outputTokenCount: 35, invocationLatency: 2210 },
});

async function collect(stream: InvokeStream): Promise<InvokeChunk[]> {
  const chunks: InvokeChunk[] = [];
  for await (const each of stream) chunks.push(each);
  return chunks;
}

describe("invoke", () => {
  it("sends the body as it is, and maps body and headers", async () => {
    server().enqueue({
      status: 200,
      body: { results: [{ outputText: "Hi" }] },
      headers: {
        "x-amzn-bedrock-input-token-count": "4",
        "x-amzn-bedrock-output-token-count": "2",
        "x-amzn-bedrock-invocation-latency": "312",
        "x-amzn-bedrock-service-tier": "flex",
        "x-amzn-bedrock-performanceconfig-latency": "standard",
      },
    });
    const result = await createClient(server()).invoke(TITAN, { inputText: "Hello" });
    const [request] = server().requests;
    expect(request?.path).toBe("/model/amazon.titan-text-express-v1/invoke");
    expect(request?.json).toEqual({ inputText: "Hello" });
    expect(request?.headers).toMatchObject({ accept: "application/json", "content-type": "application/json" });
    expect(Object.keys(request?.headers ?? {}).filter((name) => name.startsWith("x-amzn-bedrock"))).toEqual([]);
    expect(result).toMatchObject({
      model: TITAN,
      json: { results: [{ outputText: "Hi" }] },
      usage: { inputTokens: 4, outputTokens: 2, totalTokens: 6, cacheReadTokens: 0, cacheWriteTokens: 0 },
      latencyMs: 312,
      serviceTier: { type: "flex" },
      performanceConfig: { latency: "standard" },
      requestId: request?.id,
    });
    expect(Buffer.from(result.body).toString()).toBe('{"results":[{"outputText":"Hi"}]}');
    expect("cost" in result).toBe(false);
  });

  it("tells the cost where tokens and price are known", async () => {
    const headers = { "x-amzn-bedrock-input-token-count": "1000", "x-amzn-bedrock-output-token-count": "100" };
    server().enqueue({ status: 200, body: {}, headers });
    const prices = { [TITAN]: { input: 0.2, output: 0.6 } };
    const { cost } = await createClient(server(), { prices }).invoke(TITAN, {});
    expect(cost).toMatchObject({ inputUsd: 0.0002, outputUsd: 0.00006 });
  });

  it.each([
    [{ "x-amzn-bedrock-input-token-count": "many" }],
    [{ "x-amzn-bedrock-input-token-count": "-3" }],
    [{}],
  ] as Record<string, string>[][])("counts nothing that is no count: %j", async (headers) => {
    server().enqueue({ status: 200, body: {}, headers });
    expect("usage" in (await createClient(server()).invoke(TITAN, {}))).toBe(false);
  });

  it("gives what is no JSON as bytes", async () => {
    const bytes = new Uint8Array([0x89, 0x50, 0, 255]);
    server().enqueue({ status: 200, body: bytes, headers: { "content-type": "image/png" } });
    const result = await createClient(server()).invoke("some.model-v1", bytes, {
      contentType: "application/octet-stream",
      accept: "image/png",
    });
    expect(result).toMatchObject({ body: bytes, json: undefined, contentType: "image/png" });
    expect(server().requests[0]?.headers).toMatchObject({
      accept: "image/png",
      "content-type": "application/octet-stream",
    });
    expect(new Uint8Array(server().requests[0]?.body ?? [])).toEqual(bytes);
  });

  it.each(["<html>Sign in</html>", '{"results":[{"outp', ""])("refuses %j where JSON was asked for", async (body) => {
    server().enqueue({ status: 200, body, headers: { "content-type": "text/html" } });
    expect(await failureOf(createClient(server()).invoke(TITAN, {}))).toMatchObject({
      code: "ERR_RESPONSE",
      status: 200,
      message: "The answer is no JSON: check the endpoint and any proxy.",
    });
  });

  it("says guardrail, tier, latency and labels in headers", async () => {
    server().enqueue({ status: 200, body: {} });
    const client = createClient(server(), { bedrockGuardrailIdentifier: "abc", bedrockGuardrailVersion: "3" });
    await client.invoke(TITAN, "{}", {
      guardrail: { trace: "enabled_full" },
      serviceTier: { type: "priority" },
      performanceConfig: { latency: "optimized" },
      requestMetadata: { team: "München" },
    });
    expect(server().requests[0]?.headers).toMatchObject({
      "x-amzn-bedrock-guardrailidentifier": "abc",
      "x-amzn-bedrock-guardrailversion": "3",
      "x-amzn-bedrock-trace": "ENABLED_FULL",
      "x-amzn-bedrock-service-tier": "priority",
      "x-amzn-bedrock-performanceconfig-latency": "optimized",
      "x-amzn-bedrock-request-metadata": '{"team":"M\\u00fcnchen"}',
    });
    expect(server().requests[0]?.status).toBe(200);
  });

  it.each([
    [new Map([["inputText", "x"]]), "Map"],
    [new ArrayBuffer(2), "ArrayBuffer"],
    [new Date(), "Date"],
    [Promise.resolve({ inputText: "x" }), "Promise"],
    [new Uint16Array(2), "Uint16Array"],
  ])("refuses a body that JSON would make nothing of (%#)", async (body, kind) => {
    const error = await failureOf(createClient(server()).invoke(TITAN, body as unknown as InvokeBody));
    expect(error).toMatchObject({ code: "ERR_INPUT", message: `The body is ${kind}: give an object.` });
    expect(server().requests).toHaveLength(0);
  });

  it.each([
    [{ contentType: "a/b\r\nx: y" }, "contentType is a/b"],
    [{ accept: "ü" }, "accept is ü"],
    [{ serviceTier: "flex" }, "serviceTier.type is undefined"],
    [{ performanceConfig: { latency: 5 } }, "performanceConfig.latency is 5"],
    [{ requestMetadata: ["a"] }, "requestMetadata is Array"],
    [{ guardrail: { guardrailIdentifier: "abc", guardrailVersion: "1", trace: 5 } }, "guardrail.trace is 5"],
  ])("refuses what no header can hold (%#)", async (options, text) => {
    const asking = createClient(server()).invoke(TITAN, { inputText: "x" }, options as unknown as { stream: false });
    const error = await failureOf(asking);
    expect(error).toMatchObject({ code: "ERR_INPUT", message: expect.stringContaining(text) });
    expect(server().requests).toHaveLength(0);
  });

  it("knows no figure where a header holds none", async () => {
    const headers = {
      "x-amzn-bedrock-input-token-count": "",
      "x-amzn-bedrock-output-token-count": "1e3",
      "x-amzn-bedrock-invocation-latency": "soon",
    };
    server().enqueue({ status: 200, body: {}, headers });
    const result = await createClient(server()).invoke(TITAN, { inputText: "x" });
    expect(result).not.toHaveProperty("usage");
    expect(result).not.toHaveProperty("latencyMs");
  });

  it("gives no part of an answer that is too long for the memory", async () => {
    server().enqueue({ status: 200, body: Buffer.alloc(64 * 1024 * 1024 + 1, 32) });
    expect(await failureOf(createClient(server()).invoke(TITAN, { inputText: "x" }))).toMatchObject({
      code: "ERR_RESPONSE",
      message: expect.stringContaining("more than 67108864 bytes"),
    });
  });

  it("types what Bedrock refuses, and tries again what may pass", async () => {
    server().enqueue({ error: "ThrottlingException" }, { error: "ValidationException", message: "No such model." });
    const error = await failureOf(createClient(server()).invoke(TITAN, {}));
    expect(error).toMatchObject({ code: "ERR_BAD_REQUEST", operation: "InvokeModel", model: TITAN });
    expect(error.message).toContain("No such model.");
    expect(server().requests).toHaveLength(2);
  });

  it("stops when it is aborted", async () => {
    server().enqueue({ hang: true });
    const aborter = new AbortController();
    const asking = failureOf(createClient(server()).invoke(TITAN, {}, { signal: aborter.signal }));
    const { closed } = await server().nextRequest();
    aborter.abort();
    expect(await asking).toMatchObject({ code: "ERR_ABORTED" });
    expect(await closed).toBe("aborted");
  });

  it.each([
    ["", {}, "The body has 0 bytes: give 1 to 25000000."],
    [new Uint8Array(25_000_001), {}, "The body has 25000001 bytes"],
    [null as unknown as string, {}, "The body is null: give an object, a text, or bytes."],
    [{ a: 1 }, { tempreature: 1 } as InvokeOptions, "invoke() does not know the option tempreature: give signal,"],
    [{ a: 1 }, { headers: { accept: "x" } }, "The header accept is the client's own"],
    [{ a: 1 }, { guardrail: {} }, "guardrail has no guardrailIdentifier"],
  ] as [InvokeBody, InvokeOptions, string][])(
    "sends nothing when something is wrong (%#)",
    async (body, options, text) => {
      const error = await failureOf(createClient(server()).invoke(TITAN, body, options));
      expect(error).toBeInstanceOf(InputError);
      expect(error.message).toContain(text);
      expect(server().requests).toHaveLength(0);
    },
  );

  it("is a part of Bedrock", async () => {
    const provider: Provider = {
      name: "mine",
      chat: () => Promise.reject(new Error("no")),
      stream: () => {
        throw new Error("no");
      },
    };
    const error = await failureOf(createLLM({ provider }).invoke(TITAN, {}));
    expect(error).toMatchObject({
      code: "ERR_CAPABILITY",
      message: "The provider mine has no invoke: it is a part of Bedrock.",
    });
  });

  it("asks the region of an ARN", async () => {
    server().enqueue({ status: 200, body: {} });
    const arn = "arn:aws:bedrock:eu-west-1:123456789012:imported-model/abcdefghijkl";
    await createClient(server()).invoke(arn, {});
    expect(server().requests[0]?.path).toBe(`/model/${encodeURIComponent(arn)}/invoke`);
    expect(server().requests[0]?.headers["authorization"]).toContain("/eu-west-1/bedrock/");
    expect(server().requests[0]?.authorized).toBe(true);
  });
});

describe("invoke with stream: true", () => {
  const ask = (options: InvokeOptions = {}): Promise<InvokeStream> =>
    createClient(server()).invoke(CLAUDE, { max_tokens: 10 }, { ...options, stream: true });

  it("gives the model's own pieces, and the tokens at its end", async () => {
    server().enqueue({
      events: [chunk({ type: "a" }), { event: "somethingNew", payload: {} }, chunk("no json"), LAST],
      headers: { "x-amzn-bedrock-content-type": "application/json" },
    });
    const stream = await ask();
    expect(stream.usage).toBeUndefined();
    const chunks = await collect(stream);
    expect(chunks.map(({ json }) => json)).toEqual([
      { type: "a" },
      undefined,
      expect.objectContaining({ type: "message_stop" }),
    ]);
    expect(Buffer.from(chunks[1]?.bytes ?? []).toString()).toBe("no json");
    expect(stream).toMatchObject({
      model: CLAUDE,
      contentType: "application/json",
      requestId: server().requests[0]?.id,
    });
    expect(stream.usage).toMatchObject({ inputTokens: 45, outputTokens: 35, totalTokens: 80 });
    expect(server().requests[0]?.path).toContain("/invoke-with-response-stream");
    expect(server().requests[0]?.headers["x-amzn-bedrock-accept"]).toBe("application/json");
    expect(server().requests[0]?.headers["accept"]).toBeUndefined();
  });

  it("is complete, too, when a guardrail stepped in", async () => {
    server().enqueue({ events: [chunk({ outputText: "blocked", "amazon-bedrock-guardrailAction": "INTERVENED" })] });
    expect(await collect(await ask())).toHaveLength(1);
  });

  it.each([
    ["the end of the body", [{ end: true }], "ERR_STREAM_INCOMPLETE"],
    ["an exception", [{ exception: "throttlingException", payload: { message: "slow" } }], "ERR_RATE_LIMIT"],
    ["an error", [{ error: { code: "weird", message: "so" } }], "ERR_STREAM_EXCEPTION"],
    ["a damaged frame", [{ corrupt: "message-crc" }, LAST], "ERR_STREAM_MESSAGE_CRC"],
    ["a cut frame", [{ cut: 20 }, LAST, { end: true }], "ERR_STREAM_INCOMPLETE"],
    ["a chunk without bytes", [{ event: "chunk", payload: {} }], "ERR_STREAM_PAYLOAD"],
    ["a reset", [{ reset: true }], "ERR_NETWORK"],
  ] as const)("throws at %s", async (_, steps, code) => {
    server().enqueue({ events: [chunk({ type: "a" }), ...steps] });
    const stream = await ask();
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const { json } of stream) seen.push(json);
    })();
    const error = await failureOf(reading);
    expect(error).toMatchObject({ code, operation: "InvokeModelWithResponseStream", model: CLAUDE });
    expect(error.requestId).toBe(server().requests[0]?.id);
    expect(seen).toEqual([{ type: "a" }]);
    expect(server().requests).toHaveLength(1);
  });

  it("is tried again until its first piece, not later", async () => {
    server().enqueue({ events: [{ exception: "throttlingException", payload: {} }] }, { events: [chunk("1"), LAST] });
    expect(await collect(await ask())).toHaveLength(2);
    expect(server().requests).toHaveLength(2);
  });

  it("closes the connection when it is left", async () => {
    server().enqueue({ events: [chunk("1"), { waitFor: new Promise(() => undefined) }] });
    for await (const piece of await ask()) {
      expect(piece.json).toBe(1);
      break;
    }
    expect(await server().requests[0]?.closed).toBe("aborted");
  });

  it("gives nothing more when it was left, before its first piece or while one is waited for", async () => {
    const waiting = { events: [chunk("1"), { waitFor: new Promise(() => undefined) }] };
    server().enqueue(waiting, waiting);
    const unread = (await ask())[Symbol.asyncIterator]();
    await unread.return?.();
    expect(await unread.next()).toEqual({ done: true, value: undefined });
    const read = (await ask())[Symbol.asyncIterator]();
    await read.next();
    const pending = failureOf(read.next());
    expect(await read.return?.()).toEqual({ done: true, value: undefined });
    expect(await pending).toMatchObject({ code: "ERR_ABORTED" });
    expect(await read.next()).toEqual({ done: true, value: undefined });
  });

  it("can be read once", async () => {
    server().enqueue({ events: [LAST] });
    const stream = await ask();
    await collect(stream);
    expect((await failureOf(collect(stream))).message).toContain("read already");
  });
});

it("reads any bytes back", async () => {
  const { decodeBase64 } = await import("../../../src/bytes/node.ts");
  const web = await import("../../../src/bytes/web.ts");
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
      expect(web.decodeBase64(web.encodeBase64(bytes))).toEqual(bytes);
    }),
  );
  expect(web.decodeBase64("QU*JD=")).toEqual(decodeBase64("QUJD"));
});
