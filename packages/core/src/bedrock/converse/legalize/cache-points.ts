import { objectOf, type JsonObject } from "../../../types/json.ts";
import type { ModelTraits } from "../../traits.ts";
import type { Warn, WireBlock, WireRequest } from "../wire.ts";
import { keep, mapContent } from "./blocks.ts";

/** The most cache points in a request. */
const MAX_POINTS = 4;

/** Stands between a document that is no PDF and its cache point: Bedrock cannot put the point onto the document itself. */
const DOCUMENT_END = "(End of the document.)";

/**
 * Keeps the cache points that the model takes: only in sections that it caches, behind a block that can carry one, four
 * at most (the last of the tools and of the system prompt, then the latest messages), and none that lives longer than one before it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 */
export function placeCachePoints(request: WireRequest, { cache }: ModelTraits, warn: Warn): WireRequest {
  const { toolConfig, system, messages } = request;
  const lists = [toolConfig?.tools ?? [], system, ...messages.map(({ content }) => content)];
  if (!lists.some((blocks) => blocks.some(isPoint))) return request;
  const allowed = [cache?.inTools, cache?.inSystem, cache?.inMessages];
  const placed = lists.map((blocks, index) => place(blocks, !!allowed[Math.min(index, 2)]));
  tellOf(lists, placed, "this model does not take it there, or nothing that can be cached stands before it", warn);
  const few = limit(placed);
  tellOf(placed, few, `Bedrock takes ${MAX_POINTS}`, warn);
  const points = shorten(few, !!cache?.hasOneHour, warn);
  if (lists.every((blocks, index) => keep(blocks, points[index] ?? []) === blocks)) return request;
  const [tools = [], instructions = [], ...contents] = points;
  return {
    ...request,
    ...(toolConfig && { toolConfig: { ...toolConfig, tools } }),
    system: instructions,
    messages: mapContent(messages, ({ content }, index) => contents[index] ?? content),
  };
}

type Lists = readonly (readonly WireBlock[])[];

function isPoint(block: WireBlock): boolean {
  return block["cachePoint"] !== undefined;
}

function place(blocks: readonly WireBlock[], isAllowed: boolean): readonly WireBlock[] {
  const kept: WireBlock[] = [];
  for (const block of blocks) {
    const before = kept.at(-1);
    if (!isPoint(block)) kept.push(block);
    else if (isAllowed && before && !isPoint(before) && !before["reasoningContent"]) {
      const document = objectOf(before["document"]);
      if (before["video"] || (document && document["format"] !== "pdf")) kept.push({ text: DOCUMENT_END });
      kept.push(block);
    }
  }
  return kept;
}

function limit(lists: Lists): Lists {
  const places = lists.flatMap((blocks, list) => blocks.flatMap((block, at) => (isPoint(block) ? [{ list, at }] : [])));
  if (places.length <= MAX_POINTS) return lists;
  // The latest messages first, then the system prompt, then the tools: behind the last of each of these two.
  const isLast = ({ list, at }: (typeof places)[number]): boolean =>
    list < 2 && at === lists[list]?.findLastIndex(isPoint);
  const kept = [...places.filter(isLast), ...places.filter((place) => !isLast(place)).reverse()].slice(0, MAX_POINTS);
  return lists.map((blocks, list) =>
    blocks.filter((block, at) => !isPoint(block) || kept.some((place) => place.list === list && place.at === at)),
  );
}

/** Tools come before the system prompt, and that before the messages: no point may live longer than one before it. */
function shorten(lists: Lists, hasOneHour: boolean, warn: Warn): Lists {
  let isShort = false;
  let isChanged = false;
  const shortened = lists.map((blocks) =>
    blocks.map((block): JsonObject => {
      const point = objectOf(block["cachePoint"]);
      if (!point) return block;
      const { ttl } = point;
      if (ttl !== "1h") isShort = true;
      // Models that know no other lifetime than the usual refuse to be told of any.
      if (ttl === undefined || (hasOneHour && !(ttl === "1h" && isShort))) return block;
      isChanged ||= ttl === "1h";
      return { cachePoint: { type: "default" } };
    }),
  );
  if (isChanged) {
    warn(
      "cache_ttl_shortened",
      "A cache point of 1 hour lives for 5 minutes: this model knows no longer ones, or one of 5 minutes stands before it.",
    );
  }
  return shortened;
}

function tellOf(before: Lists, after: Lists, why: string, warn: Warn): void {
  const count = (lists: Lists): number => lists.flat().filter(isPoint).length;
  const dropped = count(before) - count(after);
  if (dropped > 0) warn("cache_point_dropped", `Cache points left out of the request: ${dropped}, as ${why}.`);
}
