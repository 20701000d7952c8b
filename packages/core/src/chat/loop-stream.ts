import { AbortError } from "../errors.ts";
import type { Chunk } from "../types/chunk.ts";
import type { PartialResponse } from "../types/response.ts";
import type { Usage } from "../types/usage.ts";
import type { TurnResult } from "./loop-result.ts";
import { Loop, type LoopSetup } from "./loop.ts";
import type { TurnSource } from "./stream.ts";

interface Waiting<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

/** A turn as a stream: it goes on only when the next chunk is wanted. */
export class LoopStream implements TurnSource {
  readonly #loop: Loop;
  #hasBegun = false;
  /** Who wants the next chunk. */
  #taker: Waiting<IteratorResult<Chunk, TurnResult>> | undefined;
  /** The turn, while nobody wants the next chunk. */
  #giver: Waiting<void> | undefined;
  #left: AbortError | undefined;

  constructor(setup: LoopSetup) {
    this.#loop = new Loop(setup, (chunk) => this.#give(chunk));
  }

  get usage(): Usage | undefined {
    return this.#loop.usage;
  }

  next(): Promise<IteratorResult<Chunk, TurnResult>> {
    return new Promise((resolve, reject) => {
      this.#taker = { resolve, reject };
      if (this.#hasBegun) return this.#giver?.resolve();
      this.#hasBegun = true;
      this.#loop.run().then(
        (value) => this.#taker?.resolve({ done: true, value }),
        (error: unknown) => this.#taker?.reject(error),
      );
    });
  }

  return(): PartialResponse | undefined {
    this.#left = new AbortError("The stream was left before its end.");
    const partial = this.#loop.stop(this.#left);
    this.#taker?.reject(this.#left);
    this.#giver?.reject(this.#left);
    return partial;
  }

  #give(chunk: Chunk): Promise<void> {
    if (this.#left) return Promise.reject(this.#left);
    this.#taker?.resolve({ done: false, value: chunk });
    return new Promise((resolve, reject) => (this.#giver = { resolve, reject }));
  }
}
