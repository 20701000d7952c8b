/** A stalled answer costs as much; a busy machine must not. */
const LEAST_MS = 1500;
const MOST_MS = 5000;
const FACTOR = 3;
const SAMPLES = 40;

/**
 * How long to wait for an answer, or for its next piece: several times as long as the slowest of the last right answers took,
 * so that what is slow under faults is not the machine.
 */
export function createPatience() {
  /** @type {number[]} */
  const recent = [];
  return {
    /** @param {number} ms that a right answer took */
    note: (ms) => {
      recent.push(ms);
      if (recent.length > SAMPLES) recent.shift();
    },
    /** In milliseconds. */
    get ms() {
      return Math.round(Math.min(MOST_MS, Math.max(LEAST_MS, FACTOR * Math.max(...recent))));
    },
  };
}
