import { AbortError, InputError } from "../errors.ts";
import type { Chunk } from "../types/chunk.ts";
import type { PartialResponse } from "../types/response.ts";
import type { TurnResult } from "./loop-result.ts";
import type { ChatResponse } from "./response.ts";

/** Where a stream's chunks come from; a provider's stream is one. */
export interface TurnSource {
  next(): Promise<IteratorResult<Chunk, TurnResult>>;
  take?(): Chunk | undefined;
  return(): PartialResponse | undefined;
}

/** What a stream tells the chat that made it. */
export interface Turn<Data> {
  /** Begins the turn. A promise when something must be loaded first. */
  begin(): TurnSource | Promise<TurnSource>;
  /** The answer is complete. */
  commit(result: TurnResult): ChatResponse<Data>;
  /** The turn failed or was given up: nothing of it happened. */
  rollback(error: unknown): void;
}

/**
 * An answer while it arrives. Nothing is sent until it is read. It ends in a complete answer or throws an `LLMError`
 * that carries what had arrived (`error.partial`); leaving the loop early closes the connection.
 *
 * ```ts
 * for await (const chunk of chat.stream("Tell me a story.")) process.stdout.write(chunk.content);
 * ```
 */
export class ChatStream<Data = undefined> implements AsyncIterable<Chunk> {
  readonly #turn: Turn<Data>;
  /** None any more at the end: a stream that is kept shall not keep the request and the last bytes. */
  #source: TurnSource | undefined;
  #hasBegun = false;
  #pulling: Promise<void> | undefined;
  /** Chunks that arrived and that the iterator has not taken yet. */
  #chunks: Chunk[] = [];
  #taken = 0;
  #isIterated = false;
  #end: { readonly response: ChatResponse<Data> } | { readonly error: unknown } | undefined;

  /** @internal */
  constructor(turn: Turn<Data>) {
    this.#turn = turn;
  }

  /**
   * Reads the stream, once.
   *
   * @throws {InputError} `ERR_INPUT` when it was read before
   */
  [Symbol.asyncIterator](): AsyncIterator<Chunk, undefined> {
    if (this.#isIterated) {
      throw new InputError("This stream was read already: call chat.stream() again.");
    }
    this.#isIterated = true;
    let isDone = false;
    const wait = async (): Promise<IteratorResult<Chunk, undefined>> => {
      while (!isDone) {
        if (this.#end) {
          isDone = true;
          if ("error" in this.#end) throw this.#end.error;
        } else await this.#pull();
        const chunk = this.#take();
        if (chunk) return { done: false, value: chunk };
      }
      return { done: true, value: undefined };
    };
    return {
      next: () => {
        const chunk = this.#take();
        return chunk ? Promise.resolve({ done: false, value: chunk }) : wait();
      },
      return: () => {
        isDone = true;
        this.#cancel();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  /**
   * The complete answer. Reads the rest of the stream itself; a loop over the same stream still gets every chunk.
   *
   * @throws {LLMError} what the stream failed with; `AbortError` when its loop was left early
   */
  async response(): Promise<ChatResponse<Data>> {
    while (!this.#end) await this.#pull();
    if ("error" in this.#end) throw this.#end.error;
    return this.#end.response;
  }

  /**
   * The answer's text as UTF-8 bytes, for a web `Response`. A failure errors the stream; cancelling it closes the
   * connection.
   */
  toReadableStream(): ReadableStream<Uint8Array> {
    const iterator = this[Symbol.asyncIterator]();
    const encoder = new TextEncoder();
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          for (;;) {
            const { done, value } = await iterator.next();
            if (done) return controller.close();
            if (value.content !== "") return controller.enqueue(encoder.encode(value.content));
          }
        },
        async cancel() {
          await iterator.return?.();
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** A chunk that is there. */
  #take(): Chunk | undefined {
    const chunk = this.#chunks[this.#taken];
    if (!chunk) {
      // What the source has comes after what is read from it already.
      const ahead = this.#pulling || this.#end ? undefined : this.#source?.take?.();
      if (ahead?.type !== "finish") return ahead;
      // It waits for the end; see `#read`.
      this.#chunks.push(ahead);
      return undefined;
    }
    if (++this.#taken === this.#chunks.length) {
      this.#chunks = [];
      this.#taken = 0;
    }
    return chunk;
  }

  /** Waits for one more chunk, or the end. All who wait share one read. */
  #pull(): Promise<void> {
    return (this.#pulling ??= this.#read());
  }

  async #read(): Promise<void> {
    try {
      if (!this.#hasBegun) {
        const source = this.#turn.begin();
        this.#hasBegun = true;
        this.#source = source instanceof Promise ? await source : source;
        // It may have been left meanwhile.
        if (this.#end) return void this.#source.return();
      }
      for (;;) {
        if (!this.#source) throw new InputError("The provider's stream() gave no stream.");
        const { done, value } = await this.#source.next();
        if (this.#end) return;
        if (done) return this.#complete(value);
        this.#chunks.push(value);
        // Behind the last chunk comes only the end: it is taken along, so that who stops at that chunk stops at the end.
        if (value.type !== "finish") return;
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#pulling = undefined;
    }
  }

  #complete(result: TurnResult): void {
    // First: an answer that cannot be kept is a failure.
    this.#end = { response: this.#turn.commit(result) };
    this.#source = undefined;
  }

  #cancel(): void {
    let partial: PartialResponse | undefined;
    try {
      partial = this.#end ? undefined : this.#source?.return();
    } finally {
      this.#chunks = [];
      this.#fail(new AbortError("The stream was left before its end.", { partial }));
    }
  }

  #fail(error: unknown): void {
    if (this.#end) return;
    this.#end = { error };
    this.#source = undefined;
    // A turn that never began holds nothing that could be rolled back.
    if (this.#hasBegun) this.#turn.rollback(error);
  }
}
