// A client as a contestant: does a number of calls, so many at a time, and checks that each gave the whole answer.
import { answerText, streamLength } from "./answer.mjs";

/** @typedef {import("./target.mjs").Target} Target */

/**
 * @param {string} id file name of its adapter
 * @returns {Promise<import("./worker.mjs").Contestant>}
 */
export async function createClientContestant(id) {
  const { create } = await import(`../clients/${id}.mjs`);
  /** @type {Map<string, import("./target.mjs").Client>} */
  const clients = new Map();
  return {
    /** @param {{ target: Target, operations: number, inFlight: number, events?: number }} work */
    async run({ target, operations, inFlight, events = 0 }) {
      /** @type {import("./target.mjs").Client} */
      const client = clients.get(target.url) ?? create(target);
      clients.set(target.url, client);
      const call = events === 0 ? () => chat(id, client) : () => stream(id, client, events);
      let left = operations / (events || 1);
      const keepCalling = async () => {
        while (left-- > 0) await call();
      };
      await Promise.all(Array.from({ length: inFlight }, keepCalling));
    },
  };
}

const TEXT = answerText();

/** @type {(id: string, client: import("./target.mjs").Client) => Promise<void>} */
async function chat(id, client) {
  const text = await client.chat();
  if (text !== TEXT) throw new Error(`${id} answered ${JSON.stringify(text)}.`);
}

/** @type {(id: string, client: import("./target.mjs").Client, events: number) => Promise<void>} */
async function stream(id, client, events) {
  let length = 0;
  await client.stream((text) => (length += text.length));
  if (length !== streamLength(events))
    throw new Error(`${id} streamed ${length} of ${streamLength(events)} characters.`);
}
