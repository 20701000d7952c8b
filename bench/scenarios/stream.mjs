// ConverseStream: as fast as the client can, and at a model's pace, where only the CPU time says something.
import { createClientContestant as createContestant, raceClients } from "../lib/client-contestant.mjs";
import { raceTable, sharesOf, timesOf } from "../lib/tables.mjs";
import { CLIENTS, createTarget } from "../lib/target.mjs";

export { createContestant };

/** `streams` in each round of a scale of 1. */
const CASES = [
  { name: "1 stream", inFlight: 1, events: 500, writeBytes: 16_384, delayMs: 0, streams: 16 },
  { name: "32 streams", inFlight: 32, events: 500, writeBytes: 16_384, delayMs: 0, streams: 32 },
  { name: "256 streams", inFlight: 256, events: 50, writeBytes: 16_384, delayMs: 0, streams: 256 },
  {
    name: "32 slow streams, 100 events a second each",
    inFlight: 32,
    events: 40,
    writeBytes: 0,
    delayMs: 10,
    streams: 32,
  },
];

/** @type {import("../run.mjs").Scenario} */
export async function run({ rounds, scale, server }) {
  const cases = CASES.map(({ name, inFlight, events, writeBytes, delayMs, streams }) => ({
    name,
    kind: /** @type {const} */ ("stream"),
    inFlight,
    events,
    operations: events * streams * scale,
    step: events * inFlight,
    target: createTarget(server, `/${events}-${writeBytes}-${delayMs}`),
  }));
  const { results, notes } = await raceClients(cases, rounds, "stream");
  const [one, many, most, slow] = CASES.map(({ name }) => results[name] ?? {});
  const fast = { "1 stream": one, "32 streams": many, "256 streams": most };
  const slowShares = sharesOf(slow, "cpuUs");
  return {
    title: "Streams",
    text: "Per event. The server writes fast streams in pieces of 16 KB, slow ones event by event.",
    tables: cases.map(({ name }) => raceTable(name, results[name] ?? {}, CLIENTS)),
    notes,
    measured: {
      stream1: sharesOf(one)["ours"] ?? NaN,
      stream32: sharesOf(many)["ours"] ?? NaN,
      slow: 1 / (slowShares["ours"] ?? NaN),
    },
    cells: Object.fromEntries(Object.entries(fast).map(([name, each]) => [`${name}, per event`, timesOf(each)])),
    shares: {
      ...Object.fromEntries(Object.entries(fast).map(([name, each]) => [name, sharesOf(each)])),
      "32 slow streams, CPU": slowShares,
    },
  };
}
