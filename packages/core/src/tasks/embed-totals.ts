import { APIError } from "../errors.ts";
import type { EmbedBatch, EmbedderRequest } from "../requests/embed.ts";
import { compact } from "../types/json.ts";
import { addTokens, addUsage, type Cost, type Usage } from "../types/usage.ts";
import type { OutputType, Vector } from "../types/vector.ts";

const ARRAYS = {
  float: Float32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  binary: Int8Array,
  ubinary: Uint8Array,
} as const;

/** What the requests of a job came to so far. */
export interface EmbedTotals {
  readonly type: OutputType;
  /** Of each vector. */
  length: number | undefined;
  requests: number;
  usage: Usage | undefined;
  cost: Cost | undefined;
}

/** The totals of nothing. */
export function createTotals({ outputType: type = "float", dimensions, params }: EmbedderRequest): EmbedTotals {
  const size = type.endsWith("binary") ? 8 : 1;
  // Which `params` win over the dimensions, only the model knows.
  const length = dimensions === undefined || params ? undefined : dimensions / size;
  return { type, length, requests: 0, usage: undefined, cost: undefined };
}

/** Whether it is a vector of the type that was asked for, and as long as the others. */
export function isLikeOthers(totals: EmbedTotals, vector: unknown): vector is Vector {
  return vector instanceof ARRAYS[totals.type] && vector.length === (totals.length ??= vector.length);
}

/**
 * Adds a batch. Usage and cost are known when those of all batches are.
 *
 * @param count how many inputs it had
 * @throws {APIError} `ERR_RESPONSE` when it has not as many vectors, or one is not of the type or as long as the others
 */
export function addBatch(totals: EmbedTotals, count: number, { vectors, usage, cost }: EmbedBatch): void {
  if (!Array.isArray(vectors) || vectors.length !== count) {
    throw new APIError(
      `${count} inputs gave ${vectors?.length ?? "no"} vectors: check the middlewares and the provider.`,
      { code: "ERR_RESPONSE" },
    );
  }
  // Not by `every`, which leaves out holes.
  for (const vector of vectors as readonly unknown[]) {
    if (isLikeOthers(totals, vector)) continue;
    const received = ArrayBuffer.isView(vector)
      ? `a ${vector.constructor.name} of ${vector.byteLength} bytes`
      : typeof vector;
    throw new APIError(
      `A vector is ${received}, and not ${ARRAYS[totals.type].name} of ${totals.length ?? "any length"}: ` +
        "check params, the model, the middlewares and the provider.",
      { code: "ERR_RESPONSE" },
    );
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
