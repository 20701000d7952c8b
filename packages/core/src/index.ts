export type { CredentialProvider, Credentials } from "./aws/credentials/credentials.ts";
export type { AssumeRole } from "./aws/credentials/sts.ts";
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
export type { DoctorOptions } from "./bedrock/doctor/doctor.ts";
export type { DoctorCheck, DoctorReport, DoctorSubject } from "./bedrock/doctor/report.ts";
export type { InvokeResult } from "./bedrock/invoke/invoke-model.ts";
export type { InvokeChunk, InvokeStream } from "./bedrock/invoke/invoke-stream.ts";
export type { InvokeBody, InvokeOptions } from "./bedrock/invoke/request.ts";
export type { AsyncInvocation, AsyncInvocationOptions, AsyncInvocations } from "./bedrock/jobs/async-invocation.ts";
export type { Batch, BatchJob, BatchOptions } from "./bedrock/jobs/batch.ts";
export type { BatchInvocation, BatchQuestion, BatchRecord, BatchRecords } from "./bedrock/jobs/batch-input.ts";
export type { BatchRecordError, BatchResult } from "./bedrock/jobs/batch-results.ts";
export type { JobFilter } from "./bedrock/jobs/list.ts";
export type { VideoOptions, VideoShot } from "./bedrock/jobs/video.ts";
export type { WaitOptions } from "./bedrock/jobs/wait.ts";
export type { Storage } from "./bedrock/s3.ts";
export { createBedrockApiKey } from "./bedrock/api-key.ts";
export type { BedrockApiKeyOptions } from "./bedrock/api-key.ts";
export type { Price, Prices } from "./bedrock/prices.ts";
export { describeModel } from "./bedrock/describe.ts";
export type { Modality, ModelInfo } from "./bedrock/model-info.ts";
export type { Family } from "./bedrock/traits.ts";
export type { BedrockAuthOptions } from "./bedrock/auth-options.ts";
export type { BedrockAddressOptions, BedrockSigning, Geography } from "./bedrock/address-options.ts";
export type { BedrockOptions } from "./bedrock/config.ts";
export type { BedrockEndpoints } from "./bedrock/endpoints.ts";
export type {
  GuardrailInfo,
  Guardrails,
  InferenceProfile,
  ListedModel,
  ListGuardrailsOptions,
  ListModelsOptions,
  ModelFilter,
  Models,
} from "./bedrock/control/types.ts";
export type { ListOptions } from "./bedrock/control/pages.ts";
export { Chat } from "./chat/chat.ts";
export type { ChatDefaults } from "./chat/chat-defaults.ts";
export type { ChatJSON, ChatOptions } from "./chat/chat.ts";
export type { TurnResult } from "./chat/loop-result.ts";
export type { AttachedMedia, Attachment, AttachmentOptions } from "./chat/media.ts";
export type {
  GarmentClass,
  PaintedImage,
  PaintRequest,
  PaintResult,
  PaintSettings,
  PaintTask,
  TryOnOptions,
} from "./requests/paint.ts";
export type { TaskContext, TaskResult, Tasks } from "./requests/tasks.ts";
export type {
  EmbedBatch,
  EmbedBatchRequest,
  Embedder,
  EmbedderRequest,
  EmbedItem,
  EmbedPurpose,
  ImageLimits,
  Truncation,
} from "./requests/embed.ts";
export type { RerankRequest, RerankResult } from "./requests/rerank.ts";
export type { EmbedInput } from "./tasks/embed-input.ts";
export type { Embedded, EmbedSource } from "./tasks/embed-stream.ts";
export type { EmbedOptions, EmbedProgress, EmbedStreamOptions } from "./tasks/embed-options.ts";
export type { Embedding } from "./tasks/embed.ts";
export type { RankedDocument, Reranking, RerankOptions } from "./tasks/rerank.ts";
export type { GeneratedImage } from "./tasks/generated-image.ts";
export type { PaintOptions } from "./tasks/paint.ts";
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
  ContentFilteredError,
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
export type { ConnectionTarget, HttpOptions, Pem } from "./http/options.ts";
export type { TimeoutOptions, Timeouts } from "./http/timeouts.ts";
export type { CountTokensRequest, CountTokensResult } from "./requests/count-tokens.ts";
export type {
  ModerateImage,
  ModerateRequest,
  ModerateResult,
  ModerationCategories,
  ModerationChecks,
  ModerationGuardrail,
} from "./requests/moderate.ts";
export type { CountTokensInput, CountTokensOptions } from "./tasks/count-tokens.ts";
export type { ModerationContent, ModerationItem } from "./tasks/moderate-item.ts";
export type { ModerateOptions, Moderation } from "./tasks/moderate.ts";
export { createLLM, LLM } from "./llm.ts";
export type { LLMOptions } from "./llm.ts";
export type { Endpoint } from "./http/transport.ts";
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
export type { ImageFile } from "./types/image.ts";
export type {
  GuardrailAction,
  GuardrailAssessment,
  GuardrailConfidence,
  GuardrailCoverage,
  GuardrailEntry,
  GuardrailUsage,
  ReasoningFinding,
  ReasoningJudgement,
  ReasoningRule,
  ReasoningScenario,
  ReasoningStatement,
  ReasoningTranslation,
} from "./types/guardrail.ts";
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
export type { OutputType, Vector, VectorTypes } from "./types/vector.ts";
export type { World } from "./world.ts";
