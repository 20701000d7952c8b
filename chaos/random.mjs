/**
 * A source of numbers in [0, 1) that is the same for the same seeds (mulberry32).
 *
 * @param {...number} seeds
 * @returns {() => number}
 */
export function createRandom(...seeds) {
  let state = 0x9e3779b9;
  for (const seed of seeds) state = mix(state ^ (seed >>> 0));
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    return mix(state) / 0x1_0000_0000;
  };
}

/**
 * @template T
 * @param {() => number} random
 * @param {readonly T[]} list
 * @returns {T}
 */
export function pick(random, list) {
  const item = list[Math.floor(random() * list.length)];
  if (item === undefined) throw new RangeError("There is nothing to pick from.");
  return item;
}

/** @param {number} value */
function mix(value) {
  let bits = Math.imul(value ^ (value >>> 15), value | 1);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
  return (bits ^ (bits >>> 14)) >>> 0;
}
