import type { AsyncInvocation } from "./async-invocation.ts";
import type { InvocationJob } from "./invocation-job.ts";

/** The long work of a server. */
export interface Jobs {
  /** By ARN, in the order in which they were started. */
  readonly asyncInvocations: Map<string, AsyncInvocation>;
  /** By ARN, in the order in which they were created. */
  readonly invocationJobs: Map<string, InvocationJob>;
  /** How long work takes by the server's clock, in milliseconds. */
  readonly durationMs: number;
  /** Fewest records of a batch. */
  readonly minRecords: number;
  /** Has `run` done as soon as the duration is over. `run` never rejects. */
  schedule(run: () => Promise<void>): void;
  /**
   * Does all work that is due. Whatever looks at jobs or at stored objects calls it first, so that work is done by the
   * server's clock alone, without timers.
   */
  settle(): Promise<void>;
}

/** Begins without any work. `now` gives milliseconds since 1970. */
export function createJobs(options: {
  readonly now: () => number;
  readonly durationMs: number;
  readonly minRecords: number;
}): Jobs {
  const { now, durationMs, minRecords } = options;
  const waiting: { readonly dueAt: number; readonly run: () => Promise<void> }[] = [];
  let settling = Promise.resolve();
  const runDue = async (): Promise<void> => {
    for (let next = waiting[0]; next !== undefined && next.dueAt <= now(); next = waiting[0]) {
      waiting.shift();
      await next.run();
    }
  };
  return {
    asyncInvocations: new Map(),
    invocationJobs: new Map(),
    durationMs,
    minRecords,
    schedule: (run) => void waiting.push({ dueAt: now() + durationMs, run }),
    settle: () => (settling = settling.then(runDue)),
  };
}
