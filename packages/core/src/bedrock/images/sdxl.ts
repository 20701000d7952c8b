import type { PaintRequest } from "../../requests/paint.ts";
import type { JsonObject } from "../../types/json.ts";
import { parseSdxl } from "./parse.ts";
import { range, text, wholeRange } from "./rules.ts";
import type { Fields, ImagePlace, ImageModel } from "./spec.ts";
import { justOne, style } from "./stability.ts";

const fields: Fields = {
  prompt: [undefined, text(2000)],
  negativePrompt: [undefined, text(2000)],
  n: [undefined, justOne],
  seed: ["seed", wholeRange(0, 4_294_967_295)],
  cfgScale: ["cfg_scale", range(0, 35)],
  steps: ["steps", wholeRange(10, 50)],
  style: ["style_preset", style],
};

const SIZES = "1024x1024 1152x896 1216x832 1344x768 1536x640 640x1536 768x1344 832x1216 896x1152";

const images: readonly ImagePlace[] = [{ path: "init_image", limits: {} }];

/** What is not to be seen is a prompt with a weight below 0. */
function renderMore({ prompt, negativePrompt }: PaintRequest): JsonObject {
  if (prompt === undefined) return {};
  const negative = negativePrompt === undefined ? [] : [{ text: negativePrompt, weight: -1 }];
  return { text_prompts: [{ text: prompt }, ...negative] };
}

/**
 * Stable Diffusion XL 1.0.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-diffusion-1-0-text-image.html
 */
export const sdxlModels: Readonly<Record<string, ImageModel>> = {
  "stability.stable-diffusion-xl-v1": {
    tasks: {
      text_to_image: {
        fields,
        required: ["prompt"],
        size: { kind: "list", path: "", sizes: SIZES.split(" ") },
        renderMore,
      },
      variation: {
        fields: { ...fields, similarity: ["image_strength", range(0, 1)] },
        required: ["prompt"],
        images,
        renderMore,
      },
      inpaint: {
        fields,
        required: ["prompt"],
        images,
        mask: "mask_image",
        // As for Stability's other models: what is white is changed, or what is transparent.
        renderMore: (request) => ({
          ...renderMore(request),
          mask_source: request.mask === undefined ? "INIT_IMAGE_ALPHA" : "MASK_IMAGE_WHITE",
        }),
      },
    },
    formats: ["png", "jpeg"],
    parse: parseSdxl,
  },
};
