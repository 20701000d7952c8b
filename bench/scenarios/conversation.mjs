// One conversation that grows: each turn sends all turns before it. The floor renders and hashes all of them each time.
import { createClientContestant as createContestant, raceClients, TURNS } from "../lib/client-contestant.mjs";
import { formatUs, raceTable, sharesOf } from "../lib/tables.mjs";
import { CLIENTS, createTarget } from "../lib/target.mjs";

export { createContestant };

const LAST_TURNS = [10, 100, 200, 400];

/** @type {import("../run.mjs").Scenario} */
export async function run({ rounds, scale, server }) {
  const target = createTarget(server);
  const cases = LAST_TURNS.map((turn) => ({
    name: `turns ${turn - TURNS + 1} to ${turn}`,
    kind: /** @type {const} */ ("conversation"),
    turn,
    operations: 2 * TURNS * scale,
    step: TURNS,
    target,
  }));
  const { results, notes } = await raceClients(cases, rounds, "conversation");
  const last = results[cases.at(-1)?.name ?? ""];
  const shares = sharesOf(last, "cpuUs");
  const cpu = Object.entries(last ?? {}).map(([id, { cpuUs }]) => [id, formatUs(cpuUs)]);
  return {
    title: "Conversation",
    text: `Per turn, of ${TURNS} one after the other. A turn is a question of 400 characters and an answer of 600; all turns before are sent with each.`,
    tables: cases.map(({ name }) => raceTable(name, results[name] ?? {}, CLIENTS)),
    notes,
    measured: { conversation: 1 / (shares["ours"] ?? NaN) },
    cells: { "turn 400, CPU": Object.fromEntries(cpu) },
    shares: { "turn 400, CPU": shares },
  };
}
