import {
  readStabilityBody,
  STABILITY_SIZES,
  type StabilityBody,
  type StabilityRules,
} from "../../validations/images/stability.ts";
import { refuseMalformed } from "../../validations/body-schema.ts";
import { createRefusal } from "../../validations/refusal.ts";
import type { InvokeAnswer, InvokeFamily } from "../invoke/family.ts";
import { randomInteger } from "../../random.ts";
import { blend, type Canvas } from "./canvas.ts";
import { encodeImage, type ImageFormat } from "./codec.ts";
import { isBlocked, isPartlyBlocked } from "./filter.ts";
import { readImage, readSeed, renderBase64 } from "./input.ts";
import { paintScene } from "./scene.ts";
import { findService } from "./stability-services.ts";

const MAX_SEED = 4_294_967_294;
const GENERATORS = /^stability\.(sd3-large|sd3-5-large|stable-image-core|stable-image-ultra)-v/;

/** Stable Diffusion 3 and 3.5, Stable Image Core and Ultra, and the image services. */
export const STABILITY_IMAGES: InvokeFamily = {
  matches: (id) => GENERATORS.test(id) || findService(id) !== undefined,
  invoke: ({ modelId, random }, body, id) => {
    const service = findService(id);
    if (service !== undefined && modelId === id) {
      throw createRefusal(
        `Invocation of model ID ${modelId} with on-demand throughput isn\u2019t supported. ` +
          "Retry your request with the ID or ARN of an inference profile that contains this model.",
      );
    }
    const request = readStabilityBody(service?.rules ?? createRules(id), body);
    const paint = service === undefined ? generate : service.paint;
    const texts = [request.prompt, request.negative_prompt, request.search_prompt, request.select_prompt];
    if (isBlocked(...texts)) return { body: { finish_reasons: ["Filter reason: prompt"] } };
    if (isPartlyBlocked(...texts)) return { body: { finish_reasons: ["Filter reason: output image"] } };
    const seed = readSeed(request.seed, () => randomInteger(random, 1, MAX_SEED));
    return renderAnswer(paint(request, seed), seed, request.output_format);
  },
};

function renderAnswer(canvas: Canvas, seed: number, format = "png"): InvokeAnswer {
  const file = encodeImage(canvas, readFormat(format));
  return { body: { seeds: [seed], finish_reasons: [null], images: [renderBase64(file)] } };
}

function readFormat(text: string): ImageFormat {
  const format = text.toLowerCase();
  return format === "jpeg" || format === "webp" ? format : "png";
}

function createRules(id: string): StabilityRules {
  const isTextOnly = id.includes("-core-");
  return {
    members: [
      ...(["prompt", "negative_prompt", "mode", "aspect_ratio", "seed", "output_format"] as const),
      ...(isTextOnly ? [] : (["image", "strength"] as const)),
    ],
    required: ["prompt"],
    formats: id.includes("sd3-5") ? ["jpeg", "png", "webp"] : ["jpeg", "png"],
  };
}

function generate(request: StabilityBody, seed: number): Canvas {
  const { prompt = "", negative_prompt: negativePrompt, mode, aspect_ratio: ratio = "1:1", image, strength } = request;
  if (mode !== "image-to-image" && image === undefined) {
    const [width, height] = STABILITY_SIZES[ratio] ?? [1024, 1024];
    return paintScene({ prompt, negativePrompt, seed, width, height });
  }
  if (image === undefined) refuseMalformed(["#: required key [image] not found"]);
  const given = readImage(image ?? "", "#/image");
  const scene = paintScene({ prompt, negativePrompt, seed, width: given.width, height: given.height });
  return blend(given, scene, strength ?? 0.35);
}
