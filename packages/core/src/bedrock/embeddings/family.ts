import type { Embedder, EmbedBatchRequest, Truncation } from "../../requests/embed.ts";
import type { JsonObject } from "../../types/json.ts";
import type { OutputType } from "../../types/vector.ts";

/** What all models of a family take, and how they are asked. */
export interface EmbeddingFamily extends Omit<Embedder, "embed" | "warnings"> {
  /** The first is the default. */
  readonly dimensions: readonly number[];
  readonly outputTypes: readonly OutputType[];
  readonly truncations: readonly Truncation[];
  /** Whether it makes other vectors for other purposes. */
  readonly hasPurposes: boolean;
  /** Whether it normalises itself, when it is told to. */
  readonly normalizes: boolean;
  /** Renders the body of a request. */
  readonly render: (request: EmbedBatchRequest) => JsonObject;
  /** The vectors in an answer, whatever they are; nothing when there are none. */
  readonly parse: (json: JsonObject, outputType: OutputType) => unknown;
  /** Whether a vector of bits comes as one number for each. */
  readonly sendsBits?: boolean;
}

/** What most models have in common: one text a request. */
export const PLAIN: Omit<EmbeddingFamily, "dimensions" | "render" | "parse"> = {
  maxItems: 1,
  maxImages: 1,
  readsBoth: false,
  outputTypes: ["float"],
  truncations: ["none"],
  hasPurposes: false,
  normalizes: false,
};
