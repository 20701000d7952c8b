import type { TimeoutOptions } from "./http/timeouts.ts";
import type { Chunk } from "./types/chunk.ts";
import type { ContentPart } from "./types/content.ts";
import type { JsonObject } from "./types/json.ts";
import type { Message } from "./types/message.ts";
import type { FinishReason, PartialResponse, ResponseMetadata, Warning } from "./types/response.ts";
import type { Usage } from "./types/usage.ts";

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
  guardrailConfig?:
    | {
        readonly guardrailIdentifier?: string;
        readonly guardrailVersion?: string;
        readonly trace?: "enabled" | "disabled" | "enabled_full";
        /** Only for streams. */
        readonly streamProcessingMode?: "sync" | "async";
      }
    | undefined;
  outputConfig?: JsonObject | undefined;
}

/** How one call is made. */
export interface RequestOptions {
  /** Aborting closes the connection; the call rejects with `AbortError`. */
  signal?: AbortSignal | undefined;
  /** Overrides the client's timeouts one by one, in milliseconds. */
  timeouts?: TimeoutOptions | undefined;
  /** Overrides the client's `maxRetries`. */
  maxRetries?: number | undefined;
  /** More HTTP headers; they are signed. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** A conversation to answer. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly params: ChatParams;
  readonly options: RequestOptions;
}

/** A complete answer. */
export interface ChatResult {
  /** The model id as it was asked for. */
  readonly model: string;
  readonly parts: readonly ContentPart[];
  readonly finishReason: FinishReason;
  /** Absent when the provider did not count. */
  readonly usage?: Usage;
  readonly requestId?: string;
  readonly warnings: readonly Warning[];
  readonly metadata: ResponseMetadata;
  /** The response as received; of a stream, the same put together from its events. */
  readonly raw: JsonObject;
}

/**
 * A stream being answered. `next` yields chunks, and last the complete answer as the return value; it rejects with an
 * `LLMError` that carries `partial`. Nothing is sent before the first `next`. `return` closes the connection and gives
 * what had arrived.
 */
export interface ProviderStream {
  next(): Promise<IteratorResult<Chunk, ChatResult>>;
  return(): PartialResponse | undefined;
}

/** What `createLLM` needs of a provider. */
export interface Provider {
  readonly name: string;
  /** @throws {LLMError} */
  chat(request: ChatRequest): Promise<ChatResult>;
  stream(request: ChatRequest): ProviderStream;
}

/** Takes what the library has to tell while it works. No credential is ever passed to it. */
export interface Logger {
  debug?(message: string, data: Readonly<Record<string, unknown>>): void;
  warn?(message: string, data: Readonly<Record<string, unknown>>): void;
}
