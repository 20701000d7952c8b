import { crc32 } from "node:zlib";
import { EventStreamCodec } from "@smithy/eventstream-codec";

const toUtf8 = (bytes: Uint8Array | string): string =>
  typeof bytes === "string" ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();

/** The official codec: what it encodes, and how it reads a frame, is what ours is held against. */
export const officialCodec: EventStreamCodec = new EventStreamCodec(toUtf8, (text) => Buffer.from(text));

/** A frame with right checksums around any bytes as headers, even wrong ones, and with any lengths in its prelude. */
export function encodeRawFrame(
  headerBytes: Uint8Array,
  payload: Uint8Array = new Uint8Array(),
  lengths: { total?: number; headers?: number } = {},
): Uint8Array {
  const frame = Buffer.alloc(12 + headerBytes.length + payload.length + 4);
  frame.writeUInt32BE(lengths.total ?? frame.length, 0);
  frame.writeUInt32BE(lengths.headers ?? headerBytes.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  frame.set(headerBytes, 12);
  frame.set(payload, 12 + headerBytes.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, -4)), frame.length - 4);
  return new Uint8Array(frame);
}

/** A Bedrock event as it stands on the wire. */
export function encodeEvent(type: string, payload: string | Uint8Array): Uint8Array {
  const headers = {
    ":event-type": { type: "string", value: type },
    ":content-type": { type: "string", value: "application/json" },
    ":message-type": { type: "string", value: "event" },
  } as const;
  return new Uint8Array(officialCodec.encode({ headers, body: Buffer.from(payload) }));
}

/** Cuts bytes into chunks of `size`, each in memory of its own. */
export function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size));
}
