import type { PaintRequest, PaintTask } from "../../requests/paint.ts";
import type { JsonObject } from "../../types/json.ts";
import type { Answer } from "./parse.ts";
import type { Rule } from "./rules.ts";
import type { SizeRule } from "./sizes.ts";

/** Options that stand for a field of the body. */
export type FieldOption = Exclude<
  keyof PaintRequest,
  "model" | "baseModel" | "task" | "images" | "mask" | "size" | "aspectRatio" | "params" | "options"
>;

/** Where options go in the body (names with dots between; absent when `renderMore` renders them), and what they may be. */
export type Fields = { readonly [K in FieldOption]?: readonly [path: string | undefined, rule: Rule] };

/** What an image must be, in pixels. */
export interface ImageLimits {
  readonly minSide?: number;
  readonly maxSide?: number;
  readonly maxPixels?: number;
  /** The longer side over the shorter. */
  readonly maxRatio?: number;
}

/** Where an image goes in the body. */
export interface ImagePlace {
  readonly path: string;
  readonly limits: ImageLimits;
  readonly isOptional?: boolean;
  /** Set when it is a list: of how many, at most. */
  readonly max?: number;
}

/** How one model is asked for one task. */
export interface TaskSpec {
  /** What every body has. */
  readonly body?: JsonObject;
  readonly fields: Fields;
  readonly required?: readonly FieldOption[];
  /** In the order of the option `images`. */
  readonly images?: readonly ImagePlace[];
  readonly mask?: string;
  /** Whether the mask must be as large as the first image. */
  readonly isMaskSized?: boolean;
  /** Either a mask or words for it must be given. */
  readonly needsMask?: boolean;
  readonly size?: SizeRule;
  /** Renders what one field alone cannot tell. */
  readonly renderMore?: (request: PaintRequest) => JsonObject;
}

/** A model that makes images. */
export interface ImageModel {
  readonly tasks: { readonly [K in PaintTask]?: TaskSpec };
  /** Formats that it reads. */
  readonly formats: readonly string[];
  readonly parse: (json: JsonObject) => Answer;
}
