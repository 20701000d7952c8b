import type { Model } from "../models/families.ts";
import type { ConverseRequest, TokenUsage } from "../wire.ts";
import { type Boundary, listBoundaries } from "./prefixes.ts";

/** Which prompts were read lately, by whom and for which model. */
export interface CacheLedger {
  /**
   * Reads and writes the cache for one prompt, and splits the usage of its answer accordingly. The total stays as it is.
   *
   * @param principal who sent it: nobody reads another's cache.
   */
  use(request: ConverseRequest, model: Model, principal: string, usage: TokenUsage): TokenUsage;
  /** How many prefixes are remembered, those that ran out included. */
  readonly size: number;
}

/** What a ledger needs of the world. */
export interface LedgerOptions {
  /** The clock, in milliseconds. */
  readonly now: () => number;
  /** Most prefixes to remember; the one that was not used for longest is forgotten first. Default 10,000. */
  readonly maxEntries?: number;
}

interface Entry {
  readonly ttlMs: number;
  expiresAt: number;
}

const DEFAULT_MAX_ENTRIES = 10_000;
const DEFAULT_TTL = "5m";
const TTL_MS: Readonly<Record<string, number>> = { "5m": 300_000, "1h": 3_600_000 };
/** Claude looks for a hit not only at a cache point but at so many blocks before it. */
const LOOKBACK_BLOCKS = 20;

/**
 * Remembers prefixes of prompts as Bedrock's prompt cache does: a prefix is written at each cache point, lives for the
 * point's TTL (five minutes unless it says an hour), and its life begins anew whenever it is read. Prefixes below the
 * model's least size are not cached. Of all hits the longest counts.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 */
export function createCacheLedger({ now, maxEntries = DEFAULT_MAX_ENTRIES }: LedgerOptions): CacheLedger {
  const entries = new Map<string, Entry>();

  function findAlive(key: string): Entry | undefined {
    const entry = entries.get(key);
    return entry !== undefined && entry.expiresAt > now() ? entry : undefined;
  }

  /** The order of the map is the order of use. */
  function keep(key: string, ttlMs: number): void {
    entries.delete(key);
    entries.set(key, { ttlMs, expiresAt: now() + ttlMs });
    const oldest = entries.keys().next();
    if (entries.size > maxEntries && !oldest.done) entries.delete(oldest.value);
  }

  return {
    get size(): number {
      return entries.size;
    },
    use(request, model, principal, usage): TokenUsage {
      if (!holdsPoints(request)) return reportsCache(model) ? renderUsage(usage, 0, new Map()) : usage;
      const boundaries = listBoundaries(request, JSON.stringify([principal, model.id]), usage.inputTokens);
      const points = boundaries.flatMap((boundary, index) =>
        boundary.point !== undefined && boundary.tokens >= model.minCacheTokens ? [{ boundary, index }] : [],
      );
      const lookback = model.family === "claude" ? LOOKBACK_BLOCKS : 0;
      const hit = points
        .toReversed()
        .flatMap(({ index }) => boundaries.slice(Math.max(0, index - lookback), index + 1).toReversed())
        .find(({ key, tokens }) => tokens >= model.minCacheTokens && findAlive(key) !== undefined);
      const readTokens = hit?.tokens ?? 0;
      for (const { key, tokens } of boundaries) {
        const entry = tokens <= readTokens ? findAlive(key) : undefined;
        if (entry !== undefined) keep(key, entry.ttlMs);
      }
      const written = countWrites(
        points.map(({ boundary }) => boundary),
        readTokens,
      );
      for (const { boundary } of points) {
        if (boundary.tokens > readTokens) keep(boundary.key, TTL_MS[readTtl(boundary)] ?? 0);
      }
      return renderUsage(usage, readTokens, written);
    },
  };
}

function holdsPoints({ toolConfig, system = [], messages = [] }: ConverseRequest): boolean {
  const lists: readonly (readonly object[])[] = [
    toolConfig?.tools ?? [],
    system,
    ...messages.map(({ content }) => content),
  ];
  return lists.some((list) => list.some((block) => "cachePoint" in block));
}

/** Claude tells of the cache in every answer, others only when it was asked for. */
function reportsCache({ family, cachePoints }: Model): boolean {
  return family === "claude" && cachePoints !== "none";
}

function readTtl({ point }: Boundary): string {
  return point?.ttl ?? DEFAULT_TTL;
}

/** What lies beyond the hit is written up to the last point, each part with the TTL of the point that closes it. */
function countWrites(points: readonly Boundary[], readTokens: number): Map<string, number> {
  const written = new Map<string, number>();
  let from = readTokens;
  for (const point of points) {
    if (point.tokens <= from) continue;
    const ttl = readTtl(point);
    written.set(ttl, (written.get(ttl) ?? 0) + point.tokens - from);
    from = point.tokens;
  }
  return written;
}

/** The wire carries the two sums under a second name as well, which is in no documentation. */
function renderUsage(usage: TokenUsage, readTokens: number, written: ReadonlyMap<string, number>): TokenUsage {
  const cacheDetails = [...written].map(([ttl, inputTokens]) => ({ ttl, inputTokens }));
  const writtenTokens = cacheDetails.reduce((sum, { inputTokens }) => sum + inputTokens, 0);
  const counts = {
    cacheReadInputTokenCount: readTokens,
    cacheReadInputTokens: readTokens,
    cacheWriteInputTokenCount: writtenTokens,
    cacheWriteInputTokens: writtenTokens,
  };
  return {
    ...usage,
    ...counts,
    inputTokens: usage.inputTokens - readTokens - writtenTokens,
    ...(cacheDetails.length > 0 ? { cacheDetails } : {}),
  };
}
