import { isObject } from "../../types/json.ts";
import { parseStability } from "./parse.ts";
import { inverted, oneOf, range, text, wholeRange, type Rule } from "./rules.ts";
import type { SizeRule } from "./sizes.ts";
import type { FieldOption, Fields, ImageLimits, ImageModel, TaskSpec } from "./spec.ts";

const LIMITS: ImageLimits = { minSide: 64, maxPixels: 9_437_184 };

const size: SizeRule = {
  kind: "ratio",
  path: "aspect_ratio",
  ratios: ["1:1", "16:9", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21"],
};

/** Of models that make one image. */
export const justOne: Rule = { ...wholeRange(1, 1), allowed: "1 (for more, ask again with another seed)" };

/** SDXL knows them, too. */
export const style: Rule = oneOf(
  "3d-model analog-film anime cinematic comic-book digital-art enhance fantasy-art isometric line-art low-poly " +
    "modeling-compound neon-punk origami photographic pixel-art tile-texture",
);

const sides: Rule = {
  allowed: "any of left, right, up and down, each a whole number from 0 to 2000, not all of them 0",
  toWire: (value) => {
    if (!isObject(value)) return undefined;
    const given = Object.entries(value).filter(([, pixels]) => pixels !== undefined);
    const pixels = wholeRange(0, 2000);
    const isLegal = given.every(
      ([side, each]) => /^(left|right|up|down)$/.test(side) && pixels.toWire(each) !== undefined,
    );
    return isLegal && given.some(([, each]) => each !== 0) ? value : undefined;
  },
};

const one: Fields = { n: [undefined, justOne] };
const seeded: Fields = { ...one, seed: ["seed", wholeRange(0, 4_294_967_294)] };
const prompt: Fields = { ...seeded, prompt: ["prompt", text(10_000)] };
const prompts: Fields = { ...prompt, negativePrompt: ["negative_prompt", text(10_000)] };
const styled: Fields = { ...prompts, style: ["style_preset", style] };
const grown: Fields = { growMask: ["grow_mask", wholeRange(0, 20)] };
const controlled: Fields = { ...styled, controlStrength: ["control_strength", range(0, 1)] };

/** A service: a model for one task, which changes one image into one. */
function service(
  task: keyof ImageModel["tasks"],
  fields: Fields,
  required: readonly FieldOption[] = [],
  more: Partial<TaskSpec> = {},
): ImageModel {
  const spec: TaskSpec = {
    fields: { ...fields, outputFormat: ["output_format", oneOf("png jpeg webp")] },
    required,
    images: [{ path: "image", limits: LIMITS }],
    ...more,
  };
  return { tasks: { [task]: spec }, formats: ["png", "jpeg", "webp"], parse: parseStability };
}

function upTo(maxPixels: number): Partial<TaskSpec> {
  return { images: [{ path: "image", limits: { ...LIMITS, maxPixels } }] };
}

/** A model that paints from words: from them alone, or with an image to begin with. */
function painter(outputs: string, imageBody?: TaskSpec["body"], isStrengthRequired = false): ImageModel {
  const fields: Fields = { ...prompts, outputFormat: ["output_format", oneOf(outputs)] };
  const variation: TaskSpec = {
    // Where it must be given, it is what Stable Image Ultra takes when it is not.
    body: { ...imageBody, ...(isStrengthRequired && { strength: 0.35 }) },
    fields: { ...fields, similarity: ["strength", inverted] },
    required: ["prompt"],
    images: [{ path: "image", limits: LIMITS }],
  };
  return {
    tasks: { text_to_image: { fields, required: ["prompt"], size }, ...(imageBody && { variation }) },
    formats: ["png", "jpeg", "webp"],
    parse: parseStability,
  };
}

/** The mode that an image goes with. */
const FROM_IMAGE = { mode: "image-to-image" };

/**
 * All of Stability but SDXL: the models that paint, and the 13 image services.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-stability-ai.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/stable-image-services.html
 */
export const stabilityModels: Readonly<Record<string, ImageModel>> = {
  "stability.sd3-large-v1": painter("png jpeg", FROM_IMAGE, true),
  "stability.sd3-5-large-v1": painter("png jpeg webp", FROM_IMAGE, true),
  "stability.stable-image-core-v1": painter("png jpeg"),
  "stability.stable-image-ultra-v1": painter("png jpeg", FROM_IMAGE),
  "stability.stable-creative-upscale-v1": service(
    "upscale_creative",
    { ...styled, creativity: ["creativity", range(0.1, 0.5)] },
    ["prompt"],
    upTo(1_048_576),
  ),
  "stability.stable-conservative-upscale-v1": service(
    "upscale_conservative",
    { ...prompts, creativity: ["creativity", range(0.1, 0.5)] },
    ["prompt"],
  ),
  "stability.stable-fast-upscale-v1": service("upscale_fast", one, [], {
    images: [{ path: "image", limits: { minSide: 32, maxSide: 1536, maxPixels: 1_048_576 } }],
  }),
  "stability.stable-image-inpaint-v1": service("inpaint", { ...styled, ...grown }, ["prompt"], { mask: "mask" }),
  "stability.stable-outpaint-v1": service(
    "outpaint",
    {
      ...prompt,
      style: ["style_preset", style],
      creativity: ["creativity", range(0.1, 1)],
      extend: ["", sides],
    },
    ["extend"],
  ),
  "stability.stable-image-search-replace-v1": service(
    "search_replace",
    { ...styled, ...grown, searchPrompt: ["search_prompt", text(10_000)] },
    ["prompt", "searchPrompt"],
  ),
  "stability.stable-image-search-recolor-v1": service(
    "recolor",
    { ...styled, ...grown, searchPrompt: ["select_prompt", text(10_000)] },
    ["prompt", "searchPrompt"],
  ),
  "stability.stable-image-erase-object-v1": service("erase", { ...seeded, ...grown }, [], { mask: "mask" }),
  "stability.stable-image-remove-background-v1": service("remove_background", one),
  "stability.stable-image-control-sketch-v1": service("sketch", controlled, ["prompt"]),
  "stability.stable-image-control-structure-v1": service("structure", controlled, ["prompt"]),
  "stability.stable-image-style-guide-v1": service(
    "style_guide",
    { ...styled, fidelity: ["fidelity", range(0, 1)] },
    ["prompt"],
    { size },
  ),
  "stability.stable-style-transfer-v1": service(
    "style_transfer",
    {
      ...prompts,
      styleStrength: ["style_strength", range(0, 1)],
      compositionFidelity: ["composition_fidelity", range(0, 1)],
      changeStrength: ["change_strength", range(0.1, 1)],
    },
    [],
    {
      images: [
        { path: "init_image", limits: LIMITS },
        { path: "style_image", limits: LIMITS },
      ],
    },
  ),
};
