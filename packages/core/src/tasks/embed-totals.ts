import { APIError } from "../errors.ts";
import type { EmbedBatch } from "../requests/embed.ts";
import { compact } from "../types/json.ts";
import { addTokens, addUsage, type Cost, type Usage } from "../types/usage.ts";

/** What the requests of a job came to so far. */
export interface EmbedTotals {
  /** Of each vector. */
  length: number | undefined;
  requests: number;
  usage: Usage | undefined;
  cost: Cost | undefined;
}

/** The totals of nothing. */
export function createTotals(): EmbedTotals {
  return { length: undefined, requests: 0, usage: undefined, cost: undefined };
}

/**
 * Adds a batch. Usage and cost are known when those of all batches are.
 *
 * @param count how many inputs it had
 * @throws {APIError} `ERR_RESPONSE` when it has not as many vectors, or one is not as long as the others
 */
export function addBatch(totals: EmbedTotals, count: number, { vectors, usage, cost }: EmbedBatch): void {
  if (!Array.isArray(vectors) || vectors.length !== count) {
    throw new APIError(
      `${count} inputs gave ${vectors?.length ?? "no"} vectors: check the middlewares and the provider.`,
      { code: "ERR_RESPONSE" },
    );
  }
  for (const { length } of vectors) {
    totals.length ??= length;
    if (totals.length === length) continue;
    throw new APIError(`A vector has the length ${length}, others have ${totals.length}: check params and the model.`, {
      code: "ERR_RESPONSE",
    });
  }
  const { usage: used, cost: paid } = totals;
  const isFirst = totals.requests++ === 0;
  totals.usage = isFirst ? usage : used && usage && addUsage(used, usage);
  totals.cost = isFirst ? cost : paid && cost && { ...paid, ...addTokens({ ...paid }, { ...cost }) };
}

/** What is known of usage and cost. */
export function describeTotals({ usage, cost }: EmbedTotals): { readonly usage?: Usage; readonly cost?: Cost } {
  return compact({ usage, cost });
}
