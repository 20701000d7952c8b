import { afterEach, describe, expect, it, vi } from "vitest";
import {
  createEventStreamDecoder,
  Decoder,
  type EventStreamDecoderOptions,
  type EventStreamFrame,
  type KnownHeaders,
} from "../../../src/aws/event-stream/index.ts";
import { cut, encodeEvent, encodeRawFrame } from "../../support/event-stream-frames.ts";

/** Decodes chunks to the end; the frames' payloads as text. */
function decodeAll(chunks: readonly Uint8Array[], options?: EventStreamDecoderOptions): string[] {
  const decoder = createEventStreamDecoder(options);
  const payloads = chunks.flatMap((chunk) => [...decoder.push(chunk)].map(({ payload }) => textOf(payload)));
  decoder.end();
  return payloads;
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

function firstFrame(bytes: Uint8Array): EventStreamFrame {
  const [frame] = createEventStreamDecoder().push(bytes);
  if (!frame) throw new Error("no frame was decoded");
  return frame;
}

const concat = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

describe("a frame of ConverseStream as recorded from the wire", () => {
  const recorded =
    "0000009400000057b4ab9aee0b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c74610d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b2264656c7461223a7b2274657874223a224869227d2c22636f6e74656e74426c6f636b496e646578223a307dee2da0d3";

  it("has its headers and payload", () => {
    const { headers, payload } = firstFrame(new Uint8Array(Buffer.from(recorded, "hex")));
    expect(headers).toEqual({
      ":event-type": "contentBlockDelta",
      ":content-type": "application/json",
      ":message-type": "event",
    });
    expect(textOf(payload)).toBe('{"delta":{"text":"Hi"},"contentBlockIndex":0}');
  });
});

describe("header values", () => {
  const one = (type: number, ...value: number[]): unknown =>
    firstFrame(encodeRawFrame(Uint8Array.of(1, 0x61, type, ...value))).headers["a"];

  it.each<[string, unknown, number[]]>([
    ["true", true, [0]],
    ["false", false, [1]],
    ["byte", -2, [2, 0xfe]],
    ["short", -2, [3, 0xff, 0xfe]],
    ["integer", -2, [4, 0xff, 0xff, 0xff, 0xfe]],
    ["long", -(2n ** 63n), [5, 0x80, 0, 0, 0, 0, 0, 0, 0]],
    ["bytes", Uint8Array.of(9, 8), [6, 0, 2, 9, 8]],
    ["string", "é", [7, 0, 2, 0xc3, 0xa9]],
    ["timestamp", new Date(-1), [8, 255, 255, 255, 255, 255, 255, 255, 255]],
    ["uuid", "00010203-0405-0607-0809-0a0b0c0d0eff", [9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255]],
  ])("of type %s are read", (_name, expected, [type = 0, ...value]) => {
    expect(one(type, ...value)).toEqual(expected);
  });

  it("may be absent, and the payload empty", () => {
    const { headers, payload } = firstFrame(encodeRawFrame(new Uint8Array()));
    expect([headers, payload.length]).toEqual([{}, 0]);
  });

  it("of a repeated name: the last counts, as in the AWS SDK", () => {
    const { headers } = firstFrame(encodeRawFrame(Uint8Array.of(1, 0x61, 0, 1, 0x61, 1)));
    expect(headers).toEqual({ a: false });
  });

  it("of a name that JavaScript treats specially are plain values", () => {
    const name = Buffer.from("__proto__");
    const { headers } = firstFrame(encodeRawFrame(concat(Uint8Array.of(name.length), name, Uint8Array.of(0))));
    expect(Object.entries(headers)).toEqual([["__proto__", true]]);
  });
});

describe("header objects", () => {
  const decoder = createEventStreamDecoder();
  const frames = [
    ...decoder.push(
      concat(encodeEvent("a", "1"), encodeEvent("a", "22"), encodeEvent("b", "3"), encodeEvent("a", "4")),
    ),
  ].map((frame) => frame.headers);

  it("are shared by successive frames with the same header bytes, and frozen", () => {
    expect(frames[1]).toBe(frames[0]);
    expect(Object.isFrozen(frames[0])).toBe(true);
  });

  it("are new where one byte of the headers differs", () => {
    expect(frames.map((headers) => headers[":event-type"])).toEqual(["a", "a", "b", "a"]);
  });

  it("do not depend on the chunk's memory after it was read", () => {
    const reader = createEventStreamDecoder();
    const chunk = encodeEvent("messageStart", "{}");
    const [first] = reader.push(chunk);
    chunk.fill(0x62);
    const [second] = reader.push(encodeEvent("messageStop!", "{}"));
    expect(first?.headers[":event-type"]).toBe("messageStart");
    expect(second?.headers[":event-type"]).toBe("messageStop!");
  });

  it("of other streams are used again, the newest of them, and only where every byte is the same", () => {
    const known: KnownHeaders = [];
    const read = (types: readonly string[]): EventStreamFrame["headers"][] =>
      [...new Decoder({}, known).push(concat(...types.map((type) => encodeEvent(type, "{}"))))].map(
        ({ headers }) => headers,
      );
    const types = ["aa", "ab", "ba", ...Array.from({ length: 9 }, (_, i) => `type${i}`)];
    const first = read(types);
    expect(first.map((headers) => headers[":event-type"])).toEqual(types);
    expect(known.map(({ headers }) => headers)).toEqual(first.slice(-8));
    expect(read(types.slice(-8)).every((headers, i) => headers === first.slice(-8)[i])).toBe(true);
  });
});

describe("chunks", () => {
  const stream = concat(...["one", "two", "three", "", "five"].map((text) => encodeEvent("x", text)));

  it.each([1, 2, 3, 11, 12, 13, 15, 16, 17, 90, 1000])("of %i bytes give the same frames", (size) => {
    expect(decodeAll(cut(stream, size))).toEqual(["one", "two", "three", "", "five"]);
  });

  it("may be empty", () => {
    expect(decodeAll([new Uint8Array(), ...cut(stream, 50).flatMap((c) => [c, new Uint8Array()])])).toHaveLength(5);
    expect(decodeAll([])).toEqual([]);
  });

  it("may be views into a larger buffer, and Node's Buffers", () => {
    const padded = Buffer.concat([Buffer.alloc(5), stream, Buffer.alloc(7)]);
    expect(decodeAll([padded.subarray(5, 5 + stream.length)])).toHaveLength(5);
    expect(firstFrame(padded.subarray(5)).payload.constructor).toBe(Uint8Array);
  });

  it("whose frames were not read yet are not lost by the next push", () => {
    const decoder = createEventStreamDecoder();
    const [a = stream, b = stream, c = stream] = cut(stream, Math.ceil(stream.length / 3));
    decoder.push(a);
    for (const _frame of decoder.push(b)) break;
    expect([...decoder.push(c)]).toHaveLength(4);
    decoder.end();
  });
});

describe("cost", () => {
  const spyOnCopies = (): (() => number) => {
    const prototype: Uint8Array = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
    const spy = vi.spyOn(prototype, "set");
    return () => spy.mock.calls.reduce((sum, [source]) => sum + source.length, 0);
  };
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("a frame within one chunk is not copied", () => {
    const chunk = concat(encodeEvent("a", "first"), encodeEvent("a", "second"));
    const copied = spyOnCopies();
    const payloads = [...createEventStreamDecoder().push(chunk)].map(({ payload }) => payload);
    expect(copied()).toBe(0);
    expect(payloads.map(({ buffer }) => buffer)).toEqual([chunk.buffer, chunk.buffer]);
    expect(payloads.map(textOf)).toEqual(["first", "second"]);
  });

  it.each([1, 7, 1460, 65_536])("a large frame in chunks of %i bytes is copied once", (size) => {
    const frame = encodeEvent("a", Buffer.alloc(50_000, "x"));
    const chunks = cut(frame, size);
    const copied = spyOnCopies();
    const decoder = createEventStreamDecoder();
    for (const chunk of chunks) for (const { payload } of decoder.push(chunk)) expect(payload).toHaveLength(50_000);
    expect(copied()).toBeLessThanOrEqual(frame.length + 12);
  });

  it("many frames in small chunks are copied at most once each", () => {
    const stream = concat(...Array.from({ length: 500 }, (_, i) => encodeEvent("a", `event ${i}`)));
    const chunks = cut(stream, 33);
    const copied = spyOnCopies();
    const decoder = createEventStreamDecoder();
    let count = 0;
    for (const chunk of chunks) count += [...decoder.push(chunk)].length;
    expect(count).toBe(500);
    expect(copied()).toBeLessThanOrEqual(stream.length + 500 * 12);
  });
});
