import { EventStreamCodec } from "@smithy/eventstream-codec";
import { describe, expect, it } from "vitest";

import { encodeErrorFrame, encodeEvent, encodeException } from "../src/event-stream.ts";
import { createReplyQueue, type ScriptedReply, type StreamStep } from "../src/faults.ts";
import type { ReceivedRequest } from "../src/requests.ts";
import { rejection } from "./support.ts";
import { call, CONVERSE_PATH, startServer, STREAM_PATH } from "./support-server.ts";

const START = { event: "messageStart", payload: { role: "assistant" } };
const DELTA = { event: "contentBlockDelta", payload: { contentBlockIndex: 0, delta: { text: "Hi" } } };
const START_FRAME = encodeEvent(START.event, START.payload);
const DELTA_FRAME = encodeEvent(DELTA.event, DELTA.payload);

async function play(...events: StreamStep[]): ReturnType<typeof call> {
  const server = await startServer();
  server.enqueue({ events });
  return call(server, { path: STREAM_PATH });
}

describe("the queue", () => {
  it("gives replies first in, first out, then the built-in model again", async () => {
    const server = await startServer();
    server.enqueue({ status: 500, body: "a" }, { status: 501, body: "b" });
    expect(server.pending).toBe(2);
    expect([await call(server), await call(server)].map(({ body }) => body.toString())).toEqual(["a", "b"]);
    expect(server.pending).toBe(0);
    expect((await call(server)).status).toBe(200);
  });

  it("holds a reply back until a request fits", async () => {
    const server = await startServer();
    server.enqueue(
      { status: 500, match: { operation: "ConverseStream" } },
      { status: 501, match: { modelId: "amazon.nova-pro-v1:0" } },
      { status: 502, match: { when: ({ headers }) => headers["x-test"] === "yes" } },
    );
    expect((await call(server)).status).toBe(200);
    expect((await call(server, { headers: { "x-test": "yes" } })).status).toBe(502);
    expect((await call(server, { path: "/model/amazon.nova-pro-v1%3A0/converse" })).status).toBe(501);
    expect((await call(server, { path: STREAM_PATH })).status).toBe(500);
  });

  it("is not touched by a request that is refused before", async () => {
    const server = await startServer();
    server.enqueue({ status: 500 });
    expect((await call(server, { headers: { "x-amz-content-sha256": "wrong" } })).status).toBe(403);
    expect((await call(server, { path: "/nothing" })).status).toBe(404);
    expect(server.pending).toBe(1);
  });

  it("takes the first of several that fit", () => {
    const queue = createReplyQueue();
    const request = { operation: "Converse" } as const satisfies Partial<ReceivedRequest>;
    queue.add([{ status: 1, match: { operation: "ConverseStream" } }, { status: 2 }, { status: 3 }]);
    const received = { ...emptyRequest(), ...request };
    expect([queue.take(received), queue.take(received), queue.take(received)].map((reply) => statusOf(reply))).toEqual([
      2,
      3,
      undefined,
    ]);
  });

  it.each<[string, ScriptedReply]>([
    ["status, hang", { status: 200, hang: true }],
    ['No step may follow "end, reset or close"', { events: [{ end: true }, START] }],
    ['No step may follow "cut"', { events: [{ cut: 3 }, START, DELTA] }],
    ['"cut" needs a frame', { events: [START, { cut: 3 }] }],
  ])("refuses a reply that cannot be played, and then queues none: %s", (text, reply) => {
    const queue = createReplyQueue();
    expect(() => queue.add([{ status: 200 }, reply])).toThrow(TypeError);
    expect(() => queue.add([reply])).toThrow(text);
    expect(queue.size).toBe(0);
  });

  it("refuses what the types would not let pass", () => {
    const queue = createReplyQueue();
    // @ts-expect-error a caller without types
    expect(() => queue.add([{}])).toThrow("this one has none");
    // @ts-expect-error a caller without types
    expect(() => queue.add([{ error: "NoSuchException" }])).toThrow('"NoSuchException" is not known');
  });
});

describe("a raw reply", () => {
  it("sends status, headers and a body of text, bytes or JSON, with the usual headers", async () => {
    const server = await startServer();
    server.enqueue(
      { status: 418, headers: { "Content-Type": "text/plain", "X-Custom": "1" }, body: "text" },
      { status: 200, body: Uint8Array.of(0, 255) },
      { status: 200, body: { a: [1] } },
      { status: 204 },
    );
    const text = await call(server);
    expect(text).toMatchObject({ status: 418, headers: { "content-type": "text/plain", "x-custom": "1" } });
    expect(text.body.toString()).toBe("text");
    expect(text.headers["x-amzn-requestid"]).toBe(server.requests[0]?.id);
    expect([...(await call(server)).body]).toEqual([0, 255]);
    expect((await call(server)).body.toString()).toBe('{"a":[1]}');
    expect((await call(server)).status).toBe(204);
  });

  it("can replace the request id and announce another length than it sends", async () => {
    const server = await startServer();
    server.enqueue({ status: 200, headers: { "x-amzn-requestid": "mine", "content-length": "2" }, body: "ok" });
    expect((await call(server)).headers).toMatchObject({ "x-amzn-requestid": "mine", "content-length": "2" });
  });
});

describe("an error reply", () => {
  it("has AWS's form, and retry-after when asked", async () => {
    const server = await startServer();
    server.enqueue({ error: "ThrottlingException", message: "Slow down.", retryAfter: 7, members: { more: 1 } });
    const answer = await call(server);
    expect(answer.status).toBe(429);
    expect(answer.headers).toMatchObject({
      "content-type": "application/json",
      "retry-after": "7",
      "x-amzn-errortype": "ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/",
    });
    expect(answer.body.toString()).toBe('{"message":"Slow down.","more":1}');
  });
});

describe("a scripted stream", () => {
  it("is the frames of its steps, byte for byte", async () => {
    const answer = await play(
      START,
      DELTA,
      { exception: "throttlingException", payload: { message: "Slow down." } },
      { error: { code: "InternalError", message: "Broken." } },
      { bytes: Uint8Array.of(1, 2, 3) },
    );
    expect(answer).toMatchObject({ status: 200, headers: { "content-type": "application/vnd.amazon.eventstream" } });
    expect(answer.body).toEqual(
      Buffer.concat([
        START_FRAME,
        DELTA_FRAME,
        encodeException("throttlingException", { message: "Slow down." }),
        encodeErrorFrame("InternalError", "Broken."),
        Uint8Array.of(1, 2, 3),
      ]),
    );
    expect(answer.broken).toBeUndefined();
  });

  it.each([
    ["prelude-crc", 8],
    ["message-crc", DELTA_FRAME.length - 1],
    [{ byteOffset: 20 }, 20],
  ] as const)("damages exactly one byte of the next frame: %j", async (corrupt, offset) => {
    const { body } = await play(START, { corrupt }, DELTA, DELTA);
    const damaged = body.subarray(START_FRAME.length, START_FRAME.length + DELTA_FRAME.length);
    const differing = [...damaged.keys()].filter((index) => damaged[index] !== DELTA_FRAME[index]);
    expect(differing).toEqual([offset]);
    expect(body.subarray(START_FRAME.length + DELTA_FRAME.length)).toEqual(Buffer.from(DELTA_FRAME));
    const codec = new EventStreamCodec(String, (text) => Buffer.from(text));
    expect(() => codec.decode(damaged)).toThrow(/checksum/);
  });

  it("closes the connection when a byte to damage lies outside the frame", async () => {
    const { broken } = await play(START, { corrupt: { byteOffset: 100_000 } }, DELTA);
    expect(broken).toBeDefined();
  });

  it("ends cleanly after a cut frame", async () => {
    const { body, broken } = await play(START, { cut: 11 }, DELTA);
    expect(body).toEqual(Buffer.concat([START_FRAME, DELTA_FRAME.subarray(0, 11)]));
    expect(broken).toBeUndefined();
  });

  it("ends where it is told to", async () => {
    expect(await play(START, { end: true })).toMatchObject({ body: Buffer.from(START_FRAME), broken: undefined });
  });

  it.each([{ reset: true }, { close: true }] as const)(
    "breaks off with %j after what was sent before",
    async (step) => {
      const { body, broken } = await play(START, { cut: 5 }, DELTA, step);
      expect(body).toEqual(Buffer.concat([START_FRAME, DELTA_FRAME.subarray(0, 5)]));
      expect(broken).toMatchObject({ code: "ECONNRESET" });
    },
  );

  it("waits for a promise, even for one that rejects", async () => {
    const server = await startServer();
    const gate = createGate();
    server.enqueue({ events: [START, { waitFor: gate.promise }, { waitFor: Promise.reject(new Error("x")) }, DELTA] });
    const arrived = server.nextRequest();
    const answered = call(server, { path: STREAM_PATH });
    const request = await arrived;
    expect(request.status).toBeUndefined();
    gate.open();
    expect((await answered).body).toEqual(Buffer.concat([START_FRAME, DELTA_FRAME]));
  });

  it("waits by the server's sleep", async () => {
    const waits: number[] = [];
    const server = await startServer({ sleep: async (ms) => void waits.push(ms) });
    server.enqueue({ delayMs: 1000, events: [START, { delayMs: 250 }, DELTA] });
    await call(server, { path: STREAM_PATH });
    expect(waits).toEqual([1000, 250]);
  });

  it("may have another status and headers", async () => {
    const server = await startServer();
    server.enqueue({ events: [], status: 201, headers: { "x-custom": "1" } });
    expect(await call(server)).toMatchObject({ status: 201, headers: { "x-custom": "1" } });
  });
});

describe("no answer", () => {
  it("is a reset or a close before the headers", async () => {
    const server = await startServer();
    server.enqueue({ reset: true }, { close: true });
    expect(await rejection(call(server))).toMatchObject({ code: "ECONNRESET" });
    expect(await rejection(call(server))).toMatchObject({ message: "socket hang up" });
    expect(await server.requests[0]?.closed).toBe("aborted");
  });

  it("is a wait that the end of the server breaks", async () => {
    const server = await startServer();
    server.enqueue({ hang: true }, { delayMs: 3_600_000, status: 200 });
    const failures: Promise<Error>[] = [];
    for (let i = 0; i < 2; i++) {
      const arrived = server.nextRequest();
      failures.push(rejection(call(server)));
      await arrived;
    }
    await server.close();
    for (const failure of await Promise.all(failures)) expect(failure).toHaveProperty("code");
    expect(await Promise.all(server.requests.map(({ closed }) => closed))).toEqual(["aborted", "aborted"]);
    expect(server.requests.map(({ status }) => status)).toEqual([undefined, undefined]);
  });
});

function createGate(): { promise: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
}

function emptyRequest(): ReceivedRequest {
  return {
    id: "",
    method: "POST",
    path: CONVERSE_PATH,
    httpVersion: "1.1",
    headers: {},
    rawHeaders: [],
    body: new Uint8Array(),
    json: undefined,
    operation: undefined,
    modelId: undefined,
    authorized: true,
    principal: undefined,
    startedAt: 0,
    status: undefined,
    closed: Promise.resolve("completed"),
  };
}

function statusOf(reply: ScriptedReply | undefined): number | undefined {
  return reply !== undefined && "status" in reply ? reply.status : undefined;
}
