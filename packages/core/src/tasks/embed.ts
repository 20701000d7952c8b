import { checkGiven } from "../checks.ts";
import { copyError, InputError, LLMError } from "../errors.ts";
import type { EmbedBatch } from "../requests/embed.ts";
import { compact } from "../types/json.ts";
import type { PartialResponse, Warning } from "../types/response.ts";
import type { Cost, Usage } from "../types/usage.ts";
import type { OutputType, Vector, VectorTypes } from "../types/vector.ts";
import type { Indexed } from "./embed-batcher.ts";
import { readInput, type EmbedInput } from "./embed-input.ts";
import { createPlan, tellProgress, type EmbedOptions } from "./embed-options.ts";
import { runEmbedding, type EmbedPlan } from "./embed-run.ts";
import { addBatch, createTotals, describeTotals, isLikeOthers, type EmbedTotals } from "./embed-totals.ts";
import type { TaskEnvironment } from "./task.ts";

/** What `llm.embed()` gives. */
export interface Embedding<T extends OutputType = "float"> {
  /** The first vector. */
  readonly vector: VectorTypes[T];
  /** In the order of the inputs. */
  readonly vectors: readonly VectorTypes[T][];
  /** Of each vector; of `binary` and `ubinary`, eight in a byte. */
  readonly dimensions: number;
  /** The model id as it was asked for. */
  readonly model: string;
  /** Of all requests; absent when Bedrock did not count the tokens of all. */
  readonly usage?: Usage;
  /** Of all requests; absent when the tokens or the price of one are not known, as with images. */
  readonly cost?: Cost;
  /** AWS request ids, as the answers came. */
  readonly requestIds: readonly string[];
  readonly warnings: readonly Warning[];
}

/**
 * Embeds any number of inputs; their vectors are in their order.
 *
 * @throws {InputError} `ERR_INPUT` when an input or option is none, before anything is sent; `ERR_MEDIA` when an image
 *   cannot be read
 * @throws {CapabilityError} `ERR_CAPABILITY` when the model cannot do it, before anything is sent
 * @throws {LLMError} with `partial`: the vectors that had come
 */
export async function embed<T extends OutputType = "float">(
  env: TaskEnvironment,
  input: EmbedInput | readonly EmbedInput[],
  given: EmbedOptions<T>,
): Promise<Embedding<T>> {
  const { resume, ...options } = checkGiven(given);
  const inputs = isList(input) ? input : [input];
  if (inputs.length === 0) throw new InputError("There is nothing to embed: give at least one text.");
  const plan = await createPlan(env, options);
  const totals = createTotals(plan.request);
  const vectors = readResume(resume, inputs.length, totals);
  const missing: readonly Indexed[] = [...inputs.entries()].filter(([index]) => !vectors[index]);
  for (const [index, each] of missing) readInput(each, index, plan.limits);
  const requestIds: string[] = [];
  let done = inputs.length - missing.length;
  const job = {
    source: missing.values(),
    deliver: (batch: readonly Indexed[], result: EmbedBatch): void => {
      addBatch(totals, batch.length, result);
      for (const [at, [index]] of batch.entries()) vectors[index] = result.vectors[at];
      if (result.requestId !== undefined) requestIds.push(result.requestId);
      done += batch.length;
      tellProgress(options, { done, total: inputs.length, ...describeTotals(totals) });
    },
  };
  try {
    await runEmbedding(plan, job, new AbortController());
  } catch (error) {
    throw error instanceof LLMError ? copyError(error, { partial: createPartial(vectors, totals) }) : error;
  }
  return createEmbedding<T>(plan, vectors, totals, requestIds);
}

function createEmbedding<T extends OutputType>(
  { request, embedder }: EmbedPlan,
  found: readonly (Vector | undefined)[],
  totals: EmbedTotals,
  requestIds: readonly string[],
): Embedding<T> {
  const { outputType = "float" } = request;
  // The provider was asked for this type, and `resume` was looked through.
  const vectors = found as readonly VectorTypes[T][];
  const [vector] = vectors;
  if (!vector) throw new InputError("There is nothing to embed: give at least one text.");
  const dimensions = vector.length * (outputType.endsWith("binary") ? 8 : 1);
  return {
    vector,
    vectors,
    dimensions,
    model: request.model,
    ...describeTotals(totals),
    requestIds,
    warnings: embedder.warnings,
  };
}

function createPartial(vectors: readonly (Vector | undefined)[], { usage }: EmbedTotals): PartialResponse {
  return Object.defineProperty({ content: "", parts: [], ...compact({ usage }) }, "vectors", { value: vectors });
}

function readResume(resume: EmbedOptions["resume"], count: number, totals: EmbedTotals): (Vector | undefined)[] {
  const given = resume === undefined ? Array.from<Vector | undefined>({ length: count }) : resume?.vectors;
  if (!Array.isArray(given)) {
    throw new InputError("resume has no list of vectors: give the partial of the error as it is.");
  }
  const vectors = Array.from<Vector | undefined>(given);
  if (vectors.length !== count) {
    throw new InputError(
      `resume has places for ${vectors.length} vectors, but there are ${count} inputs: give the same inputs again.`,
    );
  }
  const wrong = vectors.findIndex((vector) => vector && !isLikeOthers(totals, vector));
  if (wrong < 0) return vectors;
  throw new InputError(
    `resume.vectors[${wrong}] is no vector like the others, or not of ${totals.type}${totals.length ? ` and ${totals.length}` : ""}: give the partial of the error as it is.`,
  );
}

function isList(input: EmbedInput | readonly EmbedInput[]): input is readonly EmbedInput[] {
  return Array.isArray(input);
}
