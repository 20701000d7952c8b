import type { RequestOptions } from "./options.ts";

/** How texts and images are to be embedded. */
export interface EmbedderRequest {
  readonly model: string;
  /** The model behind an ARN that does not name it. */
  readonly baseModel?: string | undefined;
  readonly dimensions?: number | undefined;
  readonly options: RequestOptions;
}

/** What to embed: a text, an image, or both together. */
export interface EmbedItem {
  readonly text?: string | undefined;
  /** Base64. */
  readonly image?: string | undefined;
}

/** Embeds with one model. */
export interface Embedder {
  /** How many items one request takes. */
  readonly maxBatch: number;
  /** Embeds one batch; the vectors are in the order of the items. */
  embed(items: readonly EmbedItem[]): Promise<EmbedBatch>;
}

/** The vectors of one batch. */
export interface EmbedBatch {
  readonly vectors: readonly Float32Array[];
  readonly inputTokens?: number | undefined;
  readonly requestId?: string | undefined;
}
