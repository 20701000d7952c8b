import { holdBase64 } from "../bytes/held-bytes.ts";
import { InputError } from "../errors.ts";
import type { AudioPart, DocumentPart, GuardImagePart, ImagePart, VideoPart } from "../types/content.ts";
import { compact } from "../types/json.ts";
import { FORMATS, kindOf, type MediaType } from "./formats.ts";
import { findFormat } from "./find-format.ts";
import { readSource, type StoredSource } from "./source.ts";

/** A part whose content is a medium. */
export type MediaPart = ImagePart | DocumentPart | VideoPart | AudioPart | GuardImagePart;

/** A medium before it is known what it is. */
export interface MediaDraft extends Omit<DocumentPart, "type" | "format"> {
  /** Absent: an image, a document, a video or a sound, as the content tells. */
  readonly type?: MediaType;
  readonly format?: string;
}

/** What was read at a path or URL. */
export interface LoadedMedia {
  /** Nobody changes them any more. */
  readonly bytes: Uint8Array;
  /** What the server said it is. */
  readonly mediaType?: string | undefined;
}

/** A medium that is complete, or the path or URL that must be read first. */
export type Completion = { readonly part: MediaPart } | { readonly location: string };

/**
 * Completes a medium: its source as plain data, its kind and format, and a document's name.
 *
 * @param where how the medium is named in errors, like `"images[0]"`
 * @param loaded what was read at its path or URL
 * @throws {InputError} `ERR_INPUT` when the source is none, or its format is unknown, contradicts its content, or is none
 *   of its kind
 */
export function completeMedia(draft: MediaDraft, where: string, loaded?: LoadedMedia): Completion {
  const found = readSource(draft.source, where);
  const source = loaded ? readSource(holdBase64(loaded.bytes), where).source : found.source;
  if (typeof source === "string") return { location: source };
  if (draft.name !== undefined && typeof draft.name !== "string") {
    throw new InputError(`${where} has a name of type ${typeof draft.name}: give a string.`);
  }
  const type = draft.type ?? ("text" in source || "content" in source ? "document" : undefined);
  const hints = [found.name, draft.name, found.mediaType, loaded?.mediaType];
  const format = findFormat(type, source, draft.format, hints, where);
  const name = draft.name ?? found.name?.replace(/(.)\.\w{1,5}$/, "$1");
  return { part: createPart({ ...draft, ...compact({ name }) }, source, type ?? kindOf(format), format, where) };
}

function createPart(
  { name, context, citations, cache_control }: MediaDraft,
  source: StoredSource,
  type: MediaType | undefined,
  format: string | undefined,
  where: string,
): MediaPart {
  const isFormat = (known: string): boolean => known === format;
  if (type === "document") {
    const known = FORMATS.document.find(isFormat);
    return { type, source, ...compact({ format: known, name, context, citations, cache_control }) };
  }
  if ("text" in source || "content" in source) {
    throw new InputError(
      `${where} is a text, which only a document can be: leave its type out, or make it "document".`,
    );
  }
  switch (type) {
    case "video":
      return { type, source, ...compact({ format: FORMATS.video.find(isFormat), cache_control }) };
    case "audio":
      return { type, source, ...compact({ format: FORMATS.audio.find(isFormat), cache_control }) };
    case "guard_image":
      return { type, source, ...compact({ format: FORMATS.guard_image.find(isFormat) }) };
    default:
      return { type: "image", source, ...compact({ format: FORMATS.image.find(isFormat), cache_control }) };
  }
}
