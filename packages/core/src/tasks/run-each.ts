import { copyError, LLMError } from "../errors.ts";
import { createAbortError } from "../http/failures.ts";
import type { TaskEnvironment } from "./task.ts";

/**
 * Does a work for each item, a few at the same time, and gives the results in the order of the items. The first failure
 * stops the others.
 *
 * @param work is to stop when its signal is aborted
 * @throws what the first failure threw; an `LLMError` with `results`: those that had come, `undefined` where none had
 * @throws {AbortError} `ERR_ABORTED` with `results` when the caller's signal was aborted
 */
export async function runEach<T, R>(
  { follow }: Pick<TaskEnvironment, "follow">,
  items: readonly T[],
  { concurrency, signal }: { readonly concurrency: number; readonly signal: AbortSignal | undefined },
  work: (item: T, index: number, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const aborter = new AbortController();
  const results: R[] = [];
  results.length = items.length;
  // All workers take from one queue.
  const queue = items.entries();
  const drain = async (): Promise<void> => {
    for (const [index, item] of queue) {
      aborter.signal.throwIfAborted();
      results[index] = await work(item, index, aborter.signal);
    }
  };
  const stopped = new Promise<never>((_, reject) => {
    aborter.signal.addEventListener("abort", () => reject(aborter.signal.reason as Error), { once: true });
  });
  stopped.catch(() => {});
  const onAbort = (): void => aborter.abort(createAbortError(signal));
  const followed = signal && follow(signal);
  followed?.addEventListener("abort", onAbort);
  if (signal?.aborted) onAbort();
  try {
    await Promise.race([stopped, Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, drain))]);
    return results;
  } catch (error) {
    aborter.abort(error);
    throw error instanceof LLMError ? copyError(error, { results: Array.from(results) }) : error;
  } finally {
    followed?.removeEventListener("abort", onAbort);
  }
}
