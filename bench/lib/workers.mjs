// Starts the processes that are measured, and has them work in turns.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { CLIENTS, isPeer, PEER_PART } from "./target.mjs";

/**
 * @typedef {{ wallMs: number, cpuMs: number }} Sample for one portion of work
 *
 * @typedef {object} Work one case of a scenario
 * @property {string} name
 * @property {number} operations
 * @property {number} [step] of which operations are done a whole number of times; default 1
 * @property {import("./target.mjs").Target} [target]
 * @property {"chat" | "stream" | "firstText" | "conversation" | "images"} [kind] of call
 * @property {number} [inFlight]
 * @property {number} [events] in each stream
 * @property {number} [turn] of a conversation, that at which the measured ones end
 * @property {import("./images.mjs").ImageFile[]} [images]
 * @property {number} [chunkBytes] of what is decoded; 0 gives whole events
 * @property {number} [bytes] of the body that is signed, or of the one event that is decoded
 *
 * @typedef {import("node:child_process").ChildProcess} ChildProcess
 */

/** Rounds that do not count, until what runs often is compiled: before the first case, and before each other. */
const WARM_UPS = { first: 3, other: 1 };

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
 * @param {string[]} [execArgv] options of Node
 * @returns {Promise<{ child: ChildProcess, first: unknown }>} and the first message that it sent
 */
export async function start(path, args = [], execArgv = []) {
  const child = fork(fileURLToPath(new URL(`../${path}`, import.meta.url)), args, { env: ENV, execArgv });
  return { child, first: await receive(child, [path, ...args].join(" ")) };
}

/**
 * @param {ChildProcess} child
 * @param {string} name
 * @returns {Promise<unknown>}
 */
export function receive(child, name) {
  return new Promise((resolve, reject) => {
    const exited = () => reject(new Error(`${name} ended before it answered.`));
    child.once("exit", exited);
    child.once("message", (message) => {
      child.off("exit", exited);
      if (typeof message !== "object" || !("error" in message)) resolve(message);
      else reject(new Error(`${name}: ${String(message.error)}`));
    });
  });
}

/**
 * Measures contestants in turns: A B C, B C A, ..., so that what disturbs the machine disturbs all of them alike.
 *
 * @template T what is measured
 * @param {string[]} ids
 * @param {number} rounds
 * @param {(id: string) => Promise<T>} measure
 * @param {number} [warmUps] rounds before these, which do not count
 * @returns {Promise<Record<string, T[]>>}
 */
export async function interleave(ids, rounds, measure, warmUps = 1) {
  /** @type {Record<string, T[]>} */
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
 * Runs cases in worker processes, one per contestant for all cases. A peer that cannot do a case leaves it out, with a note.
 *
 * @param {string} scenario file name of the module that exports `createContestant`
 * @param {string[]} ids
 * @param {Work[]} cases
 * @param {number} rounds
 * @returns {Promise<{ results: Record<string, Record<string, Figures>>, notes: string[] }>} per operation, by case and contestant
 */
export async function race(scenario, ids, cases, rounds) {
  const module = new URL(`../scenarios/${scenario}.mjs`, import.meta.url).href;
  /** @type {Map<string, ChildProcess>} */
  const workers = new Map();
  /** @type {string[]} */
  const notes = [];
  try {
    for (const id of ids) workers.set(id, (await start("lib/worker.mjs", [module, id])).child);
    /** @type {Record<string, Record<string, Figures>>} */
    const results = {};
    for (const [index, work] of cases.entries()) {
      const measure = (/** @type {string} */ id) => measureIn(workers.get(id), `${scenario} ${id}`, portion(id, work));
      const { able, reasons } = await findAble(ids, work.name, measure);
      notes.push(...reasons);
      // Finding out was the first of them.
      const warmUps = (index === 0 ? WARM_UPS.first : WARM_UPS.other) - 1;
      const samples = await interleave(able, rounds, measure, warmUps);
      const figures = able.map((id) => [id, summarize(samples[id] ?? [], portion(id, work).operations)]);
      results[work.name] = Object.fromEntries(figures);
    }
    return { results, notes };
  } finally {
    for (const child of workers.values()) if (child.connected) child.disconnect();
  }
}

/** @type {(id: string, work: Work) => Work} peers do fewer operations, in as many rounds */
function portion(id, work) {
  const { operations, step = 1 } = work;
  return { ...work, operations: step * Math.max(1, Math.round((operations * (isPeer(id) ? PEER_PART : 1)) / step)) };
}

/**
 * @param {ChildProcess | undefined} child
 * @param {string} name
 * @param {Work} work
 * @returns {Promise<Sample>}
 */
async function measureIn(child, name, work) {
  if (!child?.connected) throw new Error(`${name} has ended.`);
  child.send(work);
  return /** @type {Sample} */ (await receive(child, name));
}

/**
 * @template T
 * @param {string[]} ids
 * @param {string} what
 * @param {(id: string) => Promise<T>} attempt
 * @returns {Promise<{ able: string[], reasons: string[], outcomes: Record<string, T[]> }>} who can do it, why the other peers
 *   cannot, and what each attempt gave
 */
export async function findAble(ids, what, attempt) {
  const able = [];
  const reasons = [];
  /** @type {Record<string, T[]>} */
  const outcomes = {};
  for (const id of ids) {
    try {
      outcomes[id] = [await attempt(id)];
      able.push(id);
    } catch (error) {
      if (!isPeer(id) || !(error instanceof Error)) throw error;
      reasons.push(`${CLIENTS[id] ?? id} takes no part in "${what}": ${error.message.split("\n")[0]?.slice(0, 300)}`);
    }
  }
  return { able, reasons, outcomes };
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
