import type { Sha256 } from "./sha256.ts";
import { encodeUtf8 } from "./utf8.ts";

export { crc32 } from "./crc32.ts";
export { decodeUtf8, encodeUtf8 } from "./utf8.ts";

/** Bytes that are made into base64 in one step. */
const PIECE_BYTES = 8190;

/** Base64 of bytes: the standard alphabet, padded. */
export function encodeBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  // A function takes only so many arguments. A multiple of 3 needs no padding.
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE_BYTES))));
  }
  return pieces.join("");
}

/**
 * Writes base64 of bytes as ASCII.
 *
 * @param target has room for 4 bytes for each 3
 * @returns how many bytes were written
 */
export function writeBase64(bytes: Uint8Array, target: Uint8Array): number {
  const text = encodeUtf8(encodeBase64(bytes));
  target.set(text);
  return text.length;
}

/** The bytes of base64 in the standard alphabet; what is no base64 is skipped. */
export function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  const text = base64.replaceAll(/[^A-Za-z0-9+/]/g, "");
  // A single character at the end stands for no byte.
  return Uint8Array.from(atob(text.length % 4 === 1 ? text.slice(0, -1) : text), (char) => char.charCodeAt(0));
}

/**
 * SHA-256 of bytes, or of a string's UTF-8 bytes.
 *
 * @returns 64 lower-case hex digits
 * @see https://csrc.nist.gov/pubs/fips/180-4/upd1/final
 */
export async function sha256Hex(data: Uint8Array | string): Promise<string> {
  return toHex(await crypto.subtle.digest("SHA-256", toBytes(data)));
}

/** Begins a SHA-256 that takes its bytes bit by bit; `undefined`, as Web Crypto takes them only as a whole. */
export function createSha256(): Sha256 | undefined {
  return undefined;
}

/**
 * HMAC-SHA-256 of a string's UTF-8 bytes. A string as key stands for its UTF-8 bytes.
 *
 * @returns 32 bytes
 * @see https://www.rfc-editor.org/rfc/rfc2104
 */
export async function hmacSha256(key: Uint8Array | string, data: string): Promise<Uint8Array> {
  return new Uint8Array(await sign(await importKey(key), data));
}

/**
 * Prepares a key for many HMAC-SHA-256 computations.
 *
 * @returns a function from a string (its UTF-8 bytes count) to 64 lower-case hex digits
 */
export function createHmacSha256Hex(key: Uint8Array): (data: string) => Promise<string> {
  const imported = importKey(key);
  return async (data) => toHex(await sign(await imported, data));
}

function importKey(key: Uint8Array | string): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", toBytes(key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

function sign(key: CryptoKey, data: string): Promise<ArrayBuffer> {
  return crypto.subtle.sign("HMAC", key, encodeUtf8(data));
}

/** WebCrypto does not read shared memory, so bytes from there are copied. */
function toBytes(data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  if (typeof data === "string") return encodeUtf8(data);
  const { buffer, byteOffset, length } = data;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, length) : new Uint8Array(data);
}

function toHex(buffer: ArrayBuffer): string {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
