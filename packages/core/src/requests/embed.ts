import type { JsonObject } from "../types/json.ts";
import type { Base64Source, ImageFormat, S3Source } from "../types/media.ts";
import type { Warning } from "../types/response.ts";
import type { Cost, Usage } from "../types/usage.ts";
import type { OutputType, Vector } from "../types/vector.ts";
import type { RequestOptions } from "./options.ts";

/** What vectors are for; many models make others for a question than for the documents that may answer it. */
export type EmbedPurpose = "document" | "query" | "classification" | "clustering";

/** What becomes of a text that is too long: it is refused, or its start or its end is cut off. */
export type Truncation = "none" | "start" | "end";

/** How texts and images are to be embedded. What is not set, the model decides. */
export interface EmbedderRequest {
  readonly model: string;
  /** The model behind an ARN that does not name it. */
  readonly baseModel?: string | undefined;
  readonly dimensions?: number | undefined;
  /** Whether vectors have the length 1. */
  readonly normalize?: boolean | undefined;
  /** Default `"document"`. */
  readonly inputType?: EmbedPurpose | undefined;
  readonly truncate?: Truncation | undefined;
  /** Default `"float"`. */
  readonly outputType?: OutputType | undefined;
  /** Fields of the model's own; they win over what is rendered. */
  readonly params?: JsonObject | undefined;
  readonly options: RequestOptions;
}

/** What to embed: a text, an image, or both together. */
export interface EmbedItem {
  readonly text?: string | undefined;
  readonly image?: { readonly source: Base64Source | S3Source; readonly format?: ImageFormat | undefined } | undefined;
}

/** Some items to embed in one request. All of them are texts, or images, or both. */
export interface EmbedBatchRequest extends EmbedderRequest {
  readonly items: readonly EmbedItem[];
}

/** Which images a model reads. */
export interface ImageLimits {
  readonly formats: readonly ImageFormat[];
  /** Default: as much as a request may hold. */
  readonly maxBytes?: number;
  /** Whether it reads them from S3. */
  readonly readsS3?: boolean;
}

/** Embeds with one model. */
export interface Embedder {
  /** How many items one request takes. */
  readonly maxItems: number;
  /** How many items with images one request takes. */
  readonly maxImages: number;
  /** In characters; absent when the model counts tokens only. */
  readonly maxTextLength?: number;
  /** Absent when the model reads none. */
  readonly images?: ImageLimits;
  /** Whether a text and an image become one vector. */
  readonly readsBoth: boolean;
  /** What of the request the model cannot take, and was left out. */
  readonly warnings: readonly Warning[];
  /** Embeds one batch; the vectors are in the order of the items. */
  embed(request: EmbedBatchRequest): Promise<EmbedBatch>;
}

/** The vectors of one batch. */
export interface EmbedBatch {
  /** In the type that was asked for. */
  readonly vectors: readonly Vector[];
  /** Absent when the tokens were not told. */
  readonly usage?: Usage | undefined;
  /** Absent when the tokens or the price are not known. */
  readonly cost?: Cost | undefined;
  readonly requestId?: string | undefined;
}
