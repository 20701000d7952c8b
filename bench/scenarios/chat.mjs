// Converse: a small question, an answer of 1 KB, over kept connections.
import { createClientContestant as createContestant, raceClients } from "../lib/client-contestant.mjs";
import { raceTable, sharesOf, timesOf } from "../lib/tables.mjs";
import { CLIENTS, createTarget } from "../lib/target.mjs";

export { createContestant };

/** @type {import("../run.mjs").Scenario} */
export async function run({ rounds, scale, server }) {
  const target = createTarget(server);
  const cases = [1, 16, 64, 256].map((inFlight) => ({
    name: `${inFlight} in flight`,
    inFlight,
    operations: 512 * scale,
    step: inFlight,
    target,
  }));
  const { results, notes } = await raceClients(cases, rounds, "chat");
  const [one, , many] = cases.map(({ name }) => sharesOf(results[name]));
  const named = cases.map(({ name }) => ({ name: `chat, ${name}`, figures: results[name] }));
  return {
    title: "Chat",
    text: "Per answer.",
    tables: cases.map(({ name }) => raceTable(name, results[name] ?? {}, CLIENTS)),
    notes,
    measured: { chat1: one?.["ours"] ?? NaN, chat64: many?.["ours"] ?? NaN },
    cells: Object.fromEntries(named.map(({ name, figures }) => [name, timesOf(figures)])),
    shares: Object.fromEntries(named.map(({ name, figures }) => [name, sharesOf(figures)])),
  };
}
