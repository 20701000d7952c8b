import { encodeBase64 } from "#bytes";
import type { Base64Source } from "../types/media.ts";

/** A source as plain data: bytes as base64, a URL as its text, anything else as it is. */
export function keepSource<T>(source: T): T | string | Base64Source {
  if (source instanceof URL) return source.href;
  if (!ArrayBuffer.isView(source)) return source;
  const { buffer, byteOffset, byteLength } = source;
  return { base64: encodeBase64(new Uint8Array(buffer, byteOffset, byteLength)) };
}
