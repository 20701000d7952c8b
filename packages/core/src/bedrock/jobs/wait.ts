import { InputError, TimeoutError } from "../../errors.ts";
import { sleep } from "../../http/retry.ts";
import { checkNames } from "../../requests/options.ts";
import type { BedrockClient } from "../client.ts";

/** How to wait for a job. */
export interface WaitOptions<J> {
  /** Aborting ends the waiting, not the job. */
  signal?: AbortSignal | undefined;
  /** The first pause between two looks, in milliseconds; later ones grow by half up to ten times as long. Default 5,000. */
  pollMs?: number | undefined;
  /** How long to wait at most, in milliseconds. Default: as long as the job takes. */
  timeoutMs?: number | undefined;
  /** Told what each look has seen. */
  onPoll?: ((job: J) => void) | undefined;
}

const GROWTH = 1.5;
/** A day. Timers cannot wait much longer than ten of them. */
const MAX_POLL_MS = 86_400_000;
const WAIT_OPTIONS: readonly string[] = [
  "signal",
  "pollMs",
  "timeoutMs",
  "onPoll",
] satisfies (keyof WaitOptions<unknown>)[];

/**
 * Looks at a job until it has ended.
 *
 * @param what the job, for the error
 * @throws {InputError} `ERR_INPUT` when there is an option that nobody knows, or a time is none
 * @throws {TimeoutError} `ERR_TIMEOUT_JOB` when it takes longer than `timeoutMs`; the job goes on
 * @throws {AbortError} `ERR_ABORTED`; the job goes on
 */
export async function waitForJob<J>(
  { pipeline, world }: BedrockClient,
  what: string,
  look: () => Promise<J>,
  hasEnded: (job: J) => boolean,
  options: WaitOptions<J>,
): Promise<J> {
  checkNames(options, WAIT_OPTIONS, "wait()");
  const { signal, pollMs = 5000, timeoutMs = Infinity, onPoll } = options;
  checkMs("pollMs", pollMs, MAX_POLL_MS);
  checkMs("timeoutMs", timeoutMs, Infinity);
  const deadline = world.monotonic() + timeoutMs;
  const followed = signal && pipeline.follow(signal);
  for (let pauseMs = pollMs; ; pauseMs = Math.min(pauseMs * GROWTH, pollMs * 10)) {
    const job = await look();
    onPoll?.(job);
    if (hasEnded(job)) return job;
    const leftMs = deadline - world.monotonic();
    if (leftMs <= 0) {
      throw new TimeoutError(`${what} has not ended within ${timeoutMs} ms. It goes on: look at it again later.`, {
        code: "ERR_TIMEOUT_JOB",
        retryable: false,
      });
    }
    await sleep(Math.min(pauseMs, leftMs), world, followed);
  }
}

function checkMs(name: string, value: number, max: number): void {
  if (value > 0 && value <= max) return;
  throw new InputError(
    `${name} is ${value}: give milliseconds, more than 0${max < Infinity ? ` and at most ${max}` : ""}.`,
  );
}
