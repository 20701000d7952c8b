import { crc32, decodeUtf8, encodeUtf8 } from "#bytes";
import type { Body } from "../bytes/body.ts";
import { LLMError, type ErrorFacts } from "../errors.ts";
import { isObject, objectsOf, tryParse, type JsonObject } from "../types/json.ts";
import type { World } from "../world.ts";

/** A region that has failed is left alone this long; each failure in a row doubles it. */
const FIRST_REST_MS = 10_000;
const MAX_REST_MS = 300_000;
/** Conversations whose caches are remembered. */
const MAX_CONVERSATIONS = 1000;
/** How long Bedrock keeps a cache that is not read. */
const CACHE_MS = 300_000;
const LONG_CACHE_MS = 3_600_000;

/** What all regions have alike. Jobs, guardrails and lists are of one region. */
const MOVABLE = /^(Converse|InvokeModel|CountTokens|Rerank)/;

/** What of a call matters here. */
export interface Movable {
  readonly operation: string;
  readonly model?: { readonly pathSegment: string; readonly region?: string } | undefined;
  readonly region?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Body | ((region: string) => Uint8Array) | undefined;
}

interface Place {
  readonly region: string;
  /** In a row. */
  failures: number;
  /** On `world.monotonic`. */
  restUntil: number;
}

/** A prefix that Bedrock keeps, by a number that stands for it, and for how long. */
interface CachedPrefix {
  readonly key: number;
  readonly keepMs: number;
}

/** The way of one call through the regions. */
export interface Route {
  /** Makes an attempt in the region whose turn it is, and learns from what comes of it. */
  follow<T>(attempt: (region: string) => Promise<T>): Promise<T>;
  /** Whether the next attempt goes to another region than the last, and to one that is not at rest: nothing asks it to wait. */
  isElsewhere(): boolean;
}

/** Chooses among a client's regions. */
export interface Failover {
  /** The way of a call; nothing for one that must stay in the first region, or in its own. */
  open(call: Movable): Route | undefined;
}

/**
 * Creates what chooses among regions: the first that is not at rest. A region is put to rest by a failure of its own that
 * may pass (throttling, 5xx, network; not one before anything was sent), for 10 s, doubled with each further failure, or for
 * as long as it asked for, but never for more than 5 minutes. When the rest is over, one call tries it; the others follow
 * when that has succeeded. A conversation with cache points stays in the region that has its cache, as long as that is not
 * at rest.
 *
 * @param regions the preferred one first
 */
export function createFailover(regions: readonly string[], world: World): Failover {
  const places = regions.map((region): Place => ({ region, failures: 0, restUntil: 0 }));
  const conversations = new Map<number, { readonly place: Place; readonly until: number }>();
  const choose = (prefix: CachedPrefix | undefined): Place | undefined => {
    const now = world.monotonic();
    const known = prefix && conversations.get(prefix.key);
    if (known && known.until > now && known.place.restUntil <= now) return known.place;
    const byRest = [...places].sort((a, b) => a.restUntil - b.restUntil);
    return places.find(({ restUntil }) => restUntil <= now) ?? byRest[0];
  };
  const remember = ({ key, keepMs }: CachedPrefix, place: Place): void => {
    conversations.delete(key);
    const [oldest] = conversations.keys();
    if (conversations.size >= MAX_CONVERSATIONS && oldest !== undefined) conversations.delete(oldest);
    conversations.set(key, { place, until: world.monotonic() + keepMs });
  };
  return {
    open(call) {
      if ((call.region ?? call.model?.region) !== undefined || !MOVABLE.test(call.operation)) return undefined;
      const { isRegional, prefix } = readBody(call);
      if (isRegional) return undefined;
      let last: Place | undefined;
      return {
        async follow(attempt) {
          const place = choose(prefix);
          if (!place) throw new RangeError("There is no region.");
          last = place;
          const { failures } = place;
          // It is tried out: the others wait for what comes of it.
          if (failures > 0) rest(place, world);
          try {
            const result = await attempt(place.region);
            if (place.failures === failures) recover(place);
            if (prefix) remember(prefix, place);
            return result;
          } catch (error) {
            // What failed before the region was asked tells nothing of it; calls that fail together count once.
            if (error instanceof LLMError && error.region === place.region && place.failures === failures) {
              if (error.retryable) rest(Object.assign(place, { failures: failures + 1 }), world, error);
              // It refuses, and so it works.
              else if (error.status !== undefined) recover(place);
            }
            throw error;
          }
        },
        isElsewhere() {
          const next = choose(prefix);
          return next !== undefined && next !== last && next.restUntil <= world.monotonic();
        },
      };
    },
  };
}

function rest(place: Place, world: World, { retryAfterMs = 0 }: ErrorFacts = {}): void {
  const ms = Math.max(FIRST_REST_MS * 2 ** (place.failures - 1), retryAfterMs);
  place.restUntil = world.monotonic() + Math.min(ms, MAX_REST_MS);
}

function recover(place: Place): void {
  Object.assign(place, { failures: 0, restUntil: 0 });
}

/** What of a request's body matters here: whether it names what one region only has, and what is cached of it. */
function readBody({ body, headers, model }: Movable): {
  readonly isRegional: boolean;
  readonly prefix: CachedPrefix | undefined;
} {
  const isRegional = headers["x-amzn-bedrock-guardrailidentifier"] !== undefined;
  const bytes = typeof body === "object" && !(body instanceof Uint8Array) ? body.join() : body;
  const text = bytes instanceof Uint8Array ? decodeUtf8(bytes) : "";
  const json = /"(cachePoint|cache_control|guardrailConfig)"/.test(text) ? tryParse(text) : undefined;
  if (!isObject(json)) return { isRegional, prefix: undefined };
  const isCached = /"(cachePoint|cache_control)":/.test(text);
  const keepMs = /"ttl":"1h"/.test(text) ? LONG_CACHE_MS : CACHE_MS;
  return {
    isRegional: isRegional || json["guardrailConfig"] !== undefined,
    prefix: isCached ? { key: hashBeginning(json, model?.pathSegment), keepMs } : undefined,
  };
}

/** A number for how a conversation begins. Two that share it share a region, and no more than that. */
function hashBeginning({ system, messages }: JsonObject, model: string | undefined): number {
  const [first] = objectsOf(messages);
  const beginning = [model, firstOf(system), firstOf(first?.["content"])];
  // Cache points move on as the conversation grows.
  const text = JSON.stringify(beginning, (key, value: unknown) => (CACHE.test(key) ? undefined : value));
  const bytes = encodeUtf8(text);
  return crc32(new DataView(bytes.buffer, bytes.byteOffset), 0, bytes.length, 0);
}

const CACHE = /^(cachePoint|cache_control)$/;

function firstOf(value: unknown): unknown {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return first;
}
