import { LLMError, RateLimitError, type ErrorFacts } from "../errors.ts";
import type { World } from "../world.ts";
import type { AbortLike } from "./abort.ts";
import { createAbortError } from "./failures.ts";

/** The longest wait that a server may ask for; beyond it the error goes to the caller, who can plan better. */
const MAX_RETRY_AFTER_MS = 60_000;
const MAX_BACKOFF_MS = 20_000;
/** The base of the wait in milliseconds, and what the retry costs. */
const AFTER_FAILURE = [50, 14] as const;
const AFTER_THROTTLING = [1000, 5] as const;

const BUDGET_TOKENS = 500;
const SUCCESS_REFUND = 1;

/**
 * What a client may still spend on retries. When most calls fail it runs out, and the client stops adding to the load of a
 * server in trouble; successes fill it again.
 */
export interface RetryBudget {
  tokens: number;
}

/** A full budget: 500 tokens. A retry costs 14, after throttling 5; a success brings back what its last retry cost, or 1. */
export function createRetryBudget(): RetryBudget {
  return { tokens: BUDGET_TOKENS };
}

/** A retry that is about to be made. */
export interface RetryInfo {
  /** The number of the attempt to come; the first attempt of all was 0. */
  readonly attempt: number;
  /** How long it waits before that, in milliseconds. */
  readonly delayMs: number;
  /** Why the attempt before failed. */
  readonly error: LLMError;
}

/** How to retry. */
export interface RetryOptions {
  /** Attempts after the first; 0 for none. */
  readonly maxRetries: number;
  /** Shared by all calls of a client. */
  readonly budget: RetryBudget;
  readonly world: World;
  /** On `world.monotonic`; a retry that could not start before it is not waited for. Default: none. */
  readonly deadline?: number;
  /** Aborting ends the wait. */
  readonly signal?: AbortLike | undefined;
  /**
   * Whether the next attempt goes elsewhere than the last one, where nothing is known to be wrong: it is made at once, and
   * costs nothing of the budget. Default: it does not.
   */
  readonly isElsewhere?: (() => boolean) | undefined;
  /** Called before each wait. */
  readonly onRetry?: ((info: RetryInfo) => void) | undefined;
}

/**
 * Makes an attempt, and again while it fails with a retryable `LLMError` and limits allow. Waits a random time up to
 * `min(20 s, 50 ms * 2^n)` (after throttling `1 s * 2^n`), on top of what the server asked for (`retryAfterMs`; more than
 * 60 s ends it). Numbers as in the standard mode of the AWS SDKs.
 *
 * @param attempt gets its number, from 0
 * @throws what the last attempt threw, as it is
 * @throws {AbortError} `ERR_ABORTED` when the signal was aborted during a wait; `cause` is its reason
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export async function retry<T>(attempt: (n: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { budget, maxRetries, onRetry, world } = options;
  let spent = 0;
  for (let n = 0; ; n++) {
    try {
      const result = await attempt(n);
      budget.tokens = Math.min(BUDGET_TOKENS, budget.tokens + (spent || SUCCESS_REFUND));
      return result;
    } catch (error) {
      if (!(error instanceof LLMError) || !error.retryable || n >= maxRetries) throw error;
      const [baseMs, price] = error instanceof RateLimitError ? AFTER_THROTTLING : AFTER_FAILURE;
      const isElsewhere = options.isElsewhere?.();
      const delayMs = isElsewhere ? 0 : planDelay(error, baseMs * 2 ** n, options);
      const cost = isElsewhere ? 0 : price;
      if (delayMs === undefined || budget.tokens < cost) throw error;
      budget.tokens -= cost;
      spent = cost;
      onRetry?.({ attempt: n + 1, delayMs, error });
      await sleep(delayMs, world, options.signal);
    }
  }
}

/** @returns nothing when the wait would be too long */
function planDelay(error: LLMError, mostMs: number, { world, deadline = Infinity }: RetryOptions): number | undefined {
  const { retryAfterMs = 0 }: ErrorFacts = error;
  const delayMs = retryAfterMs + world.random() * Math.min(MAX_BACKOFF_MS, mostMs);
  return retryAfterMs > MAX_RETRY_AFTER_MS || world.monotonic() + delayMs >= deadline ? undefined : delayMs;
}

/** @throws {AbortError} when the signal is aborted */
export function sleep(ms: number, world: World, signal: AbortLike | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const wake = (): void => {
      clearTimer();
      signal?.removeEventListener("abort", wake);
      if (signal?.aborted) reject(createAbortError(signal));
      else resolve();
    };
    const clearTimer = world.setTimer(wake, ms);
    signal?.addEventListener("abort", wake);
    if (signal?.aborted) wake();
  });
}
