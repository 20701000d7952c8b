/** Everything that the library takes from outside, in one place, so that a test or an unusual host can replace it. */
export interface World {
  /** Wall-clock time, in milliseconds since 1970. */
  now(): number;
  /** A clock that never jumps, in milliseconds. */
  monotonic(): number;
  /** Runs `callback` once after `ms` milliseconds. Returns a function that calls it off. */
  setTimer(callback: () => void, ms: number): () => void;
  /** A number in [0, 1). */
  random(): number;
  /** The environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The platform's clocks, timers, randomness and (where it has them) environment variables. */
export function createWorld(): World {
  const host: { process?: { env?: World["env"]; hrtime?: () => [seconds: number, nanoseconds: number] } } = globalThis;
  return {
    now: () => Date.now(),
    monotonic: () => {
      // Node loads all of node:perf_hooks when `performance` is first asked for, some 2 ms.
      const time = host.process?.hrtime?.();
      return time ? time[0] * 1000 + time[1] / 1e6 : performance.now();
    },
    setTimer: (callback, ms) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
    get env() {
      return host.process?.env ?? {};
    },
  };
}
