// Guards in CI what does not depend on how fast the machine is: how many bytes are allocated for an event and for an answer,
// beside the floor, and how that grows. Bytes are counted, not sampled: each program runs in a process of its own whose young
// generation is so large that nothing is collected meanwhile. The one time is CPU time, as a ratio in which nothing but
// quadratic growth comes near the limit. Takes some ten seconds, and needs no peer.
import { formatTimes, table } from "./lib/tables.mjs";
import { createTarget } from "./lib/target.mjs";
import { receive, start } from "./lib/workers.mjs";

/**
 * @typedef {import("./lib/guard-process.mjs").Job} Job
 *
 * @typedef {object} Limit
 * @property {string} what
 * @property {number} value
 * @property {number} limit generous: what breaks it is another order of growth, or a copy too many, never a disturbance
 */

/** In MB; V8 takes three times as much at most. */
const YOUNG_GENERATION = 256;
const FLAGS = [
  "--expose-gc",
  `--min-semi-space-size=${YOUNG_GENERATION}`,
  `--max-semi-space-size=${YOUNG_GENERATION}`,
  // What the optimizing compiler keeps off the heap depends on when it ran.
  "--no-opt",
  // What a collection has freed is counted as free when it ends, not later.
  "--single-threaded-gc",
];

const LARGE_BYTES = 900_000;

/**
 * @param {"floor" | "ours"} id
 * @param {{ url: string, h2Url: string }} server
 * @returns {Promise<(job: Omit<Job, "target"> & { shape?: string }) => Promise<number>>} what it counted
 */
async function startProgram(id, server) {
  const { child } = await start("lib/guard-process.mjs", [id], FLAGS);
  children.push(child);
  return async ({ shape = "", ...job }) => {
    child.send({ ...job, target: createTarget(server, shape) });
    const { count } = /** @type {{ count: number }} */ (await receive(child, `guard ${id} ${job.kind}`));
    return count;
  };
}

/**
 * @param {Awaited<ReturnType<typeof startProgram>>} floor
 * @param {Awaited<ReturnType<typeof startProgram>>} ours
 * @returns {Promise<Limit[]>}
 */
async function measure(floor, ours) {
  const few = await ours({ kind: "decode", events: 500 });
  const many = await ours({ kind: "decode", events: 50_000 });
  const floorEvent = (await floor({ kind: "decode", events: 2000 })) / 2000;
  const large = await ours({ kind: "decodeLarge", bytes: LARGE_BYTES });
  const chat = await ours({ kind: "chat" });
  const floorChat = await floor({ kind: "chat" });
  const stream = { kind: /** @type {const} */ ("stream"), events: 500, shape: "/500-16384-0" };
  const streamed = await ours(stream);
  const floorStreamed = await floor(stream);
  const at100 = await ours({ kind: "conversation", turn: 100 });
  const at400 = await ours({ kind: "conversation", turn: 400 });
  const floorAt400 = await floor({ kind: "conversation", turn: 400 });
  const timeOfFew = await ours({ kind: "decodeTime", events: 500, times: 100 });
  const timeOfMany = await ours({ kind: "decodeTime", events: 50_000 });
  return [
    { what: "decoding, bytes per event at 50,000 events over 500", value: many / 50_000 / (few / 500), limit: 1.3 },
    { what: "decoding, CPU of 50,000 events at once over 100 times 500", value: timeOfMany / timeOfFew, limit: 4 },
    { what: "decoding, bytes per event over the floor", value: many / 50_000 / floorEvent, limit: 1 },
    { what: "one event of 900 KB in 617 pieces, bytes over its size", value: large / LARGE_BYTES, limit: 2.2 },
    { what: "chat, bytes per answer over the floor", value: chat / floorChat, limit: 4 },
    { what: "stream, bytes per event over the floor", value: streamed / floorStreamed, limit: 5 },
    { what: "conversation, bytes of turn 400 over turn 100", value: at400 / at100, limit: 4.4 },
    { what: "conversation, bytes of turn 400 over the floor", value: at400 / floorAt400, limit: 2 },
  ];
}

/** @type {import("node:child_process").ChildProcess[]} */
const children = [];
try {
  const { child, first } = await start("server.mjs");
  children.push(child);
  const server = /** @type {{ url: string, h2Url: string }} */ (first);
  const limits = await measure(await startProgram("floor", server), await startProgram("ours", server));
  const rows = limits.map(({ what, value, limit }) => [
    what,
    formatTimes(value),
    `≤ ${formatTimes(limit)}`,
    value <= limit ? "" : "over",
  ]);
  console.log(table(["guarded", "measured", "limit", ""], rows));
  process.exitCode = limits.every(({ value, limit }) => value <= limit) ? 0 : 1;
} finally {
  for (const child of children) if (child.connected) child.disconnect();
}
