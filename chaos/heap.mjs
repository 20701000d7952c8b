/** How much of the heap may be in use more in the last rounds than in the first ones, in megabytes. */
const GROWTH_MB = 4;
/** Code is compiled and shapes are learnt in the first rounds. */
const WARM_UP_ROUNDS = 6;
const LEAST_ROUNDS = 8;

/**
 * What is wrong with the memory in use after the rounds of a run; nothing can be told of a short one.
 *
 * @param {readonly number[]} heapMb
 * @returns {string[]}
 */
export function checkHeap(heapMb) {
  const settled = heapMb.slice(WARM_UP_ROUNDS);
  if (settled.length < LEAST_ROUNDS) return [];
  const third = Math.floor(settled.length / 3);
  const growth = median(settled.slice(-third)) - median(settled.slice(0, third));
  return growth > GROWTH_MB ? [`the heap grew by ${growth.toFixed(1)} MB`] : [];
}

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0;
}
