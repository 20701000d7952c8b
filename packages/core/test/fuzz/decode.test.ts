import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEventStreamDecoder, type EventStreamFrame } from "../../src/aws/event-stream/index.ts";
import { StreamError } from "../../src/errors.ts";
import { encodeEvent, encodeRawFrame } from "../support/event-stream-frames.ts";
import { expectUnpolluted, TIMEOUT_MS, tries } from "./support.ts";

const CODES = /^ERR_STREAM_(PRELUDE_CRC|MESSAGE_CRC|FRAME_SIZE|HEADER_SIZE|HEADER|INCOMPLETE)$/;
const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });
const goodFrame = fc
  .tuple(fc.constantFrom("messageStart", "contentBlockDelta", "metadata"), fc.string({ maxLength: 300 }))
  .map(([type, payload]) => encodeEvent(type, payload));
/** Right checksums around anything at all: what is in it must be checked, too. */
const sealedFrame = fc
  .tuple(bytes(200), bytes(200), fc.option(fc.record({ total: fc.nat(), headers: fc.nat(400) }), { nil: undefined }))
  .map(([headers, payload, lengths]) => encodeRawFrame(headers, payload, lengths));
/** Header blocks that are well formed, of every type, with any names and values. */
const headerBlock = fc
  .array(fc.tuple(fc.constantFrom("__proto__", "constructor", ":message-type", "\ud800", "x"), fc.nat(11), bytes(70)), {
    maxLength: 6,
  })
  .map((headers) =>
    Buffer.concat(
      headers.map(([name, type, value]) => {
        const size = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16][type];
        const body = size === undefined ? value : Buffer.concat([value, Buffer.alloc(16)]).subarray(0, size);
        const length = size === undefined ? [body.length >> 8, body.length & 255] : [];
        return Buffer.from([Buffer.byteLength(name), ...Buffer.from(name), type, ...length, ...body]);
      }),
    ),
  );
const anyFrame = fc.oneof(
  goodFrame,
  sealedFrame,
  headerBlock.map((block) => encodeRawFrame(block)),
  bytes(60),
);
const damage = fc.record({ at: fc.nat(), to: fc.nat(255), kind: fc.constantFrom("set", "cut", "double") });

/** A response, maybe damaged. */
const response = fc
  .tuple(fc.array(anyFrame, { maxLength: 6 }), fc.array(damage, { maxLength: 3 }))
  .map(([frames, damages]) =>
    damages.reduce<Uint8Array>((all, { at, to, kind }) => {
      const place = at % (all.length + 1);
      if (kind === "cut") return all.slice(0, place);
      if (kind === "double") return Buffer.concat([all, all.subarray(place)]);
      return all.map((byte, index) => (index === place ? to : byte));
    }, Buffer.concat(frames)),
  );

interface Read {
  readonly frames: EventStreamFrame[];
  readonly code: string | undefined;
}

/** Reads it all, in pieces of these sizes; the last size goes on. */
function read(all: Uint8Array, sizes: readonly number[]): Read {
  const decoder = createEventStreamDecoder({ maxFrameBytes: 4096, maxHeaderBytes: 1024 });
  const frames: EventStreamFrame[] = [];
  try {
    for (let at = 0, nth = 0; at < all.length; nth++) {
      const size = sizes[Math.min(nth, sizes.length - 1)] ?? 1;
      for (const { headers, payload } of decoder.push(all.slice(at, at + size))) {
        frames.push({ headers, payload: payload.slice() });
      }
      at += size;
    }
    decoder.end();
    return { frames, code: undefined };
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
    expect(error.code).toMatch(CODES);
    expect(() => decoder.push(new Uint8Array(1))).toThrow(error);
    return { frames, code: error.code };
  }
}

describe("any bytes at all", { timeout: TIMEOUT_MS }, () => {
  test("give frames or a typed error, and the same however they are cut", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(response, sizes, (all, cuts) => {
        const whole = read(all, [Math.max(1, all.length)]);
        expect(read(all, cuts)).toEqual(whole);
        expect(read(all, [1])).toEqual(whole);
        const held = whole.frames.reduce((sum, { payload }) => sum + payload.length + 16, 0);
        expect(held).toBeLessThanOrEqual(all.length);
        expectUnpolluted();
      }),
      tries(1500),
    );
  });

  test("make it hold no more than one frame of the allowed size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), fc.nat(2000), (total, headers) => {
        const allocated: number[] = [];
        const claim = encodeRawFrame(new Uint8Array(), new Uint8Array(), { total, headers });
        const decoder = createEventStreamDecoder({ maxFrameBytes: 4096, maxHeaderBytes: 1024 });
        try {
          for (const byte of claim.subarray(0, 12)) {
            for (const { payload } of decoder.push(Uint8Array.of(byte))) allocated.push(payload.buffer.byteLength);
          }
        } catch (error) {
          // What claims too much is refused by its prelude, before anything is set aside for it.
          expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_STREAM_(FRAME|HEADER)_SIZE$/) as string });
          return;
        }
        expect(total).toBeLessThanOrEqual(4096);
        expect(Math.max(0, ...allocated)).toBeLessThanOrEqual(4096);
      }),
      tries(500),
    );
  });
});
