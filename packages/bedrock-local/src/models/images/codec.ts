import jpeg from "jpeg-js";
import { PNG } from "pngjs";

import { type Canvas, createCanvas, composite } from "./canvas.ts";
import { encodeWebp } from "./webp.ts";

/** Formats that pictures are written in. */
export type ImageFormat = "png" | "jpeg" | "webp";

const JPEG_QUALITY = 90;
/** Fast, as a server for tests should be; the files are a little larger. */
const PNG_LEVEL = 3;
const PNG_FILTER_SUB = 1;
const PNG_RGB = 2;
const PNG_RGBA = 6;

/** Reads a PNG or JPEG file; `undefined` when it is neither, or broken. */
export function decodeImage(bytes: Uint8Array): Canvas | undefined {
  try {
    if (bytes[0] === 0x89) {
      const { width, height, data } = PNG.sync.read(Buffer.from(bytes));
      return { width, height, data: new Uint8Array(data) };
    }
    if (bytes[0] !== 0xff) return undefined;
    const { width, height, data } = jpeg.decode(bytes, { useTArray: true });
    return { width, height, data };
  } catch {
    return undefined;
  }
}

/** Writes a file. JPEG has no alpha: what is transparent becomes white. */
export function encodeImage(canvas: Canvas, format: ImageFormat): Uint8Array {
  if (format === "webp") return encodeWebp(canvas);
  if (format === "jpeg") return encodeJpeg(canvas);
  const hasAlpha = !isOpaque(canvas);
  const png = new PNG({ width: canvas.width, height: canvas.height });
  png.data = hasAlpha ? viewBytes(canvas) : dropAlpha(canvas);
  // What comes in the form in which it is written is not converted pixel by pixel, which would take most of the time.
  const colorType = hasAlpha ? PNG_RGBA : PNG_RGB;
  const form = { colorType, inputColorType: colorType, inputHasAlpha: hasAlpha } as const;
  return PNG.sync.write(png, { ...form, deflateLevel: PNG_LEVEL, filterType: PNG_FILTER_SUB });
}

function viewBytes({ data }: Canvas): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

function dropAlpha({ data }: Canvas): Buffer {
  const colors = Buffer.allocUnsafe((data.length / 4) * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    colors[to] = data[from] ?? 0;
    colors[to + 1] = data[from + 1] ?? 0;
    colors[to + 2] = data[from + 2] ?? 0;
  }
  return colors;
}

function encodeJpeg(canvas: Canvas): Uint8Array {
  const white = createCanvas(canvas.width, canvas.height, [255, 255, 255]);
  const alpha = Uint8Array.from({ length: canvas.width * canvas.height }, (_, i) => canvas.data[i * 4 + 3] ?? 255);
  const flat = isOpaque(canvas) ? canvas : composite(white, canvas, alpha);
  return jpeg.encode(flat, JPEG_QUALITY).data;
}

function isOpaque({ data }: Canvas): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false;
  return true;
}
