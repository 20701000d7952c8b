/** The thirteen image services of Stability AI. */
import {
  STABILITY_SIZES,
  type StabilityBody,
  type StabilityMember,
  type StabilityRules,
} from "../../validations/images/stability.ts";
import { createRefusal } from "../../validations/refusal.ts";
import { blend, type Canvas, composite, type Mask, paste, resize } from "./canvas.ts";
import { applyStyle, cutOut, erase, followColors, followEdges, followLight, listColors, recolor } from "./edits.ts";
import { readImage } from "./input.ts";
import { findBackground, growMask, readAlpha, readMaskImage, selectByText } from "./masks.ts";
import { choosePalette } from "./palette.ts";
import { hashText, paintScene, splitWords } from "./scene.ts";

/** A service: what it takes, and what it makes of it. */
export interface StabilityService {
  readonly rules: StabilityRules;
  readonly paint: (request: StabilityBody, seed: number) => Canvas;
}

const MAX_PIXELS = 9_437_184;
const MIN_SIDE = 64;
/** Upscalers that repaint make about as many pixels as this. */
const UPSCALED_PIXELS = 4_194_304;
const DEFAULT_GROWTH = 5;

/** The service of a bare model id. */
export function findService(id: string): StabilityService | undefined {
  const name = /^stability\.(stable-[a-z-]+)-v1:0$/.exec(id)?.[1] ?? "";
  return Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
}

const SERVICES: Readonly<Record<string, StabilityService>> = {
  "stable-creative-upscale": createService("image* prompt* creativity negative_prompt style_preset", (request, seed) =>
    upscale(request, seed, 1_048_576),
  ),
  "stable-conservative-upscale": createService("image* prompt* creativity negative_prompt", (request, seed) =>
    upscale(request, seed, MAX_PIXELS),
  ),
  "stable-fast-upscale": createService("image*", upscaleFast, true),
  "stable-image-inpaint": createService(
    "image* prompt* mask grow_mask negative_prompt style_preset",
    (request, seed) => {
      const image = readSource(request);
      return composite(image, paintOver(request, seed, image), readMask(request, image));
    },
  ),
  "stable-outpaint": createService("image* left right up down prompt creativity style_preset", outpaint),
  "stable-image-search-replace": createService(
    "image* prompt* search_prompt* grow_mask negative_prompt style_preset aspect_ratio",
    (request, seed) => {
      const image = readSource(request);
      return composite(image, paintOver(request, seed, image), findByText(request.search_prompt, request, image));
    },
  ),
  "stable-image-search-recolor": createService(
    "image* prompt* select_prompt* grow_mask negative_prompt style_preset",
    (request, seed) => {
      const image = readSource(request);
      const { skyBottom } = choosePalette(splitWords(request.prompt ?? ""), [], hashText(request.prompt ?? "") ^ seed);
      return recolor(image, findByText(request.select_prompt, request, image), skyBottom);
    },
  ),
  "stable-image-erase-object": createService("image* mask grow_mask", (request) => {
    const image = readSource(request);
    return erase(image, readMask(request, image));
  }),
  "stable-image-remove-background": createService("image*", (request) => {
    const image = readSource(request);
    return cutOut(image, findBackground(image));
  }),
  "stable-image-control-sketch": createService(
    "image* prompt* control_strength negative_prompt style_preset aspect_ratio",
    (request, seed) => control(request, seed, followEdges),
  ),
  "stable-image-control-structure": createService(
    "image* prompt* control_strength negative_prompt style_preset aspect_ratio",
    (request, seed) => control(request, seed, followLight),
  ),
  "stable-image-style-guide": createService(
    "image* prompt* aspect_ratio fidelity negative_prompt style_preset",
    (request, seed) => {
      const [width, height] = STABILITY_SIZES[request.aspect_ratio ?? "1:1"] ?? [1024, 1024];
      const guide = readSource(request);
      const [dark, middle, bright] = listColors(guide);
      const { prompt = "", negative_prompt: negativePrompt } = request;
      const scene = paintScene({ prompt, negativePrompt, seed, width, height, colors: [middle, dark, bright] });
      return applyStyle(followColors(scene, guide, request.fidelity ?? 0.5), request.style_preset);
    },
  ),
  "stable-style-transfer": createService(
    "init_image* style_image* prompt negative_prompt style_strength composition_fidelity change_strength",
    transferStyle,
  ),
};

/** `members` are names, of which those with a `*` are required. All services have `output_format`, all but one `seed`. */
function createService(
  members: string,
  paint: (request: StabilityBody, seed: number) => Canvas,
  isSeedless = false,
): StabilityService {
  const names = members.split(" ");
  const isMember = (name: string): name is StabilityMember => name !== "";
  const list = (texts: readonly string[]): StabilityMember[] =>
    texts.map((text) => text.replace("*", "")).filter(isMember);
  return {
    rules: {
      members: [...list(names), ...(isSeedless ? [] : (["seed"] as const)), "output_format"],
      required: list(names.filter((name) => name.endsWith("*"))),
      formats: ["jpeg", "png", "webp"],
      ...(members.includes("right") ? { maxCreativity: 1 } : {}),
    },
    paint,
  };
}

function readSource(
  request: StabilityBody,
  name: "image" | "init_image" | "style_image" = "image",
  maxPixels: number = MAX_PIXELS,
): Canvas {
  return checkSize(readImage(request[name] ?? "", `#/${name}`), name, { minSide: MIN_SIDE, maxPixels });
}

function checkSize(
  canvas: Canvas,
  name: string,
  { minSide, maxPixels }: { readonly minSide: number; readonly maxPixels: number },
): Canvas {
  const { width, height } = canvas;
  if (Math.min(width, height) >= minSide && width * height <= maxPixels) return canvas;
  throw createRefusal(
    `The ${name} has ${width}x${height} pixels. It must have at least ${minSide} pixels on each side and at most ` +
      `${maxPixels} pixels in all.`,
  );
}

function readMask({ mask, grow_mask: growth = DEFAULT_GROWTH }: StabilityBody, image: Canvas): Mask {
  const area = mask === undefined ? readAlpha(image) : readMaskImage(readImage(mask, "#/mask"), image, "white");
  return growMask(area, image.width, growth);
}

function findByText(text = "", { grow_mask: growth = DEFAULT_GROWTH }: StabilityBody, image: Canvas): Mask {
  return growMask(selectByText(image, text), image.width, growth);
}

/** A new picture of the size of `image`. */
function paintOver(request: StabilityBody, seed: number, { width, height }: Canvas): Canvas {
  const { prompt = "", negative_prompt: negativePrompt, style_preset: style } = request;
  return applyStyle(paintScene({ prompt, negativePrompt, seed, width, height }), style);
}

function upscale(request: StabilityBody, seed: number, maxPixels: number): Canvas {
  const image = readSource(request, "image", maxPixels);
  const scale = Math.max(1, Math.sqrt(UPSCALED_PIXELS / (image.width * image.height)));
  const large = resize(image, Math.floor(image.width * scale), Math.floor(image.height * scale));
  return blend(large, paintOver(request, seed, large), (request.creativity ?? 0.3) / 5);
}

function upscaleFast({ image = "" }: StabilityBody): Canvas {
  const given = readImage(image, "#/image");
  const { width, height } = checkSize(given, "image", { minSide: 32, maxPixels: 1_048_576 });
  if (Math.max(width, height) > 1536 || width * height < 1024) {
    throw createRefusal(
      `The image has ${width}x${height} pixels. It must have 32 to 1536 pixels on each side and at least 1024 in all.`,
    );
  }
  return resize(given, width * 4, height * 4);
}

function outpaint(request: StabilityBody, seed: number): Canvas {
  const { left = 0, right = 0, up = 0, down = 0 } = request;
  if (left + right + up + down === 0) {
    throw createRefusal("At least one of left, right, up and down must be greater than 0.");
  }
  const image = readSource(request);
  const size = { ...image, width: image.width + left + right, height: image.height + up + down };
  if (size.width * size.height > MAX_PIXELS * 4) {
    throw createRefusal(`The result would have ${size.width}x${size.height} pixels, which is more than is painted.`);
  }
  const { prompt } = request;
  const scene = paintOver({ ...request, prompt: prompt ?? "" }, seed, size);
  return paste(followColors(scene, image, 1 - (request.creativity ?? 0.5)), image, left, up);
}

function control(
  request: StabilityBody,
  seed: number,
  follow: (canvas: Canvas, guide: Canvas, strength: number) => Canvas,
): Canvas {
  const image = readSource(request);
  const [width, height] = STABILITY_SIZES[request.aspect_ratio ?? ""] ?? [image.width, image.height];
  return follow(paintOver(request, seed, { ...image, width, height }), image, request.control_strength ?? 0.7);
}

function transferStyle(request: StabilityBody, seed: number): Canvas {
  const init = readSource(request, "init_image");
  const style = readSource(request, "style_image");
  const { style_strength: strength = 1, composition_fidelity: fidelity = 0.9, change_strength: change = 0.9 } = request;
  const styled = followColors(init, style, strength);
  return blend(init, blend(paintOver(request, seed, init), styled, fidelity), change);
}
