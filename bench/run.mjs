// Measures @node-llm/core against a floor and its alternatives. See README.md beside this file.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { formatUs, table } from "./lib/tables.mjs";
import { CLIENTS } from "./lib/target.mjs";
import { start } from "./lib/workers.mjs";

/**
 * @typedef {object} Context what a scenario is given
 * @property {number} rounds how often each contestant is measured
 * @property {number} scale of the work in each round; 1 in a quick run
 * @property {{ url: string, h2Url: string }} server
 *
 * @typedef {import("./lib/tables.mjs").Goal} Goal
 *
 * @typedef {object} Result what a scenario found
 * @property {string} title
 * @property {string} text
 * @property {string[]} tables
 * @property {Goal[]} [goals] that must be met
 * @property {Goal[]} [aims] that are to be met later
 * @property {Record<string, Record<string, import("./lib/workers.mjs").Figures | undefined>>} [summary] by column and client
 * @property {Record<string, Record<string, string>>} [cells] the same, as text
 */

const SCENARIOS = ["sign", "decode", "chat", "stream", "cold", "install", "bundle"];
const MARKS = ["<!-- results: written by node bench/run.mjs --write -->", "<!-- results end -->"];

const bench = (/** @type {string} */ path) => new URL(path, import.meta.url);

/** Says what is missing before anything runs. */
function checkReady() {
  const problems = [];
  if (!existsSync(bench("../node_modules/@node-llm/core"))) problems.push("npm ci", "npm run build");
  else if (!existsSync(new URL(import.meta.resolve("@node-llm/core")))) problems.push("npm run build");
  if (!existsSync(bench("node_modules/ai/package.json"))) problems.push("npm ci --prefix bench");
  if (problems.length === 0) return;
  console.error(`Not ready to measure. First, in the repository's root folder: ${problems.join(" && ")}`);
  process.exit(2);
}

/** @returns {string} the machine and its load */
function describeMachine() {
  const [cpu] = cpus();
  const gb = (totalmem() / 2 ** 30).toFixed(0);
  const load = (loadavg()[0] ?? 0).toFixed(1);
  return `${cpus().length} × ${cpu?.model.trim()}, ${gb} GB, ${process.platform}, Node ${process.version}, load average ${load} at the start`;
}

/**
 * @param {string} title
 * @param {Goal[]} goals
 */
function goalTable(title, goals) {
  if (goals.length === 0) return "";
  const rows = goals.map(({ what, value, limit, passed }) => [what, value, limit, passed ? "pass" : "**fail**"]);
  return table([title, "measured", "limit", ""], rows);
}

/**
 * @param {Result[]} results
 * @returns {string} one table: clients against scenarios
 */
function summaryTable(results) {
  const ids = Object.keys(CLIENTS);
  const columns = results.flatMap(({ summary = {}, cells = {} }) => [
    ...Object.entries(summary).map(([name, byId]) => {
      const format = (/** @type {string} */ id) => (byId[id] ? formatUs(byId[id].wallUs) : "");
      return [name, ids.map(format)];
    }),
    ...Object.entries(cells).map(([name, byId]) => [name, ids.map((id) => byId[id] ?? "")]),
  ]);
  return table(
    ["", ...ids.map((id) => CLIENTS[id] ?? id)],
    columns.map(([name, cells]) => [String(name), ...(Array.isArray(cells) ? cells : [])]),
  );
}

/**
 * Writes RESULTS.md and the marked section of README.md.
 *
 * @param {string} machine
 * @param {Result[]} results
 */
async function write(machine, results) {
  const head = `${new Date().toISOString().slice(0, 10)}. ${machine}.`;
  const goals = goalTable(
    "goal",
    results.flatMap((each) => each.goals ?? []),
  );
  const aims = goalTable(
    "aim",
    results.flatMap((each) => each.aims ?? []),
  );
  const details = results.map(({ title, text, tables }) => [`## ${title}`, text, ...tables].join("\n\n"));
  const note = "Written by `node bench/run.mjs --write`.";
  await writeMarkdown("RESULTS.md", ["# Results", note, head, goals, aims, ...details].join("\n\n"));
  const [begin = "", end = ""] = MARKS;
  const [before = "", rest = ""] = readFileSync(bench("README.md"), "utf8").split(begin);
  const section = [begin, head, summaryTable(results), goals, end].join("\n\n");
  await writeMarkdown("README.md", `${before}${section}${rest.split(end)[1] ?? ""}`);
}

/**
 * @param {string} name
 * @param {string} text formatted as the gate wants it
 */
async function writeMarkdown(name, text) {
  const { format } = await import("prettier");
  writeFileSync(bench(name), await format(text, { parser: "markdown", printWidth: 120 }));
}

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    rounds: { type: "string" },
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const names = values.only?.split(",") ?? SCENARIOS;
const unknown = names.filter((name) => !SCENARIOS.includes(name));
if (unknown.length > 0 || (values.write && values.only !== undefined)) {
  const unknownText = `There is no scenario ${unknown.join(", ")}. They are: ${SCENARIOS.join(", ")}.`;
  console.error(unknown.length > 0 ? unknownText : "--write needs all scenarios: leave --only out.");
  process.exit(2);
}
checkReady();

const machine = describeMachine();
console.log(`${machine}\n`);
const { child, first: server } = await start("server.mjs");
/** @type {Result[]} */
const results = [];
try {
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 11));
  for (const name of names) {
    const { run } = await import(`./scenarios/${name}.mjs`);
    /** @type {Result} */
    const result = await run({ rounds, scale: values.quick ? 1 : 2, server });
    results.push(result);
    console.log([`## ${result.title}`, result.text, ...result.tables, ""].join("\n\n"));
  }
} finally {
  child.disconnect();
}
const goals = results.flatMap((each) => each.goals ?? []);
console.log(goalTable("goal", goals), "\n");
console.log(
  goalTable(
    "aim",
    results.flatMap((each) => each.aims ?? []),
  ),
);
if (values.write) await write(machine, results);
process.exitCode = goals.every(({ passed }) => passed) ? 0 : 1;
