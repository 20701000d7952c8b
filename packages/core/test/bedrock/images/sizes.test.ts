import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findImageModel } from "../../../src/bedrock/images/models.ts";
import { renderSize, type SizeRule } from "../../../src/bedrock/images/sizes.ts";
import { InputError } from "../../../src/errors.ts";
import type { PaintSettings } from "../../../src/requests/paint.ts";

const ruleOf = (id: string): SizeRule =>
  findImageModel(id, id).tasks.text_to_image?.size ?? expect.unreachable(`${id} has no size`);
const TITAN = ruleOf("amazon.titan-image-generator-v2:0");
const NOVA = ruleOf("amazon.nova-canvas-v1:0");
const SDXL = ruleOf("stability.stable-diffusion-xl-v1");
const ULTRA = ruleOf("stability.stable-image-ultra-v1:1");

const valueOf = (rule: SizeRule, asked: PaintSettings): unknown => renderSize(rule, asked, "the model")?.value;
const refusal = (rule: SizeRule, asked: PaintSettings): string => {
  try {
    renderSize(rule, asked, "the model");
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return expect.unreachable("It was taken.");
};

test.each<readonly [SizeRule, PaintSettings, unknown]>([
  [TITAN, {}, undefined],
  [TITAN, { size: "1024x1024" }, { width: 1024, height: 1024 }],
  [TITAN, { size: { width: 1173, height: 640 } }, { width: 1173, height: 640 }],
  [TITAN, { aspectRatio: "1:1" }, { width: 1024, height: 1024 }],
  [TITAN, { aspectRatio: "2:3" }, { width: 768, height: 1152 }],
  [TITAN, { aspectRatio: "16:9" }, { width: 1152, height: 640 }],
  [SDXL, { size: "640x1536" }, { width: 640, height: 1536 }],
  [SDXL, { aspectRatio: "16:9" }, { width: 1344, height: 768 }],
  [NOVA, { size: "320x1280" }, { width: 320, height: 1280 }],
  [NOVA, { size: "2048x2048" }, { width: 2048, height: 2048 }],
  [NOVA, { size: "4096x1024" }, { width: 4096, height: 1024 }],
  [NOVA, { aspectRatio: "1:1" }, { width: 1024, height: 1024 }],
  [NOVA, { aspectRatio: "16:9" }, { width: 1360, height: 768 }],
  [NOVA, { aspectRatio: "1:4" }, { width: 512, height: 2048 }],
  [ULTRA, { aspectRatio: "21:9" }, "21:9"],
  [ULTRA, { aspectRatio: "2:2" }, "1:1"],
  [ULTRA, { size: "1920x1080" }, "16:9"],
  [ULTRA, { size: "1344x768" }, "16:9"],
  [ULTRA, { size: "832x1216" }, "2:3"],
  [ULTRA, { size: "640x1536" }, "9:21"],
])("%#: %o", (rule, asked, value) => {
  expect(valueOf(rule, asked)).toEqual(value);
});

test("a size of which only the proportions are sent is told", () => {
  expect(renderSize(ULTRA, { size: "1920x1080" }, "the model")?.warning).toEqual({
    code: "size_approximated",
    message: expect.stringMatching(/1920x1080 was sent as 16:9/) as unknown,
  });
  expect(renderSize(ULTRA, { aspectRatio: "16:9" }, "the model")).toEqual({ path: "aspect_ratio", value: "16:9" });
});

describe("what the model does not make is refused with the nearest that it does", () => {
  test.each<readonly [SizeRule, PaintSettings, string | RegExp]>([
    [TITAN, { size: "1000x1000" }, "size is 1000x1000: the model takes 1024x1024 or 768x768 or 896x1152."],
    [TITAN, { size: "1280x720" }, /takes 1152x640 or 1408x768 or 1280x768\.$/],
    [TITAN, { aspectRatio: "5:1" }, /^aspectRatio is 5:1: the model takes 1408x640 or /],
    [SDXL, { size: "512x512" }, /takes 1024x1024 or /],
    [NOVA, { size: "1000x1000" }, /16 divides, .*; the nearest is 1008x1008\.$/],
    [NOVA, { size: "64x64" }, /the nearest is 320x320\.$/],
    [NOVA, { size: "4096x4096" }, /the nearest is 2048x2048\.$/],
    [NOVA, { size: "8000x4000" }, /the nearest is 2880x1456\.$/],
    [NOVA, { size: "4096x320" }, /1:4 to 4:1; the nearest is \d+x\d+\.$/],
    [NOVA, { aspectRatio: "9:1" }, /the nearest is 2048x512\.$/],
    [ULTRA, { size: "1024x512" }, "size is 1024x512: the model takes 16:9 or 21:9."],
    [ULTRA, { aspectRatio: "4:3" }, "aspectRatio is 4:3: the model takes 5:4 or 3:2."],
    [TITAN, { size: "1024x1024", aspectRatio: "1:1" }, /both given/],
    [TITAN, { size: "large" }, 'size is "large": give "<width>x<height>" in pixels, like "1024x1024".'],
    [TITAN, { size: "0x5" }, /^size is "0x5"/],
    [TITAN, { size: "1e3x5" }, /^size is/],
    [TITAN, { size: { width: 1.5, height: 2 } }, /^size is \{"width":1.5,"height":2\}/],
    [TITAN, { size: null as unknown as string }, /^size is null/],
    [TITAN, { aspectRatio: "wide" }, /^aspectRatio is "wide": give "<width>:<height>"/],
    [ULTRA, { aspectRatio: "1x1" }, /^aspectRatio is "1x1"/],
  ])("%#: %o", (rule, asked, message) => {
    if (typeof message === "string") expect(refusal(rule, asked)).toBe(message);
    else expect(refusal(rule, asked)).toMatch(message);
  });
});

const side = fc.integer({ min: 1, max: 99_999 });

test("the nearest size that an error names is taken", () => {
  fc.assert(
    fc.property(fc.constantFrom(TITAN, NOVA, SDXL), side, side, (rule, width, height) => {
      const size = `${width}x${height}`;
      let found: unknown;
      try {
        found = valueOf(rule, { size });
      } catch (error) {
        const [nearest = ""] = /\d+x\d+(?=( or [\dx or]+)?\.$)/.exec(String(error)) ?? [];
        const [w, h] = nearest.split("x").map(Number);
        expect(valueOf(rule, { size: nearest })).toEqual({ width: w, height: h });
        return;
      }
      expect(found).toEqual({ width, height });
    }),
  );
});

test("a free size is always one that Nova Canvas documents", () => {
  const sides = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(sides, sides, (width, height) => {
      fc.pre(Math.max(width, height) <= 4 * Math.min(width, height));
      const { width: w, height: h } = Object(valueOf(NOVA, { aspectRatio: `${width}:${height}` })) as Record<
        string,
        number
      >;
      expect([Number(w) % 16, Number(h) % 16]).toEqual([0, 0]);
      expect(Math.min(Number(w), Number(h))).toBeGreaterThanOrEqual(320);
      expect(Number(w) * Number(h)).toBeLessThanOrEqual(4_194_304);
      expect(Number(w) / Number(h) / (width / height)).toBeCloseTo(1, 1);
    }),
  );
});
