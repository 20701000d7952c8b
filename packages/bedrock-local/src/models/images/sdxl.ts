import { readSdxlBody, type SdxlBody } from "../../validations/images/sdxl.ts";
import { refuseMalformed } from "../../validations/body-schema.ts";
import { createRefusal } from "../../validations/refusal.ts";
import { randomInteger } from "../../random.ts";
import type { InvokeFamily } from "../invoke/family.ts";
import { blend, type Canvas, composite, type Mask } from "./canvas.ts";
import { encodeImage } from "./codec.ts";
import { applyStyle } from "./edits.ts";
import { isBlocked, isPartlyBlocked } from "./filter.ts";
import { readImage, readSeed, renderBase64 } from "./input.ts";
import { readAlpha, readMaskImage } from "./masks.ts";
import { paintScene } from "./scene.ts";

const DEFAULT_STRENGTH = 0.35;

/** Stable Diffusion XL 1.0. */
export const SDXL_IMAGES: InvokeFamily = {
  matches: (id) => id.startsWith("stability.stable-diffusion-xl"),
  invoke: ({ random }, body) => {
    const request = readSdxlBody(body);
    const texts = request.text_prompts.map(({ text }) => text);
    if (isBlocked(...texts)) throw createRefusal("One or more prompts contains filtered words.");
    const { samples = 1 } = request;
    const first = readSeed(request.seed, () => randomInteger(random, 1, 2 ** 32 - 1 - samples));
    const init = request.init_image === undefined ? undefined : readImage(request.init_image, "#/init_image");
    const mask = init === undefined ? undefined : readMask(request, init);
    const withheld = isPartlyBlocked(...texts) ? samples - 1 : samples;
    const artifacts = Array.from({ length: samples }, (_, index) => {
      const seed = first + index;
      if (index >= withheld) return { seed, base64: "", finishReason: "CONTENT_FILTERED" };
      const base64 = renderBase64(encodeImage(paint(request, seed, init, mask), "png"));
      return { seed, base64, finishReason: "SUCCESS" };
    });
    return { body: { result: "success", artifacts } };
  },
};

function paint(request: SdxlBody, seed: number, init: Canvas | undefined, mask: Mask | undefined): Canvas {
  const { width = 1024, height = 1024 } = init ?? request;
  const isWanted = ({ weight = 1 }: { readonly weight?: number }): boolean => weight >= 0;
  const prompts = request.text_prompts;
  const prompt = prompts
    .filter(isWanted)
    .map(({ text }) => text)
    .join(" ");
  const negativePrompt = prompts
    .filter((part) => !isWanted(part))
    .map(({ text }) => text)
    .join(" ");
  const scene = applyStyle(paintScene({ prompt, negativePrompt, seed, width, height }), request.style_preset);
  if (init === undefined) return scene;
  if (mask !== undefined) return composite(init, scene, mask);
  return blend(scene, init, request.image_strength ?? DEFAULT_STRENGTH);
}

/** What is to be painted anew; `undefined` when all of it is. */
function readMask({ mask_source: source, mask_image: image }: SdxlBody, init: Canvas): Mask | undefined {
  if (source === undefined) return undefined;
  if (source === "INIT_IMAGE_ALPHA") return readAlpha(init);
  if (image === undefined) refuseMalformed(["#: required key [mask_image] not found"]);
  return readMaskImage(readImage(image ?? "", "#/mask_image"), init, source === "MASK_IMAGE_WHITE" ? "white" : "black");
}
