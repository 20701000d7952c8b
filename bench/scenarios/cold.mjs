// Cold start: processes that do nothing, import a client, or import it and get one answer.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { atMost, table } from "../lib/tables.mjs";
import { CLIENTS, createTarget } from "../lib/target.mjs";
import { ENV, interleave, median } from "../lib/workers.mjs";

const PROGRAM = fileURLToPath(new URL("../lib/cold-process.mjs", import.meta.url));

/**
 * @param {string[]} args
 * @returns {Promise<{ wallMs: number, cpuMs: number, exitMs: number }>} until it was done, and until it had ended
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

/** @param {import("../run.mjs").Context} context */
export async function run({ rounds, server }) {
  const target = JSON.stringify(createTarget(server));
  const ids = ["empty", ...Object.keys(CLIENTS).flatMap((id) => [`import ${id}`, `answer ${id}`])];
  /** @type {Record<string, number[]>} */
  const exits = Object.fromEntries(ids.map((id) => [id, []]));
  const samples = await interleave(ids, rounds, async (id) => {
    const sample = await runProcess([...id.split(" "), target]);
    exits[id]?.push(sample.exitMs);
    return sample;
  });
  const wall = (/** @type {string} */ id) => median((samples[id] ?? []).map(({ wallMs }) => wallMs));
  const cpu = (/** @type {string} */ id) => median((samples[id] ?? []).map(({ cpuMs }) => cpuMs));
  const exit = (/** @type {string} */ id) => median(exits[id] ?? []);
  const ms = (/** @type {number} */ value) => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
  const over = (/** @type {(id: string) => number} */ of, /** @type {string} */ id) => ms(of(id) - of("empty"));
  const rows = Object.entries(CLIENTS).map(([id, label]) => {
    const [imported, answered] = [`import ${id}`, `answer ${id}`];
    return [
      label,
      over(wall, imported),
      over(cpu, imported),
      over(wall, answered),
      over(cpu, answered),
      over(exit, answered),
    ];
  });
  const ours = wall("answer ours") - wall("empty");
  const figures = Object.keys(CLIENTS).map((id) => {
    const us = (wall(`answer ${id}`) - wall("empty")) * 1000;
    return [id, { wallUs: us, cpuUs: (cpu(`answer ${id}`) - cpu("empty")) * 1000 }];
  });
  return {
    title: "Cold start",
    text: `Of whole processes, beyond one whose module is empty (${ms(wall("empty"))} to run it, ${ms(exit("empty"))} to its end).`,
    tables: [table(["process", "import", "CPU", "first answer", "CPU", "its end"], rows)],
    goals: [atMost("first answer of a cold process, after an empty module", ours, 70, ms)],
    aims: [atMost("first answer of a cold process, after an empty module", ours, 45, ms)],
    summary: { "cold start, first answer": Object.fromEntries(figures) },
  };
}
