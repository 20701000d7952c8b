import type { Warning } from "../types/response.ts";
import type { ChatRequest } from "./chat.ts";

/** A conversation to count: what would be sent to be answered. */
export type CountTokensRequest = ChatRequest;

/** How many tokens a conversation has. */
export interface CountTokensResult {
  /** The model id as it was asked for. */
  readonly model: string;
  /** Tokens of all that would be sent: instructions, messages, media and tools. */
  readonly inputTokens: number;
  /** Whether the model's own counter counted; otherwise it is an estimate, and a warning tells why. */
  readonly isExact: boolean;
  readonly requestId?: string;
  /** What sending it would change, and `tokens_estimated` for an estimate. */
  readonly warnings: readonly Warning[];
}
