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
  const host: { process?: { env?: World["env"] } } = globalThis;
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
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
