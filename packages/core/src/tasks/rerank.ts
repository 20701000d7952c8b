import { CapabilityError } from "../errors.ts";
import type { RequestOptions } from "../requests/options.ts";
import type { RerankResult } from "../requests/rerank.ts";
import type { JsonObject } from "../types/json.ts";
import type { TaskEnvironment } from "./task.ts";

/** The options of `llm.rerank()`. */
export interface RerankOptions extends RequestOptions {
  model?: string | undefined;
}

/** Stub: its owner fills it. */
export function rerank(
  _env: TaskEnvironment,
  _query: string,
  _documents: readonly (string | JsonObject)[],
  _options: RerankOptions,
): Promise<RerankResult> {
  return Promise.reject(new CapabilityError("Not there yet."));
}
