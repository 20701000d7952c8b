import { InputError } from "../errors.ts";
import { createAbortError } from "../http/failures.ts";
import type { Embedder, EmbedBatch, EmbedderRequest, EmbedItem } from "../requests/embed.ts";
import { createBatcher, type EmbedSupply, type Indexed, type Taken } from "./embed-batcher.ts";
import { measure, MAX_ITEM_BYTES, readInput, type InputLimits } from "./embed-input.ts";
import { runTask, type TaskEnvironment } from "./task.ts";

/** A model with its options, ready to embed. */
export interface EmbedPlan {
  readonly env: TaskEnvironment;
  readonly request: EmbedderRequest;
  readonly embedder: Embedder;
  readonly limits: InputLimits;
  /** How many requests are made at the same time. */
  readonly concurrency: number;
}

/** What is to be embedded, and where the vectors go. */
export interface EmbedJob extends EmbedSupply {
  /** Takes the vectors of some inputs. */
  readonly deliver: (inputs: readonly Indexed[], batch: EmbedBatch) => void;
}

/**
 * Embeds all inputs of a job. The first failure stops the others; when this settles, no request is under way.
 *
 * @param aborter stops it; is aborted by the caller's signal and by the first failure
 * @throws {LLMError} the first failure; anything else was thrown by the inputs, a middleware or `deliver`
 */
export async function runEmbedding(plan: EmbedPlan, job: EmbedJob, aborter: AbortController): Promise<void> {
  const { env, request, concurrency, embedder, limits } = plan;
  const { signal } = request.options;
  const stop = (): void => aborter.abort(signal?.reason);
  if (signal?.aborted) stop();
  const followed = signal && env.follow(signal);
  followed?.addEventListener("abort", stop);
  const take = createBatcher(job, embedder, limits, aborter.signal);
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    try {
      for (let batch = await take(); batch; batch = await take()) {
        startOneMore();
        await embedBatch(plan, job, batch, aborter.signal);
      }
    } catch (error) {
      failures.push(error);
      aborter.abort(error);
    }
  };
  // No more than have something to do, whatever `concurrency` is.
  const workers: Promise<void>[] = [];
  const startOneMore = (): void => void (workers.length < concurrency && workers.push(work()));
  startOneMore();
  // Each begins before the one that starts it ends.
  for (const worker of workers) await worker;
  followed?.removeEventListener("abort", stop);
  if (failures.length === 0) return;
  // What still reads is told that nobody listens; that may take it a while.
  Promise.resolve(job.source.return?.()).catch(() => undefined);
  throw failures[0];
}

async function embedBatch(plan: EmbedPlan, job: EmbedJob, batch: readonly Taken[], signal: AbortSignal): Promise<void> {
  const { env, embedder, request } = plan;
  const loaded = await Promise.all(batch.map((taken) => loadItem(plan, taken, signal)));
  for (const part of splitBySize(loaded)) {
    if (signal.aborted) throw createAbortError(signal);
    const items = part.map(([, item]) => item);
    const asked = { ...request, items, options: { ...request.options, signal } };
    const result = await runTask(env, "embed", asked, (changed) => embedder.embed(changed));
    job.deliver(
      part.map(([indexed]) => indexed),
      result,
    );
  }
}

type Loaded = readonly [indexed: Indexed, item: EmbedItem];

async function loadItem({ env, limits }: EmbedPlan, { indexed, read }: Taken, signal: AbortSignal): Promise<Loaded> {
  if ("item" in read) return [indexed, read.item];
  const [index, input] = indexed;
  // Not as an image: the limit of chats is not that of this model.
  const loaded = readInput(input, index, limits, await env.load(read.location, undefined, signal));
  if ("item" in loaded) return [indexed, loaded.item];
  throw new InputError(`input[${index}] cannot be read here: give the image's bytes.`);
}

/** As few parts as bodies can hold. */
function splitBySize(items: readonly Loaded[]): Loaded[][] {
  const parts: Loaded[][] = [];
  let room = 0;
  for (const item of items) {
    const size = measure(item[1]);
    room -= size;
    if (room < 0) {
      room = MAX_ITEM_BYTES - size;
      parts.push([]);
    }
    parts.at(-1)?.push(item);
  }
  return parts;
}
