import { CapabilityError } from "../errors.ts";
import type { RequestOptions } from "../requests/options.ts";
import type { JsonObject } from "../types/json.ts";
import type { BedrockClient } from "./client.ts";

/** The options of `llm.invoke()`. */
export interface InvokeOptions extends RequestOptions {
  /** The model behind an ARN that does not name it. */
  baseModel?: string | undefined;
}

/** What `llm.invoke()` gives. */
export interface InvokeResult {
  /** The body, when it is JSON. */
  readonly json: unknown;
  readonly requestId?: string | undefined;
}

/** Stub: its owner fills it. */
export function invokeModel(
  _client: BedrockClient,
  _model: string,
  _body: JsonObject,
  _options: InvokeOptions,
): Promise<InvokeResult> {
  return Promise.reject(new CapabilityError("Not there yet."));
}
