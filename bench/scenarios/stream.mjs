// ConverseStream: as fast as the client can, and at a model's pace, where only the CPU time says something.
import { createClientContestant as createContestant } from "../lib/client-contestant.mjs";
import { atLeast, atMost, raceTable } from "../lib/tables.mjs";
import { CLIENTS, createTarget } from "../lib/target.mjs";
import { race } from "../lib/workers.mjs";

export { createContestant };

const CASES = [
  { name: "1 fast stream", inFlight: 1, events: 500, writeBytes: 16_384, delayMs: 0, streams: 16 },
  { name: "32 fast streams", inFlight: 32, events: 500, writeBytes: 16_384, delayMs: 0, streams: 32 },
  {
    name: "32 slow streams, 100 events a second each",
    inFlight: 32,
    events: 40,
    writeBytes: 0,
    delayMs: 10,
    streams: 32,
  },
];

/** @param {import("../run.mjs").Context} context */
export async function run({ rounds, scale, server }) {
  const cases = CASES.map(({ name, inFlight, events, writeBytes, delayMs, streams }) => ({
    name,
    inFlight,
    events,
    operations: events * (delayMs > 0 ? streams : Math.max(inFlight, streams * scale)),
    target: createTarget(server, `/${events}-${writeBytes}-${delayMs}`),
  }));
  const results = await race("stream", Object.keys(CLIENTS), cases, rounds);
  const [one = {}, many = {}, slow = {}] = CASES.map(({ name }) => results[name] ?? {});
  const share = (/** @type {typeof one} */ { floor, ours }) => (floor?.wallUs ?? 0) / (ours?.wallUs ?? NaN);
  const times = (/** @type {number} */ n) => `${n.toFixed(2)}×`;
  return {
    title: "Streams",
    text: "Per event. The server writes fast streams in pieces of 16 KB, slow ones event by event.",
    tables: cases.map(({ name }) => raceTable(name, results[name] ?? {}, CLIENTS)),
    aims: [
      atLeast("1 fast stream, share of the floor", share(one), 0.8),
      atLeast("32 fast streams, share of the floor", share(many), 0.85),
      atMost(
        "CPU per event of slow streams, over the floor",
        (slow["ours"]?.cpuUs ?? NaN) / (slow["floor"]?.cpuUs ?? NaN),
        1.2,
        times,
      ),
    ],
    summary: { "1 stream, per event": one, "32 streams, per event": many },
  };
}
