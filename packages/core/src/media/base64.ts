import { heldBytes } from "../bytes/held-bytes.ts";
import type { Base64Source } from "../types/media.ts";

/** Bytes, as they are or as base64. */
export type Content = string | Uint8Array;

/** The content of a source, in the form in which it is there. */
export function contentOf(source: Base64Source): Content {
  return heldBytes(source) ?? source.base64;
}

/** The number of its bytes. */
export function sizeOf(content: Content): number {
  return typeof content === "string" ? sizeOfBase64(content) : content.length;
}

function sizeOfBase64(base64: string): number {
  return Math.floor((base64.length * 3) / 4) - (base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0);
}

/** Some of the bytes as characters 0 to 255; fewer at the end. Decodes only those, however large the whole is. */
export function bytesAt(content: Content, start: number, length: number): string {
  const from = Math.max(0, start);
  const end = Math.max(0, start + length);
  if (typeof content !== "string") {
    let text = "";
    for (const byte of content.subarray(from, end)) text += String.fromCharCode(byte);
    return text;
  }
  const group = Math.floor(from / 3);
  return atob(content.slice(4 * group, 4 * Math.ceil(end / 3))).slice(from - 3 * group, end - 3 * group);
}

/** An unsigned integer in bytes that came as characters. Little-endian, unless `isBig`. */
export function uint(bytes: string, at: number, length: number, isBig = false): number {
  let value = 0;
  for (let i = 0; i < length; i++) {
    value = value * 256 + (bytes.charCodeAt(isBig ? at + i : at + length - 1 - i) || 0);
  }
  return value;
}
