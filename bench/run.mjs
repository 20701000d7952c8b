// Measures @node-llm/core against a floor and its alternatives. See README.md beside this file.
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { goalTable, judge } from "./lib/goals.mjs";
import { describeMachine, describeResult, writeReport } from "./lib/report.mjs";
import { start } from "./lib/workers.mjs";

/**
 * @typedef {object} Context what a scenario is given
 * @property {number} rounds how often each contestant is measured
 * @property {number} scale of the work in each round; 0.5 in a quick run
 * @property {{ url: string, h2Url: string }} server
 *
 * @typedef {object} Result what a scenario found
 * @property {string} title
 * @property {string} text
 * @property {string[]} tables
 * @property {string[]} [notes] who took no part, and why
 * @property {Record<string, number>} measured by name of the goal, see lib/goals.mjs
 * @property {Record<string, Record<string, string>>} cells of the table of all, by row and client
 * @property {import("./lib/charts.mjs").Shares} [shares]
 * @property {import("./lib/charts.mjs").Costs} [costs]
 *
 * @typedef {(context: Context) => Promise<Result> | Result} Scenario
 */

const SCENARIOS = [
  "sign",
  "decode",
  "chat",
  "stream",
  "first-text",
  "conversation",
  "image",
  "memory",
  "cold",
  "install",
  "bundle",
];

/** Says what is missing before anything runs. */
function checkReady() {
  const exists = (/** @type {string} */ path) => existsSync(new URL(path, import.meta.url));
  const problems = [];
  if (!exists("../node_modules/@node-llm/core")) problems.push("npm ci", "npm run build");
  else if (!exists(import.meta.resolve("@node-llm/core"))) problems.push("npm run build");
  if (!exists("node_modules/@anthropic-ai/bedrock-sdk/package.json")) problems.push("npm ci --prefix bench");
  if (problems.length === 0) return;
  console.error(`Not ready to measure. First, in the repository's root folder: ${problems.join(" && ")}`);
  process.exit(2);
}

/**
 * @param {string[]} names of scenarios
 * @param {{ rounds: number, scale: number }} effort
 * @returns {Promise<Result[]>}
 */
async function runAll(names, effort) {
  const { child, first } = await start("server.mjs");
  const server = /** @type {Context["server"]} */ (first);
  const results = [];
  try {
    for (const name of names) {
      /** @type {{ run: Scenario }} */
      const { run } = await import(`./scenarios/${name}.mjs`);
      const begin = performance.now();
      const result = await run({ ...effort, server });
      results.push(result);
      const seconds = ((performance.now() - begin) / 1000).toFixed(0);
      console.log(`${describeResult(result)}\n\n(${seconds} s)\n`);
    }
    return results;
  } finally {
    child.disconnect();
  }
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
if (unknown.length > 0) {
  console.error(`There is no scenario ${unknown.join(", ")}. They are: ${SCENARIOS.join(", ")}.`);
  process.exit(2);
}
if (values.write && values.only !== undefined) {
  console.error("--write needs all scenarios: leave --only out.");
  process.exit(2);
}
checkReady();

const machine = describeMachine();
console.log(`${machine}\n`);
const rounds = Number(values.rounds ?? (values.quick ? 3 : 11));
const results = await runAll(names, { rounds, scale: values.quick ? 0.5 : 1 });
const verdicts = judge(Object.assign({}, ...results.map(({ measured }) => measured)));
console.log(goalTable(verdicts));
if (values.write) await writeReport({ machine, rounds, verdicts, results });
process.exitCode = verdicts.every(({ passed }) => passed) ? 0 : 1;
