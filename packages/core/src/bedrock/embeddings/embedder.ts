import { CapabilityError } from "../../errors.ts";
import type { Embedder, EmbedderRequest } from "../../requests/embed.ts";
import type { BedrockClient } from "../client.ts";

/** Stub: its owner fills it. */
export function createEmbedder(_client: BedrockClient, _request: EmbedderRequest): Promise<Embedder> {
  return Promise.reject(new CapabilityError("Not there yet."));
}
