import type { StreamStep } from "@node-llm/bedrock-local";
import { EventStreamCodec } from "@smithy/eventstream-codec";
import { describe, expect, test } from "vitest";
import type { LLMError } from "../../src/errors.ts";
import * as errors from "../../src/errors.ts";
import { createChat, failureOf, MODEL, useServer } from "../support/bedrock.ts";
import {
  close,
  collect,
  delta,
  event,
  metadata,
  open,
  openTool,
  start,
  stop,
  text,
  toolInput,
} from "../support/events.ts";
import { createManualWorld } from "../support/manual-world.ts";

const server = useServer();

type Failure = readonly [what: string, steps: readonly StreamStep[], type: typeof LLMError, code: string];

const exceptions: readonly Failure[] = (
  [
    ["internalServerException", errors.ServerError, "ERR_SERVER"],
    ["modelStreamErrorException", errors.ModelError, "ERR_MODEL_STREAM"],
    ["validationException", errors.BadRequestError, "ERR_BAD_REQUEST"],
    ["throttlingException", errors.RateLimitError, "ERR_RATE_LIMIT"],
    ["serviceUnavailableException", errors.ServiceUnavailableError, "ERR_SERVICE_UNAVAILABLE"],
    ["modelTimeoutException", errors.TimeoutError, "ERR_TIMEOUT_MODEL"],
    ["brandNewException", errors.StreamError, "ERR_STREAM_EXCEPTION"],
    ["__proto__", errors.StreamError, "ERR_STREAM_EXCEPTION"],
  ] as const
).map(([name, type, code]) => [`exception frame ${name}`, [{ exception: name }], type, code]);

const damages: readonly Failure[] = [
  [
    "error frame of an unknown code",
    [{ error: { code: "SomethingBroke", message: "It broke." } }],
    errors.StreamError,
    "ERR_STREAM_EXCEPTION",
  ],
  [
    "error frame of a known code",
    [{ error: { code: "InternalFailure", message: "It broke." } }],
    errors.ServerError,
    "ERR_SERVER",
  ],
  ["bad prelude CRC", [{ corrupt: "prelude-crc" }, text("lost")], errors.StreamError, "ERR_STREAM_PRELUDE_CRC"],
  ["bad message CRC", [{ corrupt: "message-crc" }, text("lost")], errors.StreamError, "ERR_STREAM_MESSAGE_CRC"],
  ["damaged payload", [{ corrupt: { byteOffset: 100 } }, text("lost")], errors.StreamError, "ERR_STREAM_MESSAGE_CRC"],
  ["frame cut in its payload", [{ cut: 60 }, text("lost")], errors.IncompleteStreamError, "ERR_STREAM_INCOMPLETE"],
  ["frame cut in its prelude", [{ cut: 5 }, text("lost")], errors.IncompleteStreamError, "ERR_STREAM_INCOMPLETE"],
  [
    "bytes after the last frame",
    [close(), stop(), metadata(), { bytes: Uint8Array.of(0, 0, 0) }],
    errors.IncompleteStreamError,
    "ERR_STREAM_INCOMPLETE",
  ],
  ["no messageStop", [close()], errors.IncompleteStreamError, "ERR_STREAM_INCOMPLETE"],
  ["no messageStop, but metadata", [close(), metadata()], errors.IncompleteStreamError, "ERR_STREAM_INCOMPLETE"],
  ["connection reset", [{ reset: true }], errors.NetworkError, "ERR_NETWORK"],
  ["connection closed", [{ close: true }], errors.NetworkError, "ERR_NETWORK"],
  [
    "payload that is no object",
    [{ event: "contentBlockDelta", payload: "[1]" }],
    errors.StreamError,
    "ERR_STREAM_PAYLOAD",
  ],
  ["payload that is no JSON", [{ event: "contentBlockDelta", payload: "{" }], errors.StreamError, "ERR_STREAM_PAYLOAD"],
  ["tool input for a text block", [toolInput("{}")], errors.StreamError, "ERR_STREAM_PROTOCOL"],
  ["tool input for no block", [toolInput("{}", 7)], errors.StreamError, "ERR_STREAM_PROTOCOL"],
  [
    "tool input for a closed block",
    [openTool("t", "f", 1), close(1), toolInput("{}", 1)],
    errors.StreamError,
    "ERR_STREAM_PROTOCOL",
  ],
  ["content after messageStop", [stop(), text("more")], errors.StreamError, "ERR_STREAM_PROTOCOL"],
  ["a new block after messageStop", [stop(), text("more", 3)], errors.StreamError, "ERR_STREAM_PROTOCOL"],
  ["messageStop without a reason", [event("messageStop", {})], errors.StreamError, "ERR_STREAM_PROTOCOL"],
  [
    "a tool call left open by tool_use",
    [openTool("t", "f", 1), stop("tool_use")],
    errors.StreamError,
    "ERR_STREAM_PROTOCOL",
  ],
];

describe("a stream that fails after its first text", () => {
  test.each([...exceptions, ...damages])("%s: typed error with all that is known", async (_, steps, type, code) => {
    server().enqueue({ events: [start, text("Hello "), text("world"), ...steps] });
    const chat = createChat(server()).withInstructions("Be short.");
    const history = chat.history;
    const contents: string[] = [];
    const stream = chat.stream("Hi");
    const reading = (async () => {
      for await (const chunk of stream) contents.push(chunk.content);
    })();
    const error = await failureOf(reading);

    expect(error).toBeInstanceOf(type);
    expect(error.constructor).toBe(type);
    expect(error.code).toBe(code);
    expect(contents.join("")).toMatch(/^Hello world/);
    expect(error.partial?.content).toBe(contents.join(""));
    expect(error).toMatchObject({ model: MODEL, operation: "ConverseStream", requestId: server().requests[0]?.id });
    expect(await failureOf(stream.response())).toBe(error);
    expect(chat.history).toBe(history);
    expect(server().requests).toHaveLength(1);
  });

  test("says in `partial` why the model stopped and what it used, when that had come", async () => {
    server().enqueue({ events: [start, text("Hi"), close(), stop("max_tokens"), metadata(), { reset: true }] });
    const chat = createChat(server());
    const error = await failureOf(collect(chat.stream("Hi")));
    expect(error.partial).toEqual({
      content: "Hi",
      parts: [{ type: "text", text: "Hi" }],
      finishReason: "max_tokens",
      usage: { inputTokens: 11, outputTokens: 7, totalTokens: 18, cacheReadTokens: 0, cacheWriteTokens: 0 },
    });
    expect(chat.totalUsage.totalTokens).toBe(18);
  });

  test("leaves out of `partial` a tool call that did not finish, and keeps one that did", async () => {
    const first = [openTool("t1", "f", 1), toolInput('{"a":1}', 1), close(1)];
    const second = [openTool("t2", "f", 2), toolInput('{"b":2}', 2)];
    server().enqueue({ events: [start, text("Hi"), close(), ...first, ...second, { close: true }] });
    const error = await failureOf(collect(createChat(server()).stream("Hi")));
    expect(error.partial?.parts).toEqual([
      { type: "text", text: "Hi" },
      { type: "tool_call", id: "t1", name: "f", arguments: { a: 1 } },
    ]);
  });

  test("times out when no byte comes for idleMs, and closes the connection", async () => {
    const world = createManualWorld();
    server().enqueue({ events: [start, text("Hi"), { waitFor: new Promise(() => {}) }] });
    const chat = createChat(server(), {}, world);
    const iterator = chat.stream("Hi")[Symbol.asyncIterator]();
    await iterator.next();
    const next = failureOf(iterator.next());
    world.advance(299_999);
    expect(world.pending).toBeGreaterThan(0);
    world.advance(1);
    const error = await next;
    expect(error).toBeInstanceOf(errors.TimeoutError);
    expect(error).toMatchObject({ code: "ERR_TIMEOUT_IDLE", model: MODEL, operation: "ConverseStream" });
    expect(error.requestId).toBe(server().requests[0]?.id);
    expect(error.partial?.content).toBe("Hi");
    expect(await server().requests[0]?.closed).toBe("aborted");
    expect(chat.history).toEqual([]);
    expect(server().requests).toHaveLength(1);
  });

  test("closes the connection when a frame is bad, instead of reading on", async () => {
    const events: StreamStep[] = [start, text("Hi"), { exception: "throttlingException" }];
    server().enqueue({ events: [...events, { waitFor: new Promise(() => {}) }] });
    await failureOf(collect(createChat(server()).stream("Hi")));
    expect(await server().requests[0]?.closed).toBe("aborted");
  });
});

describe("a stream that fails before its first output", () => {
  test.each(exceptions.filter(([what]) => /throttl|internal|unavailable|modelStream/.test(what)))(
    "%s: is tried again",
    async (_, steps) => {
      server().enqueue({ events: [start, ...steps] }, { events: [start, text("Hi"), close(), stop()] });
      const response = await createChat(server()).stream("Hi").response();
      expect(response.content).toBe("Hi");
      expect(response.requestId).toBe(server().requests[1]?.id);
      expect(server().requests).toHaveLength(2);
    },
  );

  test.each(exceptions.filter(([what]) => /validation|modelTimeout|brandNew/.test(what)))(
    "%s: is not tried again",
    async (_, steps, type) => {
      server().enqueue({ events: steps });
      expect(await failureOf(createChat(server()).stream("Hi").response())).toBeInstanceOf(type);
      expect(server().requests).toHaveLength(1);
    },
  );

  test("a throttle as first frame of a 200 is not tried again with maxRetries 0", async () => {
    server().enqueue({ events: [{ exception: "throttlingException", payload: { message: "Slow down." } }] });
    const error = await failureOf(createChat(server(), { maxRetries: 0 }).stream("Hi").response());
    expect(error).toBeInstanceOf(errors.RateLimitError);
    expect(error).toMatchObject({ retryable: true, exception: "ThrottlingException" });
    expect(error.partial).toEqual({ content: "", parts: [] });
    expect(error.message).toContain("Slow down.");
    expect(server().requests).toHaveLength(1);
  });

  test("tells only what belongs to the last attempt", async () => {
    server().enqueue({ events: [start, metadata(), { exception: "throttlingException" }] }, { close: true });
    const error = await failureOf(createChat(server(), { maxRetries: 1 }).stream("Hi").response());
    expect(error).toBeInstanceOf(errors.NetworkError);
    expect(error.requestId).toBeUndefined();
    expect(error.partial).toBeUndefined();
  });

  test.each(["text/html", "application/json", ""])("content type %j is refused without a retry", async (type) => {
    server().enqueue({ status: 200, headers: { "content-type": type }, body: "<html>" });
    const error = await failureOf(createChat(server()).stream("Hi").response());
    expect(error).toBeInstanceOf(errors.StreamError);
    expect(error).toMatchObject({ code: "ERR_STREAM_CONTENT_TYPE", retryable: false, model: MODEL });
    expect(error.requestId).toBe(server().requests[0]?.id);
    expect(server().requests).toHaveLength(1);
  });

  test("an empty body is an incomplete stream, never an empty answer", async () => {
    server().enqueue({ events: [] });
    const error = await failureOf(createChat(server(), { maxRetries: 0 }).stream("Hi").response());
    expect(error).toBeInstanceOf(errors.IncompleteStreamError);
  });
});

describe("a stream with what this version does not know", () => {
  test("unknown events, fields and stop reasons pass", async () => {
    server().enqueue({
      events: [
        event("conversationMood", { mood: "sunny" }),
        start,
        text("Hi"),
        event("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "!" }, confidence: 0.9 }),
        close(),
        event("messageStop", { stopReason: "ran_out_of_ink", colour: "blue" }),
        metadata({ weather: {} }),
      ],
    });
    const stream = createChat(server()).stream("Hi");
    const chunks = await collect(stream);
    expect(chunks[0]).toMatchObject({ type: "raw", event: "conversationMood", raw: { mood: "sunny" }, content: "" });
    const response = await stream.response();
    expect(response.content).toBe("Hi!");
    expect(response.finishReason).toBe("ran_out_of_ink");
  });

  test("unknown block and delta kinds become raw parts", async () => {
    server().enqueue({
      events: [
        start,
        open({ hologram: { format: "holo" } }),
        delta({ hologram: { size: 3 } }),
        close(),
        delta({ smell: { name: "rose" } }, 1),
        close(1),
        stop(),
      ],
    });
    const response = await createChat(server()).stream("Hi").response();
    expect(response.parts).toEqual([
      { type: "raw", block: { hologram: { format: "holo", size: 3 } } },
      { type: "raw", block: { smell: { name: "rose" } } },
    ]);
  });

  test("a frame whose message type is unknown is an error", async () => {
    const codec = new EventStreamCodec(String, Buffer.from);
    const headers = { ":message-type": { type: "string", value: "rumour" } } as const;
    server().enqueue({ events: [text("Hi"), { bytes: codec.encode({ headers, body: new Uint8Array() }) }] });
    const error = await failureOf(createChat(server()).stream("Hi").response());
    expect(error).toMatchObject({ code: "ERR_STREAM_PROTOCOL", partial: { content: "Hi" } });
    expect(error.message).toContain("rumour");
  });
});
