// Memory: what a stream takes while it waits, and the most that a process has that chats or streams.
import { measureMemory } from "../lib/memory.mjs";
import { formatKb, table } from "../lib/tables.mjs";
import { CLIENTS, createTarget } from "../lib/target.mjs";

/** @type {import("../run.mjs").Scenario} */
export async function run({ rounds: all, scale, server }) {
  const rounds = scale < 1 ? 1 : all;
  const idle = await measureMemory("idle", createTarget(server, "/10-0-hold"), rounds);
  const chats = await measureMemory("chats", createTarget(server), rounds);
  const streams = await measureMemory("streams", createTarget(server, "/500-16384-0"), rounds);
  const over = (/** @type {typeof chats} */ { medians }, /** @type {string} */ id) =>
    (medians[id] ?? NaN) / (medians["floor"] ?? NaN);
  const rows = Object.entries(CLIENTS).map(([id, label]) => [
    label,
    idle.cells[id] ?? "",
    id in idle.heapMedians ? formatKb(idle.heapMedians[id] ?? NaN) : "",
    ...[chats, streams].flatMap((each) => [each.cells[id] ?? "", id in each.medians ? over(each, id).toFixed(2) : ""]),
  ]);
  const head = ["memory", "idle stream", "of it heap and buffers", "chats", "times floor", "streams", "times floor"];
  return {
    title: "Memory",
    text: "Idle stream: resident memory per stream of 256 that have had their first text and wait for more, after garbage collection. Chats and streams: the most resident memory of a process that makes 640 chats or 48 streams of 500 events, 16 in flight.",
    tables: [table(head, rows)],
    notes: [...idle.notes, ...chats.notes, ...streams.notes],
    measured: { chatMemory: over(chats, "ours"), streamMemory: over(streams, "ours") },
    cells: {
      "idle stream, memory": idle.cells,
      "chats, peak memory": chats.cells,
      "streams, peak memory": streams.cells,
    },
    costs: {
      "memory per idle stream": { format: formatKb, values: idle.medians },
      "peak memory of chats": { format: formatKb, values: chats.medians },
      "peak memory of streams": { format: formatKb, values: streams.medians },
    },
  };
}
