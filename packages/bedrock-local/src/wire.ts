/**
 * The wire types of Converse and ConverseStream, as they travel in JSON.
 *
 * Blobs are base64 strings here, documents are any JSON value, and a union is an object with exactly one member.
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */

/** Any JSON value: what AWS calls a document. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Bytes as standard base64 text. */
export type Base64 = string;

/** Who speaks in a message. `system` is a message in the middle of a conversation. */
export type Role = "user" | "assistant" | "system";

/** An object in S3. `bucketOwner` is a twelve-digit account id. */
export interface S3Location {
  uri: string;
  bucketOwner?: string;
}

/** Bytes in the request, or an object in S3. */
export type MediaSource = { bytes: Base64 } | { s3Location: S3Location };

/** Why a generated medium is missing. */
export interface ErrorBlock {
  message?: string;
}

/** A picture: png, jpeg, gif or webp. */
export interface ImageBlock {
  format: string;
  source: MediaSource;
  error?: ErrorBlock;
}

/** Where a document's content comes from. */
export type DocumentSource = MediaSource | { text: string } | { content: { text: string }[] };

/** A switch for citations. */
export interface CitationsConfig {
  enabled: boolean;
}

/** A document. Its `name` is shown to the model and is unique in a request. */
export interface DocumentBlock {
  format?: string;
  name: string;
  source: DocumentSource;
  context?: string;
  citations?: CitationsConfig;
}

/** A video. */
export interface VideoBlock {
  format: string;
  source: MediaSource;
}

/** A sound. */
export interface AudioBlock {
  format: string;
  source: MediaSource;
  error?: ErrorBlock;
}

/** A call of a tool by the model. The wire also carries `type` values that the service model does not list. */
export interface ToolUseBlock {
  toolUseId: string;
  name: string;
  input: Json;
  type?: string;
}

/** One part of what a tool returned. */
export type ToolResultContent =
  | { json: Json }
  | { text: string }
  | { image: ImageBlock }
  | { document: DocumentBlock }
  | { video: VideoBlock }
  | { searchResult: SearchResultBlock };

/** What a tool returned, for the call with the same id. */
export interface ToolResultBlock {
  toolUseId: string;
  content: ToolResultContent[];
  status?: string;
  type?: string;
}

/** Content that a guardrail looks at. */
export type GuardContentBlock =
  { text: { text: string; qualifiers?: string[] } } | { image: { format: string; source: { bytes: Base64 } } };

/** Everything before this point is a prefix to cache. */
export interface CachePointBlock {
  type: string;
  ttl?: string;
}

/** The model's thinking, in clear with an optional signature, or redacted. */
export type ReasoningContentBlock =
  { reasoningText: { text: string; signature?: string } } | { redactedContent: Base64 };

/** A span in a document, counted in characters, pages or chunks. */
export interface DocumentSpan {
  documentIndex?: number;
  start?: number;
  end?: number;
}

/** Where a cited passage stands. */
export type CitationLocation =
  | { web: { url?: string; domain?: string } }
  | { documentChar: DocumentSpan }
  | { documentPage: DocumentSpan }
  | { documentChunk: DocumentSpan }
  | { searchResultLocation: { searchResultIndex?: number; start?: number; end?: number } };

/** A source of generated text. In a stream it is also the `citation` delta. */
export interface Citation {
  title?: string;
  source?: string;
  sourceContent?: { text?: string }[];
  location?: CitationLocation;
}

/** Generated text with its sources. */
export interface CitationsContentBlock {
  content?: { text: string }[];
  citations?: Citation[];
}

/** One found passage that the model may cite. */
export interface SearchResultBlock {
  source: string;
  title: string;
  content: { text: string }[];
  citations?: CitationsConfig;
}

/** A tool named in the middle of a conversation. */
export interface ToolChange {
  tool: { type?: string; name?: string; serverName?: string };
}

/** One block of a message: exactly one member is present. */
export type ContentBlock =
  | { text: string }
  | { image: ImageBlock }
  | { document: DocumentBlock }
  | { video: VideoBlock }
  | { audio: AudioBlock }
  | { toolUse: ToolUseBlock }
  | { toolResult: ToolResultBlock }
  | { guardContent: GuardContentBlock }
  | { cachePoint: CachePointBlock }
  | { reasoningContent: ReasoningContentBlock }
  | { citationsContent: CitationsContentBlock }
  | { searchResult: SearchResultBlock }
  | { toolAddition: ToolChange }
  | { toolRemoval: ToolChange };

/** One turn of the conversation. */
export interface Message {
  role: Role;
  content: ContentBlock[];
}

/** One block of the system prompt. */
export type SystemContentBlock =
  { text: string } | { guardContent: GuardContentBlock } | { cachePoint: CachePointBlock };

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

/** How a block begins. Text, reasoning and citations have no start event. */
export type ContentBlockStart =
  | { toolUse: { toolUseId: string; name: string; type?: string } }
  | { toolResult: { toolUseId: string; type?: string; status?: string } }
  | { image: { format: string } };

/** A part of a block. The `input` of a tool call is a piece of JSON text. */
export type ContentBlockDelta =
  | { text: string }
  | { toolUse: { input: string } }
  | { toolResult: ({ text: string } | { json: Json })[] }
  | { reasoningContent: { text: string } | { signature: string } | { redactedContent: Base64 } }
  | { citation: Citation }
  | { image: { source?: MediaSource; error?: ErrorBlock } };

/** The last event of a stream. */
export interface MetadataEvent {
  usage: TokenUsage;
  metrics: { latencyMs: number };
  trace?: ConverseTrace;
  performanceConfig?: PerformanceConfiguration;
  serviceTier?: ServiceTier;
}

/** One event of ConverseStream: the member's name is the frame's `:event-type`, its value is the frame's payload. */
export type StreamEvent =
  | { messageStart: { role: Role } }
  | { contentBlockStart: { start: ContentBlockStart; contentBlockIndex: number } }
  | { contentBlockDelta: { delta: ContentBlockDelta; contentBlockIndex: number } }
  | { contentBlockStop: { contentBlockIndex: number } }
  | { messageStop: { stopReason: StopReason; additionalModelResponseFields?: Json } }
  | { metadata: MetadataEvent };
