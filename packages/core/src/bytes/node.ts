import { createHash, createHmac, hash } from "node:crypto";
import { crc32 as portableCrc32 } from "./crc32.ts";
import type { Sha256 } from "./sha256.ts";

export { decodeUtf8, encodeUtf8 } from "./utf8.ts";

/** From this many bytes on, zlib's CRC-32 is faster, its call and (the first time) its loading included. */
const NATIVE_CRC_BYTES = 64 * 1024;

/** What SHA-256 works on at a time. */
const BLOCK_BYTES = 64;

/** Base64 of bytes: the standard alphabet, padded. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/**
 * Writes base64 of bytes as ASCII.
 *
 * @param target has room for 4 bytes for each 3
 * @returns how many bytes were written
 */
export function writeBase64(bytes: Uint8Array, target: Uint8Array): number {
  return Buffer.from(target.buffer, target.byteOffset, target.byteLength).write(encodeBase64(bytes), "latin1");
}

/** The bytes of base64 in the standard alphabet; what is no base64 is skipped. */
export function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(base64, "base64"));
}

/**
 * SHA-256 of bytes, or of a string's UTF-8 bytes.
 *
 * @returns 64 lower-case hex digits; a promise on platforms whose hash is asynchronous, so await it
 * @see https://csrc.nist.gov/pubs/fips/180-4/upd1/final
 */
export function sha256Hex(data: Uint8Array | string): string | Promise<string> {
  return hash("sha256", data, "hex");
}

/** Begins a SHA-256 that takes its bytes bit by bit; `undefined` on platforms that take them only as a whole. */
export function createSha256(): Sha256 | undefined {
  return createHash("sha256");
}

/**
 * HMAC-SHA-256 of a string's UTF-8 bytes. A string as key stands for its UTF-8 bytes.
 *
 * @returns 32 bytes; a promise on platforms whose HMAC is asynchronous, so await it
 * @see https://www.rfc-editor.org/rfc/rfc2104
 */
export function hmacSha256(key: Uint8Array | string, data: string): Uint8Array | Promise<Uint8Array> {
  return createHmac("sha256", key).update(data).digest();
}

/**
 * Prepares a key for many HMAC-SHA-256 computations.
 *
 * @returns a function from a string (its UTF-8 bytes count) to 64 lower-case hex digits, or to a promise of them on
 *   platforms whose HMAC is asynchronous
 */
export function createHmacSha256Hex(key: Uint8Array): (data: string) => string | Promise<string> {
  // Two one-shot hashes over RFC 2104's key blocks take half the time of one Hmac object.
  let inner = Buffer.concat([createKeyBlock(key, 0x36)]);
  const outer = Buffer.concat([createKeyBlock(key, 0x5c)], BLOCK_BYTES + 32);
  return (data) => {
    const length = BLOCK_BYTES + Buffer.byteLength(data);
    // Strings to sign nearly always have the length of the one before.
    if (inner.length !== length) inner = Buffer.concat([inner.subarray(0, BLOCK_BYTES)], length);
    inner.write(data, BLOCK_BYTES);
    outer.write(hash("sha256", inner, "binary"), BLOCK_BYTES, "binary");
    return hash("sha256", outer, "hex");
  };
}

/** The key, padded to a block of SHA-256, each byte XORed with `mask`. A key that is longer is hashed first. */
function createKeyBlock(key: Uint8Array, mask: number): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(key.length > BLOCK_BYTES ? hash("sha256", key, "buffer") : key);
  return block.map((byte) => byte ^ mask);
}

/**
 * CRC-32 (as in gzip, PNG and Amazon's event stream) of the bytes in [start, end).
 *
 * @param previous the CRC of the bytes before `start`, to go on from; 0 to begin
 * @returns an unsigned 32-bit number
 * @see https://www.w3.org/TR/png-3/#D-CRCAppendix
 */
export function crc32(view: DataView, start: number, end: number, previous: number): number {
  // zlib is not imported: few processes meet a large frame, and loading it would delay the first answer of all others.
  const zlib = end - start < NATIVE_CRC_BYTES ? undefined : process.getBuiltinModule?.("node:zlib");
  if (!zlib) return portableCrc32(view, start, end, previous);
  return zlib.crc32(new Uint8Array(view.buffer, view.byteOffset + start, end - start), previous);
}
