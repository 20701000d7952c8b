import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { createCanvas, type Canvas, composite } from "../../../src/models/images/canvas.ts";
import { decodeImage, encodeImage } from "../../../src/models/images/codec.ts";
import { renderMask } from "../../../src/models/images/edits.ts";
import { createOval } from "../../../src/models/images/masks.ts";
import { paintScene } from "../../../src/models/images/scene.ts";
import { isPlainObject } from "../../../src/json.ts";
import { call, startServer } from "../../support-server.ts";

const TITAN = "amazon.titan-image-generator-v2:0";
const CANVAS = "amazon.nova-canvas-v1:0";

const SIDE = 96;
const CITY = paintScene({ prompt: "blue city", seed: 3, width: SIDE, height: SIDE });
const DISC = createOval(CITY, { left: 24, top: 24, width: 48, height: 48 });
/** A red disc on white. */
const BALL = composite(createCanvas(SIDE, SIDE, [250, 250, 250]), createCanvas(SIDE, SIDE, [200, 10, 10]), DISC);
const BLACK_DISC = renderMask(DISC, SIDE, "black");
const WHITE_DISC = renderMask(DISC, SIDE, "white");
const SMALL = { width: 320, height: 320 };

describe("Titan Image Generator and Nova Canvas", () => {
  it("paint PNGs of the size that was asked for, each of another seed", async () => {
    const body = textImage("a lake", { numberOfImages: 3, width: 704, height: 320, seed: 7 });
    const answer = await invoke(TITAN, body);
    expect(answer["error"]).toBeNull();
    const images = listImages(answer);
    expect(images.map(({ width, height }) => [width, height])).toEqual([
      [704, 320],
      [704, 320],
      [704, 320],
    ]);
    expect(new Set(images.map(hash)).size).toBe(3);
    const second = await invoke(TITAN, textImage("a lake", { width: 704, height: 320, seed: 8 }));
    expect(listImages(second).map(hash)).toEqual(images.slice(1, 2).map(hash));
  });

  it("let prompt and negative prompt decide the picture", async () => {
    const paint = async (text: string, negativeText?: string): Promise<string[]> =>
      listImages(await invoke(CANVAS, textImage(text, SMALL, negativeText))).map(hash);
    const hills = await paint("hills");
    expect(await paint("hills with a city")).not.toEqual(hills);
    expect(await paint("hills city", "city")).toEqual(hills);
    // Numbers and signs are words, too.
    const others = await Promise.all(["hill 1", "hill 2", "🌵", "🚀"].map((prompt) => paint(prompt)));
    expect(new Set(others.flat()).size).toBe(4);
  });

  it("paint the colour that the prompt names", async () => {
    const [image] = listImages(await invoke(CANVAS, textImage("A red sky", SMALL)));
    const [red = 0, green = 0, blue = 0] = meanOf(image);
    expect(red).toBeGreaterThan(green * 2);
    expect(red).toBeGreaterThan(blue * 2);
  });

  it("paint anew what is inside of the mask, and nothing else", async () => {
    const params = { text: "yellow", image: encode(CITY), maskImage: encode(BLACK_DISC) };
    const [image] = listImages(await invoke(TITAN, { taskType: "INPAINTING", inPaintingParams: params }));
    expect(listChanged(CITY, image)).toEqual(listMask(true));
  });

  it("paint anew what is outside of the mask when they outpaint", async () => {
    const params = { text: "yellow", image: encode(CITY), maskImage: encode(BLACK_DISC) };
    const [image] = listImages(await invoke(CANVAS, { taskType: "OUTPAINTING", outPaintingParams: params }));
    expect(listChanged(CITY, image)).toEqual(listMask(false));
  });

  it("find what a mask prompt names by its colour", async () => {
    const params = { text: "green", image: encode(BALL), maskPrompt: "the red ball" };
    const [image] = listImages(await invoke(TITAN, { taskType: "INPAINTING", inPaintingParams: params }));
    expect(listChanged(BALL, image)).toEqual(listMask(true));
  });

  it("stay near the given pictures, the nearer the greater the similarity", async () => {
    const vary = async (similarityStrength: number): Promise<number> => {
      const params = { images: [encode(BALL)], text: "blue", similarityStrength };
      const config = { width: 512, height: 512 };
      const body = { taskType: "IMAGE_VARIATION", imageVariationParams: params, imageGenerationConfig: config };
      const [, , blue = 0] = meanOf(listImages(await invoke(TITAN, body))[0]);
      return Math.abs(blue - (meanOf(BALL)[2] ?? 0));
    };
    expect(await vary(0.9)).toBeLessThan(await vary(0.3));
  });

  it("make the background transparent", async () => {
    const body = { taskType: "BACKGROUND_REMOVAL", backgroundRemovalParams: { image: encode(BALL) } };
    const [image] = listImages(await invoke(CANVAS, body));
    expect(image?.data.filter((_, index) => index % 4 === 3)).toEqual(DISC);
  });

  it("paint with the given colours", async () => {
    const params = { text: "hills", colors: ["#00ff00"] };
    const body = {
      taskType: "COLOR_GUIDED_GENERATION",
      colorGuidedGenerationParams: params,
      imageGenerationConfig: SMALL,
    };
    const [red = 0, green = 0] = meanOf(listImages(await invoke(CANVAS, body))[0]);
    expect(green).toBeGreaterThan(red * 2);
  });

  it("dress a person, and give the mask back", async () => {
    const params = {
      sourceImage: encode(CITY),
      referenceImage: encode(BALL, "jpeg"),
      maskType: "IMAGE",
      imageBasedMask: { maskImage: encode(BLACK_DISC) },
      returnMask: true,
    };
    const answer = await invoke(CANVAS, { taskType: "VIRTUAL_TRY_ON", virtualTryOnParams: params });
    const changed = listChanged(CITY, listImages(answer)[0]);
    expect(changed.some((isChanged, index) => isChanged && DISC[index] === 0)).toBe(false);
    expect(changed.filter(Boolean).length).toBeGreaterThan(1000);
    expect(hash(decode(answer["maskImage"]))).toBe(hash(BLACK_DISC));
  });

  it("say so when a filter takes one of the pictures", async () => {
    const answer = await invoke(
      TITAN,
      textImage("a partly blocked view", { numberOfImages: 2, width: 320, height: 704 }),
    );
    expect(listImages(answer)).toHaveLength(1);
    expect(answer["error"]).toMatch(/blocked by our content filters/);
  });

  it.each([
    [
      textImage("x".repeat(536)),
      "Malformed input request: #/textToImageParams/text: expected maxLength: 512, actual: 536, please reformat your input and try again.",
    ],
    [
      textImage("x", { width: 1280, height: 720 }),
      "400 Bad Request: Value of (width, height) is not valid. Given: (1280, 720).",
    ],
    [
      textImage("x", { numberOfImages: 6 }),
      "Malformed input request: #/imageGenerationConfig/numberOfImages: 6 is not less or equal to 5, please reformat your input and try again.",
    ],
    [
      { ...textImage("x"), size: 1 },
      "Malformed input request: #: extraneous key [size] is not permitted, please reformat your input and try again.",
    ],
    [
      { taskType: "TEXT_IMAGE" },
      "Malformed input request: #: required key [textToImageParams] not found, please reformat your input and try again.",
    ],
    [{ taskType: "VIRTUAL_TRY_ON", virtualTryOnParams: {} }, /VIRTUAL_TRY_ON is not a valid enum value/],
    [{ ...textImage("x"), inPaintingParams: {} }, /#: extraneous key \[inPaintingParams\]/],
    [textImage("x", {}, undefined, { style: "MAXIMALISM" }), /#\/textToImageParams: extraneous key \[style\]/],
    [
      textImage("a nude figure"),
      /^This request has been blocked by our content filters\. Our filters automatically flagged/,
    ],
    [
      { taskType: "IMAGE_VARIATION", imageVariationParams: { images: ["bm8gaW1hZ2U="] } },
      /Unable to process the image in #\/imageVariationParams\/images\/0/,
    ],
    [{ taskType: "INPAINTING", inPaintingParams: { image: encode(CITY) } }, /required key \[maskPrompt\] not found/],
  ])("refuse %j in AWS's words", async (body, message) => {
    expect(await refuse(TITAN, body)).toMatch(message);
  });

  it("take other sizes and seeds by model", async () => {
    expect(await refuse(CANVAS, textImage("x", { width: 1000, height: 1024 }))).toMatch(/Given: \(1000, 1024\)/);
    expect(await refuse(CANVAS, textImage("x", { width: 320, height: 1600 }))).toMatch(/Given: \(320, 1600\)/);
    expect(listImages(await invoke(CANVAS, textImage("x".repeat(536), SMALL)))).toHaveLength(1);
    const v1 = { taskType: "BACKGROUND_REMOVAL", backgroundRemovalParams: { image: encode(CITY) } };
    expect(await refuse("amazon.titan-image-generator-v1", v1)).toMatch(/not a valid enum value/);
  });
});

describe("Stable Diffusion 3, Core and Ultra", () => {
  it.each([
    ["stability.sd3-5-large-v1:0", "16:9", 1344, 768],
    ["stability.stable-image-core-v1:1", "9:21", 640, 1536],
    ["us.stability.stable-image-ultra-v1:1", "1:1", 1024, 1024],
  ])("%s paints %s", async (id, ratio, width, height) => {
    const answer = await invoke(id, { prompt: "hills", aspect_ratio: ratio, seed: 5 });
    expect(answer).toMatchObject({ seeds: [5], finish_reasons: [null] });
    expect(listImages(answer)[0]).toMatchObject({ width, height });
  });

  it("begin with the given picture", async () => {
    const body = { prompt: "blue", mode: "image-to-image", image: encode(BALL), strength: 0, seed: 1 };
    expect(listImages(await invoke("stability.sd3-large-v1:0", body)).map(hash)).toEqual([hash(BALL)]);
    expect(await refuse("stability.sd3-large-v1:0", { prompt: "x", mode: "image-to-image" })).toMatch(
      /\[image\] not found/,
    );
    expect(await refuse("stability.stable-image-core-v1:1", body)).toMatch(/extraneous key \[image\]/);
  });

  it("write JPEG and, for 3.5, WebP", async () => {
    const body = { prompt: "sea", seed: 1, aspect_ratio: "21:9" };
    const jpeg = fileOf(await invoke("stability.stable-image-core-v1:1", { ...body, output_format: "JPEG" }));
    expect(jpeg.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    expect(decodeImage(jpeg)).toMatchObject({ width: 1536, height: 640 });
    const webp = fileOf(await invoke("stability.sd3-5-large-v1:0", { ...body, output_format: "webp" }));
    expect(webp.toString("latin1", 0, 4) + webp.toString("latin1", 8, 16)).toBe("RIFFWEBPVP8L");
    expect(await refuse("stability.stable-image-core-v1:1", { ...body, output_format: "webp" })).toMatch(
      /webp is not a valid/,
    );
  });

  it("answer a filtered prompt with the reason alone", async () => {
    expect(await invoke("stability.sd3-5-large-v1:0", { prompt: "gore" })).toEqual({
      finish_reasons: ["Filter reason: prompt"],
    });
  });
});

describe("SDXL", () => {
  const id = "stability.stable-diffusion-xl-v1";

  it("paints artifacts with their seeds", async () => {
    const body = { text_prompts: [{ text: "a partly blocked sea" }], samples: 2, seed: 9, width: 640, height: 1536 };
    const answer = await invoke(id, body);
    expect(answer).toMatchObject({
      result: "success",
      artifacts: [
        { seed: 9, finishReason: "SUCCESS" },
        { seed: 10, finishReason: "CONTENT_FILTERED", base64: "" },
      ],
    });
  });

  it("paints white or black parts of a mask anew", async () => {
    const body = { text_prompts: [{ text: "yellow" }], init_image: encode(CITY), seed: 2 };
    const white = { ...body, mask_source: "MASK_IMAGE_WHITE", mask_image: encode(WHITE_DISC) };
    const black = { ...body, mask_source: "MASK_IMAGE_BLACK", mask_image: encode(WHITE_DISC) };
    expect(listChanged(CITY, artifactOf(await invoke(id, white)))).toEqual(listMask(true));
    expect(listChanged(CITY, artifactOf(await invoke(id, black)))).toEqual(listMask(false));
  });

  it("names the sizes that it paints", async () => {
    expect(await refuse(id, { text_prompts: [{ text: "x" }], width: 512, height: 512 })).toMatch(/512x512 .*1024x1024/);
    expect(await refuse(id, { text_prompts: [{ text: "naked" }] })).toBe(
      "One or more prompts contains filtered words.",
    );
  });
});

describe("Stability's image services", () => {
  const image = encode(BALL);
  const mask = encode(WHITE_DISC);

  it.each([
    ["stable-fast-upscale", { image }, SIDE * 4, SIDE * 4],
    ["stable-conservative-upscale", { image, prompt: "x" }, 2048, 2048],
    ["stable-creative-upscale", { image, prompt: "x" }, 2048, 2048],
    ["stable-outpaint", { image, left: 10, down: 20 }, SIDE + 10, SIDE + 20],
    ["stable-image-control-sketch", { image, prompt: "x" }, SIDE, SIDE],
    ["stable-image-control-structure", { image, prompt: "x", aspect_ratio: "1:1" }, 1024, 1024],
    ["stable-image-style-guide", { image, prompt: "x", aspect_ratio: "4:5" }, 896, 1088],
    ["stable-style-transfer", { init_image: image, style_image: image }, SIDE, SIDE],
    ["stable-image-search-recolor", { image, prompt: "green", select_prompt: "red" }, SIDE, SIDE],
  ])("%s answers with a picture of the right size", async (name, body, width, height) => {
    const answer = await invoke(`us.stability.${name}-v1:0`, body);
    expect(listImages(answer)[0]).toMatchObject({ width, height });
  });

  it.each([
    ["stable-image-inpaint", { image, mask, prompt: "blue", grow_mask: 0 }],
    ["stable-image-search-replace", { image, search_prompt: "red", prompt: "blue", grow_mask: 0 }],
    ["stable-image-erase-object", { image, mask, grow_mask: 0 }],
  ])("%s changes what it was pointed at, and nothing else", async (name, body) => {
    const [changed] = listImages(await invoke(`us.stability.${name}-v1:0`, body));
    expect(listChanged(BALL, changed)).toEqual(listMask(true));
  });

  it("keep what is given in the middle when they outpaint", async () => {
    const body = { image, left: 10, up: 20 };
    const [wide] = listImages(await invoke("us.stability.stable-outpaint-v1:0", body));
    const row = (20 * (SIDE + 10) + 10) * 4;
    expect(wide?.data.slice(row, row + SIDE * 4)).toEqual(BALL.data.slice(0, SIDE * 4));
  });

  it("make the background transparent", async () => {
    const [cut] = listImages(await invoke("us.stability.stable-image-remove-background-v1:0", { image }));
    expect(cut?.data.filter((_, index) => index % 4 === 3)).toEqual(DISC);
  });

  it("refuse what is missing, unknown or too small, and the id without a profile", async () => {
    expect(await refuse("us.stability.stable-image-inpaint-v1:0", { image })).toMatch(
      /required key \[prompt\] not found/,
    );
    expect(await refuse("us.stability.stable-fast-upscale-v1:0", { image, prompt: "x" })).toMatch(
      /extraneous key \[prompt\]/,
    );
    expect(await refuse("us.stability.stable-outpaint-v1:0", { image })).toMatch(
      /At least one of left, right, up and down/,
    );
    const tiny = encode(createCanvas(63, 64));
    expect(await refuse("us.stability.stable-image-remove-background-v1:0", { image: tiny })).toMatch(/63x64 pixels/);
    expect(await refuse("stability.stable-fast-upscale-v1:0", { image })).toMatch(/on-demand throughput/);
  });
});

async function post(id: string, body: unknown): Promise<{ status: number; json: Record<string, unknown> }> {
  const path = `/model/${encodeURIComponent(id)}/invoke`;
  const answer = await call(await startServer(), { path, body: JSON.stringify(body) });
  const json: unknown = JSON.parse(answer.body.toString());
  if (!isPlainObject(json)) throw new TypeError("The answer is no JSON object.");
  return { status: answer.status, json };
}

async function invoke(id: string, body: unknown): Promise<Record<string, unknown>> {
  const { status, json } = await post(id, body);
  expect({ status, message: json["message"] }).toEqual({ status: 200, message: undefined });
  return json;
}

async function refuse(id: string, body: unknown): Promise<string> {
  const { status, json } = await post(id, body);
  expect(status).toBe(400);
  return String(json["message"]);
}

function textImage(
  text: string,
  imageGenerationConfig: object = {},
  negativeText?: string,
  more: object = {},
): Record<string, unknown> {
  const textToImageParams = { text, ...(negativeText === undefined ? {} : { negativeText }), ...more };
  return { taskType: "TEXT_IMAGE", textToImageParams, imageGenerationConfig };
}

function encode(canvas: Canvas, format: "png" | "jpeg" = "png"): string {
  return Buffer.from(encodeImage(canvas, format)).toString("base64");
}

function decode(base64: unknown): Canvas {
  const canvas = decodeImage(Buffer.from(String(base64), "base64"));
  if (canvas === undefined) throw new TypeError("The answer holds no picture.");
  return canvas;
}

function hash({ width, height, data }: Canvas): string {
  return `${width}x${height} ${createHash("sha256").update(data).digest("hex")}`;
}

function listImages({ images }: Record<string, unknown>): Canvas[] {
  return Array.isArray(images) ? images.map(decode) : [];
}

function fileOf({ images }: Record<string, unknown>): Buffer {
  return Buffer.from(Array.isArray(images) ? String(images[0]) : "", "base64");
}

function artifactOf({ artifacts }: Record<string, unknown>): Canvas {
  const first: unknown = Array.isArray(artifacts) ? artifacts[0] : undefined;
  return decode(isPlainObject(first) ? first["base64"] : "");
}

function meanOf(canvas: Canvas | undefined): number[] {
  const data = canvas?.data ?? new Uint8Array();
  return [0, 1, 2].map((channel) => {
    let sum = 0;
    for (let at = channel; at < data.length; at += 4) sum += data[at] ?? 0;
    return (sum * 4) / data.length;
  });
}

function listChanged(before: Canvas, after: Canvas | undefined): boolean[] {
  const other = after?.data ?? new Uint8Array();
  return Array.from({ length: before.data.length / 4 }, (_, index) =>
    [0, 1, 2].some((channel) => before.data[index * 4 + channel] !== other[index * 4 + channel]),
  );
}

function listMask(isInside: boolean): boolean[] {
  return [...DISC].map((value) => (value === 255) === isInside);
}
