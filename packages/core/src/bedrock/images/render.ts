import { CapabilityError, InputError } from "../../errors.ts";
import { sizeOf } from "../../media/base64.ts";
import { readImageSize } from "../../media/image-size.ts";
import { formatBytes, MAX_TOTAL_LENGTH } from "../../media/limits.ts";
import { sniffFormats } from "../../media/sniff.ts";
import type { PaintRequest } from "../../requests/paint.ts";
import { countCharacters } from "../../types/characters.ts";
import { isObject, numberOf, type JsonObject, type JsonValue } from "../../types/json.ts";
import type { Warning } from "../../types/response.ts";
import { mergeDeep } from "../merge-deep.ts";
import { chooseTask } from "./models.ts";
import { renderSize } from "./sizes.ts";
import type { ImageLimits, ImageModel, TaskSpec } from "./spec.ts";

/** What never stands for a field. */
const OTHERS = ["model", "baseModel", "task", "images", "mask", "size", "aspectRatio", "params", "options"];

/** A request in the shape of its model. */
export interface RenderedPaint {
  readonly body: JsonObject;
  /** How many images are asked for, by `n` or by `params`. */
  readonly n: number;
  /** The seed that is asked for. */
  readonly seed: number | undefined;
  readonly warnings: readonly Warning[];
}

/**
 * Renders a request.
 *
 * @throws {InputError} `ERR_INPUT` when something is missing or out of range, saying what is allowed
 * @throws {CapabilityError} `ERR_CAPABILITY` when the model does not have the task, or the task does not take an option
 */
export function renderPaint(model: ImageModel, request: PaintRequest): RenderedPaint {
  const { task, spec } = chooseTask(model, request);
  const what = `${request.model} (${task})`;
  let body: JsonObject = spec.body ?? {};
  const add = (path: string, value: JsonValue): void => {
    body = mergeDeep(body, nest(path, value));
  };
  for (const [path, value] of renderFields(spec, request, what)) add(path, value);
  for (const [path, value] of renderImages(spec, model, request, what)) add(path, value);
  const size = renderAskedSize(spec, request, what);
  if (size) add(size.path, size.value);
  body = mergeDeep(body, spec.renderMore?.(request) ?? {});
  if (request.params !== undefined && !isObject(request.params)) {
    throw new InputError(`params is ${typeof request.params}: give an object with fields of the model's own.`);
  }
  body = mergeDeep(body, request.params ?? {});
  checkComplete(spec, body, request, what);
  const read = (path: string | undefined): number | undefined => numberOf(path && find(body, path));
  return {
    body,
    n: read(spec.fields.n?.[0]) ?? 1,
    seed: read(spec.fields.seed?.[0]),
    warnings: size?.warning ? [size.warning] : [],
  };
}

function* renderFields(
  { fields }: TaskSpec,
  request: PaintRequest,
  what: string,
): Generator<readonly [path: string, value: JsonValue]> {
  for (const [option, value] of Object.entries(request)) {
    if (value === undefined || OTHERS.includes(option)) continue;
    const field = Object.entries(fields).find(([name]) => name === option)?.[1];
    if (!field) {
      throw new CapabilityError(
        `${what} takes no ${option}: it takes ${Object.keys(fields).join(", ") || "images only"}.`,
      );
    }
    const [path, rule] = field;
    const wire = rule.toWire(value);
    if (wire === undefined) throw new InputError(`${option} is ${describe(value)}: ${what} takes ${rule.allowed}.`);
    if (path !== undefined) yield [path, wire];
  }
}

function describe(value: unknown): string {
  if (typeof value === "string" && value.length > 100) return `a text of ${countCharacters(value)} characters`;
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? typeof value).slice(0, 200);
}

function renderAskedSize({ size }: TaskSpec, request: PaintRequest, what: string): ReturnType<typeof renderSize> {
  if (size) return renderSize(size, request, what);
  const given = request.size !== undefined ? "size" : request.aspectRatio !== undefined ? "aspectRatio" : undefined;
  if (given === undefined) return undefined;
  throw new CapabilityError(`${what} takes no ${given}: the size follows from the image.`);
}

function* renderImages(
  { images: places = [], mask: maskPath, isMaskSized }: TaskSpec,
  { formats }: ImageModel,
  { images = [], mask }: PaintRequest,
  what: string,
): Generator<readonly [path: string, value: JsonValue]> {
  const [first] = places;
  const most = first?.max ?? places.length;
  if (images.length > most) {
    throw new InputError(`images has ${images.length}: ${what} takes ${most === 0 ? "none" : `${most} at most`}.`);
  }
  if (mask !== undefined && maskPath === undefined) throw new CapabilityError(`${what} takes no mask.`);
  for (const [index, base64] of images.entries()) {
    checkImage(base64, `images[${index}]`, (places[index] ?? first)?.limits ?? {}, formats, what);
  }
  if (mask !== undefined) checkImage(mask, "mask", {}, formats, what);
  if (mask !== undefined && isMaskSized && images[0] !== undefined) checkMaskSize(mask, images[0]);
  const length = [...images, mask ?? ""].reduce((sum, { length: each }) => sum + each, 0);
  if (length > MAX_TOTAL_LENGTH) {
    const limit = formatBytes((MAX_TOTAL_LENGTH * 3) / 4);
    throw new InputError(`The images have ${formatBytes((length * 3) / 4)} together: Bedrock takes ${limit}.`);
  }
  if (first?.max !== undefined) {
    if (images.length > 0) yield [first.path, images];
  } else {
    for (const [index, { path }] of places.entries()) if (images[index] !== undefined) yield [path, images[index]];
  }
  if (mask !== undefined && maskPath !== undefined) yield [maskPath, mask];
}

function checkImage(
  base64: string,
  where: string,
  limits: ImageLimits,
  formats: readonly string[],
  what: string,
): void {
  const format = sniffFormats(base64)?.[0];
  if (format === undefined || !formats.includes(format)) {
    throw new InputError(`${where} is ${format ?? "of an unknown format"}: ${what} takes ${formats.join(", ")}.`);
  }
  const size = readImageSize(base64);
  if (!size) return;
  const { width, height } = size;
  const { minSide = 1, maxSide = Infinity, maxPixels = Infinity, maxRatio = Infinity } = limits;
  const [shorter, longer] = width < height ? [width, height] : [height, width];
  const isTooLarge = longer > maxSide || width * height > maxPixels;
  if (shorter >= minSide && !isTooLarge && longer <= shorter * maxRatio) return;
  const allowed = [
    minSide > 1 && `sides of at least ${minSide}`,
    maxSide < Infinity && `sides of at most ${maxSide}`,
    maxPixels < Infinity && `at most ${maxPixels} pixels`,
    maxRatio < Infinity && `at most ${maxRatio} times as long as wide`,
  ].filter((part) => part !== false);
  throw new InputError(
    `${where} has ${width}x${height} pixels (${formatBytes(sizeOf(base64))}): ${what} takes ${allowed.join(", ")}.`,
  );
}

function checkMaskSize(mask: string, image: string): void {
  const ofMask = readImageSize(mask);
  const ofImage = readImageSize(image);
  if (!ofMask || !ofImage || (ofMask.width === ofImage.width && ofMask.height === ofImage.height)) return;
  throw new InputError(
    `mask has ${ofMask.width}x${ofMask.height} pixels, the image ${ofImage.width}x${ofImage.height}: give a mask of the same size.`,
  );
}

/** What is not in the body now was given neither by an option nor by `params`. */
function checkComplete(spec: TaskSpec, body: JsonObject, request: PaintRequest, what: string): void {
  const { required = [], fields, images = [], mask, needsMask } = spec;
  const has = (path: string): boolean => find(body, path) !== undefined;
  for (const option of required) {
    const path = fields[option]?.[0] || undefined;
    if (request[option] === undefined && !(path === undefined ? request.params : has(path))) {
      throw new InputError(`${what} needs ${option}: give ${fields[option]?.[1].allowed ?? "it"}.`);
    }
  }
  const missing = images.findIndex(({ path, isOptional }) => !isOptional && !has(path));
  if (missing >= 0) {
    throw new InputError(
      `${what} needs ${images.length === 1 ? "an image" : `${images.length} images`}: give images, each as bytes, path, URL or { base64 }.`,
    );
  }
  if (!needsMask || mask === undefined) return;
  const ways = [mask, fields.maskPrompt?.[0] ?? ""].filter((path) => path !== "" && has(path)).length;
  if (ways !== 1)
    throw new InputError(`${what} needs either mask or maskPrompt: give ${ways === 0 ? "one" : "just one"} of them.`);
}

/** `nest("a.b", 1)` is `{ a: { b: 1 } }`; with an empty path, the value itself. */
function nest(path: string, value: JsonValue): JsonObject {
  const names = path.split(".").filter((name) => name !== "");
  const nested = names.reduceRight<JsonValue>((inner, name) => ({ [name]: inner }), value);
  return isObject(nested) ? nested : {};
}

function find(body: JsonObject, path: string): JsonValue | undefined {
  return path
    .split(".")
    .reduce<JsonValue | undefined>((inner, name) => (isObject(inner) ? inner[name] : undefined), body);
}
