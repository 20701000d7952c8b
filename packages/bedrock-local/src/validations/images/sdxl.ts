/**
 * The body of Stable Diffusion XL 1.0.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-diffusion-1-0-text-image.html
 */
import { readBody } from "../body-schema.ts";
import { createRefusal } from "../refusal.ts";

/** A body: text to image, with `init_image` image to image, with `mask_source` inpainting. */
export interface SdxlBody {
  readonly text_prompts: readonly { readonly text: string; readonly weight?: number }[];
  readonly height?: number;
  readonly width?: number;
  readonly cfg_scale?: number;
  readonly clip_guidance_preset?: string;
  readonly sampler?: string;
  readonly samples?: number;
  readonly seed?: number;
  readonly steps?: number;
  readonly style_preset?: string;
  readonly extras?: unknown;
  readonly init_image?: string;
  readonly init_image_mode?: "IMAGE_STRENGTH" | "STEP_SCHEDULE";
  readonly image_strength?: number;
  readonly step_schedule_start?: number;
  readonly step_schedule_end?: number;
  readonly mask_source?: "MASK_IMAGE_WHITE" | "MASK_IMAGE_BLACK" | "INIT_IMAGE_ALPHA";
  readonly mask_image?: string;
}

const SIZES: ReadonlySet<string> = new Set(
  "1024x1024 1152x896 1216x832 1344x768 1536x640 640x1536 768x1344 832x1216 896x1152".split(" "),
);
const GUIDANCE = "FAST_BLUE FAST_GREEN NONE SIMPLE SLOW SLOWER SLOWEST";
const SAMPLERS =
  "DDIM DDPM K_DPMPP_2M K_DPMPP_2S_ANCESTRAL K_DPM_2 K_DPM_2_ANCESTRAL K_EULER K_EULER_ANCESTRAL K_HEUN K_LMS";
const PRESETS =
  "3d-model analog-film anime cinematic comic-book digital-art enhance fantasy-art isometric line-art low-poly " +
  "modeling-compound neon-punk origami photographic pixel-art tile-texture";

/**
 * Reads a body.
 *
 * @throws AwsError `ValidationException`.
 */
export function readSdxlBody(body: Readonly<Record<string, unknown>>): SdxlBody {
  const request = readBody<SdxlBody>(
    {
      type: "object",
      members: {
        text_prompts: {
          type: "array",
          minItems: 1,
          items: {
            type: "object",
            members: { text: { type: "string", minLength: 1, maxLength: 2000 }, weight: { type: "number" } },
            required: ["text"],
          },
        },
        height: { type: "integer" },
        width: { type: "integer" },
        cfg_scale: { type: "number", minimum: 0, maximum: 35 },
        clip_guidance_preset: { type: "string", enum: GUIDANCE.split(" ") },
        sampler: { type: "string", enum: SAMPLERS.split(" ") },
        samples: { type: "integer", minimum: 1, maximum: 10 },
        seed: { type: "integer", minimum: 0, maximum: 4_294_967_295 },
        steps: { type: "integer", minimum: 10, maximum: 50 },
        style_preset: { type: "string", enum: PRESETS.split(" ") },
        extras: { type: "any" },
        init_image: { type: "string", minLength: 1 },
        init_image_mode: { type: "string", enum: ["IMAGE_STRENGTH", "STEP_SCHEDULE"] },
        image_strength: { type: "number", minimum: 0, maximum: 1 },
        step_schedule_start: { type: "number", minimum: 0, maximum: 1 },
        step_schedule_end: { type: "number", minimum: 0, maximum: 1 },
        mask_source: { type: "string", enum: ["MASK_IMAGE_WHITE", "MASK_IMAGE_BLACK", "INIT_IMAGE_ALPHA"] },
        mask_image: { type: "string", minLength: 1 },
      },
      required: ["text_prompts"],
    },
    body,
  );
  const { width = 1024, height = 1024 } = request;
  if (request.init_image === undefined && !SIZES.has(`${width}x${height}`)) {
    const sizes = [...SIZES].join(", ");
    throw createRefusal(`The size ${width}x${height} is not allowed for SDXL 1.0. The allowed sizes are ${sizes}.`);
  }
  return request;
}
