import { CapabilityError } from "../errors.ts";
import type { RequestOptions } from "../requests/options.ts";
import type { TaskEnvironment } from "./task.ts";

/** The options of `llm.embed()`. */
export interface EmbedOptions extends RequestOptions {
  /** Default: the client's `defaultEmbeddingModel`. */
  model?: string | undefined;
}

/** What `llm.embed()` gives. */
export interface Embedding {
  /** The first vector. */
  readonly vector: Float32Array;
  readonly vectors: readonly Float32Array[];
}

/** Stub: its owner fills it. */
export function embed(
  _env: TaskEnvironment,
  _input: string | readonly string[],
  _options: EmbedOptions,
): Promise<Embedding> {
  return Promise.reject(new CapabilityError("Not there yet."));
}
