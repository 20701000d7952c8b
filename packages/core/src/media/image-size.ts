import { bytesAt, uint, type Content } from "./base64.ts";

/** Width and height in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** JPEG segments that are looked through before it is given up; a file has some ten in front of its size. */
const MAX_SEGMENTS = 1000;

/**
 * The size that an image's header tells. Reads a few bytes, however large the image is.
 *
 * @param content a PNG, JPEG, GIF or WebP
 * @returns `undefined` when the header is of another kind, damaged, or cut
 */
export function readImageSize(content: Content): ImageSize | undefined {
  const head = bytesAt(content, 0, 32);
  if (head.length < 26) return undefined;
  if (head.startsWith("\x89PNG")) return { width: uint(head, 16, 4, true), height: uint(head, 20, 4, true) };
  if (head.startsWith("GIF8")) return { width: uint(head, 6, 2), height: uint(head, 8, 2) };
  if (head.startsWith("\xff\xd8")) return readJpegSize(content);
  return head.slice(8, 12) === "WEBP" ? readWebpSize(head) : undefined;
}

/** @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf (B.1, B.2.2) */
function readJpegSize(content: Content): ImageSize | undefined {
  for (let at = 2, count = 0; count < MAX_SEGMENTS; count++) {
    const segment = bytesAt(content, at, 9);
    const marker = uint(segment, 1, 1);
    if (segment.length < 9 || segment[0] !== "\xff") return undefined;
    // Start of frame, of all 13 kinds; DHT, JPG and DAC stand among them.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { width: uint(segment, 7, 2, true), height: uint(segment, 5, 2, true) };
    }
    // 0xff in front of a marker fills.
    at += marker === 0xff ? 1 : 2 + uint(segment, 2, 2, true);
  }
  return undefined;
}

/** @see https://developers.google.com/speed/webp/docs/riff_container */
function readWebpSize(head: string): ImageSize | undefined {
  switch (head.slice(12, 16)) {
    case "VP8 ":
      return { width: uint(head, 26, 2) & 0x3fff, height: uint(head, 28, 2) & 0x3fff };
    case "VP8L": {
      const bits = uint(head, 21, 4);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8X":
      return { width: uint(head, 24, 3) + 1, height: uint(head, 27, 3) + 1 };
    default:
      return undefined;
  }
}
