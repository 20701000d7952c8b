import type { JsonObject } from "../types/json.ts";
import type { Message } from "../types/message.ts";
import type { OutputFormat, ToolChoice, ToolDefinition } from "../types/tool.ts";
import type { RequestOptions } from "./options.ts";

/**
 * What can be set for a model. A parameter that is not set is not sent: the model's own default holds.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export interface ChatParams {
  /** How much chance decides, 0 to 1. */
  temperature?: number | undefined;
  /** The most tokens to write, 1 or more. Bedrock reserves quota for all of them, so set it near what you need. */
  maxTokens?: number | undefined;
  /** Share of the likeliest words to choose from, 0 to 1. */
  topP?: number | undefined;
  /** Texts that end the answer; at most 2,500, none empty. */
  stopSequences?: readonly string[] | undefined;
  /** Fields of the model's own, sent as they are. */
  additionalModelRequestFields?: JsonObject | undefined;
  /** JSON Pointers into the model's own response, at most 10; found in `res.metadata.additionalModelResponseFields`. */
  additionalModelResponseFieldPaths?: readonly string[] | undefined;
  /** Values for the variables of a prompt (with a prompt ARN as model). */
  promptVariables?: { readonly [name: string]: { readonly text: string } } | undefined;
  /** Labels for the invocation log, at most 16. */
  requestMetadata?: { readonly [key: string]: string } | undefined;
  performanceConfig?: { readonly latency: "standard" | "optimized" } | undefined;
  serviceTier?: { readonly type: "default" | "priority" | "flex" | "reserved" } | undefined;
  guardrailConfig?: GuardrailConfig | undefined;
  /** Bedrock's own member; `withSchema` and `withEffort` set it for you. */
  outputConfig?: JsonObject | undefined;
  /** Whether the model thinks before it answers, and how many tokens at most. Default: the model's own. */
  thinking?: ThinkingConfig | boolean | undefined;
  /** How much the model thinks and writes. */
  effort?: Effort | undefined;
  /** `"auto"` sets up to four cache points where they pay. Default: only those of `cache_control`. */
  cache?: CacheConfig | undefined;
}

/** The guardrail of a chat. */
export interface GuardrailConfig {
  /** Id or ARN. Default: the client's `bedrockGuardrailIdentifier`. */
  readonly guardrailIdentifier?: string;
  /** A number, as text, or `"DRAFT"`. Default, for the client's guardrail: the client's `bedrockGuardrailVersion`. */
  readonly guardrailVersion?: string;
  /** Whether the answer tells what was found. Default: the client's `bedrockGuardrailTrace`. */
  readonly trace?: "enabled" | "disabled" | "enabled_full";
  /** Only for streams. `"sync"` (default) holds text back until it is checked, `"async"` does not. */
  readonly streamProcessingMode?: "sync" | "async";
  /** Whether the guardrail looks at the last question only, not at the whole conversation again. Default `false`. */
  readonly latestTurnOnly?: boolean;
}

/** How a model thinks. */
export interface ThinkingConfig {
  /** The most tokens to think with, 1,024 or more. Models that choose themselves take it as a hint, or not at all. */
  readonly budget?: number;
  /** Whether Claude's adaptive thinking is shown in short or left out. */
  readonly display?: "summarized" | "omitted";
}

/** How much the model thinks and writes; which of them a model knows differs. */
export type Effort = "low" | "medium" | "high" | "xhigh" | "max" | (string & {});

/** Whether cache points are set by themselves, and how long they live (default 5 minutes). */
export type CacheConfig = "auto" | { readonly ttl: "5m" | "1h" };

/** A conversation to answer. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly params: ChatParams;
  readonly options: RequestOptions;
  /** The model behind an ARN that does not name it. */
  readonly baseModel?: string | undefined;
  readonly tools?: readonly ToolDefinition[] | undefined;
  /** Default `"auto"`. */
  readonly toolChoice?: ToolChoice | undefined;
  /** Whether the model may call several tools at once. Default: the model's own. */
  readonly parallelToolCalls?: boolean | undefined;
  /** Set when the answer shall be JSON. The answer's text then is that JSON, however the model was asked. */
  readonly output?: OutputFormat | undefined;
}
