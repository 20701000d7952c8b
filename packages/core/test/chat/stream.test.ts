import type { StreamStep } from "@node-llm/bedrock-local";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AbortError, InputError } from "../../src/errors.ts";
import type { ChatStream } from "../../src/chat/stream.ts";
import type { Chunk } from "../../src/types/chunk.ts";
import { createLLM } from "../../src/llm.ts";
import type { Provider, ProviderStream } from "../../src/provider.ts";
import { createChat, errorOf, failureOf, MODEL, useServer } from "../support/bedrock.ts";
import { close, collect, delta, metadata, start, stop, text, textAnswer } from "../support/events.ts";
import { countListeners } from "../support/listeners.ts";

const server = useServer();
const forever: StreamStep = { waitFor: new Promise(() => {}) };
const pieces = ["One", " two", " three"];

let unhandled: unknown[] = [];
const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
beforeEach(() => {
  unhandled = [];
  process.on("unhandledRejection", onUnhandled);
});
afterEach(async () => {
  // Node reports unhandled rejections after the microtasks of a turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", onUnhandled);
  if (unhandled.length > 0) throw new AggregateError(unhandled, "A rejection was not handled.");
});

/** A gate that a scripted stream waits at. */
function createGate(): { readonly step: StreamStep; open(): void } {
  let open = (): void => {};
  const waitFor = new Promise<void>((resolve) => (open = resolve));
  return { step: { waitFor }, open: () => open() };
}

const contents = (chunks: readonly Chunk[]): string[] => chunks.map(({ content }) => content);
const all = [...pieces, ""];

describe("reading a stream", () => {
  test("sends nothing before it is read, and then sends once", async () => {
    const stream = createChat(server()).stream("Hi");
    await new Promise((resolve) => setImmediate(resolve));
    expect(server().requests).toHaveLength(0);
    await Promise.all([collect(stream), stream.response(), stream.response()]);
    expect(server().requests).toHaveLength(1);
  });

  test("checks what is asked at once, where it was passed", () => {
    const chat = createChat(server());
    expect(errorOf(() => Reflect.apply(chat.stream, chat, [[{ type: "smell" }]]))).toBeInstanceOf(InputError);
  });

  test("works once", async () => {
    server().enqueue({ events: textAnswer(...pieces) });
    const stream = createChat(server()).stream("Hi");
    await collect(stream);
    expect(errorOf(() => stream[Symbol.asyncIterator]())).toBeInstanceOf(InputError);
    expect(errorOf(() => stream.toReadableStream())).toBeInstanceOf(InputError);
    expect((await stream.response()).content).toBe(pieces.join(""));
  });

  test("gives every chunk to the loop, and the whole answer to a `response` that was waited for before", async () => {
    server().enqueue({ events: textAnswer(...pieces) });
    const stream = createChat(server()).stream("Hi");
    const response = await stream.response();
    expect(response.content).toBe(pieces.join(""));
    expect(contents(await collect(stream))).toEqual(all);
    expect(await stream.response()).toBe(response);
  });

  test("gives every chunk to the loop when `response` is asked for in the middle of it", async () => {
    const gate = createGate();
    const [first = "", ...rest] = pieces;
    server().enqueue({ events: [start, text(first), gate.step, ...rest.map((piece) => text(piece)), close(), stop()] });
    const stream = createChat(server()).stream("Hi");
    const iterator = stream[Symbol.asyncIterator]();
    const read = [(await iterator.next()).value?.content];
    const response = stream.response();
    const next = iterator.next();
    gate.open();
    read.push((await next).value?.content);
    expect((await response).content).toBe(pieces.join(""));
    for (let item = await iterator.next(); !item.done; item = await iterator.next()) read.push(item.value.content);
    expect(read).toEqual(all);
  });

  test("gives chunks in order to several `next` at a time", async () => {
    server().enqueue({ events: textAnswer(...pieces) });
    const iterator = createChat(server()).stream("Hi")[Symbol.asyncIterator]();
    const items = await Promise.all([1, 2, 3, 4, 5].map(() => iterator.next()));
    expect(items.map(({ value }) => value?.content)).toEqual([...all, undefined]);
  });

  test("adds the turn to the history only when the answer is complete", async () => {
    server().enqueue({ events: textAnswer(...pieces) });
    const chat = createChat(server());
    const lengths: number[] = [];
    for await (const chunk of chat.stream("Hi")) if (chunk.type === "text") lengths.push(chat.history.length);
    expect(lengths).toEqual([0, 0, 0]);
    expect(chat.history).toHaveLength(2);
  });

  test("throws its error once, and is done then", async () => {
    server().enqueue({ events: [start, text("Hi"), { exception: "internalServerException" }] });
    const iterator = createChat(server()).stream("Hi")[Symbol.asyncIterator]();
    await iterator.next();
    await failureOf(iterator.next());
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(server().requests).toHaveLength(1);
  });

  test("rejects `response`, before or after, with the error of the loop", async () => {
    server().enqueue({ events: [start, text("Hi"), { exception: "internalServerException" }] });
    const stream = createChat(server()).stream("Hi");
    const error = await failureOf(stream.response());
    expect(await failureOf(collect(stream))).toBe(error);
    expect(await failureOf(stream.response())).toBe(error);
  });
});

describe("a provider's stream that has chunks ready", () => {
  const text = (content: string): Chunk => ({ type: "text", content });
  const finish: Chunk = { type: "finish", content: "", finishReason: "end_turn", usage: undefined };
  const parts = [{ type: "text", text: "abcde" }] as const;
  const result = { model: MODEL, parts, finishReason: "end_turn", warnings: [], metadata: {}, raw: {} };

  /** Each batch comes with one `next`; what is behind its first chunk can be taken. */
  function streamOf(batches: Chunk[][]): ChatStream {
    let ready: Chunk[] = [];
    const source: ProviderStream = {
      next: async () => {
        if (ready.length === 0) ready = batches.shift() ?? [];
        const value = ready.shift();
        return value ? { done: false, value } : { done: true, value: result };
      },
      take: () => ready.shift(),
      return: () => undefined,
    };
    const provider: Provider = { name: "mine", chat: () => Promise.reject(new Error("unasked")), stream: () => source };
    return createLLM({ provider }).chat(MODEL).stream("Hi");
  }
  const batches = (): Chunk[][] => [[text("a"), text("b"), text("c")], [text("d"), text("e")], [finish]];
  const wanted = ["a", "b", "c", "d", "e", ""];

  test("gives them in order, to a loop and to several `next` at a time", async () => {
    expect(contents(await collect(streamOf(batches())))).toEqual(wanted);
    const iterator = streamOf(batches())[Symbol.asyncIterator]();
    const items = await Promise.all([1, 2, 3, 4, 5, 6, 7].map(() => iterator.next()));
    expect(items.map(({ value }) => value?.content)).toEqual([...wanted, undefined]);
  });

  test("loses none to a `response` that is asked for in the middle, or before", async () => {
    for (const before of [0, 1, 2, 4]) {
      const stream = streamOf(batches());
      const iterator = stream[Symbol.asyncIterator]();
      const read: (string | undefined)[] = [];
      for (let i = 0; i < before; i++) read.push((await iterator.next()).value?.content);
      const response = stream.response();
      const next = await iterator.next();
      read.push(next.value?.content);
      expect((await response).content).toBe("abcde");
      for (let item = await iterator.next(); !item.done; item = await iterator.next()) read.push(item.value.content);
      expect(read).toEqual(wanted);
    }
  });

  test("is complete for who stops at its last chunk, however that came", async () => {
    for (const given of [batches(), [[text("abcde"), finish]]]) {
      const stream = streamOf(given);
      for await (const chunk of stream) if (chunk.type === "finish") break;
      expect(String(await stream.response())).toBe("abcde");
    }
  });

  test("gives none of them any more when it was left", async () => {
    const stream = streamOf(batches());
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.return?.();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(await failureOf(stream.response())).toBeInstanceOf(AbortError);
  });
});

describe("leaving a stream", () => {
  test("by `break` closes the connection and forgets the turn", async () => {
    server().enqueue({ events: [start, text("Hi"), forever] });
    const chat = createChat(server());
    const stream = chat.stream("Hi");
    for await (const _ of stream) break;
    expect(await server().requests[0]?.closed).toBe("aborted");
    expect(chat.history).toEqual([]);
    const error = await failureOf(stream.response());
    expect(error).toBeInstanceOf(AbortError);
    expect(error.partial?.content).toBe("Hi");
  });

  test("by an exception in the loop closes the connection, too", async () => {
    server().enqueue({ events: [start, text("Hi"), forever] });
    const stream = createChat(server()).stream("Hi");
    const loop = async (): Promise<void> => {
      for await (const _ of stream) throw new TypeError("mine");
    };
    await expect(loop()).rejects.toThrow("mine");
    expect(await server().requests[0]?.closed).toBe("aborted");
  });

  test("counts what Bedrock had counted", async () => {
    server().enqueue({ events: [start, metadata(), text("Hi"), forever] });
    const chat = createChat(server());
    for await (const _ of chat.stream("Hi")) break;
    expect(chat.totalUsage.totalTokens).toBe(18);
  });

  test("at its `finish` chunk is the end, not an abort", async () => {
    server().enqueue({ events: textAnswer(...pieces) });
    const chat = createChat(server());
    const stream = chat.stream("Hi");
    for await (const chunk of stream) if (chunk.type === "finish") break;
    expect((await stream.response()).content).toBe(pieces.join(""));
    expect(chat.history).toHaveLength(2);
    expect(await server().requests[0]?.closed).toBe("completed");
  });

  test("before the first `next` sends nothing", async () => {
    const chat = createChat(server());
    const stream = chat.stream("Hi");
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.return?.();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(await failureOf(stream.response())).toBeInstanceOf(AbortError);
    expect(server().requests).toHaveLength(0);
    expect(chat.add("user", "Hi").history).toHaveLength(1);
  });

  test("while a `next` waits ends that `next`", async () => {
    server().enqueue({ events: [start, text("Hi"), forever] });
    const iterator = createChat(server()).stream("Hi")[Symbol.asyncIterator]();
    await iterator.next();
    const waiting = iterator.next();
    await iterator.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await server().requests[0]?.closed).toBe("aborted");
  });

  test("while the response is still to come closes the connection", async () => {
    const arrived = server().nextRequest();
    server().enqueue({ hang: true });
    const iterator = createChat(server()).stream("Hi")[Symbol.asyncIterator]();
    const waiting = iterator.next();
    const request = await arrived;
    await iterator.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await request.closed).toBe("aborted");
  });
});

describe("an AbortSignal", () => {
  test("aborted beforehand sends nothing", async () => {
    const signal = AbortSignal.abort("no need");
    const chat = createChat(server());
    for (const attempt of [chat.ask("Hi", { signal }), chat.fork().stream("Hi", { signal }).response()]) {
      const error = await failureOf(attempt);
      expect(error).toBeInstanceOf(AbortError);
      expect(error).toMatchObject({ code: "ERR_ABORTED", cause: "no need", retryable: false });
    }
    expect(server().requests).toHaveLength(0);
  });

  test("aborted while asking closes the connection", async () => {
    const arrived = server().nextRequest();
    server().enqueue({ hang: true });
    const controller = new AbortController();
    const chat = createChat(server());
    const failure = failureOf(chat.ask("Hi", { signal: controller.signal }));
    const request = await arrived;
    controller.abort(new Error("enough"));
    expect(await failure).toMatchObject({ code: "ERR_ABORTED", cause: new Error("enough"), operation: "Converse" });
    expect(await request.closed).toBe("aborted");
    expect(chat.history).toEqual([]);
  });

  test("aborted in the middle of a stream closes the connection, with what had come", async () => {
    server().enqueue({ events: [start, text("Hi"), forever] });
    const controller = new AbortController();
    const chat = createChat(server()).withRequestOptions({ signal: controller.signal });
    const iterator = chat.stream("Hi")[Symbol.asyncIterator]();
    await iterator.next();
    const failure = failureOf(iterator.next());
    controller.abort();
    expect(await failure).toMatchObject({ code: "ERR_ABORTED", partial: { content: "Hi" } });
    expect(await server().requests[0]?.closed).toBe("aborted");
  });

  test("shared by many calls at once has one listener, and none once they have ended", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const listeners = countListeners(signal);
    const chat = createChat(server());
    const forks = Array.from({ length: 12 }, () => chat.fork());
    await Promise.all(
      forks.map((fork, i) => (i % 2 ? fork.ask("Hi", { signal }) : fork.stream("Hi", { signal }).response())),
    );
    expect(listeners).toEqual({ now: 0, most: 1 });
    controller.abort();
    expect(forks.map(({ history }) => history.length)).toEqual(forks.map(() => 2));
  });
});

describe("a stream as ReadableStream", () => {
  test("gives the text as UTF-8", async () => {
    server().enqueue({ events: textAnswer("Grüße", " 🌍", "!") });
    const stream = createChat(server()).stream("Hi");
    expect(await new Response(stream.toReadableStream()).text()).toBe("Grüße 🌍!");
    expect((await stream.response()).content).toBe("Grüße 🌍!");
  });

  test("gives no piece without text", async () => {
    const thinking = delta({ reasoningContent: { text: "Hm." } });
    server().enqueue({ events: [start, thinking, close(), text("Hi", 1), close(1), stop(), metadata()] });
    const read: string[] = [];
    for await (const piece of createChat(server()).stream("Hi").toReadableStream()) {
      read.push(new TextDecoder().decode(piece));
    }
    expect(read).toEqual(["Hi"]);
  });

  test("reads nothing ahead", async () => {
    let streams = 0;
    const stream = (): ProviderStream => {
      streams++;
      return { next: () => Promise.reject(new Error("unread")), return: () => undefined };
    };
    const provider: Provider = { name: "mine", chat: () => Promise.reject(new Error("unasked")), stream };
    createLLM({ provider }).chat(MODEL).stream("Hi").toReadableStream();
    await new Promise((resolve) => setImmediate(resolve));
    expect(streams).toBe(0);
  });

  test("fails as the stream fails", async () => {
    server().enqueue({ events: [start, text("Hi"), { exception: "throttlingException" }] });
    const reader = createChat(server()).stream("Hi").toReadableStream().getReader();
    expect((await reader.read()).value).toEqual(new TextEncoder().encode("Hi"));
    expect(await failureOf(reader.read())).toMatchObject({ code: "ERR_RATE_LIMIT", partial: { content: "Hi" } });
  });

  test("closes the connection when it is cancelled", async () => {
    server().enqueue({ events: [start, text("Hi"), forever] });
    const chat = createChat(server());
    const reader = chat.stream("Hi").toReadableStream().getReader();
    await reader.read();
    await reader.cancel();
    expect(await server().requests[0]?.closed).toBe("aborted");
    expect(chat.history).toEqual([]);
  });
});
