import type { JsonObject } from "../types/json.ts";
import type { RequestOptions } from "./options.ts";

/** Documents to order. */
export interface RerankRequest {
  readonly model: string;
  /** The model behind an ARN that does not name it. */
  readonly baseModel?: string | undefined;
  readonly query: string;
  readonly documents: readonly (string | JsonObject)[];
  /** How many to give back, the best; no more than there are documents. */
  readonly topN: number;
  /** By the model itself, or by the service in front of it. */
  readonly via: "invoke" | "agent";
  /** Fields of the model's own; they win over what is rendered. */
  readonly params?: JsonObject | undefined;
  readonly options: RequestOptions;
}

/** Documents in order, the best first. */
export interface RerankResult {
  /** The model id as it was asked for. */
  readonly model: string;
  /** `index` is the document's place in the request; the better it answers, the higher the score, mostly 0 to 1. */
  readonly results: readonly { readonly index: number; readonly score: number }[];
  /** That of the last page, where there were several. */
  readonly requestId?: string | undefined;
  /** The response as received; that of the last page, where there were several. */
  readonly raw: JsonObject;
}
