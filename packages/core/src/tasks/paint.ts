import { checkRequestOptions } from "../chat/options.ts";
import { ConfigurationError, ContentFilteredError, InputError, ModelError } from "../errors.ts";
import { readImage } from "../media/read-image.ts";
import { checkNames, REQUEST_OPTIONS, type RequestOptions } from "../requests/options.ts";
import type { PaintResult, PaintSettings } from "../requests/paint.ts";
import { compact } from "../types/json.ts";
import type { MediaSource } from "../types/media.ts";
import { GeneratedImage } from "./generated-image.ts";
import { PaintedFile } from "./image-file.ts";
import { needTask, runTask, type TaskEnvironment } from "./task.ts";

/** The options of `llm.paint()`. */
export interface PaintOptions extends RequestOptions, PaintSettings {
  /** Model id, inference profile id or ARN. Default: the client's `defaultImageModel`. */
  model?: string | undefined;
  /** The model behind an ARN that does not name it. */
  baseModel?: string | undefined;
  /**
   * What the task begins with: bytes, paths, URLs, `data:` URLs or `{ base64 }`. One for most tasks; up to 5 for `variation`
   * (Amazon); source and reference for `virtual_try_on`; content and style for `style_transfer`.
   */
  images?: readonly MediaSource[] | undefined;
  /** An image in black and white of what to change: black for Amazon's models, white for Stability's. */
  mask?: MediaSource | undefined;
}

/** Every option of its own, so that a misspelt one fails instead of being ignored. */
const OPTIONS: Readonly<Record<Exclude<keyof PaintOptions, keyof RequestOptions>, true>> = {
  model: true,
  baseModel: true,
  task: true,
  images: true,
  mask: true,
  size: true,
  aspectRatio: true,
  n: true,
  seed: true,
  negativePrompt: true,
  maskPrompt: true,
  quality: true,
  cfgScale: true,
  steps: true,
  style: true,
  outputFormat: true,
  similarity: true,
  outpaintMode: true,
  controlMode: true,
  controlStrength: true,
  colors: true,
  creativity: true,
  growMask: true,
  searchPrompt: true,
  extend: true,
  fidelity: true,
  styleStrength: true,
  compositionFidelity: true,
  changeStrength: true,
  tryOn: true,
  params: true,
};

/**
 * Makes images.
 *
 * @throws {LLMError} see `llm.paint`
 */
export async function paint(
  env: TaskEnvironment,
  prompt: string | undefined,
  given: PaintOptions,
): Promise<GeneratedImage> {
  const send = needTask(env.provider, "paint");
  checkNames(given, [...Object.keys(OPTIONS), ...REQUEST_OPTIONS], "paint()");
  const { signal, timeouts, maxRetries, headers, model = env.defaultImageModel, images, mask, ...settings } = given;
  const options = compact({ signal, timeouts, maxRetries, headers });
  checkRequestOptions(options);
  if (model === undefined) {
    throw new ConfigurationError("No model is set: give model to llm.paint(), or defaultImageModel to createLLM.");
  }
  if (images !== undefined && !Array.isArray(images)) {
    throw new InputError(`images is ${typeof images}: give a list.`);
  }
  const read = (source: MediaSource, where: string): Promise<string> => readImage(source, where, env.load, signal);
  const [base64, ofMask] = await Promise.all([
    Promise.all(Array.from(images ?? [], (source: MediaSource, index) => read(source, `images[${index}]`))),
    mask === undefined ? undefined : read(mask, "mask"),
  ]);
  const request = {
    ...compact({ ...settings, prompt, mask: ofMask, images: images && base64 }),
    model,
    options,
  };
  return createResult(await runTask(env, "paint", request, send));
}

/** @throws {LLMError} when something is missing of the images; with those that came */
function createResult(result: PaintResult): GeneratedImage {
  const { model, failure, requestId } = result;
  const images = result.images.map((image) => new PaintedFile(image));
  const [first] = images;
  if (first && !failure) return new GeneratedImage(first, images, result);
  const message = failure?.message ?? "no image came";
  const Type = failure?.isFiltered ? ContentFilteredError : ModelError;
  throw new Type(`${model}: ${message}. ${ADVICE}`, { model, requestId, operation: "paint", images });
}

const ADVICE = "What came is in error.images; change the prompt, the images or the seed.";
