/** The answer of Converse. */
import type { Json } from "./media.ts";
import type { Message } from "./content.ts";
import type { PerformanceConfiguration, ServiceTier } from "./request.ts";

/** Why the model stopped. */
export type StopReason =
  | "end_turn"
  | "tool_use"
  | "max_tokens"
  | "stop_sequence"
  | "guardrail_intervened"
  | "content_filtered"
  | "malformed_model_output"
  | "malformed_tool_use"
  | "model_context_window_exceeded";

/** Tokens of one turn. `totalTokens` is the sum of input, output, cache reads and cache writes. */
export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  totalTokens: number;
  cacheReadInputTokens?: number;
  cacheWriteInputTokens?: number;
  cacheDetails?: { ttl: string; inputTokens: number }[];
  /** Not in the service model, but on the real wire. */
  serverToolUsage?: Record<string, Json>;
}

/** What a guardrail and a prompt router did. The guardrail's assessments are kept as JSON. */
export interface ConverseTrace {
  guardrail?: {
    modelOutput?: string[];
    inputAssessment?: Record<string, Json>;
    outputAssessments?: Record<string, Json[]>;
    actionReason?: string;
  };
  promptRouter?: { invokedModelId?: string };
}

/** The answer of Converse. */
export interface ConverseResponse {
  output: { message: Message };
  stopReason: StopReason;
  usage: TokenUsage;
  metrics: { latencyMs: number };
  additionalModelResponseFields?: Json;
  trace?: ConverseTrace;
  performanceConfig?: PerformanceConfiguration;
  serviceTier?: ServiceTier;
}
