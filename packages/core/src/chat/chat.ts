import { InputError, LLMError } from "../errors.ts";
import type { ChatParams, ChatRequest, Provider, RequestOptions } from "../provider.ts";
import type { ContentPart } from "../types/content.ts";
import { compact } from "../types/json.ts";
import type { Message, Role } from "../types/message.ts";
import { addUsage, type Usage } from "../types/usage.ts";
import { createMessage, freezeCopy, freezeDeep } from "./history.ts";
import { ChatResponse } from "./response.ts";
import { ChatStream } from "./stream.ts";

/** How a chat starts. What `chat.toJSON()` gave fits. */
export interface ChatOptions {
  /** The conversation so far. */
  messages?: readonly Message[] | undefined;
  params?: ChatParams | undefined;
}

/** A chat as plain data: store it, and go on with `llm.chat(saved.model, saved)`. */
export interface ChatJSON {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly params: ChatParams;
}

const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/**
 * A conversation with one model. `with…` methods set it up and give it back; `ask` and `stream` take one turn at a time.
 * A turn that fails leaves the history as it was.
 */
export class Chat {
  readonly #provider: Provider;
  /** The model id that every turn asks for. */
  readonly model: string;
  #history: readonly Message[];
  #params: ChatParams;
  #options: RequestOptions = {};
  #usage: Usage = NO_USAGE;
  #isBusy = false;

  /** @internal Use `llm.chat()`. */
  constructor(provider: Provider, model: string, options: ChatOptions = {}) {
    this.#provider = provider;
    this.model = model;
    checkNames(options, CHAT_OPTIONS, "llm.chat()");
    const { messages = [], params = {} } = options;
    if (!Array.isArray(messages)) throw new InputError(`messages is ${typeof messages}: give a list of messages.`);
    this.#history = Object.freeze(messages.map((message: Message | null) => readMessage(message)));
    this.#params = freezeCopy(params);
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
    this.#params = freezeCopy(compact({ ...this.#params, ...params }));
    return this;
  }

  /** How much chance decides, 0 to 1. */
  withTemperature(temperature: number): this {
    return this.withParams({ temperature });
  }

  /** The most tokens to write in one answer. There is no default: without it the model's own limit holds. */
  withMaxTokens(maxTokens: number): this {
    return this.withParams({ maxTokens });
  }

  /** Sets how requests are made (timeouts, retries, headers, signal), over what was set before. */
  withRequestOptions(options: RequestOptions): this {
    this.#options = mergeOptions(this.#options, options);
    return this;
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
   * Asks, and waits for the complete answer. Without `content` the history is sent as it stands.
   *
   * @throws {LLMError} see the error's `code`; the history is then as it was before
   */
  async ask(content?: string | readonly ContentPart[], options: RequestOptions = {}): Promise<ChatResponse> {
    const request = this.#request(createQuestion(content), options);
    this.#isBusy = true;
    try {
      const response = new ChatResponse(await this.#provider.chat(request));
      this.#commit(request, response);
      return response;
    } catch (error) {
      this.#rollback(error);
      throw error;
    }
  }

  /**
   * Asks, and gives the answer as it arrives. Nothing is sent until the stream is read.
   *
   * @throws {LLMError} from the stream, with `partial`; the history is then as it was before
   */
  stream(content?: string | readonly ContentPart[], options: RequestOptions = {}): ChatStream {
    // Bad input fails here, where it was passed, and not at the first read.
    const question = createQuestion(content);
    checkNames(options, REQUEST_OPTIONS, "stream()");
    let request: ChatRequest | undefined;
    return new ChatStream({
      begin: () => {
        request = this.#request(question, options);
        const source = this.#provider.stream(request);
        this.#isBusy = true;
        return source;
      },
      commit: (response) => {
        if (request) this.#commit(request, response);
      },
      rollback: (error) => this.#rollback(error),
    });
  }

  /** A second chat with the same history and settings; what happens in one does not reach the other. */
  fork(): Chat {
    const copy = new Chat(this.#provider, this.model, { params: this.#params });
    copy.#history = this.#history;
    copy.#options = this.#options;
    return copy;
  }

  /** The chat as plain data, for `JSON.stringify`. Request options and usage are not part of it. */
  toJSON(): ChatJSON {
    return { model: this.model, messages: this.#history, params: this.#params };
  }

  #request(question: readonly Message[], options: RequestOptions): ChatRequest {
    this.#assertIdle();
    return {
      model: this.model,
      messages: Object.freeze([...this.#history, ...question]),
      params: this.#params,
      options: mergeOptions(this.#options, options),
    };
  }

  #commit(request: ChatRequest, response: ChatResponse): void {
    this.#isBusy = false;
    const answer: Message = freezeDeep({ role: "assistant", content: response.parts });
    this.#history = Object.freeze([...request.messages, answer]);
    this.#count(response.usage);
  }

  #rollback(error: unknown): void {
    this.#isBusy = false;
    if (error instanceof LLMError) this.#count(error.partial?.usage);
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

function readMessage(message: Message | null): Message {
  if (typeof message !== "object" || message === null) {
    throw new InputError(`messages holds ${String(message)}: give messages with role and content.`);
  }
  return createMessage(message.role, message.content);
}

/** @throws {InputError} when it was given, but says nothing: the model would be asked the last question again */
function createQuestion(content: string | readonly ContentPart[] | undefined): readonly Message[] {
  if (content === undefined) return [];
  const question = createMessage("user", content);
  const isBlank = (part: ContentPart): boolean => part.type === "text" && part.text.trim() === "";
  if (typeof content === "string" ? content.trim() === "" : content.every(isBlank)) {
    throw new InputError("The question is blank: give some text, or nothing at all to send the history as it stands.");
  }
  return [question];
}

function mergeOptions(base: RequestOptions, given: RequestOptions): RequestOptions {
  checkNames(given, REQUEST_OPTIONS, "The request options");
  const over = compact(given);
  const { signal } = over;
  if (signal && !("aborted" in Object(signal)))
    throw new InputError(`signal is ${typeof signal}: give an AbortSignal.`);
  return {
    ...base,
    ...over,
    ...(base.timeouts && over.timeouts && { timeouts: { ...base.timeouts, ...compact(over.timeouts) } }),
    ...(base.headers && over.headers && { headers: { ...base.headers, ...over.headers } }),
  };
}

const CHAT_OPTIONS: readonly string[] = ["model", "messages", "params"] satisfies (keyof ChatJSON)[];
const REQUEST_OPTIONS: readonly string[] = [
  "signal",
  "timeouts",
  "maxRetries",
  "headers",
] satisfies (keyof RequestOptions)[];

function checkNames(options: object, known: readonly string[], where: string): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new InputError(`${where} does not know the option ${unknown}: give ${known.join(", ")}.`);
  }
}
