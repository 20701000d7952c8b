import type { JsonObject } from "../../types/json.ts";

/** A content block as Bedrock takes it: an object with one member, which names the kind. */
export type WireBlock = JsonObject;

/** A message as Bedrock takes it. */
export interface WireMessage {
  readonly role: "user" | "assistant";
  readonly content: readonly WireBlock[];
}

/**
 * The part of a Converse request that is made from a history.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export interface WireConversation {
  readonly messages: readonly WireMessage[];
  readonly system: readonly WireBlock[];
}
