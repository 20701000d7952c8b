import { checkRequestOptions } from "../chat/options.ts";
import { checkRules, isBoolean, isFunction, isWhole, type Rules } from "../checks.ts";
import { ConfigurationError, InputError, LLMError } from "../errors.ts";
import type { EmbedderRequest, EmbedPurpose, Truncation } from "../requests/embed.ts";
import { checkNames, type RequestOptions } from "../requests/options.ts";
import { compact, isObject } from "../types/json.ts";
import type { PartialResponse } from "../types/response.ts";
import type { Cost, Usage } from "../types/usage.ts";
import type { OutputType } from "../types/vector.ts";
import type { EmbedPlan } from "./embed-run.ts";
import { needTask, type TaskEnvironment } from "./task.ts";

/** How far embedding has come. */
export interface EmbedProgress {
  /** How many vectors there are, those of `resume` included. */
  readonly done: number;
  /** How many there shall be; absent for `embedStream`. */
  readonly total?: number;
  /** Of the requests so far; absent when it is not known for all of them. */
  readonly usage?: Usage;
  /** Of the requests so far; absent when it is not known for all of them. */
  readonly cost?: Cost;
}

/**
 * Tells how far it has come.
 *
 * @throws {InputError} `ERR_CALLBACK` when `onProgress` throws; an `LLMError` of its own as it is
 */
export function tellProgress({ onProgress }: Pick<EmbedStreamOptions, "onProgress">, progress: EmbedProgress): void {
  try {
    onProgress?.(progress);
  } catch (cause) {
    if (cause instanceof LLMError) throw cause;
    throw new InputError("onProgress threw (see cause), which ended the embedding.", { code: "ERR_CALLBACK", cause });
  }
}

/** The options of `llm.embedStream()`. */
export interface EmbedStreamOptions<T extends OutputType = OutputType> extends RequestOptions {
  /** Default: the client's `defaultEmbeddingModel`. */
  model?: string | undefined;
  /** The model behind an ARN that does not name it. */
  baseModel?: string | undefined;
  /** Length of a vector; which ones there are depends on the model. Default: the model's own. */
  dimensions?: number | undefined;
  /** Whether vectors have the length 1. Default: the model's own. */
  normalize?: boolean | undefined;
  /** What the vectors are for. Default `"document"`; what is searched with is a `"query"`. */
  inputType?: EmbedPurpose | undefined;
  /** What becomes of a text with too many tokens. Default: the model's own, which is mostly `"none"`: an error. */
  truncate?: Truncation | undefined;
  /** Type of the numbers. Default `"float"`. */
  outputType?: T | undefined;
  /** Fields of the model's own, in its own words; they win over the options. */
  params?: EmbedderRequest["params"];
  /** How many requests are made at the same time. Default 8. */
  concurrency?: number | undefined;
  /** Called after each request. What it throws ends the embedding, as the `cause` of an `InputError` (`ERR_CALLBACK`). */
  onProgress?: ((progress: EmbedProgress) => void) | undefined;
}

/** The options of `llm.embed()`. */
export interface EmbedOptions<T extends OutputType = OutputType> extends EmbedStreamOptions<T> {
  /** The `partial` of an earlier error: what it has is not embedded again. */
  resume?: Pick<PartialResponse, "vectors"> | undefined;
}

/** A rule for each, so that a misspelt one fails instead of being ignored. */
const RULES: Rules<keyof EmbedStreamOptions> = {
  signal: undefined,
  timeouts: undefined,
  maxRetries: undefined,
  headers: undefined,
  model: undefined,
  baseModel: undefined,
  dimensions: undefined,
  normalize: [isBoolean, "true or false"],
  inputType: [/^(document|query|classification|clustering)$/, '"document", "query", "classification", "clustering"'],
  truncate: [/^(none|start|end)$/, '"none", "start", "end"'],
  outputType: [/^(float|int8|uint8|binary|ubinary)$/, '"float", "int8", "uint8", "binary", "ubinary"'],
  params: [isObject, "an object with fields of the model's own"],
  concurrency: [(count) => isWhole(count, 1), "a whole number of at least 1"],
  onProgress: [isFunction, "a function"],
};

/**
 * Checks options, and resolves the model.
 *
 * @throws {LLMError} as `embed` does
 */
export async function createPlan(env: TaskEnvironment, options: EmbedStreamOptions): Promise<EmbedPlan> {
  checkNames(options, Object.keys(RULES), "embed()");
  checkRules(options, RULES, "", InputError);
  const { signal, timeouts, maxRetries, headers, concurrency = 8, onProgress: _, ...own } = options;
  const { model = env.defaultEmbeddingModel } = own;
  const requestOptions = compact({ signal, timeouts, maxRetries, headers });
  checkRequestOptions(requestOptions);
  if (model === undefined) {
    throw new ConfigurationError("No model is set: give one to llm.embed(), or defaultEmbeddingModel.");
  }
  const request = { ...own, model, options: requestOptions };
  const embedder = await needTask(env.provider, "embedder")(request);
  return { env, request, embedder, limits: { ...embedder, model }, concurrency };
}
