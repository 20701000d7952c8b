import { holdBase64 } from "../bytes/held-bytes.ts";
import type { Base64Source } from "../types/media.ts";

/** A source as plain data: a copy of bytes as what looks like `{ base64 }`, a URL as its text, anything else as it is. */
export function keepSource<T>(source: T): T | string | Base64Source {
  if (source instanceof URL) return source.href;
  if (!ArrayBuffer.isView(source)) return source;
  const { buffer, byteOffset, byteLength } = source;
  // An array whose memory was given away has no bytes any more, and not even a view of it can be made.
  return holdBase64(new Uint8Array(byteLength > 0 ? new Uint8Array(buffer, byteOffset, byteLength) : []));
}
