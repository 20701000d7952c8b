import { Chat, type ChatOptions } from "../chat/chat.ts";
import type { AskOptions } from "../chat/options.ts";
import type { ToolSpec } from "../chat/tool.ts";
import type { ToolOptions } from "../chat/tools.ts";
import { checkGiven, checkValue } from "../checks.ts";
import { ConfigurationError, InputError } from "../errors.ts";
import type { CountTokensRequest, CountTokensResult } from "../requests/count-tokens.ts";
import { checkNames } from "../requests/options.ts";
import type { ContentPart } from "../types/content.ts";
import { compact, isObject } from "../types/json.ts";
import type { SystemTool } from "../types/tool.ts";
import { needTask, runTask, type TaskEnvironment } from "./task.ts";

/** The options of `llm.countTokens()`. */
export interface CountTokensOptions extends AskOptions {
  /** Default: the chat's, or the client's `defaultChatModel`. */
  model?: string | undefined;
  /** The model behind an ARN that does not name it. */
  baseModel?: string | undefined;
  /** What would be asked next. */
  question?: string | readonly ContentPart[] | undefined;
}

/** A conversation as plain data. What `chat.toJSON()` gave fits. */
export interface CountTokensInput extends ChatOptions {
  /** Instructions, in place of system messages. */
  readonly system?: string | undefined;
  readonly tools?: readonly (ToolSpec | SystemTool)[] | undefined;
  readonly toolChoice?: ToolOptions["choice"];
  /** Default: `options.model`, then the client's `defaultChatModel`. */
  readonly model?: string | undefined;
}

/**
 * Counts what would be sent to be answered: a chat as it stands, a question alone, or a conversation as plain data.
 *
 * @throws {InputError} `ERR_INPUT` when there is nothing to count, or something that could not be sent; `ERR_CHAT_BUSY`
 *   while a chat is answering
 * @throws {ConfigurationError} `ERR_CONFIGURATION` when no model is named
 */
export async function countTokens(
  env: TaskEnvironment,
  input: string | Chat<unknown> | CountTokensInput,
  options: CountTokensOptions,
): Promise<CountTokensResult> {
  const count = needTask(env.provider, "countTokens");
  const { model, baseModel, question, ...rest } = checkGiven(options);
  const isText = typeof input === "string";
  if (isText && question !== undefined) {
    throw new InputError("question was given beside a text: give the text alone, or a chat with a question.");
  }
  const chat = input instanceof Chat ? input : createChat(env, isText ? {} : input, options);
  const request = await chat.draftRequest(isText ? input : question, rest);
  // What stands behind one model says nothing of another.
  const base = baseModel ?? (model === undefined || model === request.model ? request.baseModel : undefined);
  const { baseModel: _, ...others } = request;
  const asked: CountTokensRequest = { ...others, model: model ?? request.model, ...compact({ baseModel: base }) };
  return runTask(env, "count_tokens", asked, count);
}

const MEMBERS: readonly string[] = [
  "model",
  "messages",
  "params",
  "baseModel",
  "system",
  "tools",
  "toolChoice",
] satisfies (keyof CountTokensInput)[];

function createChat(env: TaskEnvironment, input: CountTokensInput, options: CountTokensOptions): Chat {
  checkValue(input, [isObject, "a text, a chat or { messages }"], "The input", InputError);
  checkNames(input, MEMBERS, "countTokens()");
  const { system, tools, toolChoice, model = options.model ?? env.defaultChatModel, ...conversation } = input;
  if (model === undefined) {
    throw new ConfigurationError("No model is set: give one to llm.countTokens(), or defaultChatModel.");
  }
  const chat = new Chat(env.provider, model, conversation, { ...env, maxToolCalls: 0 });
  if (system !== undefined) chat.withInstructions(system);
  if (tools) chat.withTools(tools, compact({ choice: toolChoice }));
  return chat;
}
