import { CapabilityError } from "../../errors.ts";
import type { ModerateRequest, ModerateResult } from "../../requests/moderate.ts";
import type { BedrockClient } from "../client.ts";

/** Stub: its owner fills it. */
export function moderate(_client: BedrockClient, _request: ModerateRequest): Promise<ModerateResult> {
  return Promise.reject(new CapabilityError("Not there yet."));
}
