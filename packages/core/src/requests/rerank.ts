import type { JsonObject } from "../types/json.ts";
import type { RequestOptions } from "./options.ts";

/** Documents to order. */
export interface RerankRequest {
  readonly model: string;
  readonly query: string;
  readonly documents: readonly (string | JsonObject)[];
  readonly topN?: number | undefined;
  readonly options: RequestOptions;
}

/** Documents in order, the best first. */
export interface RerankResult {
  readonly model: string;
  readonly results: readonly { readonly index: number; readonly score: number }[];
  readonly requestId?: string | undefined;
  /** The response as received. */
  readonly raw: JsonObject;
}
