import type { JsonObject } from "../types/json.ts";
import type { RequestOptions } from "./options.ts";

/** Content to assess. */
export interface ModerateRequest {
  /** What came from a user, or what a model wrote. */
  readonly source: "input" | "output";
  readonly text?: string | undefined;
  readonly options: RequestOptions;
}

/** What was found. */
export interface ModerateResult {
  readonly action: "none" | "masked" | "blocked";
  readonly requestId?: string | undefined;
  /** The response as received. */
  readonly raw: JsonObject;
}
