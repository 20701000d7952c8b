import { InputError } from "../errors.ts";
import type { OutputType, Vector, VectorTypes } from "../types/vector.ts";
import type { Indexed } from "./embed-batcher.ts";
import type { EmbedInput } from "./embed-input.ts";
import { runEmbedding, type EmbedJob, type EmbedPlan } from "./embed-run.ts";
import { addBatch, createTotals, describeTotals } from "./embed-totals.ts";
import { createPlan, tellProgress, type EmbedStreamOptions } from "./embed-options.ts";
import type { TaskEnvironment } from "./task.ts";

/** Inputs that may be more than the memory holds. */
export type EmbedSource = Iterable<EmbedInput> | AsyncIterable<EmbedInput>;

/** An input with its vector. */
export interface Embedded<T extends OutputType = "float"> {
  /** Its place among the inputs, from 0. */
  readonly index: number;
  readonly input: EmbedInput;
  readonly vector: VectorTypes[T];
}

/**
 * Embeds inputs as they are read, and gives the vectors in their order. It reads ahead of its reader no more than twice
 * what may be under way.
 *
 * @throws {LLMError} as `embed` does, after the vectors before the failure; leaving the loop closes all connections
 */
export async function* embedStream<T extends OutputType = "float">(
  env: TaskEnvironment,
  inputs: EmbedSource,
  options: EmbedStreamOptions<T>,
): AsyncGenerator<Embedded<T>, void, undefined> {
  const given: unknown = inputs;
  if (typeof given !== "object" || given === null || !(Symbol.iterator in given || Symbol.asyncIterator in given)) {
    throw new InputError(`The inputs are ${typeof given}: give a list, or any other (async) iterable of inputs.`);
  }
  const plan = await createPlan(env, options);
  const aborter = new AbortController();
  const queue = createQueue(inputs, plan, options);
  let end: { readonly error?: unknown } | undefined;
  const run = runEmbedding(plan, queue.job, aborter)
    .then(
      () => (end = {}),
      (error: unknown) => (end = { error }),
    )
    .then(queue.ring);
  aborter.signal.addEventListener("abort", queue.close);
  try {
    for (;;) {
      for (let next = queue.take(); next; next = queue.take()) {
        const { index, input, vector } = next;
        // The provider was asked for this type.
        yield { index, input, vector: vector as VectorTypes[T] };
      }
      if (end && "error" in end) throw end.error;
      if (end) return;
      await queue.wait();
    }
  } finally {
    aborter.abort();
    await run;
  }
}

/** Between what embeds and who reads: puts vectors in order, and bounds how many wait. */
interface Queue {
  readonly job: EmbedJob;
  /** The next input with its vector, if it has come. */
  readonly take: () => { readonly index: number; readonly input: EmbedInput; readonly vector: Vector } | undefined;
  /** Resolves when more has come. */
  readonly wait: () => Promise<void>;
  /** Wakes who waits. */
  readonly ring: () => void;
  /** Lets go of who waits for room. */
  readonly close: () => void;
}

function createQueue(
  inputs: EmbedSource,
  { concurrency, embedder, request }: EmbedPlan,
  options: EmbedStreamOptions,
): Queue {
  const most = 2 * concurrency * embedder.maxItems;
  const waiting = new Map<number, readonly [EmbedInput, Vector]>();
  const totals = createTotals(request);
  const reader = createBell();
  const writer = createBell();
  let isClosed = false;
  let read = 0;
  let next = 0;
  let done = 0;
  const number = async function* (): AsyncGenerator<Indexed, void, undefined> {
    for await (const input of inputs) yield [read++, input];
  };
  const deliver: EmbedJob["deliver"] = (batch, result) => {
    addBatch(totals, batch.length, result);
    for (const [at, [index, input]] of batch.entries()) {
      const vector = result.vectors[at];
      if (vector) waiting.set(index, [input, vector]);
    }
    done += batch.length;
    tellProgress(options, { done, ...describeTotals(totals) });
    reader.ring();
  };
  return {
    job: { source: number(), deliver, waitForRoom: () => (isClosed || read - next < most ? undefined : writer.wait()) },
    take: () => {
      const found = waiting.get(next);
      if (!found) return undefined;
      waiting.delete(next);
      writer.ring();
      return { index: next++, input: found[0], vector: found[1] };
    },
    wait: reader.wait,
    ring: reader.ring,
    close: () => {
      isClosed = true;
      writer.ring();
    },
  };
}

/** Whoever waits is woken by the next ring. */
function createBell(): { readonly wait: () => Promise<void>; readonly ring: () => void } {
  let wake: (() => void) | undefined;
  return { wait: () => new Promise((resolve) => (wake = resolve)), ring: () => wake?.() };
}
