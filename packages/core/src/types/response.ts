import type { ContentPart } from "./content.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import type { Message } from "./message.ts";
import type { Usage } from "./usage.ts";
import type { Vector } from "./vector.ts";

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
  /** The AWS region that answered; set when the client chose it (`bedrockRegions`). */
  readonly region?: string;
  /** What `additionalModelResponseFieldPaths` asked for. */
  readonly additionalModelResponseFields?: JsonValue;
}

/** What one finding of a guardrail says. */
export interface GuardrailFinding {
  /** Which policy found it. */
  readonly policy: "topic" | "content" | "word" | "sensitiveInformation" | "contextualGrounding" | "automatedReasoning";
  /** Whether it was found in what was sent, or in what the model answered. */
  readonly where: "input" | "output";
  /** Like `"BLOCKED"`, `"ANONYMIZED"` or `"NONE"` (only detected). */
  readonly action: string;
  /** What was found: a topic's name, a filter's or PII type, a regex's name, a word list's type. */
  readonly name: string;
  /** The finding as received. */
  readonly raw: JsonObject;
}

/** What the guardrail did, read from the stop reason and the trace. */
export interface GuardrailOutcome {
  /** Whether the guardrail replaced the answer by its message, or masked parts of it. The findings tell which. */
  readonly intervened: boolean;
  /** What the trace tells; empty without a trace (`trace: "enabled"`). */
  readonly findings: readonly GuardrailFinding[];
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
  /**
   * What the turn had added before the request that failed: the question, complete answers with tool calls, and their
   * results. `llm.chat(model, { messages: [...chat.history, ...messages] }).ask()` goes on from there without running a
   * tool again. Set when a turn of several requests failed.
   */
  readonly messages?: readonly Message[];
  /**
   * The vectors that had come, each at the place of its input; set when `llm.embed()` failed. Not enumerable, so that no
   * log fills with them. `llm.embed(inputs, { resume: error.partial })` embeds only the others.
   */
  readonly vectors?: readonly (Vector | undefined)[];
}
