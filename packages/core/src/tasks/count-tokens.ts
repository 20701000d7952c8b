import type { Chat } from "../chat/chat.ts";
import { CapabilityError } from "../errors.ts";
import type { CountTokensResult } from "../requests/count-tokens.ts";
import type { RequestOptions } from "../requests/options.ts";
import type { TaskEnvironment } from "./task.ts";

/** The options of `llm.countTokens()`. */
export interface CountTokensOptions extends RequestOptions {
  /** Default: the chat's, or the client's `defaultChatModel`. */
  model?: string | undefined;
}

/** Stub: its owner fills it. */
export function countTokens(
  _env: TaskEnvironment,
  _input: Chat | string,
  _options: CountTokensOptions,
): Promise<CountTokensResult> {
  return Promise.reject(new CapabilityError("Not there yet."));
}
