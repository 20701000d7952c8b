import { decodeUtf8 } from "#bytes";
import type { ByteStream } from "./transport.ts";

/**
 * Reads a body.
 *
 * @param maxBytes what comes after is given up, and the connection closed; default: all of it
 * @throws what the body's `next` throws
 */
export async function readBytes(body: ByteStream, maxBytes: number = Infinity): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length <= maxBytes) {
    const { done, value } = await body.next();
    if (done) return concat(chunks, length);
    chunks.push(value);
    length += value.length;
  }
  body.cancel();
  return concat(chunks, length).subarray(0, maxBytes);
}

/** The same as UTF-8 text. */
export function readText(body: ByteStream, maxBytes?: number): Promise<string> {
  return readBytes(body, maxBytes).then(decodeUtf8);
}

/**
 * Joins pieces; just one is given back as it is.
 *
 * @param length of all together, in bytes
 */
export function concat(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = chunks;
  if (first && chunks.length === 1) return first;
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
