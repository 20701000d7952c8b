export type { CredentialProvider, Credentials } from "./aws/credentials.ts";
export { createEventStreamDecoder } from "./aws/event-stream/index.ts";
export type {
  EventStreamDecoder,
  EventStreamDecoderOptions,
  EventStreamFrame,
  EventStreamHeaders,
  EventStreamHeaderValue,
} from "./aws/event-stream/index.ts";
export { canonicalRequest, createSigner, deriveSigningKey, signRequest, stringToSign } from "./aws/sigv4.ts";
export type {
  AwsCredentials,
  CanonicalOptions,
  CanonicalRequest,
  SignableRequest,
  Signer,
  SigningContext,
  SigningOptions,
} from "./aws/sigv4.ts";
export type { Price, Prices } from "./bedrock/prices.ts";
export { describeModel } from "./bedrock/describe.ts";
export type { Modality, ModelInfo } from "./bedrock/describe.ts";
export type { Family } from "./bedrock/traits.ts";
export type { BedrockOptions } from "./bedrock/config.ts";
export { Chat } from "./chat/chat.ts";
export type { ChatDefaults } from "./chat/chat-defaults.ts";
export type { ChatJSON, ChatOptions } from "./chat/chat.ts";
export type { TurnResult } from "./chat/loop-result.ts";
export type { AttachedMedia, Attachment, AttachmentOptions } from "./chat/media.ts";
export type { Middleware, RequestContext, ToolCallContext } from "./chat/middleware.ts";
export type { AskOptions } from "./chat/options.ts";
export { ChatResponse } from "./chat/response.ts";
export type { SchemaOptions } from "./chat/schema-options.ts";
export { ChatStream } from "./chat/stream.ts";
export type { Turn, TurnSource } from "./chat/stream.ts";
export type { ToolExecution, ToolHooks } from "./chat/tool-hooks.ts";
export { defineTool, Tool } from "./chat/tool.ts";
export type { ToolContext, ToolSpec } from "./chat/tool.ts";
export type { ToolOptions } from "./chat/tools.ts";
export {
  AbortError,
  APIError,
  AuthenticationError,
  BadRequestError,
  CapabilityError,
  ConfigurationError,
  ContextWindowExceededError,
  ForbiddenError,
  IncompleteStreamError,
  InputError,
  LLMError,
  ModelError,
  NetworkError,
  NotFoundError,
  QuotaExceededError,
  RateLimitError,
  SchemaError,
  ServerError,
  ServiceUnavailableError,
  StreamError,
  TimeoutError,
  ToolError,
} from "./errors.ts";
export type { ErrorFacts } from "./errors.ts";
export type {
  Infer,
  JsonSchema,
  Schema,
  SchemaInput,
  StandardIssue,
  StandardResult,
  StandardSchema,
} from "./schema/standard-schema.ts";
export type { SchemaIssue } from "./schema/validate.ts";
export type { TimeoutOptions, Timeouts } from "./http/timeouts.ts";
export { createLLM, LLM } from "./llm.ts";
export type { LLMOptions } from "./llm.ts";
export type { MediaOptions } from "./media/options.ts";
export type {
  CacheConfig,
  ChatParams,
  ChatRequest,
  ChatResult,
  Effort,
  GuardrailConfig,
  Logger,
  Provider,
  ProviderStream,
  RequestOptions,
  ThinkingConfig,
} from "./provider.ts";
export type {
  Chunk,
  ChunkBase,
  CitationChunk,
  DataChunk,
  FinishChunk,
  RawChunk,
  TextChunk,
  ThinkingChunk,
  ToolCallChunk,
  ToolCallDeltaChunk,
  ToolCallStartChunk,
  ToolResultChunk,
} from "./types/chunk.ts";
export type {
  AudioPart,
  CacheControl,
  Citation,
  ContentPart,
  DocumentPart,
  GuardImagePart,
  GuardQualifier,
  GuardTextPart,
  ImagePart,
  JsonPart,
  RawPart,
  SearchResultPart,
  TextPart,
  ThinkingPart,
  ToolCallPart,
  ToolChangePart,
  ToolResultContent,
  ToolResultPart,
  VideoPart,
} from "./types/content.ts";
export type { JsonObject, JsonValue } from "./types/json.ts";
export type {
  AudioFormat,
  Base64Source,
  BlockSource,
  DocumentFormat,
  ImageFormat,
  MediaSource,
  S3Source,
  TextSource,
  VideoFormat,
} from "./types/media.ts";
export type { Message, Role } from "./types/message.ts";
export type {
  FinishReason,
  GuardrailFinding,
  GuardrailOutcome,
  PartialResponse,
  ResponseMetadata,
  Warning,
} from "./types/response.ts";
export type { FunctionTool, OutputFormat, SystemTool, ToolChoice, ToolDefinition } from "./types/tool.ts";
export type { Cost, Usage } from "./types/usage.ts";
export type { World } from "./world.ts";
