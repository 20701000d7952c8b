import { CapabilityError } from "../../errors.ts";
import type { PaintRequest, PaintResult } from "../../requests/paint.ts";
import type { BedrockClient } from "../client.ts";

/** Stub: its owner fills it. */
export function paint(_client: BedrockClient, _request: PaintRequest): Promise<PaintResult> {
  return Promise.reject(new CapabilityError("Not there yet."));
}
