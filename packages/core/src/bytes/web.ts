export { crc32 } from "./crc32.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The UTF-8 bytes of a string. A lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The string that UTF-8 bytes stand for. What is not UTF-8 becomes U+FFFD; a byte order mark stays. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
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
  return crypto.subtle.sign("HMAC", key, encoder.encode(data));
}

/** WebCrypto does not read shared memory, so bytes from there are copied. */
function toBytes(data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  if (typeof data === "string") return encoder.encode(data);
  const { buffer, byteOffset, length } = data;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, length) : new Uint8Array(data);
}

function toHex(buffer: ArrayBuffer): string {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
