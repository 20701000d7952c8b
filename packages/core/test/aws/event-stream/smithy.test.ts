import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Int64, type MessageHeaders, type MessageHeaderValue } from "@smithy/eventstream-codec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEventStreamDecoder, type EventStreamHeaderValue } from "../../../src/aws/event-stream/index.ts";
import { officialCodec } from "../../support/event-stream-frames.ts";

type PlainFrame = [headers: [string, EventStreamHeaderValue][], payload: string];

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** A header of the official codec as ours gives it. */
function toPlain({ value }: MessageHeaderValue): EventStreamHeaderValue {
  if (value instanceof Int64) return Buffer.from(value.bytes).readBigInt64BE();
  return value instanceof Uint8Array ? new Uint8Array(value) : value;
}

function decodeOfficially(bytes: Uint8Array): PlainFrame[] {
  const frames: PlainFrame[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Buffer.from(bytes).readUInt32BE(at);
    const { headers, body } = officialCodec.decode(bytes.subarray(at, at + length));
    frames.push([Object.entries(headers).map(([name, value]) => [name, toPlain(value)]), hex(body)]);
    at += length;
  }
  return frames;
}

function decode(chunks: readonly Uint8Array[]): PlainFrame[] {
  const decoder = createEventStreamDecoder();
  const frames = chunks.flatMap((chunk) =>
    [...decoder.push(chunk)].map(({ headers, payload }): PlainFrame => [Object.entries(headers), hex(payload)]),
  );
  decoder.end();
  return frames;
}

/** Cuts bytes after each of the lengths in turn, over and over. */
function slice(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length] ?? 1;
    chunks.push(bytes.slice(at, at + length));
    at += length;
  }
  return chunks;
}

const signed = (bits: number): fc.Arbitrary<number> =>
  fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
const value: fc.Arbitrary<MessageHeaderValue> = fc.oneof(
  fc.boolean().map((v) => ({ type: "boolean", value: v }) as const),
  signed(8).map((v) => ({ type: "byte", value: v }) as const),
  signed(16).map((v) => ({ type: "short", value: v }) as const),
  signed(32).map((v) => ({ type: "integer", value: v }) as const),
  fc.uint8Array({ minLength: 8, maxLength: 8 }).map((v) => ({ type: "long", value: new Int64(v) }) as const),
  fc.uint8Array({ maxLength: 300 }).map((v) => ({ type: "binary", value: v }) as const),
  fc.string({ unit: "binary" }).map((v) => ({ type: "string", value: v }) as const),
  fc.date({ noInvalidDate: true }).map((v) => ({ type: "timestamp", value: v }) as const),
  fc.uuid().map((v) => ({ type: "uuid", value: v }) as const),
);
const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter((text) => text !== "__proto__");
const headers: fc.Arbitrary<MessageHeaders> = fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true });
const message = fc.record({ headers, body: fc.uint8Array({ maxLength: 400 }) });
const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1000 })), {
  minLength: 1,
});

describe("the decoder", () => {
  it("gives the frames that @smithy/eventstream-codec gives, however they are cut", () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), lengths, (messages, cuts) => {
        const bytes = new Uint8Array(Buffer.concat(messages.map((each) => officialCodec.encode(each))));
        expect(decode(slice(bytes, cuts))).toEqual(decodeOfficially(bytes));
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

const folder = new URL("../../../../../../shared/samples/", import.meta.url);
const present = existsSync(folder);
/** The recorded bodies of event streams, by file. */
const recordings = (present ? readdirSync(folder) : []).flatMap((file) => {
  const [, base64] = /"bodyBase64":\s*"([^"]+)"/.exec(readFileSync(new URL(file, folder), "utf8")) ?? [];
  return base64 && /^(converse|invoke)-stream\./.test(file) ? [{ file, base64 }] : [];
});

describe.skipIf(!present)("recorded streams (from the shared folder)", () => {
  it("are all there", () => expect(recordings).toHaveLength(14));

  it.each(recordings)("$file decodes as @smithy/eventstream-codec decodes it", ({ base64 }) => {
    const bytes = new Uint8Array(Buffer.from(base64, "base64"));
    const official = decodeOfficially(bytes);
    expect(official.length).toBeGreaterThan(0);
    for (const cuts of [[1], [1460], [1 << 20], [3, 100, 7]]) expect(decode(slice(bytes, cuts))).toEqual(official);
  });
});
