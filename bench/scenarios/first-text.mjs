// The time from the call to the first text of a stream, whose events the server writes at once.
import { createClientContestant as createContestant, raceClients } from "../lib/client-contestant.mjs";
import { formatUs, sharesOf, table, timesOf } from "../lib/tables.mjs";
import { CLIENTS, createTarget } from "../lib/target.mjs";

export { createContestant };

/** @type {import("../run.mjs").Scenario} */
export async function run({ rounds, scale, server }) {
  const events = 10;
  const target = createTarget(server, `/${events}-0-0`);
  const name = "time to the first text";
  const work = { name, kind: /** @type {const} */ ("firstText"), operations: 200 * scale, events, target };
  const { results, notes } = await raceClients([work], rounds, "first-text");
  const figures = results[name];
  const shares = sharesOf(figures);
  const rows = Object.entries(figures ?? {}).map(([id, { wallUs }]) => [
    CLIENTS[id] ?? id,
    formatUs(wallUs),
    (1 / (shares[id] ?? NaN)).toFixed(2),
    (wallUs / (figures?.["ours"]?.wallUs ?? NaN)).toFixed(2),
  ]);
  return {
    title: "First text",
    text: "From the call to the first text of a stream, one stream at a time.",
    tables: [table([name, "time", "times floor", "times ours"], rows)],
    notes,
    measured: { firstText: 1 / (shares["ours"] ?? NaN) },
    cells: { [name]: timesOf(figures) },
    shares: { "time to first text": shares },
  };
}
