// A client as a contestant: does a number of calls, so many at a time, and checks that each gave the whole answer.
import { answerText, streamLength } from "./answer.mjs";
import { readImage } from "./images.mjs";
import { startMeasuring } from "./measure.mjs";
import { CLIENTS } from "./target.mjs";
import { race } from "./workers.mjs";

/**
 * @typedef {import("./target.mjs").Client} Client
 * @typedef {import("./workers.mjs").Work} Work
 * @typedef {import("./workers.mjs").Sample} Sample
 */

/** Turns of a conversation that are measured together. */
export const TURNS = 10;

/**
 * @param {string} id file name of its adapter
 * @returns {Promise<import("./worker.mjs").Contestant>}
 */
export async function createClientContestant(id) {
  /** @type {{ create: (target: import("./target.mjs").Target) => Client }} */
  const { create } = await import(`../clients/${id}.mjs`);
  /** @type {Map<string, Client>} */
  const clients = new Map();
  return {
    run(work) {
      const { target, kind = "chat" } = work;
      if (!target) throw new Error("A client needs a target.");
      const client = clients.get(target.url) ?? create(target);
      clients.set(target.url, client);
      return KINDS[kind](id, client, work);
    },
  };
}

/** @type {(cases: Work[], rounds: number, scenario: string) => ReturnType<typeof race>} all clients */
export function raceClients(cases, rounds, scenario) {
  return race(scenario, Object.keys(CLIENTS), cases, rounds);
}

/** @type {Record<NonNullable<Work["kind"]>, (id: string, client: Client, work: Work) => Promise<Sample | void>>} */
const KINDS = {
  chat: (id, client, { operations, inFlight = 1 }) =>
    repeat(operations, inFlight, async () => check(id, await client.chat())),
  stream: (id, client, { operations, inFlight = 1, events = 1 }) =>
    repeat(operations / events, inFlight, async () => {
      let length = 0;
      await client.stream((text) => (length += text.length));
      checkLength(id, length, events);
    }),
  firstText: measureFirstText,
  conversation: measureTurns,
  async images(id, client, { operations, images = [] }) {
    const read = images.map(readImage);
    const stop = startMeasuring();
    await repeat(operations, 1, async () => check(id, await client.sendImages(read)));
    return stop();
  },
};

/**
 * @param {number} calls
 * @param {number} inFlight
 * @param {() => Promise<void>} call
 */
async function repeat(calls, inFlight, call) {
  let left = calls;
  const keepCalling = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: inFlight }, keepCalling));
}

/** @type {(id: string, client: Client, work: Work) => Promise<Sample>} from the call to the first text; no CPU time */
async function measureFirstText(id, client, { operations, events = 1 }) {
  let wallMs = 0;
  await repeat(operations, 1, async () => {
    let length = 0;
    const start = performance.now();
    await client.stream((text) => {
      if (length === 0) wallMs += performance.now() - start;
      length += text.length;
    });
    checkLength(id, length, events);
  });
  return { wallMs, cpuMs: NaN };
}

/** What is said in each turn: 400 characters, and 600 in the answer. */
const QUESTION = answerText().slice(0, 400);

/** @type {(id: string, client: Client, work: Work) => Promise<Sample>} the last turns of as many conversations as asked for */
async function measureTurns(id, client, { operations, turn = TURNS }) {
  const total = { wallMs: 0, cpuMs: 0 };
  for (let done = 0; done < operations; done += TURNS) {
    const turns = Array.from({ length: turn - TURNS }, () => ({ question: QUESTION, answer: TEXT }));
    const ask = await client.startConversation(turns);
    const stop = startMeasuring();
    for (let i = 0; i < TURNS; i++) check(id, await ask(QUESTION));
    const { wallMs, cpuMs } = stop();
    total.wallMs += wallMs;
    total.cpuMs += cpuMs;
  }
  return total;
}

const TEXT = answerText();

/** @type {(id: string, text: string) => void} */
function check(id, text) {
  if (text !== TEXT) throw new Error(`${id} answered ${JSON.stringify(text)}.`);
}

/** @type {(id: string, length: number, events: number) => void} */
function checkLength(id, length, events) {
  const whole = streamLength(events);
  if (length !== whole) throw new Error(`${id} streamed ${length} of ${whole} characters.`);
}
