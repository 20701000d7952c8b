// Cold start: processes that do nothing, import a client, or import it and get one answer.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { formatMs, table } from "../lib/tables.mjs";
import { CLIENTS, createTarget } from "../lib/target.mjs";
import { ENV, interleave, median } from "../lib/workers.mjs";

const PROGRAM = fileURLToPath(new URL("../lib/cold-process.mjs", import.meta.url));

/** @typedef {{ wallMs: number, cpuMs: number, exitMs: number }} Process until it was done, and until it had ended */

/**
 * @param {string[]} args
 * @returns {Promise<Process>}
 */
function runProcess(args) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, [PROGRAM, ...args], { env: ENV, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve({ ...JSON.parse(output), exitMs: performance.now() - start });
      else reject(new Error(`${args.slice(0, 2).join(" ")} ended with code ${code}.`));
    });
  });
}

/** @type {import("../run.mjs").Scenario} */
export async function run({ rounds, server }) {
  const target = JSON.stringify(createTarget(server));
  const clients = Object.keys(CLIENTS);
  const ids = ["empty", ...clients.flatMap((id) => [`import ${id}`, `answer ${id}`])];
  const samples = await interleave(ids, rounds, (id) => runProcess([...id.split(" "), target]));
  /** @type {(id: string, of: keyof Process) => number} */
  const find = (id, of) => median((samples[id] ?? []).map((sample) => sample[of]));
  /** @type {(id: string, of: keyof Process) => number} */
  const over = (id, of) => find(id, of) - find("empty", of);
  const rows = clients.map((id) => [
    CLIENTS[id] ?? id,
    ...[`import ${id}`, `answer ${id}`].flatMap((each) => [over(each, "wallMs"), over(each, "cpuMs")]).map(formatMs),
    formatMs(over(`answer ${id}`, "exitMs")),
    (over(`answer ${id}`, "wallMs") / over("answer ours", "wallMs")).toFixed(2),
  ]);
  /** @type {(mode: string) => Record<string, number>} */
  const wall = (mode) => Object.fromEntries(clients.map((id) => [id, over(`${mode} ${id}`, "wallMs")]));
  const cells = (/** @type {Record<string, number>} */ byId) =>
    Object.fromEntries(Object.entries(byId).map(([id, ms]) => [id, formatMs(ms)]));
  return {
    title: "Cold start",
    text: `Of whole processes, beyond one whose module is empty (${formatMs(find("empty", "wallMs"))} to run it, ${formatMs(find("empty", "exitMs"))} to its end).`,
    tables: [table(["process", "import", "CPU", "first answer", "CPU", "its end", "first answer, times ours"], rows)],
    measured: { cold: over("answer ours", "wallMs") },
    cells: { "cold start, import": cells(wall("import")), "cold start, first answer": cells(wall("answer")) },
    costs: { "first answer of a cold process": { format: formatMs, values: wall("answer") } },
  };
}
