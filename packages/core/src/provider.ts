import type { ChatRequest } from "./requests/chat.ts";
import type { CountTokensRequest, CountTokensResult } from "./requests/count-tokens.ts";
import type { Embedder, EmbedderRequest } from "./requests/embed.ts";
import type { ModerateRequest, ModerateResult } from "./requests/moderate.ts";
import type { PaintRequest, PaintResult } from "./requests/paint.ts";
import type { RerankRequest, RerankResult } from "./requests/rerank.ts";
import type { Chunk } from "./types/chunk.ts";
import type { ContentPart } from "./types/content.ts";
import type { JsonObject } from "./types/json.ts";
import type { FinishReason, GuardrailOutcome, PartialResponse, ResponseMetadata, Warning } from "./types/response.ts";
import type { Cost, Usage } from "./types/usage.ts";

export type { CacheConfig, ChatParams, ChatRequest, Effort, GuardrailConfig, ThinkingConfig } from "./requests/chat.ts";
export type { RequestOptions } from "./requests/options.ts";

/** A complete answer. */
export interface ChatResult {
  /** The model id as it was asked for. */
  readonly model: string;
  readonly parts: readonly ContentPart[];
  readonly finishReason: FinishReason;
  /** Absent when the provider did not count. */
  readonly usage?: Usage;
  /** Absent when a price is not known. */
  readonly cost?: Cost;
  /** Set when the answer tells of a guardrail. */
  readonly guardrail?: GuardrailOutcome;
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
  /**
   * The next chunk, if it has arrived already, so that nobody waits for it; `undefined` when only `next` can tell. What is
   * not taken comes from `next`. Never called while a `next` is under way; throws nothing.
   */
  take?(): Chunk | undefined;
  return(): PartialResponse | undefined;
}

/** What `createLLM` needs of a provider: chats, and of the tasks those that it has. All reject with `LLMError`. */
export interface Provider {
  readonly name: string;
  chat(request: ChatRequest): Promise<ChatResult>;
  stream(request: ChatRequest): ProviderStream;
  /** Makes images. */
  paint?(request: PaintRequest): Promise<PaintResult>;
  /** Resolves a model and its options to what embeds its batches. */
  embedder?(request: EmbedderRequest): Promise<Embedder>;
  /** Assesses content. */
  moderate?(request: ModerateRequest): Promise<ModerateResult>;
  /** Orders documents by how well they answer a query. */
  rerank?(request: RerankRequest): Promise<RerankResult>;
  /** Counts the tokens of a conversation without answering it. */
  countTokens?(request: CountTokensRequest): Promise<CountTokensResult>;
}

/** Takes what the library has to tell while it works. No credential is ever passed to it. */
export interface Logger {
  debug?(message: string, data: Readonly<Record<string, unknown>>): void;
  warn?(message: string, data: Readonly<Record<string, unknown>>): void;
}
