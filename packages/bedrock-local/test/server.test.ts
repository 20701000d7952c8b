import { EventStreamCodec } from "@smithy/eventstream-codec";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";

import { type BedrockLocalOptions, startBedrockLocal } from "../src/index.ts";
import { openSocket, parseObject, readUntil, rejection, send, sign } from "./support.ts";
import { call, CONVERSE_PATH, HELLO, startServer, STREAM_PATH } from "./support-server.ts";

const CORAL = "http://internal.amazon.com/coral";

interface Frame {
  headers: [string, unknown][];
  payload: Record<string, unknown>;
  text: string;
  /** Of the whole frame, in bytes. */
  length: number;
}

function decodeFrames(body: Buffer): Frame[] {
  const codec = new EventStreamCodec(
    (bytes) => Buffer.from(bytes).toString(),
    (text) => Buffer.from(text),
  );
  const frames: Frame[] = [];
  for (let at = 0; at < body.length; at += body.readUInt32BE(at)) {
    const message = codec.decode(body.subarray(at, at + body.readUInt32BE(at)));
    const text = Buffer.from(message.body).toString();
    const headers = Object.entries(message.headers).map(([name, { value }]): [string, unknown] => [name, value]);
    frames.push({ headers, payload: parseObject(text), text, length: body.readUInt32BE(at) });
  }
  return frames;
}

describe("an answer of Converse", () => {
  it("is JSON in the service's form: members in alphabetical order, latency, extra usage members, request id and date", async () => {
    const server = await startServer({ now: () => Date.UTC(2026, 0, 2, 3, 4, 5) });
    const { status, headers, body } = await call(server, { signingDate: new Date("2026-01-02T03:04:05Z") });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "content-length": String(body.length),
      connection: "close",
      date: "Fri, 02 Jan 2026 03:04:05 GMT",
      "x-amzn-requestid": expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    });
    expect(body.toString()).toMatch(
      /^\{"metrics":\{"latencyMs":0\},"output":\{"message":\{"content":\[\{"text":".*"\}\],"role":"assistant"\}\},"stopReason":"end_turn","usage":\{"inputTokens":\d+,"outputTokens":\d+,"serverToolUsage":\{\},"totalTokens":\d+\}\}$/,
    );
  });

  it("repeats the tier and latency that were asked for", async () => {
    const server = await startServer();
    const request = {
      ...parseObject(HELLO),
      serviceTier: { type: "flex" },
      performanceConfig: { latency: "optimized" },
    };
    const answer = parseObject((await call(server, { body: JSON.stringify(request) })).body.toString());
    expect(answer).toMatchObject({ serviceTier: { type: "flex" }, performanceConfig: { latency: "optimized" } });
  });

  it("measures its latency by the server's clock", async () => {
    let now = 1_700_000_000_000;
    const server = await startServer({ now: () => now, auth: "none" });
    const passTime = (): boolean => (now += 25) < 0;
    server.enqueue({ status: 500, match: { when: passTime } });
    const { metrics } = parseObject((await call(server)).body.toString());
    expect(metrics).toEqual({ latencyMs: 25 });
  });
});

describe("an answer of ConverseStream", () => {
  it("is events in the service's order and form, each with padding", async () => {
    const server = await startServer();
    const { status, headers, body } = await call(server, { path: STREAM_PATH });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "application/vnd.amazon.eventstream",
      "transfer-encoding": "chunked",
      "x-amzn-requestid": server.requests[0]?.id,
    });
    const frames = decodeFrames(body);
    for (const { headers: names, payload, text } of frames) {
      expect(names).toEqual([
        [":event-type", expect.any(String)],
        [":content-type", "application/json"],
        [":message-type", "event"],
      ]);
      expect(payload["p"]).toMatch(/^abc?/);
      expect(Object.keys(payload)).toEqual(Object.keys(payload).toSorted());
      expect(text).toBe(JSON.stringify(payload));
    }
    expect(new Set(frames.map(({ payload }) => String(payload["p"]).length)).size).toBeGreaterThan(5);
    expect(frames[0]).toMatchObject({ payload: { role: "assistant" } });
    expect(frames[1]).toMatchObject({ payload: { contentBlockIndex: 0, delta: { text: expect.any(String) } } });
    expect(frames.at(-2)).toMatchObject({ payload: { stopReason: "end_turn" } });
    expect(frames.at(-1)).toMatchObject({
      payload: { usage: { serverToolUsage: {} }, metrics: { latencyMs: expect.any(Number) } },
    });
  });

  it("is the same bytes for the same seed and another padding for another", async () => {
    const streamed = async (seed: number): Promise<string> => {
      const server = await startServer({ seed, now: () => 1_700_000_000_000, auth: "none" });
      return (await call(server, { path: STREAM_PATH })).body.toString("hex");
    };
    expect(await streamed(1)).toBe(await streamed(1));
    expect(await streamed(1)).not.toBe(await streamed(2));
  });

  it.each([
    ["ignores where frames begin and end", true],
    ["writes frame by frame", false],
  ])("%s when randomCuts is %s", async (_what, randomCuts) => {
    const server = await startServer({ randomCuts });
    const chunks = await chunksOf(server.port);
    const chunkEnds = new Set(endsOf(chunks.map((chunk) => chunk.length)));
    const frameEnds = new Set(endsOf(decodeFrames(Buffer.concat(chunks)).map(({ length }) => length)));
    expect([...chunkEnds].some((end) => !frameEnds.has(end))).toBe(randomCuts);
    expect([...frameEnds].some((end) => !chunkEnds.has(end))).toBe(randomCuts);
  });

  it("waits before each piece of text, and before nothing else, at the given rate", async () => {
    const waits: number[] = [];
    const server = await startServer({ tokensPerSecond: 40, sleep: async (ms) => void waits.push(ms) });
    const frames = decodeFrames((await call(server, { path: STREAM_PATH })).body);
    expect(waits).toHaveLength(frames.filter(({ payload }) => "delta" in payload).length);
    expect(new Set(waits)).toEqual(new Set([25]));
  });

  it("loses no part of a millisecond between two waits", async () => {
    const waits: number[] = [];
    const server = await startServer({ tokensPerSecond: 60, sleep: async (ms) => void waits.push(ms) });
    await call(server, { path: STREAM_PATH });
    expect(waits.slice(0, 6)).toEqual([16, 17, 17, 16, 17, 17]);
  });

  it("saves up waits that are shorter than a millisecond", async () => {
    const waits: number[] = [];
    const server = await startServer({ tokensPerSecond: 4000, sleep: async (ms) => void waits.push(ms) });
    const frames = decodeFrames((await call(server, { path: STREAM_PATH })).body);
    const pieces = frames.filter(({ payload }) => "delta" in payload).length;
    expect(waits).toEqual(Array.from({ length: Math.floor(pieces / 4) }, () => 1));
  });

  it("ends when the client hangs up between two pieces", async () => {
    const hangUps: (() => void)[] = [];
    const server = await startServer({
      tokensPerSecond: 1,
      sleep: (_ms, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("The client hung up.")));
          for (const hangUp of hangUps) hangUp();
        }),
      auth: "none",
    });
    const socket = await openSocket(server.port);
    hangUps.push(() => socket.destroy());
    socket.write(`POST ${STREAM_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: ${HELLO.length}\r\n\r\n${HELLO}`);
    const request = await server.nextRequest();
    expect(await request.closed).toBe("aborted");
  });
});

/** Where each of consecutive pieces ends. */
function endsOf(lengths: number[]): number[] {
  let end = 0;
  return lengths.map((length) => (end += length));
}

/** The chunks of the HTTP/1.1 body, as the server framed them. */
async function chunksOf(port: number): Promise<Buffer[]> {
  const headers = await sign({ path: STREAM_PATH, body: HELLO, headers: { host: "x" } });
  const lines = Object.entries({ ...headers, "content-length": String(HELLO.length), connection: "close" });
  const socket = await openSocket(port);
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.write(`POST ${STREAM_PATH} HTTP/1.1\r\n${head}\r\n${HELLO}`);
  const answer = Buffer.from(await readUntil(socket, () => false), "latin1");
  const chunks: Buffer[] = [];
  let at = answer.indexOf("\r\n\r\n") + 4;
  for (;;) {
    const lineEnd = answer.indexOf("\r\n", at);
    const length = Number.parseInt(answer.subarray(at, lineEnd).toString(), 16);
    if (length === 0) return chunks;
    chunks.push(answer.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
}

describe("a refusal", () => {
  it("has the front door's error type, a request id, a date and a message", async () => {
    const server = await startServer();
    const { status, headers, body } = await send(server.url, { path: CONVERSE_PATH, body: HELLO });
    expect(status).toBe(403);
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "x-amzn-errortype": `MissingAuthenticationTokenException:${CORAL}/com.amazon.coral.service/`,
      "x-amzn-requestid": server.requests[0]?.id,
      date: expect.stringMatching(/GMT$/),
    });
    expect(body.toString()).toBe('{"message":"Missing Authentication Token"}');
  });

  it("of the validator has Bedrock's error type", async () => {
    const server = await startServer();
    const { status, headers } = await call(server, { body: '{"inferenceConfig":{"maxTokens":0}}' });
    expect(status).toBe(400);
    expect(headers["x-amzn-errortype"]).toBe(`ValidationException:${CORAL}/com.amazon.bedrock/`);
  });

  it("of a bearer token spells Message like the real one", async () => {
    const server = await startServer();
    const answer = await send(server.url, { path: CONVERSE_PATH, headers: { authorization: "Bearer no" } });
    expect(answer.status).toBe(403);
    expect(answer.body.toString()).toBe('{"Message":"Authentication failed: Please make sure your API Key is valid."}');
  });

  it.each([
    ["POST", "/model/m/unknown"],
    ["GET", CONVERSE_PATH],
    ["POST", "/"],
    ["OPTIONS", CONVERSE_PATH],
  ])("of %s %s is an unknown operation, before any signature is looked at", async (method, path) => {
    const server = await startServer();
    const answer = await send(server.url, { method, path });
    expect(answer.status).toBe(404);
    expect(answer.headers["x-amzn-errortype"]).toBe(`UnknownOperationException:${CORAL}/com.amazon.coral.service/`);
  });

  it.each(["{", "", "\u00ff", "nope"])("of the body %j tells that it is no JSON, unless it is empty", async (body) => {
    const server = await startServer({ auth: "none" });
    const bytes = body === "\u00ff" ? Buffer.from(HELLO.replace("Count", "\u00ff"), "latin1") : body;
    const answer = await send(server.url, { path: CONVERSE_PATH, body: bytes });
    expect(answer.status).toBe(400);
    expect(answer.headers["x-amzn-errortype"]).toMatch(
      body === "" ? /^ValidationException:/ : /^SerializationException:/,
    );
  });

  it("of a body over 25 MB is 413", async () => {
    const server = await startServer({ auth: "none" });
    const answer = await send(server.url, { path: CONVERSE_PATH, body: Buffer.alloc(25_000_001, 0x20) });
    expect(answer.status).toBe(413);
    expect((await call(server)).status).toBe(200);
  });

  it("of a defect is a 500 that names it, and the server goes on", async () => {
    const server = await startServer();
    server.enqueue({
      status: 200,
      match: {
        when: () => {
          throw new Error("boom");
        },
      },
    });
    const answer = await call(server);
    expect(answer.status).toBe(500);
    expect(answer.body.toString()).toBe('{"message":"The local Bedrock has a defect: boom"}');
  });
});

describe("a path", () => {
  it.each([
    ["a raw colon", "/model/amazon.nova-lite-v1:0/converse", "amazon.nova-lite-v1:0"],
    [
      "a raw slash in an ARN",
      "/model/arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-micro-v1:0/converse",
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-micro-v1:0",
    ],
  ])("with %s is verified as sent and routed", async (_what, path, modelId) => {
    const server = await startServer();
    expect((await call(server, { path })).status).toBe(200);
    expect(server.requests[0]).toMatchObject({ path, modelId, authorized: true });
  });
});

describe("cors", () => {
  const ORIGIN = { origin: "http://localhost:3000" };

  it("lets a page ask before it calls, and read the request id", async () => {
    const server = await startServer({ cors: true });
    const preflight = await send(server.url, {
      method: "OPTIONS",
      path: CONVERSE_PATH,
      headers: { ...ORIGIN, "access-control-request-headers": "authorization,x-amz-date" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "authorization,x-amz-date",
    });
    const answer = await call(server, { headers: ORIGIN });
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "date, x-amzn-errortype, x-amzn-requestid",
    });
  });

  it("is off unless asked for", async () => {
    const server = await startServer();
    expect((await call(server, { headers: ORIGIN })).headers).not.toHaveProperty("access-control-allow-origin");
  });
});

describe("the list of requests", () => {
  it("holds what was sent, in order, over both protocols", async () => {
    const server = await startServer({ now: () => 1_700_000_000_000, auth: "none" });
    await send(server.url, { path: `${CONVERSE_PATH}?a=b`, body: HELLO, headers: { "X-Custom": "One" } });
    const session = connectHttp2(server.url);
    const stream = session.request({ ":method": "POST", ":path": CONVERSE_PATH, "x-custom": "Two" });
    stream.end("no json");
    await once(stream.resume(), "end");
    session.close();

    const [first, second] = server.requests;
    expect(first).toMatchObject({
      method: "POST",
      path: `${CONVERSE_PATH}?a=b`,
      httpVersion: "1.1",
      json: parseObject(HELLO),
      principal: "anonymous",
      startedAt: 1_700_000_000_000,
    });
    expect(first?.headers["x-custom"]).toBe("One");
    expect(first?.rawHeaders).toContainEqual(["X-Custom", "One"]);
    expect(second).toMatchObject({ httpVersion: "2.0", json: undefined, status: 400 });
    expect(second?.headers).toMatchObject({ ":authority": `127.0.0.1:${server.port}`, "x-custom": "Two" });
  });

  it("joins several values of one header", async () => {
    const server = await startServer({ auth: "none" });
    const socket = await openSocket(server.port);
    socket.write("POST / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nX-A: 2\r\n\r\n");
    expect((await server.nextRequest()).headers["x-a"]).toBe("1,2");
    socket.destroy();
  });

  it("stays empty when it is switched off, while onRequest is told of every exchange", async () => {
    const told: unknown[] = [];
    let now = 0;
    const server = await startServer({
      auth: "none",
      recordRequests: false,
      now: () => now,
      onRequest: ({ status, operation }, durationMs) => told.push([status, operation, durationMs]),
    });
    server.enqueue({ status: 200, match: { when: () => (now = 5) > 0 } });
    const arrived = server.nextRequest();
    await call(server);
    await (
      await arrived
    ).closed;
    expect(told).toEqual([[200, "Converse", 5]]);
    expect(server.requests).toHaveLength(0);
  });
});

describe("startBedrockLocal", () => {
  const misspelt = { port: 0, prot: 1 };

  it.each<[BedrockLocalOptions, string]>([
    [misspelt, "startBedrockLocal does not know the option prot: give port, host, credentials"],
    [{ port: -1 }, "The option port must be a whole number from 0 to 65535, not -1."],
    [{ port: 1.5 }, "not 1.5"],
    [{ tokensPerSecond: 0 }, "The option tokensPerSecond must be greater than 0, not 0."],
    [{ guardrails: [{ id: "GR" }] }, 'Guardrail number 1 has a wrong id: "GR".'],
    // @ts-expect-error a caller without types
    [{ auth: "maybe" }, 'The option auth must be "verify" or "none", not "maybe".'],
  ])("refuses %j", async (options, text) => {
    expect((await rejection(startBedrockLocal(options))).message).toContain(text);
  });

  it.skipIf(networkInterfaces()["lo"]?.every(({ family }) => family !== "IPv6") ?? true)(
    "gives a URL that works for an IPv6 host",
    async () => {
      const server = await startServer({ host: "::1" });
      expect(server.url).toBe(`http://[::1]:${server.port}`);
      expect((await fetch(server.url, { method: "POST" })).status).toBe(404);
    },
  );
});
