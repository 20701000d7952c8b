import type { World } from "../../src/world.ts";

/** A world whose time stands still until it is moved. */
export interface ManualWorld extends Pick<World, "now" | "monotonic" | "setTimer"> {
  /** Moves both clocks, and runs the timers that fall due on the way. */
  advance(ms: number): void;
  /** Resolves as soon as a timer of this length is pending. */
  timerOf(ms: number): Promise<void>;
  /** Timers that are pending. */
  readonly pending: number;
}

interface Timer {
  readonly due: number;
  readonly ms: number;
  readonly callback: () => void;
}

/** Creates a world whose wall clock begins at `startMs`. */
export function createManualWorld(startMs: number = Date.now()): ManualWorld {
  let elapsed = 0;
  const timers = new Set<Timer>();
  const waiters = new Set<{ ms: number; resolve: () => void }>();
  return {
    now: () => startMs + elapsed,
    monotonic: () => elapsed,
    setTimer(callback, ms) {
      const timer = { due: elapsed + ms, ms, callback };
      timers.add(timer);
      for (const waiter of waiters) if (waiter.ms === ms) waiter.resolve();
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = elapsed + ms;
      for (;;) {
        const [next] = [...timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
        if (!next) break;
        elapsed = next.due;
        timers.delete(next);
        next.callback();
      }
      elapsed = end;
    },
    timerOf(ms) {
      if ([...timers].some((timer) => timer.ms === ms)) return Promise.resolve();
      return new Promise((resolve) => waiters.add({ ms, resolve }));
    },
    get pending() {
      return timers.size;
    },
  };
}
