// Memory of whole processes, each measured in a fresh one.
import { formatKb } from "./tables.mjs";
import { CLIENTS } from "./target.mjs";
import { findAble, interleave, median, start } from "./workers.mjs";

/** Memory varies less than time, and each measurement is a process. */
const MOST_ROUNDS = 3;

/**
 * @typedef {{ bytes: number, heapBytes: number }} Memory
 *
 * @param {"idle" | "chats" | "streams" | "images"} mode of memory-process.mjs
 * @param {import("./target.mjs").Target} target
 * @param {number} rounds
 * @param {object} [images]
 * @returns {Promise<{ medians: Record<string, number>, heapMedians: Record<string, number>, cells: Record<string, string>, notes: string[] }>}
 *   by client
 */
export async function measureMemory(mode, target, rounds, images = {}) {
  const args = (/** @type {string} */ id) => [mode, id, JSON.stringify(target), JSON.stringify(images)];
  const measure = async (/** @type {string} */ id) => {
    const { first } = await start("lib/memory-process.mjs", args(id), ["--expose-gc"]);
    return /** @type {Memory} */ (first);
  };
  const { able, reasons, outcomes } = await findAble(Object.keys(CLIENTS), `memory of ${mode}`, measure);
  const others = await interleave(able, Math.min(rounds, MOST_ROUNDS) - 1, measure, 0);
  const samples = Object.fromEntries(able.map((id) => [id, [...(outcomes[id] ?? []), ...(others[id] ?? [])]]));
  const collect = (/** @type {(sample: Memory) => number} */ of) =>
    Object.fromEntries(able.map((id) => [id, median((samples[id] ?? []).map(of))]));
  const medians = collect(({ bytes }) => bytes);
  const cells = Object.fromEntries(able.map((id) => [id, formatKb(medians[id] ?? NaN)]));
  return { medians, heapMedians: collect(({ heapBytes }) => heapBytes), cells, notes: reasons };
}
