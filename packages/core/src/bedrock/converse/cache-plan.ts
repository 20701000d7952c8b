import { heldBytes } from "../../bytes/held-bytes.ts";
import type { CacheConfig } from "../../provider.ts";
import { isObject, objectOf, stringOf, type JsonObject, type JsonValue } from "../../types/json.ts";
import type { Warning } from "../../types/response.ts";
import type { Usage } from "../../types/usage.ts";
import type { KnownModel } from "../known-models.ts";
import type { CacheTraits } from "../traits.ts";
import type { Warn, WireMessage, WireRequest } from "./wire.ts";

type Blocks = readonly JsonObject[];

/** A place in the request, in the order in which it is read: tools, system, messages. */
interface Place {
  /** The tools, the system prompt, or a message by its index. */
  readonly section: "tools" | "system" | number;
  /** How many blocks of the section stand before the point. */
  readonly at: number;
}

const MAX_POINTS = 4;
/** English has about 4 characters a token. */
const CHARS_PER_TOKEN = 4;
/** What a picture or a document counts for, whatever its size: about 1,000 tokens. */
const MEDIUM_CHARS = 4000;

/**
 * Sets cache points where they pay, beside those that are there: at the end of the last two user messages (what this
 * request writes, and what the one before wrote), of the system prompt, and of the tools, as far as four points go.
 * A point needs a prefix of the model's least size; its tokens are estimated as characters / 4, with 1,000 for a medium.
 * The blocks themselves stay as they are, so that the next turn finds the same prefix.
 *
 * @returns the same request when no point is set
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 */
export function planCache(
  request: WireRequest,
  cache: CacheConfig | undefined,
  model: KnownModel,
  warn: Warn,
): WireRequest {
  if (cache === undefined) return request;
  const { cache: traits } = model.traits;
  if (!traits) {
    warn("cache_unsupported", `${model.id} is not known to cache prompts: no cache point was set.`);
    return request;
  }
  const wantsHour = cache !== "auto" && cache.ttl === "1h";
  if (wantsHour && !traits.hasOneHour) {
    warn("cache_ttl_shortened", `${model.id} keeps a cache for 5 minutes only: "1h" was left out.`);
  }
  const sections = listSections(request);
  const free = MAX_POINTS - [...sections.values()].flat().filter(isPoint).length;
  const places = findPlaces(request, traits).filter((place) => isWorthIt(place, sections, traits.minTokens));
  const chosen = places.slice(0, Math.max(free, 0));
  return chosen.reduce((planned, place) => setPoint(planned, place, wantsHour && traits.hasOneHour), request);
}

/** The blocks of each section, in the order in which they are read. */
function listSections({ toolConfig, system, messages }: WireRequest): Map<Place["section"], Blocks> {
  const sections = new Map<Place["section"], Blocks>([["tools", toolConfig?.tools ?? []]]);
  sections.set("system", system);
  messages.forEach(({ content }, index) => sections.set(index, content));
  return sections;
}

/** Where points pay, the best first. */
function findPlaces({ toolConfig, system, messages }: WireRequest, traits: CacheTraits): Place[] {
  const [last, previous] = traits.inMessages ? findMessagePlaces(messages) : [];
  const places: (Place | undefined)[] = [
    last,
    traits.inSystem ? endOf("system", system) : undefined,
    previous,
    traits.inTools ? endOf("tools", toolConfig?.tools ?? []) : undefined,
  ];
  return places.filter((place) => place !== undefined);
}

/** The ends of the last user message and of the one before it, which is where the request before ended. */
function findMessagePlaces(messages: readonly WireMessage[]): (Place | undefined)[] {
  const users = messages.flatMap(({ role }, index) => (role === "user" ? [index] : []));
  const isMarked = (index: number | undefined): boolean =>
    index !== undefined && !!messages[index]?.content.some((block) => block["guardContent"] !== undefined);
  // What is marked for the guardrail in this turn is not in the next one: such a message can end no lasting prefix.
  const isLastMarked = isMarked(users.at(-1));
  return [users.at(-1), users.at(-2)].map((user) => {
    const index = user !== undefined && (isLastMarked || isMarked(user)) ? user - 1 : user;
    const message = index === undefined ? undefined : messages[index];
    return index === undefined || !message ? undefined : endOf(index, message.content);
  });
}

/** The last place of a section that may have a point; `undefined` when there is none, or one has it already. */
function endOf(section: Place["section"], blocks: Blocks): Place | undefined {
  const at = blocks.findLastIndex((block) => !isBarred(block)) + 1;
  return at === 0 || blocks.slice(at - 1).some(isPoint) ? undefined : { section, at };
}

/** Bedrock refuses a point right behind thinking, videos, and documents that it turns into text. */
function isBarred({ reasoningContent, video, document }: JsonObject): boolean {
  return !!reasoningContent || !!video || (isObject(document) && document["format"] !== "pdf");
}

function isPoint({ cachePoint }: JsonObject): boolean {
  return cachePoint !== undefined;
}

function isWorthIt(
  { section, at }: Place,
  sections: ReadonlyMap<Place["section"], Blocks>,
  minTokens: number,
): boolean {
  let missing = minTokens * CHARS_PER_TOKEN;
  for (const [name, blocks] of sections) {
    missing -= countChars(name === section ? blocks.slice(0, at) : blocks);
    if (missing <= 0) return true;
    if (name === section) return false;
  }
  return false;
}

function countChars(value: JsonValue | undefined): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 1;
  if (heldBytes(value)) return MEDIUM_CHARS;
  let count = 0;
  for (const [name, member] of Object.entries(value)) {
    const isMedium = name === "s3Location" || (name === "bytes" && typeof member === "string");
    count += isMedium ? MEDIUM_CHARS : name.length + countChars(member);
  }
  return count;
}

/** The life of a point lies between those of its neighbours: none may be longer than one before it. */
function setPoint(request: WireRequest, { section, at }: Place, wantsHour: boolean): WireRequest {
  let isBefore = true;
  let canBeLong = true;
  let mustBeLong = false;
  for (const [name, blocks] of listSections(request)) {
    blocks.forEach((block, index) => {
      if (name === section && index === at) isBefore = false;
      const point = objectOf(block["cachePoint"]);
      if (!point) return;
      const isLong = stringOf(point["ttl"]) === "1h";
      if (isBefore) canBeLong &&= isLong;
      else mustBeLong ||= isLong;
    });
    if (name === section) isBefore = false;
  }
  const isLong = mustBeLong || (wantsHour && canBeLong);
  const point = { cachePoint: { type: "default", ...(isLong && { ttl: "1h" }) } };
  const insert = (blocks: Blocks): Blocks => [...blocks.slice(0, at), point, ...blocks.slice(at)];
  const { toolConfig, system, messages } = request;
  if (section === "system") return { ...request, system: insert(system) };
  if (section === "tools")
    return toolConfig ? { ...request, toolConfig: { ...toolConfig, tools: insert(toolConfig.tools) } } : request;
  return {
    ...request,
    messages: messages.map((message, index) =>
      index === section ? { ...message, content: insert(message.content) } : message,
    ),
  };
}

/** Creates what tells of a prompt that was long enough for the cache points that were planned, but had no part in a cache. */
export function createCacheCheck({ id, traits }: KnownModel): (usage: Usage) => Warning | undefined {
  return ({ inputTokens, cacheReadTokens, cacheWriteTokens }) => {
    if (cacheReadTokens + cacheWriteTokens > 0 || inputTokens < (traits.cache?.minTokens ?? 0)) return undefined;
    return {
      code: "cache_never_hit",
      message:
        `Cache points were sent, but of ${inputTokens} input tokens none was read from a cache or written to one: ` +
        `check that ${id} caches prompts in this region, or take cache away.`,
    };
  };
}
