// Starts the processes that are measured, and has them work in turns.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * @typedef {{ wallMs: number, cpuMs: number }} Sample for one portion of work
 * @typedef {import("node:child_process").ChildProcess} ChildProcess
 */

/** Until what runs often is compiled. */
const WARM_UPS = 3;

/**
 * The shell's variables without those that change what a client or Node does: NODE_EXTRA_CA_CERTS alone makes every process
 * start some 80 ms later, and loads what a client would load. Warnings of other packages are not our output.
 */
export const ENV = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS|NODE|SSL|npm)_/i.test(name))),
  NODE_NO_WARNINGS: "1",
};

/**
 * @param {string} path of a module, relative to bench/
 * @param {string[]} [args]
 * @returns {Promise<{ child: ChildProcess, first: any }>} and the first message that it sent
 */
export async function start(path, args = []) {
  const child = fork(fileURLToPath(new URL(`../${path}`, import.meta.url)), args, { env: ENV });
  return { child, first: await receive(child, [path, ...args].join(" ")) };
}

/**
 * @param {ChildProcess} child
 * @param {string} name
 * @returns {Promise<any>}
 */
function receive(child, name) {
  return new Promise((resolve, reject) => {
    const exited = () => reject(new Error(`${name} ended before it answered.`));
    child.once("exit", exited);
    child.once("message", (/** @type {any} */ message) => {
      child.off("exit", exited);
      if (message.error === undefined) resolve(message);
      else reject(new Error(`${name}: ${message.error}`));
    });
  });
}

/**
 * Measures contestants in turns: A B C, B C A, ..., so that what disturbs the machine disturbs all of them alike.
 *
 * @param {string[]} ids
 * @param {number} rounds
 * @param {(id: string) => Promise<Sample>} measure
 * @param {number} [warmUps] rounds before these, which do not count
 * @returns {Promise<Record<string, Sample[]>>}
 */
export async function interleave(ids, rounds, measure, warmUps = 1) {
  /** @type {Record<string, Sample[]>} */
  const samples = Object.fromEntries(ids.map((id) => [id, []]));
  for (let round = -warmUps; round < rounds; round++) {
    for (let i = 0; i < ids.length; i++) {
      const id = ids[(i + round + warmUps) % ids.length] ?? "";
      const sample = await measure(id);
      if (round >= 0) samples[id]?.push(sample);
    }
  }
  return samples;
}

/**
 * Runs cases in worker processes, one per contestant for all cases.
 *
 * @template {{ name: string, operations: number }} Work
 * @param {string} scenario file name of the module that exports `createContestant`
 * @param {string[]} ids
 * @param {Work[]} cases
 * @param {number} rounds
 * @returns {Promise<Record<string, Record<string, Figures>>>} per operation, by case and contestant
 */
export async function race(scenario, ids, cases, rounds) {
  const module = new URL(`../scenarios/${scenario}.mjs`, import.meta.url).href;
  const workers = new Map();
  try {
    for (const id of ids) workers.set(id, (await start("lib/worker.mjs", [module, id])).child);
    /** @type {Record<string, Record<string, Figures>>} */
    const results = {};
    for (const work of cases) {
      const measure = (/** @type {string} */ id) => {
        const child = workers.get(id);
        child.send(work);
        return receive(child, `${scenario} ${id}`);
      };
      const samples = await interleave(ids, rounds, measure, WARM_UPS);
      results[work.name] = Object.fromEntries(ids.map((id) => [id, summarize(samples[id] ?? [], work.operations)]));
    }
    return results;
  } finally {
    for (const child of workers.values()) child.disconnect();
  }
}

/** @typedef {{ wallUs: number, cpuUs: number }} Figures medians for one operation, in microseconds */

/**
 * @param {Sample[]} samples
 * @param {number} operations in each
 * @returns {Figures}
 */
export function summarize(samples, operations) {
  const us = (/** @type {number[]} */ values) => (median(values) * 1000) / operations;
  return { wallUs: us(samples.map(({ wallMs }) => wallMs)), cpuUs: us(samples.map(({ cpuMs }) => cpuMs)) };
}

/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
