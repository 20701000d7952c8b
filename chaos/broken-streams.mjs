// Streams that are tampered with, as a client with a defect would take them.
import { crc32 } from "node:zlib";

const PRELUDE_BYTES = 12;
const CRC_BYTES = 4;

/**
 * A `fetch` that changes the whole body of event streams before the library sees it.
 *
 * @param {(bytes: Buffer) => Buffer} change
 * @returns {typeof fetch}
 */
export function createFetch(change) {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (!response.headers.get("content-type")?.includes("eventstream")) return response;
    let bytes;
    try {
      bytes = Buffer.from(await response.arrayBuffer());
    } catch {
      throw new TypeError("fetch failed");
    }
    return new Response(new Uint8Array(change(bytes)), { status: response.status, headers: response.headers });
  };
}

/**
 * Gives every frame a checksum that fits, as if nobody looked at it.
 *
 * @param {Buffer} bytes
 */
export function mendChecksums(bytes) {
  for (let at = 0; at + PRELUDE_BYTES < bytes.length; at += bytes.readUInt32BE(at)) {
    const end = at + bytes.readUInt32BE(at);
    if (end > bytes.length || end <= at) break;
    bytes.writeUInt32BE(crc32(bytes.subarray(at, end - CRC_BYTES)), end - CRC_BYTES);
  }
  return bytes;
}

/**
 * Swallows a piece of text in the middle, frame and all.
 *
 * @param {Buffer} bytes
 */
export function swallowFrame(bytes) {
  const kept = [];
  let pieces = 0;
  for (let at = 0; at + PRELUDE_BYTES < bytes.length;) {
    const end = at + bytes.readUInt32BE(at);
    const frame = bytes.subarray(at, end);
    if (!frame.includes("contentBlockDelta") || ++pieces !== 2) kept.push(frame);
    if (end <= at) break;
    at = end;
  }
  return Buffer.concat(kept);
}

/**
 * Says that an answer that broke off was complete.
 *
 * @param {Buffer} bytes
 */
export function completeAnswer(bytes) {
  let whole = 0;
  while (whole + PRELUDE_BYTES < bytes.length && whole + bytes.readUInt32BE(whole) <= bytes.length) {
    whole += bytes.readUInt32BE(whole);
  }
  return bytes.includes("messageStop") ? bytes : Buffer.concat([bytes.subarray(0, whole), END]);
}

const END = createStop();

function createStop() {
  const headers = Object.entries({ ":event-type": "messageStop", ":message-type": "event" }).map(([name, value]) =>
    Buffer.concat([
      Buffer.from([name.length]),
      Buffer.from(name),
      Buffer.from([7, 0, value.length]),
      Buffer.from(value),
    ]),
  );
  const block = Buffer.concat(headers);
  const payload = Buffer.from('{"stopReason":"end_turn"}');
  const frame = Buffer.alloc(PRELUDE_BYTES + block.length + payload.length + CRC_BYTES);
  frame.writeUInt32BE(frame.length, 0);
  frame.writeUInt32BE(block.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  block.copy(frame, PRELUDE_BYTES);
  payload.copy(frame, PRELUDE_BYTES + block.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, -CRC_BYTES)), frame.length - CRC_BYTES);
  return frame;
}
