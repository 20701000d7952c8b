/** The body of Converse and ConverseStream. */
import type { CachePointBlock, Message, SystemContentBlock } from "./content.ts";
import type { Json } from "./media.ts";

/** A tool that the model may call. */
export interface ToolSpecification {
  name: string;
  description?: string;
  inputSchema: { json: Json };
  strict?: boolean;
}

/** One entry of the tool list. */
export type Tool = { toolSpec: ToolSpecification } | { systemTool: { name: string } } | { cachePoint: CachePointBlock };

/** How the model picks a tool. */
export type ToolChoice = { auto: Record<string, never> } | { any: Record<string, never> } | { tool: { name: string } };

/** The tools of a request. */
export interface ToolConfiguration {
  tools: Tool[];
  toolChoice?: ToolChoice;
}

/** Limits and sampling. `temperature` and `topP` lie between 0 and 1. */
export interface InferenceConfiguration {
  maxTokens?: number;
  temperature?: number;
  topP?: number;
  stopSequences?: string[];
}

/** The guardrail of a request. `streamProcessingMode` exists in ConverseStream only. */
export interface GuardrailConfiguration {
  guardrailIdentifier?: string;
  guardrailVersion?: string;
  trace?: string;
  streamProcessingMode?: string;
}

/** `standard` or `optimized`. */
export interface PerformanceConfiguration {
  latency?: string;
}

/** `priority`, `default`, `flex` or `reserved`. */
export interface ServiceTier {
  type: string;
}

/** The form of the answer. `schema` is JSON in a string. */
export interface OutputConfig {
  textFormat?: {
    type: string;
    structure: { jsonSchema: { schema: string; name?: string; description?: string } };
  };
  effort?: string;
}

/** The body of Converse and ConverseStream. `modelId` travels in the path. */
export interface ConverseRequest {
  messages?: Message[];
  system?: SystemContentBlock[];
  inferenceConfig?: InferenceConfiguration;
  toolConfig?: ToolConfiguration;
  guardrailConfig?: GuardrailConfiguration;
  additionalModelRequestFields?: Json;
  promptVariables?: Record<string, { text: string }>;
  additionalModelResponseFieldPaths?: string[];
  requestMetadata?: Record<string, string>;
  performanceConfig?: PerformanceConfiguration;
  serviceTier?: ServiceTier;
  outputConfig?: OutputConfig;
}
