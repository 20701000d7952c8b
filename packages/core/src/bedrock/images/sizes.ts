import { InputError } from "../../errors.ts";
import type { ImageSize } from "../../media/image-size.ts";
import type { PaintSettings } from "../../requests/paint.ts";
import type { JsonObject } from "../../types/json.ts";
import type { Warning } from "../../types/response.ts";

/** How a model is told the size. */
export type SizeRule =
  /** One of a list; `path` is the object that `width` and `height` go to. */
  | { readonly kind: "list"; readonly path: string; readonly sizes: readonly string[] }
  /** Nearly free. */
  | { readonly kind: "free"; readonly path: string }
  /** As proportions only. */
  | { readonly kind: "ratio"; readonly path: string; readonly ratios: readonly string[] };

/** Sides of a free size. */
const STEP = 16;
const MIN_SIDE = 320;
const MAX_SIDE = 4096;
const MAX_RATIO = 4;
const MAX_PIXELS = 2048 * 2048;
/** What a free size has when only its proportions are given. */
const USUAL_PIXELS = 1024 * 1024;
/** Proportions within this are taken as the same: models round to steps of pixels. */
const TOLERANCE = 0.03;

/**
 * Renders the size that was asked for.
 *
 * @param what the model and task, for errors
 * @returns `undefined` when none was asked for
 * @throws {InputError} `ERR_INPUT` naming the nearest that the model makes
 */
export function renderSize(
  rule: SizeRule,
  { size, aspectRatio }: PaintSettings,
  what: string,
): { readonly path: string; readonly value: JsonObject | string; readonly warning?: Warning } | undefined {
  if (size !== undefined && aspectRatio !== undefined) {
    throw new InputError("size and aspectRatio are both given: give one of them.");
  }
  if (size === undefined && aspectRatio === undefined) return undefined;
  const asked = size === undefined ? readRatio(aspectRatio) : readSize(size);
  const fail = (nearest: readonly string[], more = ""): never => {
    const received = size === undefined ? `aspectRatio is ${aspectRatio}` : `size is ${show(asked)}`;
    throw new InputError(`${received}: ${what} takes ${more}${more && "; the nearest is "}${nearest.join(" or ")}.`);
  };
  const { path, kind } = rule;
  if (kind === "ratio") {
    const [nearest = "", ...next] = sortByNearness(rule.ratios, ({ width, height }) => distance(width / height, asked));
    if (!isNear(readRatio(nearest), asked)) fail([nearest, ...next.slice(0, 1)]);
    return { path, value: nearest, ...(size !== undefined && { warning: createWarning(what, asked, nearest) }) };
  }
  if (kind === "list") {
    const isPossible = (each: string): boolean =>
      size === undefined ? isNear(parsePair(each, "x"), asked) : each === show(asked);
    const [found] = sortByNearness(rule.sizes.filter(isPossible), (each) => distanceOfSizes(each, asked, size));
    const nearest = sortByNearness(rule.sizes, (each) => distanceOfSizes(each, asked, size));
    return { path, value: { ...parsePair(found ?? fail(nearest.slice(0, 3)), "x") } };
  }
  const nearest = findFreeSize(asked, size === undefined ? USUAL_PIXELS : asked.width * asked.height);
  const isFit = size === undefined ? isNear(nearest, asked) : show(nearest) === show(asked);
  return isFit
    ? { path, value: { ...nearest } }
    : fail([show(nearest)], "sides of 320 to 4096 that 16 divides, up to 4,194,304 pixels, and 1:4 to 4:1");
}

/** The legal size of those proportions that comes nearest to so many pixels. */
function findFreeSize({ width, height }: ImageSize, pixels: number): ImageSize {
  const ratio = Math.min(MAX_RATIO, Math.max(1 / MAX_RATIO, width / height));
  const area = Math.min(pixels, MAX_PIXELS);
  const size = { width: toStep(Math.sqrt(area * ratio)), height: toStep(Math.sqrt(area / ratio)) };
  // Rounding may have gone too far: the longer side gives way.
  while (size.width * size.height > MAX_PIXELS || distance(1, size) > Math.log(MAX_RATIO) + 1e-9) {
    size[size.width > size.height ? "width" : "height"] -= STEP;
  }
  return size;
}

function toStep(side: number): number {
  return Math.min(MAX_SIDE, Math.max(MIN_SIDE, STEP * Math.round(side / STEP)));
}

/** @throws {InputError} `ERR_INPUT` when it is no size */
function readSize(size: unknown): ImageSize {
  const found = typeof size === "string" ? parsePair(size, "x") : readObject(size);
  if (found) return found;
  throw new InputError(`size is ${JSON.stringify(size)}: give "<width>x<height>" in pixels, like "1024x1024".`);
}

function readObject(size: unknown): ImageSize | undefined {
  const { width, height } = Object(size) as { readonly width?: unknown; readonly height?: unknown };
  return parsePair(`${String(width)}x${String(height)}`, "x");
}

/** @throws {InputError} `ERR_INPUT` when it is no proportion */
function readRatio(ratio: unknown): ImageSize {
  const found = typeof ratio === "string" ? parsePair(ratio, ":") : undefined;
  if (found) return found;
  throw new InputError(`aspectRatio is ${JSON.stringify(ratio)}: give "<width>:<height>", like "16:9".`);
}

function parsePair(pair: string, separator: string): ImageSize | undefined {
  const [width = 0, height = 0, ...more] = pair
    .split(separator)
    .map((side) => (/^[1-9]\d{0,4}$/.test(side) ? +side : 0));
  return width > 0 && height > 0 && more.length === 0 ? { width, height } : undefined;
}

function show({ width, height }: ImageSize): string {
  return `${width}x${height}`;
}

/** How far two proportions are apart, the same for both ways round. */
function distance(ratio: number, { width, height }: ImageSize): number {
  return Math.abs(Math.log((ratio * height) / width));
}

function isNear(found: ImageSize | undefined, asked: ImageSize): boolean {
  return found !== undefined && distance(found.width / found.height, asked) <= TOLERANCE;
}

/** By proportions and pixels; where only proportions are asked for, of equal ones the largest is the nearest. */
function distanceOfSizes(found: ImageSize, asked: ImageSize, size: unknown): number {
  const { width, height } = found;
  const ofRatios = distance(width / height, asked);
  if (size === undefined) return ofRatios - width * height * 1e-12;
  return 2 * ofRatios + Math.abs(Math.log((width * height) / (asked.width * asked.height))) / 2;
}

function sortByNearness(pairs: readonly string[], measure: (pair: ImageSize) => number): string[] {
  const measured = pairs.map((pair) => {
    const size = parsePair(pair, "x") ?? parsePair(pair, ":");
    return { pair, distance: size ? measure(size) : Infinity };
  });
  return measured.sort((a, b) => a.distance - b.distance).map(({ pair }) => pair);
}

function createWarning(what: string, asked: ImageSize, ratio: string): Warning {
  return {
    code: "size_approximated",
    message: `${what} takes proportions only: ${show(asked)} was sent as ${ratio}, and the model chose the pixels. Give aspectRatio.`,
  };
}
