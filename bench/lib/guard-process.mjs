// A process that counts the bytes that a job allocates, on V8's heap and beside it. argv: "floor" or "ours". Its young
// generation must be so large that nothing is collected meanwhile; an attempt in which something was does not count.
import { createEventStreamDecoder } from "@node-llm/core";
import { PerformanceObserver } from "node:perf_hooks";
import { answerText, encodeLargeEvent, encodeStream, streamLength } from "./answer.mjs";
import { createFloorDecoder } from "./floor-decoder.mjs";

/**
 * @typedef {object} Job
 * @property {"decode" | "decodeLarge" | "decodeTime" | "chat" | "stream" | "conversation"} kind
 * @property {import("./target.mjs").Target} target
 * @property {number} [events]
 * @property {number} [bytes] of one event
 * @property {number} [times] that it is decoded
 * @property {number} [turn]
 */

/** How many of each are counted together. */
const CHATS = 50;
const STREAMS = 4;
const TURNS = 4;
/** Counts that are taken, and attempts at most: one in which memory was collected does not count. */
const COUNTS = 2;
const ATTEMPTS = 5;

const [id = ""] = process.argv.slice(2);
/** @type {{ create: (target: import("./target.mjs").Target) => import("./target.mjs").Client }} */
const { create } = await import(`../clients/${id}.mjs`);

let collections = 0;
const observer = new PerformanceObserver((list) => {
  collections += list.getEntries().length;
});
observer.observe({ entryTypes: ["gc"] });

/** Collections so far: Node tells of one in the next turn of the event loop. */
async function countCollections() {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  collections += observer.takeRecords().length;
  return collections;
}

/**
 * @param {() => Promise<void> | void} work
 * @returns {Promise<number>} bytes that it allocated: the least of some attempts without a collection
 */
async function count(work) {
  await work();
  const counts = [];
  for (let attempt = 0; attempt < ATTEMPTS && counts.length < COUNTS; attempt++) {
    globalThis.gc?.();
    const before = await countCollections();
    const start = read();
    await work();
    const end = read();
    if ((await countCollections()) === before) counts.push(end - start);
  }
  if (counts.length === 0)
    throw new Error(
      "Memory was collected in each attempt: far more is allocated than was, or the young generation is too small.",
    );
  return Math.min(...counts);
}

function read() {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** @type {(body: Buffer, chunkBytes: number) => Buffer[]} */
const slice = (body, chunkBytes) =>
  Array.from({ length: Math.ceil(body.length / chunkBytes) }, (_, n) =>
    Buffer.from(body.subarray(n * chunkBytes, (n + 1) * chunkBytes)),
  );

/** @type {(chunks: Buffer[]) => void} */
function decode(chunks) {
  let events = 0;
  if (id === "floor") {
    const push = createFloorDecoder(() => (events += 1));
    for (const chunk of chunks) push(chunk);
  } else {
    const decoder = createEventStreamDecoder();
    for (const chunk of chunks) for (const _ of decoder.push(chunk)) events += 1;
    decoder.end();
  }
  if (events === 0) throw new Error("Nothing was decoded.");
}

/** @type {(received: unknown, expected: unknown) => void} */
function expect(received, expected) {
  if (received !== expected) throw new Error(`${id} answered ${JSON.stringify(received)}.`);
}

/** @type {Record<Job["kind"], (job: Job) => Promise<number>>} bytes for one of each; `decodeTime` gives µs of CPU for all */
const JOBS = {
  decode({ events = 1 }) {
    const chunks = slice(Buffer.concat(encodeStream(events)), 16_384);
    return count(() => decode(chunks));
  },
  decodeLarge({ bytes = 1 }) {
    const chunks = slice(encodeLargeEvent(bytes), 1460);
    return count(() => decode(chunks));
  },
  decodeTime({ events = 1, times = 1 }) {
    const chunks = slice(Buffer.concat(encodeStream(events)), 16_384);
    const attempts = Array.from({ length: COUNTS }, () => {
      const { user, system } = process.cpuUsage();
      for (let n = 0; n < times; n++) decode(chunks);
      const end = process.cpuUsage();
      return end.user + end.system - user - system;
    });
    return Promise.resolve(Math.min(...attempts));
  },
  async chat({ target }) {
    const client = create(target);
    const bytes = await count(async () => {
      for (let n = 0; n < CHATS; n++) expect(await client.chat(), answerText());
    });
    return bytes / CHATS;
  },
  async stream({ target, events = 1 }) {
    const client = create(target);
    const bytes = await count(async () => {
      for (let n = 0; n < STREAMS; n++) {
        let length = 0;
        await client.stream((text) => (length += text.length));
        expect(length, streamLength(events));
      }
    });
    return bytes / STREAMS / events;
  },
  async conversation({ target, turn = 1 }) {
    const client = create(target);
    const question = answerText().slice(0, 400);
    const turns = Array.from({ length: turn - TURNS * (COUNTS + 1) }, () => ({ question, answer: answerText() }));
    const ask = await client.startConversation(turns);
    const bytes = await count(async () => {
      for (let n = 0; n < TURNS; n++) expect(await ask(question), answerText());
    });
    return bytes / TURNS;
  },
};

/** @type {(job: Job) => Promise<void>} */
async function measure(job) {
  try {
    process.send?.({ count: await JOBS[job.kind](job) });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.stack : String(error) });
  }
}

process.on("message", (/** @type {Job} */ job) => void measure(job));
process.on("disconnect", () => process.exit());
process.send?.({ ready: true });
