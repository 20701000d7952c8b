import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesAt, sizeOf } from "../../src/media/base64.ts";
import { isBase64 } from "../../src/media/is-base64.ts";
import { readImageSize } from "../../src/media/image-size.ts";
import { createGif, createJpeg, createPng, createWebp, SAMPLES } from "../support/media-files.ts";

const sizeIn = (content: Buffer): object | undefined => readImageSize(content.toString("base64"));

describe("the size of an image", () => {
  const pixels = fc.integer({ min: 1, max: 16_383 });

  test.each<[string, (width: number, height: number) => Buffer]>([
    ["png", createPng],
    ["jpeg", createJpeg],
    ["gif", createGif],
    ["webp, lossy", createWebp],
    ["webp, lossless", (width, height) => createWebp(width, height, "VP8L")],
    ["webp, extended", (width, height) => createWebp(width, height, "VP8X")],
  ])("stands in its header: %s", (_kind, create) => {
    fc.assert(
      fc.property(pixels, pixels, (width, height) => {
        expect(sizeIn(create(width, height))).toEqual({ width, height });
      }),
    );
  });

  test("is found behind the other segments of a JPEG", () => {
    expect(sizeIn(createJpeg(640, 480, 60_000))).toEqual({ width: 640, height: 480 });
  });

  test("is unknown where the header is damaged, cut, or of something else", () => {
    expect(sizeIn(createJpeg().subarray(0, 40))).toBeUndefined();
    expect(sizeIn(Buffer.concat([createJpeg().subarray(0, 20), Buffer.alloc(100)]))).toBeUndefined();
    expect(sizeIn(Buffer.from("\xff\xd8".padEnd(5000, "\xff"), "latin1"))).toBeUndefined();
    for (const format of ["pdf", "txt", "wav"]) expect(sizeIn(SAMPLES[format] ?? Buffer.alloc(0))).toBeUndefined();
  });
});

describe("base64", () => {
  test("is read piece by piece as it would be read whole", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 50 }),
        fc.integer({ min: -20, max: 60 }),
        fc.nat(30),
        (data, start, length) => {
          const base64 = Buffer.from(data).toString("base64");
          const end = Math.max(0, start + length);
          expect(Buffer.from(bytesAt(base64, start, length), "latin1")).toEqual(
            Buffer.from(data).subarray(Math.max(0, start), end),
          );
          expect(sizeOf(base64)).toBe(data.length);
          expect(isBase64(base64)).toBe(data.length > 0);
        },
      ),
    );
  });

  test.each(["a", "ab=", "ab==\n", "a-_=", "ab=c", "====", "=abc"])("%j is none", (text) => {
    expect(isBase64(text)).toBe(false);
  });
});
