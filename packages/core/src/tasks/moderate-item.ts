import { InputError } from "../errors.ts";
import { sizeOf } from "../media/base64.ts";
import { completeMedia, type LoadedMedia } from "../media/complete.ts";
import { readImageSize } from "../media/image-size.ts";
import { formatBytes } from "../media/limits.ts";
import type { LoadMedia } from "../media/options.ts";
import type { ModerateImage, ModerateRequest } from "../requests/moderate.ts";
import { checkNames } from "../requests/options.ts";
import { compact, isObject } from "../types/json.ts";
import type { MediaSource } from "../types/media.ts";

/** What `llm.moderate()` assesses: a text, or an object with text, images or both. */
export type ModerationItem = string | ModerationContent;

/** An item with more than text. */
export interface ModerationContent {
  readonly text?: string | undefined;
  /** PNG or JPEG: bytes, a path, a URL, a `data:` URL or `{ base64 }`; at most 20, each up to 4 MB and 8,000 pixels a side. */
  readonly images?: readonly MediaSource[] | undefined;
  /** What `text` must be grounded in, one text or several. Needs `query`, too. */
  readonly groundingSource?: string | readonly string[] | undefined;
  /** The question that `text` answers. Needs `groundingSource`, too. */
  readonly query?: string | undefined;
}

const MEMBERS: readonly string[] = ["text", "images", "groundingSource", "query"] satisfies (keyof ModerationContent)[];

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-mmfilter.html */
const MAX_IMAGES = 20;
const MAX_IMAGE_BYTES = 4 * 1024 * 1024;
const MAX_PIXELS = 8000;

/**
 * Checks all of an item that can be checked without reading anything.
 *
 * @param where how it is named in errors, like `"input[3]"`
 * @throws {InputError} `ERR_INPUT` when it cannot be assessed
 */
export function checkItem(
  item: ModerationItem,
  where: string,
  { checks, source }: Pick<ModerateRequest, "checks"> & { readonly source?: ModerateRequest["source"] | undefined },
): void {
  const { text, images = [], groundingSources, query } = readItem(item, where);
  const fail = (problem: string): never => {
    throw new InputError(`${where} ${problem}`);
  };
  if (text === undefined && images.length === 0) fail("has nothing to assess: give text, images or both.");
  for (const each of [text, query, ...(groundingSources ?? [])]) {
    if (each !== undefined && (typeof each !== "string" || each.trim() === "")) {
      fail(`holds ${typeof each === "string" ? "a blank text" : typeof each}: give texts that say something.`);
    }
  }
  if ((query === undefined) !== (groundingSources === undefined) || (query !== undefined && text === undefined)) {
    fail("is to be grounded: that needs text, groundingSource and query together.");
  }
  if (query !== undefined && source === "input") {
    fail('is to be grounded, which only what a model wrote can be: leave out source, or make it "output".');
  }
  if (checks && (images.length > 0 || query !== undefined)) {
    fail("has more than text, and checks look at text only: leave the rest out, or use a guardrail.");
  }
  if (images.length > MAX_IMAGES)
    fail(`has ${images.length} images, and Bedrock takes ${MAX_IMAGES}: make several items.`);
  images.forEach((image, index) => completeImage(image, `${where}.images[${index}]`));
}

/**
 * Reads the images of an item that are paths or URLs.
 *
 * @throws {InputError} `ERR_MEDIA` when one cannot be read, `ERR_INPUT` when it is no PNG or JPEG, or too large
 * @throws {AbortError} when the signal was aborted
 */
export async function completeItem(
  item: ModerationItem,
  where: string,
  load: LoadMedia,
  signal: AbortSignal | undefined,
): Promise<Pick<ModerateRequest, "text" | "images" | "groundingSources" | "query">> {
  const { images, ...texts } = readItem(item, where);
  if (!images?.length) return compact(texts);
  const complete = images.map(async (image, index): Promise<ModerateImage> => {
    const place = `${where}.images[${index}]`;
    const completed = completeImage(image, place);
    if (typeof completed !== "string") return completed;
    // Of no kind, as the limit is another than a chat's.
    const loaded = completeImage(image, place, await load(completed, undefined, signal));
    if (typeof loaded !== "string") return loaded;
    throw new InputError(`${place} was read, but not complete: give its bytes.`);
  });
  return { ...compact(texts), images: await Promise.all(complete) };
}

interface ReadItem extends Omit<ModerationContent, "groundingSource"> {
  readonly groundingSources?: readonly string[] | undefined;
}

function readItem(item: ModerationItem, where: string): ReadItem {
  if (typeof item === "string") return { text: item };
  if (!isObject(item)) {
    throw new InputError(`${where} is ${item === null ? "null" : typeof item}: give a text, or { text, images }.`);
  }
  checkNames(item, MEMBERS, where);
  const { groundingSource, images, ...texts }: ModerationContent = item;
  const given: unknown = images;
  if (given !== undefined && !Array.isArray(given)) {
    throw new InputError(`${where}.images is ${typeof given}: give a list.`);
  }
  const groundingSources = typeof groundingSource === "string" ? [groundingSource] : groundingSource;
  if (groundingSources !== undefined && !(Array.isArray(groundingSources) && groundingSources.length > 0)) {
    throw new InputError(
      `${where}.groundingSource is ${JSON.stringify(groundingSource)}: give a text, or a list of texts.`,
    );
  }
  // A hole in the list is to be found.
  return { ...texts, images: images && [...images], groundingSources };
}

/** An image as it is sent, or where it is to be read. */
function completeImage(source: MediaSource, where: string, loaded?: LoadedMedia): ModerateImage | string {
  const completion = completeMedia({ type: "guard_image", source }, where, loaded);
  if ("location" in completion) return completion.location;
  const { part } = completion;
  const base64 = typeof part.source === "object" && "base64" in part.source ? part.source.base64 : undefined;
  if (base64 === undefined || (part.format !== "png" && part.format !== "jpeg")) {
    throw new InputError(`${where} is in S3, from where a guardrail does not read it: give its bytes.`);
  }
  const { width, height } = readImageSize(base64) ?? { width: 0, height: 0 };
  if (sizeOf(base64) > MAX_IMAGE_BYTES || width > MAX_PIXELS || height > MAX_PIXELS) {
    throw new InputError(
      `${where} has ${formatBytes(sizeOf(base64))} and ${width} × ${height} pixels, and a guardrail takes ` +
        `${formatBytes(MAX_IMAGE_BYTES)} and ${MAX_PIXELS} pixels a side: scale it down.`,
    );
  }
  return { format: part.format, base64 };
}
