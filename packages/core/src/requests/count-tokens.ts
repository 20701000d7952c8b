import type { Message } from "../types/message.ts";
import type { ToolDefinition } from "../types/tool.ts";
import type { RequestOptions } from "./options.ts";

/** A conversation to count. */
export interface CountTokensRequest {
  readonly model: string;
  readonly baseModel?: string | undefined;
  readonly messages: readonly Message[];
  readonly tools?: readonly ToolDefinition[] | undefined;
  readonly options: RequestOptions;
}

/** How many tokens it has. */
export interface CountTokensResult {
  readonly model: string;
  readonly inputTokens: number;
  /** Whether the model's own counter counted; an estimate otherwise. */
  readonly isExact: boolean;
  readonly requestId?: string | undefined;
}
