/**
 * Tokens of one answer, as Bedrock counted them.
 *
 * `inputTokens` holds only the input that was neither read from nor written to the prompt cache, so
 * `totalTokens = inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens`.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
 */
export interface Usage {
  /** Input tokens that were processed at the full price. */
  readonly inputTokens: number;
  /** Tokens that the model wrote, its thinking included. */
  readonly outputTokens: number;
  /** All tokens of the call, those of the cache included. */
  readonly totalTokens: number;
  /** Input tokens read from the prompt cache; 0 when Bedrock reported none. */
  readonly cacheReadTokens: number;
  /** Input tokens written to the prompt cache; 0 when Bedrock reported none. */
  readonly cacheWriteTokens: number;
  /** The cache writes by time to live, where Bedrock tells them apart. */
  readonly cacheWriteTokensByTtl?: { readonly [ttl: string]: number };
}

/**
 * What an answer cost, in US dollars, by the prices that are known to the library or were given to `createLLM`.
 */
export interface Cost {
  readonly totalUsd: number;
  /** Input that the cache had no part in. */
  readonly inputUsd: number;
  readonly outputUsd: number;
  readonly cacheReadUsd: number;
  readonly cacheWriteUsd: number;
}

/** Token counts by time to live, like `"5m"`. */
export type TokensByTtl = NonNullable<Usage["cacheWriteTokensByTtl"]>;

/** Adds counts by their names; one that is missing counts as 0. `undefined` when there is nothing to add. */
export function addTokens(a: TokensByTtl | undefined, b: TokensByTtl | undefined): Record<string, number> | undefined {
  if (!a && !b) return undefined;
  const sums: Record<string, number> = { ...a };
  for (const [name, tokens] of Object.entries(b ?? {}))
    sums[name] = (Object.hasOwn(sums, name) ? (sums[name] ?? 0) : 0) + tokens;
  return sums;
}

/** The tokens of two answers together. */
export function addUsage(a: Usage, b: Usage): Usage {
  const byTtl = addTokens(a.cacheWriteTokensByTtl, b.cacheWriteTokensByTtl);
  return {
    inputTokens: add(a.inputTokens, b.inputTokens),
    outputTokens: add(a.outputTokens, b.outputTokens),
    totalTokens: add(a.totalTokens, b.totalTokens),
    cacheReadTokens: add(a.cacheReadTokens, b.cacheReadTokens),
    cacheWriteTokens: add(a.cacheWriteTokens, b.cacheWriteTokens),
    ...(byTtl && { cacheWriteTokensByTtl: byTtl }),
  };
}

/** A provider of the user's own may leave counts out. */
function add(a = 0, b = 0): number {
  return a + b;
}
