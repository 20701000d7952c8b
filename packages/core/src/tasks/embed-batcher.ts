import { createAbortError } from "../http/failures.ts";
import type { Embedder } from "../requests/embed.ts";
import { readInput, type EmbedInput, type InputLimits, type ReadInput } from "./embed-input.ts";

/** An input and its place. */
export type Indexed = readonly [index: number, input: EmbedInput];

/** An input that was checked. */
export interface Taken {
  readonly indexed: Indexed;
  readonly read: ReadInput;
}

/** Where inputs come from. */
export interface EmbedSupply {
  readonly source: Iterator<Indexed, void> | AsyncIterator<Indexed, void>;
  /** Resolves when more may be read; nothing when that is now. Default: always. */
  readonly waitForRoom?: (() => Promise<void> | undefined) | undefined;
}

/** Images at paths and URLs that one request reads at the same time. */
const MAX_LOADS = 8;

/**
 * Creates what gives inputs in batches of one kind, as large as the model takes. A smaller one comes when the inputs are at
 * their end, or no more may be read.
 *
 * @returns a function that gives the next batch, and nothing at the end; several may ask, and get theirs in turn
 */
export function createBatcher(
  { source, waitForRoom }: EmbedSupply,
  embedder: Embedder,
  limits: InputLimits,
  signal: AbortSignal,
): () => Promise<readonly Taken[] | undefined> {
  const open = new Map<string, Taken[]>();
  let hasEnded = false;
  const flush = (): Taken[] | undefined => {
    const [first] = open;
    if (first) open.delete(first[0]);
    return first?.[1];
  };
  const add = (indexed: Indexed): Taken[] | undefined => {
    const taken = { indexed, read: readInput(indexed[1], indexed[0], limits) };
    const [kind, most] = findKind(taken, embedder);
    const batch = open.get(kind) ?? [];
    batch.push(taken);
    open.set(kind, batch);
    if (batch.length < most) return undefined;
    open.delete(kind);
    return batch;
  };
  const takeNext = async (): Promise<readonly Taken[] | undefined> => {
    for (;;) {
      const room = waitForRoom?.();
      const rest = hasEnded || room ? flush() : undefined;
      if (rest || hasEnded) return rest;
      await room;
      if (signal.aborted) throw createAbortError(signal);
      const step = source.next();
      const { done, value } = "then" in step ? await unlessAborted(step, signal) : step;
      const full = done ? undefined : add(value);
      if (full) return full;
      hasEnded = done === true;
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const next = last.then(takeNext);
    last = next.catch(() => undefined);
    return next;
  };
}

/** Inputs of one kind may go together, as many as the number says. */
function findKind({ indexed: [, input], read }: Taken, embedder: Embedder): readonly [kind: string, most: number] {
  const { text, image } = typeof input === "string" ? { text: input } : input;
  if (image === undefined) return ["text", embedder.maxItems];
  const kind = text === undefined ? "image" : "both";
  return "item" in read ? [kind, embedder.maxImages] : [`${kind} to load`, Math.min(embedder.maxImages, MAX_LOADS)];
}

/** Waits no longer than until the signal is aborted. */
async function unlessAborted<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(createAbortError(signal));
  });
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
