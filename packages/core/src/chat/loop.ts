import { AbortError, copyError, InputError, LLMError, ToolError } from "../errors.ts";
import { createAbortError } from "../http/failures.ts";
import type { ChatRequest, ChatResult, Provider, ProviderStream } from "../provider.ts";
import { chunksOf, type Chunk, type DataChunk } from "../types/chunk.ts";
import { textOf, type ToolCallPart, type ToolResultPart } from "../types/content.ts";
import type { Message } from "../types/message.ts";
import type { PartialResponse, Warning } from "../types/response.ts";
import type { OutputFormat } from "../types/tool.ts";
import type { Usage } from "../types/usage.ts";
import type { ChatDefaults } from "./chat-defaults.ts";
import { freezeDeep } from "./history.ts";
import type { Conversation } from "./media.ts";
import { sumUp, sumUsage, type TurnResult } from "./loop-result.ts";
import type { Middleware } from "./middleware.ts";
import { runRequest } from "./run-middleware.ts";
import { createLimiter, planCalls, runCall, type CallEnvironment } from "./tool-calls.ts";
import type { ToolHooks } from "./tool-hooks.ts";
import { createErrorResult } from "./tool-result.ts";
import type { Toolbox } from "./tools.ts";

/** How the final answer of a turn is read as JSON of a schema. */
export interface Output {
  readonly format: OutputFormat;
  /**
   * Reads the final answer.
   *
   * @param attempt how many answers of this turn were read before this one
   * @returns the data, or what to tell the model so that it answers again
   * @throws {SchemaError} `ERR_SCHEMA` when it does not fit
   */
  read(result: ChatResult, attempt: number): Promise<{ readonly data: unknown } | { readonly retry: Message }>;
  /** Creates what reads the chunks of one answer: it gives the data so far when a chunk changed it. */
  createReader(): (chunk: Chunk) => DataChunk | undefined;
}

/** What a turn is made of. */
export interface LoopSetup {
  readonly provider: Provider;
  readonly request: ChatRequest;
  /** The last messages of the request: those that the turn adds. */
  readonly question: readonly Message[];
  /** Makes the messages ready before anything is sent: what was said before, and the question. */
  readonly prepare?: ((signal: AbortSignal) => Promise<Conversation>) | undefined;
  readonly toolbox: Toolbox | undefined;
  readonly hooks: ToolHooks;
  readonly middlewares: readonly Middleware[];
  readonly output: Output | undefined;
  /** How often tools may be called. */
  readonly maxRounds: number;
  /** Gives what to listen to in place of a caller's signal. */
  readonly follow: ChatDefaults["follow"];
}

/** Takes a chunk of a stream; resolves when the next is wanted. */
export type Emit = (chunk: Chunk) => Promise<void>;

/**
 * One turn: asks, makes the calls of the answer, and asks again with their results, until there is an answer without
 * calls. For streams it hands over chunks meanwhile. Works once.
 */
export class Loop {
  readonly #setup: LoopSetup;
  readonly #emit: Emit | undefined;
  /** Complete answers, in order. */
  readonly #steps: ChatResult[] = [];
  /** What the turn added so far. */
  readonly #messages: Message[] = [];
  #before: readonly Message[];
  readonly #warnings: Warning[] = [];
  /** The answer that is not among the messages yet. */
  #answer: ChatResult | undefined;
  /** Its calls while they are made, and the results so far by index. */
  #calls: { readonly list: readonly ToolCallPart[]; readonly results: (ToolResultPart | undefined)[] } | undefined;
  #source: ProviderStream | undefined;
  #aborter: AbortController | undefined;
  #stoppedBy: LLMError | undefined;
  #failedUsage: Usage | undefined;
  /** Errors of the provider: what they tell is of this turn. */
  readonly #ourErrors = new WeakSet<LLMError>();

  /** @param emit takes the chunks when the turn is streamed */
  constructor(setup: LoopSetup, emit?: Emit) {
    this.#setup = setup;
    this.#emit = emit;
    const { request, question } = setup;
    this.#before = request.messages.slice(0, request.messages.length - question.length);
  }

  /** The tokens of all requests so far, that of a failed one included as far as it is known. */
  get usage(): Usage | undefined {
    return sumUsage([...this.#steps.map(({ usage }) => usage), this.#failedUsage]);
  }

  /**
   * Runs the turn to its end.
   *
   * @throws {LLMError} with `partial`; anything else was thrown by a middleware
   */
  async run(): Promise<TurnResult> {
    try {
      return await this.#run();
    } catch (error) {
      if (!(error instanceof LLMError) || this.#steps.length === 0) throw error;
      // What others threw may be thrown elsewhere, too: nothing of this turn may stand in it, and nothing of theirs here.
      const isOurs = this.#ourErrors.has(error);
      throw copyError(error, { partial: this.#partial(isOurs ? error.partial : undefined) });
    }
  }

  /** Gives the turn up: closes the connection, aborts the calls under way. `run` then rejects with the error. */
  stop(error: LLMError): PartialResponse | undefined {
    this.#stoppedBy = error;
    this.#aborter?.abort(error);
    const partial = this.#source?.return();
    this.#failedUsage = sumUsage([this.#failedUsage, partial?.usage]);
    return this.#steps.length > 0 ? this.#partial(partial) : partial;
  }

  async #run(): Promise<TurnResult> {
    const { toolbox, hooks, maxRounds, output } = this.#setup;
    let request = await this.#begin();
    let rounds = 0;
    let reads = 0;
    for (;;) {
      const answer = await this.#ask(request);
      const { calls, isForCaller, warning } = planCalls(answer, toolbox, hooks.execution);
      if (warning) this.#warnings.push(warning);
      if (toolbox && calls.length > 0) {
        if (rounds++ === maxRounds) throw createRoundsError(maxRounds, calls);
        await this.#makeCalls(calls, toolbox, request);
      } else {
        const reading = isForCaller || !output ? undefined : await this.#unlessAborted(output.read(answer, reads++));
        if (!reading || !("retry" in reading)) return this.#finish(answer, reading?.data);
        this.#messages.push(createAnswerMessage(answer), freezeDeep(reading.retry));
        this.#answer = undefined;
      }
      request = this.#followUp();
    }
  }

  async #begin(): Promise<ChatRequest> {
    const { request, question, prepare } = this.#setup;
    const ready = prepare && (await this.#prepare(prepare, request.options.signal));
    if (this.#stoppedBy) throw this.#stoppedBy;
    this.#messages.push(...(ready?.question ?? question));
    if (!ready) return request;
    this.#before = ready.before;
    return { ...request, messages: this.#conversation };
  }

  /** Stops to wait, and tells it to stop, when the turn is given up. */
  async #prepare(prepare: NonNullable<LoopSetup["prepare"]>, signal: AbortSignal | undefined): Promise<Conversation> {
    const { aborter, stopped, release } = this.#follow(signal);
    try {
      return await Promise.race([stopped, prepare(aborter.signal)]);
    } catch (error) {
      // One medium that cannot be read stops the reading of the others.
      aborter.abort(error);
      throw error;
    } finally {
      release();
    }
  }

  /** The next request of the turn. A call that had to be made was made: forced again, the turn would never end. */
  #followUp(): ChatRequest {
    const { toolChoice, ...rest } = this.#setup.request;
    return { ...rest, messages: this.#conversation, ...(toolChoice === "none" && { toolChoice }) };
  }

  get #conversation(): readonly Message[] {
    return Object.freeze([...this.#before, ...this.#messages]);
  }

  async #finish(answer: ChatResult, data: unknown): Promise<TurnResult> {
    const sum = sumUp(this.#steps, answer, this.#warnings);
    const { finishReason, usage } = sum;
    await this.#emit?.({ type: "finish", content: "", finishReason, usage });
    const messages = [...this.#messages, createAnswerMessage(answer)];
    return { ...sum, steps: this.#steps, before: this.#before, messages, data };
  }

  /** Makes one request, with all middlewares around it. */
  async #ask(request: ChatRequest): Promise<ChatResult> {
    const { provider, middlewares } = this.#setup;
    const emit = this.#emit;
    const context = { operation: "chat", isStreaming: !!emit, request } as const;
    const send = (asked: ChatRequest): Promise<ChatResult> => this.#own(provider.chat(asked));
    const asking = emit ? this.#askStreaming(context, emit) : runRequest(middlewares, context, send);
    const answer = await (middlewares.length > 0 ? this.#unlessAborted(asking) : asking);
    freezeDeep(answer.parts);
    this.#steps.push(answer);
    this.#answer = answer;
    return answer;
  }

  /** Marks what the provider fails with, and counts what it had used. */
  async #own<T>(pending: Promise<T>): Promise<T> {
    try {
      return await pending;
    } catch (error) {
      if (error instanceof LLMError) {
        this.#ourErrors.add(error);
        if (!this.#stoppedBy) this.#failedUsage = sumUsage([this.#failedUsage, error.partial?.usage]);
      }
      throw error;
    }
  }

  /** Stops to wait for what does not look at the signal itself. */
  async #unlessAborted<T>(pending: Promise<T>): Promise<T> {
    const { stopped, release } = this.#follow(this.#setup.request.options.signal);
    try {
      return await Promise.race([pending, stopped]);
    } finally {
      pending.catch(() => {});
      release();
    }
  }

  /** The same for a stream. Once chunks were handed over, nothing can take them back: a failure then stands. */
  async #askStreaming(context: Parameters<typeof runRequest>[1], emit: Emit): Promise<ChatResult> {
    let hasEmitted = false;
    let isComplete = false;
    let isOver = false;
    let failure: { readonly error: unknown } | undefined;
    const read = this.#setup.output?.createReader();
    const emitBoth = async (chunk: Chunk): Promise<void> => {
      hasEmitted = true;
      await emit(chunk);
      const data = read?.(chunk);
      if (data) await emit(data);
    };
    const emitOpen = (chunk: Chunk): Promise<void> => {
      if (isOver) throw new AbortError("A middleware had answered before its stream was complete.");
      return emitBoth(chunk);
    };
    try {
      const answer = await runRequest(this.#setup.middlewares, context, async (request) => {
        if (failure) throw failure.error;
        if (hasEmitted) throw createRepeatError();
        // A middleware that did not wait for the answer asks again: nothing of the first was handed over.
        this.#source?.return();
        try {
          const received = await this.#own(this.#pump(request, emitOpen));
          isComplete = true;
          return received;
        } catch (error) {
          if (hasEmitted) failure = { error };
          throw error;
        }
      });
      if (failure) throw failure.error;
      if (!isComplete) {
        isOver = true;
        this.#source?.return();
        for (const chunk of chunksOf(answer.parts)) await emitBoth(chunk);
      }
      return answer;
    } catch (error) {
      throw failure ? failure.error : error;
    } finally {
      isOver = true;
      if (!isComplete) this.#source?.return();
    }
  }

  async #pump(request: ChatRequest, emit: Emit): Promise<ChatResult> {
    if (this.#stoppedBy) throw this.#stoppedBy;
    const source = (this.#source = this.#setup.provider.stream(request));
    try {
      for (;;) {
        const { done, value } = await source.next();
        if (done) return value;
        // A turn ends once, after the last of its answers.
        if (value.type !== "finish") await emit(value);
      }
    } finally {
      if (this.#source === source) this.#source = undefined;
    }
  }

  /** Makes the calls of an answer, and adds the answer and their results to the turn. */
  async #makeCalls(list: readonly ToolCallPart[], toolbox: Toolbox, request: ChatRequest): Promise<void> {
    const { hooks, middlewares } = this.#setup;
    const results: (ToolResultPart | undefined)[] = [];
    this.#calls = { list, results };
    const { aborter, stopped, release } = this.#follow(request.options.signal);
    const { signal } = aborter;
    const env: Omit<CallEnvironment, "record"> = {
      toolbox,
      hooks,
      middlewares,
      request,
      signal,
      confirm: createConfirm(hooks, signal),
    };
    const limit = createLimiter(toolbox.parallel === false ? 1 : (toolbox.concurrency ?? 8));
    const make = async (call: ToolCallPart, index: number): Promise<ToolResultPart> => {
      try {
        signal.throwIfAborted();
        const record = (result: ToolResultPart): unknown => (results[index] = result);
        return (results[index] = await runCall(call, { ...env, record }));
      } catch (error) {
        // One that fails the turn stops the others.
        aborter.abort(error);
        throw error;
      }
    };
    const running = list.map((call, index) => ({ call, made: limit(() => make(call, index)) }));
    for (const { made } of running) made.catch(() => {});
    try {
      for (const { call, made } of running) {
        const result = await Promise.race([made, stopped]);
        await this.#emit?.({ type: "tool_result", content: "", name: call.name, result });
      }
      this.#messages.push(...this.#callMessages());
      this.#answer = this.#calls = undefined;
    } finally {
      release();
    }
  }

  /** What aborts the calls: the caller's signal, a call that fails the turn, or `stop`. */
  #follow(caller: AbortSignal | undefined): {
    readonly aborter: AbortController;
    readonly stopped: Promise<never>;
    readonly release: () => void;
  } {
    const aborter = (this.#aborter = new AbortController());
    const { signal } = aborter;
    const stopped = new Promise<never>((_, reject) => {
      const onStop = (): void => {
        const reason: unknown = signal.reason;
        reject(reason);
      };
      signal.addEventListener("abort", onStop, { once: true });
    });
    stopped.catch(() => {});
    const onAbort = (): void => aborter.abort(createAbortError(caller));
    const followed = caller && this.#setup.follow(caller);
    followed?.addEventListener("abort", onAbort);
    const release = (): void => followed?.removeEventListener("abort", onAbort);
    if (caller?.aborted) onAbort();
    if (this.#stoppedBy) aborter.abort(this.#stoppedBy);
    return { aborter, stopped, release };
  }

  /** The answer whose calls are made, and one message with their results in the order of the calls. */
  #callMessages(): Message[] {
    if (!this.#answer || !this.#calls) return [];
    const { list, results } = this.#calls;
    const unmade = "This call was not finished, as the turn was stopped.";
    const content = list.map(({ id }, index) => results[index] ?? createErrorResult(id, unmade));
    return [createAnswerMessage(this.#answer), freezeDeep({ role: "tool", content })];
  }

  /** What there is of a turn that failed. An answer is either among the messages, or told by its parts. */
  #partial(failed: PartialResponse | undefined): PartialResponse {
    const { parts, finishReason } = (!this.#calls && this.#answer) || { parts: failed?.parts ?? [], ...failed };
    const { usage } = this;
    return {
      content: textOf(parts),
      parts,
      ...(finishReason !== undefined && { finishReason }),
      ...(usage && { usage }),
      messages: [...this.#messages, ...this.#callMessages()],
    };
  }
}

function createAnswerMessage({ parts }: ChatResult): Message {
  return freezeDeep({ role: "assistant", content: parts });
}

/** Asks the user for one call after the other, however many run at the same time. */
function createConfirm({ confirm }: ToolHooks, signal: AbortSignal): CallEnvironment["confirm"] {
  let last: Promise<unknown> = Promise.resolve();
  return (call) => {
    const asked = last.then(() => {
      signal.throwIfAborted();
      return confirm?.(call) ?? false;
    });
    last = asked.catch(() => {});
    return asked;
  };
}

function createRoundsError(maxRounds: number, [call]: readonly ToolCallPart[]): ToolError {
  return new ToolError(
    `The model called tools more than ${maxRounds} times in one turn (the next would be ${call?.name}): ` +
      "raise maxToolCalls or withTools(…, { maxRounds }), or go on from error.partial.messages.",
    { code: "ERR_TOOL_ROUNDS", ...(call && { toolName: call.name, toolCallId: call.id }) },
  );
}

function createRepeatError(): InputError {
  return new InputError("A middleware called next() again after its stream had begun: call it once.", {
    code: "ERR_MIDDLEWARE",
  });
}
