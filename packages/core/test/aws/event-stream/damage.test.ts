import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEventStreamDecoder, type EventStreamDecoderOptions } from "../../../src/aws/event-stream/index.ts";
import { IncompleteStreamError, StreamError } from "../../../src/errors.ts";
import { cut, encodeEvent, encodeRawFrame } from "../../support/event-stream-frames.ts";

interface Outcome {
  /** Payloads of the frames that were handed out. */
  readonly frames: string[];
  readonly error: unknown;
}

function run(chunks: readonly Uint8Array[], options?: EventStreamDecoderOptions): Outcome {
  const decoder = createEventStreamDecoder(options);
  const frames: string[] = [];
  try {
    for (const chunk of chunks)
      for (const { payload } of decoder.push(chunk)) frames.push(Buffer.from(payload).toString());
    decoder.end();
    return { frames, error: undefined };
  } catch (error) {
    return { frames, error };
  }
}

/** The code of an error of ours. */
function codeOf(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  if (error instanceof StreamError) return error.code;
  throw new Error("The decoder threw an error that is not a StreamError.", { cause: error });
}

const messages = ["first", "second", "", "fourth"];
const events = messages.map((text) => encodeEvent("contentBlockDelta", text));
const stream = new Uint8Array(Buffer.concat(events));
const ends = events.map((_, i) => events.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0));
const [firstEnd = 0, secondEnd = 0] = ends;

function flip(position: number, mask: number): Uint8Array {
  const damaged = stream.slice();
  damaged[position] = (damaged[position] ?? 0) ^ mask;
  return damaged;
}

function expectDetected(position: number, mask: number, size: number): void {
  const { frames, error } = run(cut(flip(position, mask), size));
  const good = ends.filter((end) => end <= position).length;
  expect(frames).toEqual(messages.slice(0, good));
  expect(error).toBeInstanceOf(StreamError);
  const inPrelude = position - (ends[good - 1] ?? 0) < 12;
  expect(error).toMatchObject({
    code: inPrelude ? "ERR_STREAM_PRELUDE_CRC" : "ERR_STREAM_MESSAGE_CRC",
    retryable: true,
  });
}

describe("damage", () => {
  it("in any single byte is detected, after all frames before it", () => {
    for (let position = 0; position < stream.length; position++) expectDetected(position, 1 << (position & 7), 100);
  });

  it("of any kind in one byte is detected, however the stream is cut", () => {
    const position = fc.nat(stream.length - 1);
    fc.assert(
      fc.property(position, fc.integer({ min: 1, max: 255 }), fc.integer({ min: 1, max: 500 }), expectDetected),
    );
  });

  it("fails the decoder for good, with the same error", () => {
    const decoder = createEventStreamDecoder();
    const caught = (action: () => unknown): unknown => {
      try {
        return action();
      } catch (error) {
        return error;
      }
    };
    const frames = decoder.push(flip(firstEnd + 3, 1));
    expect(frames.next().done).toBe(false);
    const error = caught(() => frames.next());
    expect(error).toBeInstanceOf(StreamError);
    expect(caught(() => frames.next())).toBe(error);
    expect(caught(() => decoder.push(stream))).toBe(error);
    expect(caught(() => decoder.end())).toBe(error);
  });
});

describe("a cut stream", () => {
  it("errors at its end for every cut but those between frames", () => {
    for (let length = 0; length < stream.length; length++) {
      const { frames, error } = run(cut(stream.slice(0, length), 70));
      const complete = ends.filter((end) => end <= length).length;
      expect(frames).toEqual(messages.slice(0, complete));
      const isClean = length === 0 || ends.includes(length);
      expect(codeOf(error)).toBe(isClean ? undefined : "ERR_STREAM_INCOMPLETE");
    }
  });

  it("tells how much of which frame had come", () => {
    const { error } = run([stream.slice(0, firstEnd + 40)]);
    expect(error).toBeInstanceOf(IncompleteStreamError);
    expect(error).toMatchObject({
      message: `Frame 2 (at byte ${firstEnd} of the response) is cut: the response ended after 40 of its ${secondEnd - firstEnd} bytes. Ask again.`,
    });
    expect(run([stream.slice(0, secondEnd + 5)]).error).toMatchObject({
      message: `Frame 3 (at byte ${secondEnd} of the response) is cut: the response ended after 5 of its first 12 bytes. Ask again.`,
    });
  });
});

describe("frames that were not iterated", () => {
  it("are an error at the end, so that none is lost", () => {
    const decoder = createEventStreamDecoder();
    for (const _frame of decoder.push(stream)) break;
    expect(() => decoder.end()).toThrow(
      `Frame 2 (at byte ${firstEnd} of the response) was not read: iterate what push() gave before end().`,
    );
  });
});

describe("messages of checksum errors", () => {
  it("name the frame, its place, and both checksums", () => {
    const prelude = Buffer.from(flip(firstEnd, 1).subarray(firstEnd));
    const computed = crc32(prelude.subarray(0, 8)).toString(16).padStart(8, "0");
    expect(run([flip(firstEnd, 1)]).error).toMatchObject({
      message: `Frame 2 (at byte ${firstEnd} of the response) has the prelude CRC ${prelude.toString("hex", 8, 12)}, but its bytes give ${computed}. Ask again.`,
    });
    const body = Buffer.from(flip(firstEnd - 5, 1).subarray(0, firstEnd));
    const expected = crc32(body.subarray(0, -4)).toString(16).padStart(8, "0");
    expect(run([body]).error).toMatchObject({
      message: `Frame 1 (at byte 0 of the response) has the message CRC ${body.toString("hex", firstEnd - 4)}, but its bytes give ${expected}. Ask again.`,
    });
  });

  it.each(['{"message":"Not found"}', "<!DOCTYPE html><html>", "HTTP/1.1 502 Bad Gateway\r\n"])(
    "say that a response of %j is no event stream",
    (text) => {
      const beginning = JSON.stringify(text.slice(0, 12));
      const hex = Buffer.from(text.slice(0, 12)).toString("hex");
      const computed = crc32(text.slice(0, 8)).toString(16).padStart(8, "0");
      const whole = `Frame 1 (at byte 0 of the response) has the prelude CRC ${hex.slice(16)}, but its bytes give ${computed}. It begins with ${beginning}, so it is no event stream: check the endpoint and any proxy.`;
      for (const size of [1, 5, 100]) {
        const { error } = run(cut(new Uint8Array(Buffer.from(text)), size));
        expect(error).toMatchObject({ code: "ERR_STREAM_PRELUDE_CRC", message: whole });
      }
    },
  );
});

describe("sizes", () => {
  const tiny = encodeRawFrame(new Uint8Array());

  it("of frames are limited, before memory is taken for them", () => {
    const options = { maxFrameBytes: 1000 };
    const frame = encodeRawFrame(new Uint8Array(), new Uint8Array(1000 - 16));
    expect(run([frame], options)).toEqual({ frames: ["\0".repeat(1000 - 16)], error: undefined });
    for (const size of [5, 2000]) {
      const { error } = run(cut(encodeRawFrame(new Uint8Array(), new Uint8Array(1000 - 15)), size), options);
      expect(error).toMatchObject({
        code: "ERR_STREAM_FRAME_SIZE",
        message:
          "Frame 1 (at byte 0 of the response) claims 1001 bytes; a frame has 16 to 1000 (maxFrameBytes). Check the endpoint, or raise the limit.",
      });
    }
  });

  it("of frames are at most 24 MiB by default", () => {
    const claim = (total: number): Uint8Array => encodeRawFrame(new Uint8Array(), undefined, { total }).subarray(0, 12);
    expect(run([claim(24 * 1024 * 1024)]).error).toMatchObject({ code: "ERR_STREAM_INCOMPLETE" });
    for (const total of [24 * 1024 * 1024 + 1, 0xffffffff]) {
      expect(run([claim(total)]).error).toMatchObject({ code: "ERR_STREAM_FRAME_SIZE" });
    }
  });

  it("below the smallest frame are refused", () => {
    for (const total of [0, 12, 15]) {
      expect(run([encodeRawFrame(new Uint8Array(), undefined, { total })]).error).toMatchObject({
        code: "ERR_STREAM_FRAME_SIZE",
      });
    }
    expect(run([tiny]).error).toBeUndefined();
  });

  it("of headers are limited by the frame, and to 128 KiB by default", () => {
    expect(run([encodeRawFrame(new Uint8Array(), undefined, { headers: 1 })]).error).toMatchObject({
      code: "ERR_STREAM_HEADER_SIZE",
      message:
        "Frame 1 (at byte 0 of the response) claims 1 bytes of headers; it has room for 0 (maxHeaderBytes 131072).",
    });
    const claim = (headers: number): unknown =>
      run([encodeRawFrame(new Uint8Array(), undefined, { total: 1_000_000, headers })]).error;
    expect(claim(131_072)).toMatchObject({ code: "ERR_STREAM_INCOMPLETE" });
    expect(claim(131_073)).toMatchObject({ code: "ERR_STREAM_HEADER_SIZE" });
    const eight = encodeRawFrame(Uint8Array.of(5, 0x61, 0x61, 0x61, 0x61, 0x61, 0, 0).subarray(0, 7));
    expect(run([eight], { maxHeaderBytes: 7 }).error).toBeUndefined();
    expect(run([eight], { maxHeaderBytes: 6 }).error).toMatchObject({ code: "ERR_STREAM_HEADER_SIZE" });
  });
});

describe("bad headers", () => {
  const place = "Frame 1 (at byte 0 of the response)";

  it.each<[string, number[], string]>([
    ["an unknown type", [1, 0x61, 10], 'has the header "a" of type 10; types 0 to 9 are defined.'],
    ["no name", [1, 0x61, 0, 0, 0], "has a header without a name at byte 3."],
    ["a name past the end", [3, 0x61], "has a bad header: byte 1 wants 3 more of 2."],
    ["no type", [1, 0x61], "has a bad header: byte 2 wants 1 more of 2."],
    ["a cut integer", [1, 0x61, 4, 0], "has a bad header: byte 3 wants 4 more of 4."],
    ["a cut length", [1, 0x61, 7, 0], "has a bad header: byte 3 wants 2 more of 4."],
    ["a cut string", [1, 0x61, 7, 0, 2, 0x62], "has a bad header: byte 5 wants 2 more of 6."],
    ["a cut uuid", [1, 0x61, 9, 1], "has a bad header: byte 3 wants 16 more of 4."],
  ])("with %s are refused", (_name, bytes, message) => {
    const { error } = run([encodeRawFrame(Uint8Array.from(bytes), Buffer.from("a payload that must not be read"))]);
    expect(error).toBeInstanceOf(StreamError);
    expect(error).toMatchObject({ code: "ERR_STREAM_HEADER", message: `${place} ${message}` });
  });

  it("of any bytes raise a typed error or none, never another", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const { error } = run([encodeRawFrame(bytes)]);
        expect([undefined, "ERR_STREAM_HEADER"]).toContain(codeOf(error));
      }),
      { numRuns: 1000 },
    );
  });
});
