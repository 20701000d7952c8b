import type { JsonObject } from "../types/json.ts";
import type { Warning } from "../types/response.ts";
import type { Cost } from "../types/usage.ts";
import type { RequestOptions } from "./options.ts";

/** What can be done with images. Which of it a model can, differs. */
export type PaintTask =
  | "text_to_image"
  | "variation"
  | "conditioned"
  | "color_guided"
  | "inpaint"
  | "outpaint"
  | "remove_background"
  | "virtual_try_on"
  | "upscale_fast"
  | "upscale_conservative"
  | "upscale_creative"
  | "erase"
  | "search_replace"
  | "recolor"
  | "sketch"
  | "structure"
  | "style_guide"
  | "style_transfer";

/** What is tried on, and how. `mask` and `maskPrompt` tell where in place of `garmentClass`. */
export interface TryOnOptions {
  /** What the second image shows. */
  readonly garmentClass?: GarmentClass | undefined;
  readonly maskShape?: "contour" | "bounding_box" | "default" | undefined;
  readonly longSleeveStyle?: "sleeve_down" | "sleeve_up" | undefined;
  readonly tuckingStyle?: "untucked" | "tucked" | undefined;
  readonly outerLayerStyle?: "closed" | "open" | undefined;
  /** What stays as it is. Default: as the garment needs it. */
  readonly preserveBodyPose?: boolean | undefined;
  readonly preserveHands?: boolean | undefined;
  readonly preserveFace?: boolean | undefined;
  readonly mergeStyle?: "balanced" | "seamless" | "detailed" | undefined;
  /** Whether the mask comes back, too. Default `false`. */
  readonly returnMask?: boolean | undefined;
}

/** Pieces of clothing. */
export type GarmentClass =
  | "upper_body"
  | "lower_body"
  | "full_body"
  | "footwear"
  | "long_sleeve_shirt"
  | "short_sleeve_shirt"
  | "no_sleeve_shirt"
  | "other_upper_body"
  | "long_pants"
  | "short_pants"
  | "other_lower_body"
  | "long_dress"
  | "short_dress"
  | "full_body_outfit"
  | "other_full_body"
  | "shoes"
  | "boots"
  | "other_footwear";

/** How images are made. What is not set is not sent: the model's own default holds. */
export interface PaintSettings {
  /** Default: what follows from the model, the images and the other options. */
  readonly task?: PaintTask | undefined;
  /** Like `"1024x1024"`. To a model that takes proportions only, it is these that are sent. */
  readonly size?: string | { readonly width: number; readonly height: number } | undefined;
  /** Like `"16:9"`, in place of `size`. */
  readonly aspectRatio?: string | undefined;
  /** The number of images, 1 to 5; Stability's models make one. */
  readonly n?: number | undefined;
  /** 0 to 2,147,483,646 (Amazon), 4,294,967,294 (Stability). Amazon's models give the same image again unless it changes. */
  readonly seed?: number | undefined;
  /** What is not to be seen. */
  readonly negativePrompt?: string | undefined;
  /** Words that tell which part of the image to change (`outpaint`: to keep), in place of `mask`. */
  readonly maskPrompt?: string | undefined;
  readonly quality?: "standard" | "premium" | undefined;
  /** How closely the prompt is followed, 1.1 to 10; SDXL: 0 to 35. */
  readonly cfgScale?: number | undefined;
  /** Steps of SDXL, 10 to 50. */
  readonly steps?: number | undefined;
  /** A style that the model knows, like `"photorealism"` (Nova Canvas) or `"photographic"` (Stability). */
  readonly style?: string | undefined;
  /** Stability's models. Default `"png"`. */
  readonly outputFormat?: "png" | "jpeg" | "webp" | undefined;
  /** How near a `variation` stays to the images, 0 (far) to 1 (near); Titan and Nova Canvas: from 0.2. */
  readonly similarity?: number | undefined;
  /** Whether `outpaint` blends the mask's edge (`"default"`) or keeps to it. */
  readonly outpaintMode?: "default" | "precise" | undefined;
  /** What a `conditioned` image takes from the one that is given. */
  readonly controlMode?: "canny_edge" | "segmentation" | undefined;
  /** How much a `conditioned` image, `sketch` or `structure` follows the one that is given, 0 to 1. */
  readonly controlStrength?: number | undefined;
  /** Up to 10, like `"#ff9900"`, for `color_guided`. */
  readonly colors?: readonly string[] | undefined;
  /** How much is made up: upscaling 0.1 to 0.5, `outpaint` 0.1 to 1. */
  readonly creativity?: number | undefined;
  /** By how many pixels the mask grows, 0 to 20. */
  readonly growMask?: number | undefined;
  /** What to find, for `search_replace` and `recolor`. */
  readonly searchPrompt?: string | undefined;
  /** By how many pixels `outpaint` of Stability extends each side, 0 to 2,000. */
  readonly extend?:
    | {
        readonly left?: number | undefined;
        readonly right?: number | undefined;
        readonly up?: number | undefined;
        readonly down?: number | undefined;
      }
    | undefined;
  /** How near a `style_guide` stays to the style, 0 to 1. */
  readonly fidelity?: number | undefined;
  /** How strong the style of a `style_transfer` is, 0 to 1. */
  readonly styleStrength?: number | undefined;
  /** How much of the composition a `style_transfer` keeps, 0 to 1. */
  readonly compositionFidelity?: number | undefined;
  /** How much a `style_transfer` changes, 0.1 to 1. */
  readonly changeStrength?: number | undefined;
  readonly tryOn?: TryOnOptions | undefined;
  /** Fields of the model's own; they win over what is rendered. */
  readonly params?: JsonObject | undefined;
}

/** Images to make. */
export interface PaintRequest extends PaintSettings {
  readonly model: string;
  /** The model behind an ARN that does not name it. */
  readonly baseModel?: string | undefined;
  readonly prompt?: string | undefined;
  /** Base64. */
  readonly images?: readonly string[] | undefined;
  /** Base64. */
  readonly mask?: string | undefined;
  readonly options: RequestOptions;
}

/** One image that was made. */
export interface PaintedImage {
  readonly base64: string;
  readonly seed?: number | undefined;
  /** Why it is not what was asked for, in the model's own words. Absent when it is. */
  readonly finishReason?: string | undefined;
}

/** The images that were made. */
export interface PaintResult {
  /** The model id as it was asked for. */
  readonly model: string;
  readonly images: readonly PaintedImage[];
  /** Base64; where it was asked for. */
  readonly maskImage?: string | undefined;
  /** Set when not every image came, or one is not what was asked for. */
  readonly failure?: { readonly message: string; readonly isFiltered: boolean } | undefined;
  /** Absent when a price is not known. */
  readonly cost?: Cost | undefined;
  readonly requestId?: string | undefined;
  readonly warnings: readonly Warning[];
  /** The response as received. */
  readonly raw: JsonObject;
}
