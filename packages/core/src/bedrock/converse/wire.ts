import type { Body } from "../../bytes/body.ts";
import type { Chunk } from "../../types/chunk.ts";
import type { ContentPart } from "../../types/content.ts";
import type { JsonObject } from "../../types/json.ts";
import type { Warning } from "../../types/response.ts";
import type { Usage } from "../../types/usage.ts";
import type { Model } from "../models.ts";

/** A content block as Bedrock takes it: an object with one member, which names the kind. */
export type WireBlock = JsonObject;

/** A message as Bedrock takes it. */
export interface WireMessage {
  /** `system` only for messages that add or remove tools in mid-conversation. */
  readonly role: "user" | "assistant" | "system";
  readonly content: readonly WireBlock[];
}

/** The part of a Converse request that is made from a history. */
export interface WireConversation {
  readonly messages: readonly WireMessage[];
  readonly system: readonly WireBlock[];
}

/** The tools of a request: each an object with one member, `toolSpec`, `systemTool` or `cachePoint`. */
export interface WireToolConfig {
  readonly tools: readonly JsonObject[];
  readonly toolChoice?: JsonObject;
}

/**
 * A Converse request's body, as far as it is built. A member that is empty is left out when it is sent.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export interface WireRequest extends WireConversation {
  readonly toolConfig?: WireToolConfig;
  readonly inferenceConfig?: JsonObject;
  readonly additionalModelRequestFields?: JsonObject;
  readonly outputConfig?: JsonObject;
  readonly guardrailConfig?: JsonObject;
  /** The members that pass through as they are. */
  readonly rest: JsonObject;
}

/** Takes what had to be changed, or could not be done as asked. `code` is stable, like `"blank_text_dropped"`. */
export type Warn = (code: string, message: string) => void;

/** An answer in the terms of its request. */
export interface ReadAnswer {
  readonly parts: readonly ContentPart[];
  readonly finishReason: string;
}

/** Reads answers in the terms of their request: tools by their own names, a structured answer as text. */
export interface AnswerReader {
  read(parts: readonly ContentPart[], finishReason: string): ReadAnswer;
  /** Creates what reads a stream's chunks; it gives `undefined` for one that the caller shall not see. */
  createChunkReader(): (chunk: Chunk) => Chunk | undefined;
}

/** A request as it goes out, what had to be changed for it, and what is needed to read its answer. */
export interface RenderedRequest {
  readonly model: Model;
  readonly body: JsonObject;
  readonly warnings: readonly Warning[];
  /** The characters of base64 of all media. Default 0. */
  readonly mediaLength?: number;
  /** Absent when answers are right as they are. */
  readonly reader?: AnswerReader | undefined;
  /** Tells of cache points that were planned in vain, by the tokens of the answer. Absent when there are none. */
  readonly checkCache?: ((usage: Usage) => Warning | undefined) | undefined;
  /** Whether the model takes this request only without a stream. */
  readonly isUnstreamable?: boolean;
}

/** A rendered request with its bytes. */
export interface EncodedRequest extends RenderedRequest {
  readonly bytes: Uint8Array | Body;
}
