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
export type { BedrockOptions } from "./bedrock/config.ts";
export { Chat } from "./chat/chat.ts";
export type { ChatJSON, ChatOptions } from "./chat/chat.ts";
export { ChatResponse } from "./chat/response.ts";
export { ChatStream } from "./chat/stream.ts";
export type { Turn } from "./chat/stream.ts";
export {
  AbortError,
  APIError,
  AuthenticationError,
  BadRequestError,
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
  ServerError,
  ServiceUnavailableError,
  StreamError,
  TimeoutError,
} from "./errors.ts";
export type { ErrorFacts } from "./errors.ts";
export type { TimeoutOptions, Timeouts } from "./http/timeouts.ts";
export { createLLM, LLM } from "./llm.ts";
export type { LLMOptions } from "./llm.ts";
export type {
  ChatParams,
  ChatRequest,
  ChatResult,
  Logger,
  Provider,
  ProviderStream,
  RequestOptions,
} from "./provider.ts";
export type {
  Chunk,
  ChunkBase,
  CitationChunk,
  FinishChunk,
  RawChunk,
  TextChunk,
  ThinkingChunk,
  ToolCallChunk,
  ToolCallDeltaChunk,
  ToolCallStartChunk,
} from "./types/chunk.ts";
export type {
  CacheControl,
  Citation,
  ContentPart,
  RawPart,
  TextPart,
  ThinkingPart,
  ToolCallPart,
} from "./types/content.ts";
export type { JsonObject, JsonValue } from "./types/json.ts";
export type { Message, Role } from "./types/message.ts";
export type { FinishReason, PartialResponse, ResponseMetadata, Warning } from "./types/response.ts";
export type { Usage } from "./types/usage.ts";
export type { World } from "./world.ts";
