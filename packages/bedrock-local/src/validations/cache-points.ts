/**
 * Rules on cache points: at most four, never first in a message or after reasoning, and no longer life after a shorter.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html. The texts were observed on
 * the wire.
 */
import { AwsError } from "../errors.ts";
import type { Model } from "../models/families.ts";
import { createModelRefusal, createRefusal } from "./refusal.ts";
import type { CachePointBlock, ConverseRequest } from "../wire.ts";

const MAX_CACHE_POINTS = 4;

interface PlacedPoint {
  readonly point: CachePointBlock;
  /** The block that the point closes, in the model's own naming; paths count from 0. */
  readonly path: string;
  readonly before: object | undefined;
}

/**
 * Checks the cache points of a request, in the order in which they are processed: tools, system, messages.
 *
 * @throws AwsError `ValidationException`, or `AccessDeniedException` when the model knows no cache points.
 */
export function checkCachePoints(request: ConverseRequest, model: Model): void {
  const tools = placePoints(request.toolConfig?.tools ?? [], "tools");
  const system = placePoints(request.system ?? [], "system");
  const messages = (request.messages ?? []).flatMap(({ content }, index) =>
    placePoints(content, `messages.${index}.content`),
  );
  const points = [...tools, ...system, ...messages];
  if (points.length === 0) return;
  checkSupport(request, tools, model);
  if (!model.cacheTtls && points.some(({ point }) => point.ttl !== undefined)) {
    throw createRefusal("Extended TTL prompt caching is only supported for Anthropic models");
  }
  checkPlaces(points);
  if (points.length > MAX_CACHE_POINTS) {
    throw createModelRefusal(
      `A maximum of ${MAX_CACHE_POINTS} blocks with cache_control may be provided. Found ${points.length}.`,
    );
  }
  checkLives(points);
}

function placePoints(blocks: readonly object[], path: string): PlacedPoint[] {
  return blocks.flatMap((block, index) =>
    hasPoint(block) ? [{ point: block.cachePoint, path: `${path}.${index - 1}`, before: blocks[index - 1] }] : [],
  );
}

function hasPoint(block: object): block is { cachePoint: CachePointBlock } {
  return "cachePoint" in block;
}

function checkSupport(request: ConverseRequest, tools: readonly PlacedPoint[], model: Model): void {
  if (model.cachePoints === "none") {
    throw new AwsError(
      "AccessDeniedException",
      "You invoked an unsupported model or your request did not allow prompt caching. " +
        "See the documentation for more information.",
    );
  }
  if (model.cachePoints === "all" || tools.length === 0) return;
  const index = (request.toolConfig?.tools ?? []).findIndex(hasPoint);
  throw createRefusal(
    `Malformed input request: #/toolConfig/tools/${index}: extraneous key [cachePoint] is not permitted, ` +
      "please reformat your input and try again.",
  );
}

function checkPlaces(points: readonly PlacedPoint[]): void {
  for (const { before } of points) {
    if (before === undefined) throw createRefusal("There is nothing available to cache.");
    if ("reasoningContent" in before) {
      throw createRefusal(
        "Cache point cannot be inserted after reasoning block. Please remove the invalid cache point and try again.",
      );
    }
  }
}

function checkLives(points: readonly PlacedPoint[]): void {
  const firstShort = points.findIndex(({ point }) => point.ttl !== "1h");
  const late = points.find(({ point }, index) => firstShort >= 0 && index > firstShort && point.ttl === "1h");
  if (late === undefined) return;
  throw createModelRefusal(
    `${late.path}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control ` +
      "block. Note that blocks are processed in the following order: `tools`, `system`, `messages`.",
  );
}
