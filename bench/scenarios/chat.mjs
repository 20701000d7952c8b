// Converse: a small question, an answer of 1 KB, over kept connections.
import { createClientContestant as createContestant } from "../lib/client-contestant.mjs";
import { atLeast, raceTable } from "../lib/tables.mjs";
import { CLIENTS, createTarget } from "../lib/target.mjs";
import { race } from "../lib/workers.mjs";

export { createContestant };

/** @param {import("../run.mjs").Context} context */
export async function run({ rounds, scale, server }) {
  const target = createTarget(server);
  const cases = [1, 16, 64].map((inFlight) => ({
    name: `${inFlight} in flight`,
    inFlight,
    operations: 320 * scale,
    target,
  }));
  const results = await race("chat", Object.keys(CLIENTS), cases, rounds);
  const figuresOf = (/** @type {number} */ inFlight) => results[`${inFlight} in flight`] ?? {};
  const share = (/** @type {number} */ inFlight) => {
    const { floor, ours } = figuresOf(inFlight);
    return (floor?.wallUs ?? 0) / (ours?.wallUs ?? NaN);
  };
  return {
    title: "Chat",
    text: "Per answer.",
    tables: cases.map(({ name }) => raceTable(name, results[name] ?? {}, CLIENTS)),
    aims: [
      atLeast("chat, 1 in flight, share of the floor", share(1), 0.8),
      atLeast("chat, 64 in flight, share of the floor", share(64), 0.7),
    ],
    summary: { "chat, 1 in flight": figuresOf(1), "chat, 16 in flight": figuresOf(16) },
  };
}
