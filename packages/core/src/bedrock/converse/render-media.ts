import { heldBytes, holdWireBytes } from "../../bytes/held-bytes.ts";
import { InputError } from "../../errors.ts";
import { completeMedia, type MediaPart } from "../../media/complete.ts";
import { readSource } from "../../media/source.ts";
import type { CacheControl, SearchResultPart } from "../../types/content.ts";
import { compact, type JsonObject } from "../../types/json.ts";
import type { WireBlock } from "./wire.ts";

/**
 * A medium as one block, and the cache point behind it. Base64 goes out as it is.
 *
 * @throws {InputError} `ERR_INPUT` when it is a path or URL, which should have been read before, or its format is unknown
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
 */
export function renderMedia(given: MediaPart | SearchResultPart): WireBlock[] {
  const part = given.type === "search_result" || given.format ? given : complete(given);
  if (part.type === "guard_image") {
    return [{ guardContent: { image: { format: part.format, source: renderSource(part.source) } } }];
  }
  return [renderBlock(part), ...renderCachePoint(part.cache_control)];
}

function renderBlock(part: Exclude<MediaPart, { type: "guard_image" }> | SearchResultPart): WireBlock {
  if (part.type === "search_result") {
    const { source, title, content, citations } = part;
    return {
      searchResult: { source, title, content: content.map((text) => ({ text })), citations: { enabled: !!citations } },
    };
  }
  const source = renderSource(part.source);
  if (part.type !== "document") return { [part.type]: { format: part.format, source } };
  const { format, name = "document", context, citations } = part;
  return {
    document: compact({ format, name, source, context, citations: citations ? { enabled: true } : undefined }),
  };
}

function renderCachePoint(cache: CacheControl | undefined): WireBlock[] {
  return cache ? [{ cachePoint: compact({ type: "default", ttl: cache.ttl }) }] : [];
}

/** What a history holds is complete; what a middleware adds may not be. */
function complete(part: MediaPart): MediaPart {
  const completion = completeMedia(part, part.type);
  if ("part" in completion) return completion.part;
  throw createUnreadError(part.type);
}

function renderSource(source: MediaPart["source"]): JsonObject {
  if (typeof source === "object") {
    const held = heldBytes(source);
    if (held) return holdWireBytes(held);
    if ("base64" in source) return { bytes: source.base64 };
    if ("uri" in source) return { s3Location: { ...source } };
    if ("text" in source) return { text: source.text };
    if ("content" in source) return { content: source.content.map((text) => ({ text })) };
  }
  const found = readSource(source, "The source of a medium").source;
  if (typeof found === "string") throw createUnreadError("medium");
  return renderSource(found);
}

function createUnreadError(what: string): InputError {
  return new InputError(`The source of this ${what} is a path or URL, which nobody read: give it with the question.`);
}
