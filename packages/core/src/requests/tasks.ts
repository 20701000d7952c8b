import type { CountTokensRequest, CountTokensResult } from "./count-tokens.ts";
import type { EmbedBatch, EmbedBatchRequest } from "./embed.ts";
import type { ModerateRequest, ModerateResult } from "./moderate.ts";
import type { PaintRequest, PaintResult } from "./paint.ts";
import type { RerankRequest, RerankResult } from "./rerank.ts";

/** The tasks beside chats: what is asked, and what comes back. */
export interface Tasks {
  paint: { readonly request: PaintRequest; readonly result: PaintResult };
  /** One batch. */
  embed: { readonly request: EmbedBatchRequest; readonly result: EmbedBatch };
  moderate: { readonly request: ModerateRequest; readonly result: ModerateResult };
  rerank: { readonly request: RerankRequest; readonly result: RerankResult };
  count_tokens: { readonly request: CountTokensRequest; readonly result: CountTokensResult };
}

/** A request of a task, as a middleware sees it. Look at `operation` first: later versions have more of them. */
export type TaskContext = {
  [K in keyof Tasks]: { readonly operation: K; readonly request: Tasks[K]["request"] };
}[keyof Tasks];

/** What a task's request gave. */
export type TaskResult = Tasks[keyof Tasks]["result"];
