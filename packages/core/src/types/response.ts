import type { ContentPart } from "./content.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import type { Usage } from "./usage.ts";

/**
 * Why the model stopped, in Bedrock's words. A reason that is new to this version passes through.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export type FinishReason =
  | "end_turn"
  | "tool_use"
  | "max_tokens"
  | "stop_sequence"
  | "guardrail_intervened"
  | "content_filtered"
  | "malformed_model_output"
  | "malformed_tool_use"
  | "model_context_window_exceeded"
  | (string & {});

/** What the library changed, or could not do as asked. */
export interface Warning {
  /** Stable and machine-readable, like `"blank_text_dropped"`. */
  readonly code: string;
  /** What was changed, where, and what to do to avoid it. */
  readonly message: string;
}

/** What Bedrock told about the call beside the answer. */
export interface ResponseMetadata {
  /** Time in the model, in milliseconds. */
  readonly latencyMs?: number;
  /** Guardrail and prompt-router trace, as received. */
  readonly trace?: JsonObject;
  readonly performanceConfig?: JsonObject;
  readonly serviceTier?: JsonObject;
  /** What `additionalModelResponseFieldPaths` asked for. */
  readonly additionalModelResponseFields?: JsonValue;
}

/** What had arrived of an answer when it failed. Only the `parts` before the last are complete. */
export interface PartialResponse {
  /** The text so far. */
  readonly content: string;
  /** The parts so far. A tool call that did not finish is not among them. */
  readonly parts: readonly ContentPart[];
  /** Set when the model had already said why it stopped. */
  readonly finishReason?: FinishReason;
  /** Set when Bedrock had already counted. */
  readonly usage?: Usage;
}
