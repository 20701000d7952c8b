import { describe, expect, test } from "vitest";
import { findImageModel } from "../../../src/bedrock/images/models.ts";
import { renderPaint } from "../../../src/bedrock/images/render.ts";
import { resolveModel } from "../../../src/bedrock/models.ts";
import type { PaintRequest } from "../../../src/requests/paint.ts";
import { errorOf } from "../../support/bedrock.ts";
import { createGif, createJpeg, createPng, createWebp } from "../../support/media-files.ts";
import { CASES, IMAGE, MASK, OTHER } from "./bodies.ts";

const render = (model: string, asked: Partial<PaintRequest>): Record<string, unknown> => ({
  ...renderPaint(findImageModel(resolveModel(model).bareId, model), { ...asked, model, options: {} }).body,
});
const refusal = (model: string, asked: object): string => {
  const error = errorOf(() => render(model, asked));
  expect(error.code).toMatch(/^ERR_(INPUT|CAPABILITY)$/);
  return `${error.code.slice(4)} ${error.message}`;
};

const TITAN1 = "amazon.titan-image-generator-v1";
const TITAN = "amazon.titan-image-generator-v2:0";
const NOVA = "amazon.nova-canvas-v1:0";
const SDXL = "stability.stable-diffusion-xl-v1";
const SD35 = "stability.sd3-5-large-v1:0";
const FAST = "us.stability.stable-fast-upscale-v1:0";
const png = (width: number, height: number): string => createPng(width, height).toString("base64");

test.each(CASES)("%s: %s", (_name, model, asked, body) => {
  expect(render(model, asked)).toEqual(body);
});

describe("params", () => {
  const asked = (request: Partial<PaintRequest>): unknown => {
    const { n, seed } = renderPaint(findImageModel(resolveModel(TITAN).bareId, TITAN), {
      prompt: "x",
      ...request,
      model: TITAN,
      options: {},
    });
    return { n, seed };
  };

  test("change how many images are expected, and their seed", () => {
    expect(asked({})).toEqual({ n: 1, seed: undefined });
    expect(asked({ n: 3, seed: 4 })).toEqual({ n: 3, seed: 4 });
    const params = { imageGenerationConfig: { numberOfImages: 2, seed: 9 } };
    expect(asked({ n: 3, seed: 4, params })).toEqual({ n: 2, seed: 9 });
  });

  test("of a prototype do not stand for what is missing", () => {
    const params = JSON.parse('{"__proto__":{"textToImageParams":{"text":"x"}}}') as PaintRequest["params"];
    expect(refusal(TITAN, { params })).toContain("needs prompt");
  });
});

test("colours that are missing in the list are refused", () => {
  // eslint-disable-next-line no-sparse-arrays
  expect(refusal(TITAN, { prompt: "x", colors: [, ,] })).toContain("takes a list of 1 to 10 colours");
});

describe("the task", () => {
  test.each([
    [{ prompt: "A cat" }, "TEXT_IMAGE"],
    [{ images: [IMAGE] }, "IMAGE_VARIATION"],
    [{ images: [IMAGE], maskPrompt: "cat" }, "INPAINTING"],
    [{ images: [IMAGE], maskPrompt: "cat", prompt: "x", outpaintMode: "default" as const }, "OUTPAINTING"],
    [{ images: [IMAGE], prompt: "x", controlStrength: 0.1 }, "TEXT_IMAGE"],
    [{ prompt: "x", colors: ["#000000"] }, "COLOR_GUIDED_GENERATION"],
  ])("follows from %o", (asked, taskType) => {
    expect(render(TITAN, asked)).toMatchObject({ taskType });
  });

  test("that a model does not have is refused with those that it has and the models that have it", () => {
    expect(refusal(TITAN1, { task: "remove_background", images: [IMAGE] })).toBe(
      `CAPABILITY ${TITAN1} has no task "remove_background": it has text_to_image, variation, inpaint, outpaint. ` +
        "remove_background is a task of amazon.titan-image-generator-v2, amazon.nova-canvas-v1, " +
        "stability.stable-image-remove-background-v1.",
    );
    expect(refusal("stability.stable-image-core-v1:1", { prompt: "x", images: [IMAGE] })).toMatch(
      /has no task "variation", which follows from what is given: it has text_to_image\. variation is a task of/,
    );
    expect(refusal(TITAN, { task: "fly" })).toMatch(
      /^INPUT task is "fly": give one of text_to_image, .*style_transfer\.$/,
    );
    expect(refusal(TITAN, { task: "constructor" })).toMatch(/^INPUT/);
  });

  test("of an ARN follows from baseModel", () => {
    const arn = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl";
    expect(errorOf(() => findImageModel(resolveModel(arn).bareId, arn)).message).toMatch(/Give baseModel/);
    expect(resolveModel(arn, TITAN).bareId).toBe(TITAN);
  });

  test("of a model that is not known is refused with those that are, and the way around", () => {
    const message = errorOf(() => findImageModel("acme.brush-v9:0", "acme.brush-v9:0")).message;
    expect(message).toMatch(
      /^acme\.brush-v9:0 is not known to make images\. Known are amazon\.titan-image-generator-v1, /,
    );
    expect(message).toContain("stability.stable-style-transfer-v1");
    expect(message).toContain("llm.invoke()");
    expect(errorOf(() => findImageModel("toString", "toString")).code).toBe("ERR_CAPABILITY");
  });
});

describe("what is out of range is refused, saying what is allowed", () => {
  test.each<readonly [string, object, RegExp]>([
    [TITAN, { prompt: "" }, /^INPUT prompt is "": .* takes a text of 1 to 512 characters\.$/],
    [TITAN, { prompt: " \n" }, /^INPUT prompt is/],
    [TITAN, {}, /^INPUT .* needs prompt: give a text of 1 to 512 characters\.$/],
    [TITAN, { prompt: "x".repeat(513) }, /^INPUT prompt is a text of 513 characters: /],
    [NOVA, { prompt: "x".repeat(1025) }, /1 to 1024 characters/],
    [SDXL, { prompt: "x".repeat(2001) }, /1 to 2000 characters/],
    [SD35, { prompt: "x".repeat(10_001) }, /1 to 10000 characters/],
    [TITAN, { prompt: 5 }, /^INPUT prompt is 5/],
    [TITAN, { prompt: "x", n: 6 }, /^INPUT n is 6: .* takes a whole number from 1 to 5\.$/],
    [TITAN, { prompt: "x", n: 0 }, /n is 0/],
    [TITAN, { prompt: "x", n: 1.5 }, /n is 1\.5/],
    [SD35, { prompt: "x", n: 2 }, /n is 2: .* takes 1 \(for more, ask again with another seed\)\.$/],
    [TITAN, { prompt: "x", seed: 2_147_483_647 }, /from 0 to 2147483646/],
    [SDXL, { prompt: "x", seed: 4_294_967_296 }, /from 0 to 4294967295/],
    [SD35, { prompt: "x", seed: 4_294_967_295 }, /from 0 to 4294967294/],
    [SD35, { prompt: "x", seed: -1 }, /seed is -1/],
    [TITAN, { prompt: "x", cfgScale: 1 }, /cfgScale is 1: .* a number from 1\.1 to 10\./],
    [SDXL, { prompt: "x", steps: 51 }, /from 10 to 50/],
    [TITAN, { prompt: "x", quality: "best" }, /quality is "best": .* takes standard, premium\./],
    [NOVA, { prompt: "x", style: "PHOTOREALISM" }, /takes 3d_animated_family_film, /],
    [SD35, { prompt: "x", outputFormat: "gif" }, /takes png, jpeg, webp\./],
    [TITAN, { images: [IMAGE], similarity: 0.1 }, /from 0\.2 to 1\./],
    [SD35, { prompt: "x", images: [IMAGE], similarity: 2 }, /from 0 to 1\./],
    [TITAN, { prompt: "x", colors: ["red"] }, /1 to 10 colours like "#ff9900"/],
    [TITAN, { prompt: "x", colors: [] }, /1 to 10 colours/],
    [TITAN, { prompt: "x", colors: Array(11).fill("#000000") }, /1 to 10 colours/],
    ["us.stability.stable-outpaint-v1:0", { images: [IMAGE], extend: { left: 0 } }, /not all of them 0/],
    ["us.stability.stable-outpaint-v1:0", { images: [IMAGE], extend: { top: 5 } }, /left, right, up and down/],
    ["us.stability.stable-outpaint-v1:0", { images: [IMAGE], extend: { up: 2001 } }, /0 to 2000/],
    ["us.stability.stable-outpaint-v1:0", { images: [IMAGE] }, /needs extend/],
    ["us.stability.stable-image-search-replace-v1:0", { images: [IMAGE], prompt: "x" }, /needs searchPrompt/],
    [TITAN, { prompt: "x", params: 7 }, /params is number/],
  ])("%s %o", (model, asked, expected) => {
    expect(refusal(model, asked)).toMatch(expected);
  });

  test("characters are counted as the services do", () => {
    expect(JSON.stringify(render(TITAN, { prompt: "🐈".repeat(512) }))).toContain("🐈".repeat(512));
    expect(refusal(TITAN, { prompt: "🐈".repeat(513) })).toContain("513 characters");
  });
});

describe("options that a task does not take are refused with those that it takes", () => {
  test.each<readonly [string, object, RegExp]>([
    [FAST, { images: [IMAGE], prompt: "x" }, /^CAPABILITY .* takes no prompt: it takes n, outputFormat\.$/],
    [FAST, { images: [IMAGE], mask: MASK }, /^CAPABILITY .* takes no mask\.$/],
    [FAST, { images: [IMAGE], size: "64x64" }, /takes no size: the size follows from the image/],
    [NOVA, { images: [IMAGE], maskPrompt: "x", aspectRatio: "1:1" }, /takes no aspectRatio/],
    [TITAN1, { prompt: "x", style: "photorealism" }, /takes no style/],
    [NOVA, { task: "remove_background", images: [IMAGE], n: 2 }, /takes no n: it takes images only\./],
    [NOVA, { images: [IMAGE, OTHER], tryOn: { garmentClass: "shoes" }, prompt: "x" }, /takes no prompt/],
  ])("%s %o", (model, asked, expected) => {
    expect(refusal(model, asked)).toMatch(expected);
  });
});

describe("virtual try-on", () => {
  const images = [IMAGE, OTHER];
  test.each<readonly [object, RegExp]>([
    [{ tryOn: {} }, /what to replace: give one of mask, maskPrompt and tryOn\.garmentClass/],
    [{ tryOn: { garmentClass: "shoes" }, maskPrompt: "x" }, /give one of/],
    [{ tryOn: { garmentClass: "hat" } }, /tryOn\.garmentClass is "hat": give upper_body, /],
    [{ tryOn: { hat: true } }, /tryOn does not know hat: give garmentClass, /],
    [{ tryOn: { garmentClass: "shoes", preserveFace: "ON" } }, /tryOn\.preserveFace is "ON": give true or false/],
    [{ tryOn: { tuckingStyle: "tucked" }, maskPrompt: "x" }, /only goes with garmentClass/],
    [{ tryOn: { maskShape: "contour" }, mask: MASK }, /maskShape is given with a mask/],
    [{ tryOn: 5 }, /tryOn is 5/],
  ])("refuses %o", (asked, expected) => {
    expect(refusal(NOVA, { images, ...asked })).toMatch(expected);
  });

  test("takes what to replace from params, too", () => {
    const virtualTryOnParams = { garmentBasedMask: { garmentClass: "HAT" } };
    expect(render(NOVA, { images, task: "virtual_try_on", params: { virtualTryOnParams } })).toMatchObject({
      virtualTryOnParams: { maskType: "GARMENT", garmentBasedMask: { garmentClass: "HAT" } },
    });
  });
});

describe("images", () => {
  const gif = createGif(512, 512).toString("base64");
  const webp = createWebp(512, 512).toString("base64");
  test.each<readonly [string, object, RegExp]>([
    [TITAN, { task: "variation" }, /needs an image: give images/],
    [NOVA, { task: "virtual_try_on", images: [IMAGE], maskPrompt: "x" }, /needs 2 images/],
    [TITAN, { images: Array(6).fill(IMAGE) }, /images has 6: .* takes 5 at most\./],
    [FAST, { images: [IMAGE, OTHER] }, /images has 2: .* takes 1 at most\./],
    [TITAN, { task: "text_to_image", prompt: "x", images: [IMAGE] }, /takes none\./],
    [TITAN, { images: [gif] }, /images\[0\] is gif: .* takes png, jpeg\./],
    [TITAN, { images: [IMAGE, webp] }, /images\[1\] is webp/],
    [FAST, { images: [btoa("\0\x01\x02\x03 no image")] }, /is of an unknown format: .* takes png, jpeg, webp\./],
    [
      TITAN,
      { images: [IMAGE], maskPrompt: "x", mask: MASK },
      /needs either mask or maskPrompt: give just one of them\./,
    ],
    [TITAN, { task: "inpaint", images: [IMAGE] }, /needs either mask or maskPrompt: give one of them\./],
    [TITAN, { images: [IMAGE], mask: OTHER }, /mask has 640x384 pixels, the image 512x512/],
    [TITAN, { images: [png(1409, 64)], maskPrompt: "x" }, /images\[0\] has 1409x64 pixels .* at most 1408\./],
    [TITAN, { images: [png(4097, 64)] }, /sides of at most 4096/],
    [NOVA, { images: [png(319, 400)] }, /sides of at least 320/],
    [NOVA, { images: [png(2049, 2048)] }, /at most 4194304 pixels/],
    [NOVA, { images: [png(1700, 400)] }, /at most 4 times as long as wide/],
    [FAST, { images: [png(31, 64)] }, /sides of at least 32/],
    [FAST, { images: [png(1025, 1024)] }, /at most 1048576 pixels/],
    ["us.stability.stable-creative-upscale-v1:0", { images: [png(1025, 1024)], prompt: "x" }, /at most 1048576 pixels/],
    ["us.stability.stable-style-transfer-v1:0", { images: [IMAGE, png(63, 80)] }, /images\[1\] has 63x80/],
  ])("%s refuses %#", (model, asked, expected) => {
    expect(refusal(model, asked)).toMatch(expected);
  });

  test("in the formats of the model pass", () => {
    const jpeg = createJpeg(512, 512).toString("base64");
    const sent = JSON.stringify(render(TITAN, { images: [jpeg, IMAGE] }));
    expect([sent.includes(jpeg), sent.includes(IMAGE)]).toEqual([true, true]);
    expect(render(FAST, { images: [webp] })).toEqual({ image: webp });
  });

  test("may be no more together than Bedrock takes", () => {
    const large = createPng(512, 512, 4_000_000).toString("base64");
    expect(refusal(TITAN, { images: Array(5).fill(large) })).toMatch(
      /have 19\.\d+ MB together: Bedrock takes 17\.88 MB/,
    );
  });

  test("may come by params", () => {
    const body = render(TITAN, { task: "variation", params: { imageVariationParams: { images: ["x"] } } });
    expect(body).toEqual({ taskType: "IMAGE_VARIATION", imageVariationParams: { images: ["x"] } });
  });
});

test("params are merged without touching prototypes, and other requests", () => {
  const params = JSON.parse('{"__proto__":{"a":1},"imageGenerationConfig":{"n":1}}') as never;
  expect(JSON.stringify(render(TITAN, { prompt: "x", params }))).not.toContain("polluted");
  expect(({} as { a?: unknown }).a).toBeUndefined();
  expect(render(TITAN, { prompt: "x" })).toEqual({ taskType: "TEXT_IMAGE", textToImageParams: { text: "x" } });
});
