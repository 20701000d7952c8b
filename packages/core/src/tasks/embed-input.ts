import { CapabilityError, InputError } from "../errors.ts";
import { sizeOf } from "../media/base64.ts";
import { completeMedia, type LoadedMedia } from "../media/complete.ts";
import { formatBytes } from "../media/limits.ts";
import type { Embedder, EmbedItem } from "../requests/embed.ts";
import { countCharacters } from "../types/characters.ts";
import type { MediaSource } from "../types/media.ts";

/** What becomes one vector: a text, or a text, an image, or both together. */
export type EmbedInput = string | { readonly text?: string | undefined; readonly image?: MediaSource | undefined };

/** What the model takes. */
export interface InputLimits extends Pick<Embedder, "maxTextLength" | "images" | "readsBoth"> {
  readonly model: string;
}

/** An input that is complete, or the path or URL that must be read first. */
export type ReadInput = { readonly item: EmbedItem } | { readonly location: string };

/** No body holds more: AWS takes 25,000,000 bytes with all that stands around. A character is at most 3 of them. */
export const MAX_ITEM_BYTES = 24_000_000;

/**
 * Checks an input.
 *
 * @param loaded what was read at its path or URL
 * @throws {InputError} `ERR_INPUT` when it is none, or too long
 * @throws {CapabilityError} `ERR_CAPABILITY` when the model does not take such
 */
export function readInput(input: EmbedInput, index: number, limits: InputLimits, loaded?: LoadedMedia): ReadInput {
  const where = `input[${index}]`;
  const { text, image: source } = takeApart(input, where);
  if (text !== undefined) checkText(text, where, limits);
  if (source === undefined) return { item: { text } };
  const { images, readsBoth, model } = limits;
  if (!images) throw new CapabilityError(`${where} has an image: ${model} reads text only.`, { model });
  if (text !== undefined && !readsBoth) {
    throw new CapabilityError(`${where} has a text and an image: ${model} takes one of them, so give two inputs.`, {
      model,
    });
  }
  const completion = completeMedia({ type: "image", source }, where, loaded);
  if ("location" in completion) return completion;
  const image = checkImage(completion.part, where, images, model);
  return { item: text === undefined ? { image } : { text, image } };
}

/** The most bytes that an item takes of a body. */
export function measure({ text = "", image }: EmbedItem): number {
  return 3 * text.length + (image && "base64" in image.source ? image.source.base64.length : 0);
}

function takeApart(input: EmbedInput, where: string): Exclude<EmbedInput, string> {
  const given: unknown = input;
  if (typeof given === "string") return { text: given };
  const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
  const names = isObject ? Object.keys(given) : [];
  if (names.length > 0 && names.every((name) => name === "text" || name === "image") && typeof input === "object") {
    if (input.text !== undefined || input.image !== undefined) return input;
  }
  const received = isObject ? `{ ${names.slice(0, 9).join(", ")} }` : given === null ? "null" : typeof given;
  throw new InputError(`${where} is ${received}: give a text, or { text }, { image } or { text, image }.`);
}

function checkText(text: string, where: string, { maxTextLength = MAX_ITEM_BYTES / 3, model }: InputLimits): void {
  if (typeof text !== "string") throw new InputError(`${where} has a text of type ${typeof text}: give a string.`);
  if (!/\S/.test(text)) throw new InputError(`${where} has no text but white space: leave it out, or give some words.`);
  const length = text.length > maxTextLength ? countCharacters(text) : 0;
  if (length <= maxTextLength) return;
  throw new InputError(`${where} has ${length} characters: ${model} takes ${maxTextLength}, so cut it into pieces.`, {
    model,
  });
}

function checkImage(
  part: Extract<ReturnType<typeof completeMedia>, { part: unknown }>["part"],
  where: string,
  { formats, maxBytes = Infinity, readsS3 = false }: NonNullable<Embedder["images"]>,
  model: string,
): NonNullable<EmbedItem["image"]> {
  const { source, format } = part;
  if (typeof source === "string" || !("base64" in source || "uri" in source)) {
    throw new InputError(`${where} has no image: give bytes, { base64 }, a path or a URL.`);
  }
  if ("uri" in source && !readsS3) {
    throw new CapabilityError(`${where} has an image in S3: ${model} does not read there, so give its bytes.`, {
      model,
    });
  }
  const known = formats.find((each) => each === format);
  if (!known) {
    throw new CapabilityError(
      `${where} is an image of ${format ?? "an unknown format"}: ${model} reads ${formats.join(", ")}.`,
      { model },
    );
  }
  const bytes = "base64" in source ? sizeOf(source.base64) : 0;
  const most = Math.min(maxBytes, (MAX_ITEM_BYTES * 3) / 4);
  if (bytes <= most) return { source, format: known };
  throw new InputError(`${where} is an image of ${formatBytes(bytes)}: ${model} takes ${formatBytes(most)}.`, {
    model,
  });
}
