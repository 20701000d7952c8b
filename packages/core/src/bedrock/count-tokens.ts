import { CapabilityError } from "../errors.ts";
import type { CountTokensRequest, CountTokensResult } from "../requests/count-tokens.ts";
import type { BedrockClient } from "./client.ts";

/** Stub: its owner fills it. */
export function countTokens(_client: BedrockClient, _request: CountTokensRequest): Promise<CountTokensResult> {
  return Promise.reject(new CapabilityError("Not there yet."));
}
