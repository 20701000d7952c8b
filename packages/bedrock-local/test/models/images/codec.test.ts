import { describe, expect, it } from "vitest";

import { createCanvas, mapPixels } from "../../../src/models/images/canvas.ts";
import { decodeImage, encodeImage } from "../../../src/models/images/codec.ts";

const COLORFUL = mapPixels(createCanvas(40, 30), (pixel, index) => {
  pixel[0] = index % 256;
  pixel[1] = (index * 7) % 256;
  pixel[2] = (index * 13) % 256;
});
const CLEAR = mapPixels(COLORFUL, (pixel, index) => (pixel[3] = index % 256));

describe("picture files", () => {
  it("keep every pixel in PNG, alpha included", () => {
    for (const canvas of [COLORFUL, CLEAR]) expect(decodeImage(encodeImage(canvas, "png"))).toEqual(canvas);
  });

  it("have white where JPEG has no alpha", () => {
    const image = decodeImage(
      encodeImage(
        mapPixels(COLORFUL, (pixel) => (pixel[3] = 0)),
        "jpeg",
      ),
    );
    expect(image).toMatchObject({ width: 40, height: 30 });
    expect(image?.data.every((value) => value > 250)).toBe(true);
  });

  it("are WebP whose size and alpha flag stand in its header", () => {
    for (const [canvas, alpha] of [
      [COLORFUL, 0],
      [CLEAR, 1],
    ] as const) {
      const file = Buffer.from(encodeImage(canvas, "webp"));
      expect(file.readUInt32LE(4)).toBe(file.byteLength - 8);
      const head = file.readUInt32LE(21);
      expect([file[20], (head & 0x3fff) + 1, ((head >> 14) & 0x3fff) + 1, (head >> 28) & 1]).toEqual([
        0x2f,
        40,
        30,
        alpha,
      ]);
    }
  });

  it("are nothing else, and not broken", () => {
    const png = encodeImage(COLORFUL, "png");
    for (const bytes of [Buffer.from("GIF89a"), png.subarray(0, 60), Buffer.from([0xff, 0xd8, 0xff])]) {
      expect(decodeImage(bytes)).toBeUndefined();
    }
  });
});
