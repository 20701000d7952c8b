import { checkValue, OBJECT, type Rule } from "../checks.ts";
import { ConfigurationError, InputError, LLMError } from "../errors.ts";
import type {
  CacheConfig,
  ChatParams,
  ChatRequest,
  Effort,
  GuardrailConfig,
  Provider,
  RequestOptions,
  ThinkingConfig,
} from "../provider.ts";
import { checkNames } from "../requests/options.ts";
import type { Infer, JsonSchema, SchemaInput, StandardSchema } from "../schema/standard-schema.ts";
import type { ContentPart, ToolCallPart, ToolResultPart } from "../types/content.ts";
import { compact, type JsonValue } from "../types/json.ts";
import type { Message, Role } from "../types/message.ts";
import type { SystemTool } from "../types/tool.ts";
import { addUsage, type Usage } from "../types/usage.ts";
import type { ChatDefaults } from "./chat-defaults.ts";
import { createMessage, freezeCopy, freezeDeep } from "./history.ts";
import { createQuestion, readStored } from "./input.ts";
import type { TurnResult } from "./loop-result.ts";
import { hasMedia } from "./media-parts.ts";
import { checkMiddleware, type Middleware } from "./middleware.ts";
import { checkRequestOptions, keepAttachments, mergeOptions, type AskOptions } from "./options.ts";
import { ChatResponse } from "./response.ts";
import { ChatStream } from "./stream.ts";
import { checkSchemaOptions, keepSchema, type SchemaOptions } from "./schema-options.ts";
import { NO_HOOKS, type ToolExecution, type ToolHooks } from "./tool-hooks.ts";
import type { ToolSpec } from "./tool.ts";
import type { LoopStream } from "./loop-stream.ts";
import type { Loop } from "./loop.ts";
import { addTools, type Toolbox, type ToolOptions } from "./tools.ts";
import type { SchemaDraft, TurnDraft } from "./turn.ts";

/** How a chat starts. What `chat.toJSON()` gave fits. */
export interface ChatOptions {
  /** The conversation so far. */
  messages?: readonly Message[] | undefined;
  params?: ChatParams | undefined;
  /** The model behind an ARN that does not name it, like `"anthropic.claude-sonnet-4-6"`. */
  baseModel?: string | undefined;
}

/** A chat as plain data: store it, and go on with `llm.chat(saved.model, saved)`. */
export interface ChatJSON {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly params: ChatParams;
  readonly baseModel?: string;
}

/** How a chat works, beside its messages. Immutable, so that a fork can share it. */
interface Settings {
  readonly params: ChatParams;
  readonly options: RequestOptions;
  readonly middlewares: readonly Middleware[];
  readonly hooks: ToolHooks;
  readonly toolbox?: Toolbox | undefined;
  readonly schema?: SchemaDraft | undefined;
}

const NO_USAGE: Usage = Object.freeze({
  inputTokens: 0,
  outputTokens: 0,
  totalTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
});
const NO_MESSAGES: readonly Message[] = Object.freeze([]);
const NO_PARAMS: ChatParams = Object.freeze({});
const NO_OPTIONS: AskOptions = Object.freeze({});

/**
 * A conversation with one model. `with…` methods set it up and give it back; `ask` and `stream` take one turn at a time.
 * A turn that fails leaves the history as it was.
 */
export class Chat<Data = undefined> {
  readonly #provider: Provider;
  readonly #defaults: ChatDefaults;
  /** The model id that every turn asks for. */
  readonly model: string;
  readonly #baseModel: string | undefined;
  #history: readonly Message[];
  #settings: Settings;
  #usage: Usage = NO_USAGE;
  #isBusy = false;

  /** @internal Use `llm.chat()`. */
  constructor(provider: Provider, model: string, options: ChatOptions, defaults: ChatDefaults) {
    this.#provider = provider;
    this.#defaults = defaults;
    this.model = model;
    checkNames(options, CHAT_OPTIONS, "llm.chat()");
    const { messages, params, baseModel } = options;
    this.#baseModel = baseModel;
    this.#history = messages === undefined ? NO_MESSAGES : readStored(messages);
    this.#settings = {
      params: params === undefined ? NO_PARAMS : freezeCopy(checkValue(params, OBJECT, "params", InputError)),
      options: NO_OPTIONS,
      middlewares: defaults.middlewares,
      hooks: NO_HOOKS,
    };
  }

  /** The conversation so far, in order; a snapshot of frozen messages. */
  get history(): readonly Message[] {
    return this.#history;
  }

  /** The tokens of all turns together, failed ones included as far as Bedrock told their count. */
  get totalUsage(): Usage {
    return this.#usage;
  }

  /** Makes this text the only system message. `null` takes all system messages away. */
  withInstructions(instructions: string | null): this {
    this.#assertIdle();
    const rest = this.#history.filter(({ role }) => role !== "system");
    this.#history = Object.freeze(instructions === null ? rest : [createMessage("system", instructions), ...rest]);
    return this;
  }

  /** Sets parameters over those set before; `undefined` takes one away. They are checked when a turn is sent. */
  withParams(params: ChatParams): this {
    return this.#set({ params: freezeCopy(compact({ ...this.#settings.params, ...params })) });
  }

  /** How much chance decides, 0 to 1. */
  withTemperature(temperature: number): this {
    return this.withParams({ temperature });
  }

  /** The most tokens to write in one answer. There is no default: without it the model's own limit holds. */
  withMaxTokens(maxTokens: number): this {
    return this.withParams({ maxTokens });
  }

  /** Whether the model thinks before it answers, and how much: `{ budget: 4096 }`, `true`, `false`. */
  withThinking(thinking: ThinkingConfig | boolean = true): this {
    return this.withParams({ thinking });
  }

  /** How much the model thinks and writes: `"low"`, `"medium"`, `"high"`, … */
  withEffort(effort: Effort): this {
    return this.withParams({ effort });
  }

  /** Sets cache points where they pay, beside those of `cache_control`. */
  withCache(cache: CacheConfig = "auto"): this {
    return this.withParams({ cache });
  }

  /** The guardrail of this chat; members that are left out are the client's. */
  withGuardrail(guardrailConfig: GuardrailConfig): this {
    return this.withParams({ guardrailConfig });
  }

  /** Sets how requests are made (timeouts, retries, headers, signal), over what was set before. */
  withRequestOptions(options: RequestOptions): this {
    return this.#set({ options: mergeOptions(this.#settings.options, options) });
  }

  /**
   * Gives the model more tools, and sets how they may be called over what was set before. `null` takes all tools and
   * their options away.
   *
   * @throws {InputError} `ERR_INPUT` when a tool or an option is none, two have one name, or the choice is no tool
   */
  withTools(tools: readonly (ToolSpec | SystemTool)[] | null, options: ToolOptions = {}): this {
    return this.#set({ toolbox: tools === null ? undefined : addTools(this.#settings.toolbox, tools, options) });
  }

  /**
   * Asks for answers that fit a schema: `res.data` is their value, checked and typed by it. `null` takes the schema away.
   *
   * @param schema JSON Schema, or a schema of zod, valibot, arktype or any library with Standard Schema's JSON Schema
   * @throws {InputError} `ERR_INPUT` when the schema or an option is none
   */
  withSchema<S extends StandardSchema>(schema: S, options?: SchemaOptions): Chat<Infer<S>>;
  withSchema<T = JsonValue>(schema: JsonSchema, options?: SchemaOptions): Chat<T>;
  withSchema(schema: null): Chat;
  withSchema(schema: SchemaInput | null, options: SchemaOptions = {}): Chat<unknown> {
    if (schema === null) return this.#set({ schema: undefined });
    checkSchemaOptions(options);
    const kept = keepSchema(schema, "The schema");
    return this.#set({ schema: { schema: kept, options: { ...options }, made: {} } });
  }

  /**
   * `"auto"` (default) runs the calls of tools, `"confirm"` asks `onConfirmToolCall` before each, `"dry-run"` runs none
   * and hands them back in `res.toolCalls`.
   */
  withToolExecution(execution: ToolExecution): this {
    return this.#hook({ execution: checkValue(execution, EXECUTION, "The tool execution", InputError) });
  }

  /** Calls `hook` before each tool call, beside the hooks set before. What it throws ends the turn. */
  onToolCallStart(hook: (call: ToolCallPart) => unknown): this {
    return this.#hook({ onStart: [...this.#settings.hooks.onStart, hook] });
  }

  /** Calls `hook` after each tool call, beside the hooks set before. What it throws ends the turn. */
  onToolCallEnd(hook: (call: ToolCallPart, result: ToolResultPart) => unknown): this {
    return this.#hook({ onEnd: [...this.#settings.hooks.onEnd, hook] });
  }

  /**
   * Decides on each call when `withToolExecution("confirm")` is set, one call after the other: `true` runs it, `false`
   * denies it, and a text denies it and tells the model why. Takes the place of the one set before.
   */
  onConfirmToolCall(confirm: NonNullable<ToolHooks["confirm"]>): this {
    return this.#hook({ confirm });
  }

  /**
   * Puts a middleware around each request and each tool call, inside of those added before.
   *
   * @throws {InputError} `ERR_INPUT` when it is none
   */
  use(middleware: Middleware): this {
    return this.#set({ middlewares: [...this.#settings.middlewares, checkMiddleware(middleware)] });
  }

  /**
   * Adds a message without asking.
   *
   * @throws {InputError} `ERR_INPUT` when the role or the content is none; `ERR_CHAT_BUSY` while a turn is under way
   */
  add(role: Role, content: string | readonly ContentPart[]): this {
    this.#assertIdle();
    this.#history = Object.freeze([...this.#history, createMessage(role, content)]);
    return this;
  }

  /**
   * Asks, runs the tools that the model calls, and waits for the complete answer. Without `content` the history is sent
   * as it stands.
   *
   * @throws {LLMError} see the error's `code`; the history is then as it was before
   */
  async ask(content?: string | readonly ContentPart[], options: AskOptions = NO_OPTIONS): Promise<ChatResponse<Data>> {
    const draft = this.#draft(createQuestion(content), options);
    let loop: Loop | undefined;
    this.#isBusy = true;
    try {
      if (isPlain(draft)) return this.#commit(draft, await draft.provider.chat(draft.request));
      loop = (await import("./turn.ts")).createLoop(draft);
      return this.#commit(draft, await loop.run());
    } catch (error) {
      this.#rollback(error, loop);
      throw error;
    }
  }

  /**
   * Asks, and gives the answer as it arrives, with the calls of tools and their results. Nothing is sent until the stream
   * is read.
   *
   * @throws {LLMError} from the stream, with `partial`; the history is then as it was before
   */
  stream(content?: string | readonly ContentPart[], options: AskOptions = NO_OPTIONS): ChatStream<Data> {
    // Bad input fails here, where it was passed, and not at the first read.
    const question = createQuestion(content);
    const kept = keepAttachments(options);
    const { images: _, files: __, ...rest } = kept;
    checkRequestOptions(rest, "stream()");
    let loop: LoopStream | undefined;
    return new ChatStream({
      begin: () => {
        const draft = this.#draft(question, kept);
        if (!isPlain(draft)) {
          this.#isBusy = true;
          return import("./turn.ts").then(({ createLoopStream }) => (loop = createLoopStream(draft)));
        }
        const source = draft.provider.stream(draft.request);
        this.#isBusy = true;
        return source;
      },
      commit: (result) => this.#commit({ question }, result),
      rollback: (error) => this.#rollback(error, loop),
    });
  }

  /** @internal What `ask` would send, with all media read: for `llm.countTokens()`. */
  async draftRequest(content?: string | readonly ContentPart[], options: AskOptions = {}): Promise<ChatRequest> {
    const draft = this.#draft(createQuestion(content), options);
    return (await import("./turn.ts")).createRequest(draft);
  }

  /** A second chat with the same history and settings; what happens in one does not reach the other. */
  fork(): Chat<Data> {
    const copy = new Chat<Data>(this.#provider, this.model, { baseModel: this.#baseModel }, this.#defaults);
    copy.#history = this.#history;
    copy.#settings = this.#settings;
    return copy;
  }

  /** The chat as plain data, for `JSON.stringify`: without tools, hooks, middlewares, request options and usage. */
  toJSON(): ChatJSON {
    const { model, history: messages } = this;
    return { model, messages, params: this.#settings.params, ...compact({ baseModel: this.#baseModel }) };
  }

  #set(settings: Partial<Settings>): this {
    this.#settings = { ...this.#settings, ...settings };
    return this;
  }

  #hook(hooks: Partial<ToolHooks>): this {
    return this.#set({ hooks: { ...this.#settings.hooks, ...hooks } });
  }

  #draft(question: readonly Message[], given: AskOptions): TurnDraft {
    this.#assertIdle();
    const { params, options: base, middlewares, hooks, toolbox, schema } = this.#settings;
    if (hooks.execution === "confirm" && !hooks.confirm) {
      throw new ConfigurationError('withToolExecution("confirm") asks nobody: set onConfirmToolCall(), too.');
    }
    const messages = Object.freeze([...this.#history, ...question]);
    const { images, files, ...over } = keepAttachments(given);
    // Always a copy: a middleware may set options of this one request.
    const options = given === NO_OPTIONS ? { ...base } : mergeOptions(base, over);
    const request: ChatRequest = { model: this.model, messages, params, options, baseModel: this.#baseModel };
    return {
      provider: this.#provider,
      request,
      before: this.#history,
      question,
      attachments: { images, files },
      toolbox,
      schema,
      hooks,
      middlewares,
      defaults: this.#defaults,
    };
  }

  #commit({ question }: Pick<TurnDraft, "question">, result: TurnResult): ChatResponse<Data> {
    this.#isBusy = false;
    const answer = freezeDeep({ role: "assistant", content: result.parts } as const);
    const messages = Object.freeze(result.messages ?? [...question, answer]);
    // First: what a provider of the user's own gave may be no answer, and the history then stays as it is.
    const response = new ChatResponse<Data>(result, messages);
    for (const message of messages) if (hasMedia(message)) this.#defaults.completed.add(message);
    this.#history = Object.freeze([...(result.before ?? this.#history), ...messages]);
    this.#count(result.usage);
    return response;
  }

  #rollback(error: unknown, loop: { readonly usage: Usage | undefined } | undefined): void {
    this.#isBusy = false;
    if (loop) this.#count(loop.usage);
    else if (error instanceof LLMError) this.#count(error.partial?.usage);
  }

  #count(usage: Usage | undefined): void {
    if (usage) this.#usage = addUsage(this.#usage, usage);
  }

  #assertIdle(): void {
    if (!this.#isBusy) return;
    throw new InputError(
      "This chat is still answering: await the answer, leave the stream's loop, or ask on chat.fork().",
      { code: "ERR_CHAT_BUSY" },
    );
  }
}

/** Whether a turn is one request and nothing else. What the others need is loaded when there is one. */
function isPlain({ toolbox, middlewares, schema, attachments, request }: TurnDraft): boolean {
  if (toolbox || schema || attachments.images || attachments.files || middlewares.length > 0) return false;
  // `some` is many times slower on a frozen array.
  for (const message of request.messages) if (hasMedia(message)) return false;
  return true;
}

const CHAT_OPTIONS: readonly string[] = ["model", "messages", "params", "baseModel"] satisfies (keyof ChatJSON)[];
const EXECUTION: Rule = [/^(auto|confirm|dry-run)$/, "auto, confirm, dry-run"];
