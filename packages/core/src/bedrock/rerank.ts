import { CapabilityError } from "../errors.ts";
import type { RerankRequest, RerankResult } from "../requests/rerank.ts";
import type { BedrockClient } from "./client.ts";

/** Stub: its owner fills it. */
export function rerank(_client: BedrockClient, _request: RerankRequest): Promise<RerankResult> {
  return Promise.reject(new CapabilityError("Not there yet."));
}
