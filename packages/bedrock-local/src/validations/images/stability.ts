/**
 * Bodies of Stability AI's models: SDXL, Stable Diffusion 3 and 3.5, Core, Ultra, and the image services.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-stability-diffusion.html and
 * https://docs.aws.amazon.com/bedrock/latest/userguide/stable-image-services.html
 */
import { type BodySchema, readBody, refuseMalformed } from "../body-schema.ts";

/** Every member that one of the models or services has; each takes a few of them. */
export interface StabilityBody {
  readonly prompt?: string;
  readonly negative_prompt?: string;
  readonly search_prompt?: string;
  readonly select_prompt?: string;
  readonly mode?: "text-to-image" | "image-to-image";
  readonly aspect_ratio?: string;
  readonly image?: string;
  readonly mask?: string;
  readonly init_image?: string;
  readonly style_image?: string;
  readonly strength?: number;
  readonly creativity?: number;
  readonly control_strength?: number;
  readonly fidelity?: number;
  readonly style_strength?: number;
  readonly composition_fidelity?: number;
  readonly change_strength?: number;
  readonly grow_mask?: number;
  readonly left?: number;
  readonly right?: number;
  readonly up?: number;
  readonly down?: number;
  readonly seed?: number;
  readonly output_format?: string;
  readonly style_preset?: string;
}

/** The name of a member. */
export type StabilityMember = keyof StabilityBody;

/** Which members a model takes; those of `required` included. */
export interface StabilityRules {
  readonly members: readonly StabilityMember[];
  readonly required: readonly StabilityMember[];
  /** Of `output_format`, in lower case. */
  readonly formats: readonly string[];
  /** Default 0.5. */
  readonly maxCreativity?: number;
}

/** The aspect ratios, and the sizes that they stand for. */
export const STABILITY_SIZES: Readonly<Record<string, readonly [width: number, height: number]>> = {
  "16:9": [1344, 768],
  "1:1": [1024, 1024],
  "21:9": [1536, 640],
  "2:3": [832, 1216],
  "3:2": [1216, 832],
  "4:5": [896, 1088],
  "5:4": [1088, 896],
  "9:16": [768, 1344],
  "9:21": [640, 1536],
};

const STYLE_PRESETS =
  "3d-model analog-film anime cinematic comic-book digital-art enhance fantasy-art isometric line-art low-poly " +
  "modeling-compound neon-punk origami photographic pixel-art tile-texture";

const TEXT = { type: "string", maxLength: 10_000 } as const;
const IMAGE = { type: "string", minLength: 1 } as const;
const SHARE = { type: "number", minimum: 0, maximum: 1 } as const;
const TENTHS = { type: "number", minimum: 0.1, maximum: 1 } as const;
const MARGIN = { type: "integer", minimum: 0, maximum: 2000 } as const;

/**
 * Reads a body.
 *
 * @throws AwsError `ValidationException`.
 */
export function readStabilityBody(rules: StabilityRules, body: Readonly<Record<string, unknown>>): StabilityBody {
  const schema = createSchema(rules);
  const foreign = Object.keys(schema).filter((name) => !rules.members.some((member) => member === name));
  const extraneous = foreign.filter((name) => Object.hasOwn(body, name));
  refuseMalformed(extraneous.map((name) => `#: extraneous key [${name}] is not permitted`));
  return readBody<StabilityBody>({ type: "object", members: schema, required: rules.required }, body);
}

function createSchema({
  formats,
  maxCreativity = 0.5,
}: StabilityRules): Extract<BodySchema<StabilityBody>, { type: "object" }>["members"] {
  return {
    prompt: { ...TEXT, minLength: 1 },
    negative_prompt: TEXT,
    search_prompt: TEXT,
    select_prompt: TEXT,
    mode: { type: "string", enum: ["text-to-image", "image-to-image"] },
    aspect_ratio: { type: "string", enum: Object.keys(STABILITY_SIZES) },
    image: IMAGE,
    mask: IMAGE,
    init_image: IMAGE,
    style_image: IMAGE,
    strength: SHARE,
    creativity: { type: "number", minimum: 0.1, maximum: maxCreativity },
    control_strength: SHARE,
    fidelity: SHARE,
    style_strength: SHARE,
    composition_fidelity: SHARE,
    change_strength: TENTHS,
    grow_mask: { type: "integer", minimum: 0, maximum: 20 },
    left: MARGIN,
    right: MARGIN,
    up: MARGIN,
    down: MARGIN,
    seed: { type: "integer", minimum: 0, maximum: 4_294_967_294 },
    output_format: { type: "string", enum: formats.flatMap((format) => [format, format.toUpperCase()]) },
    style_preset: { type: "string", enum: STYLE_PRESETS.split(" ") },
  };
}
