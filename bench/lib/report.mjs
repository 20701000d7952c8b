// What a run found, as Markdown and as charts.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { renderCosts, renderShares } from "./charts.mjs";
import { goalTable } from "./goals.mjs";
import { table } from "./tables.mjs";
import { CLIENTS } from "./target.mjs";

/** @typedef {import("../run.mjs").Result} Result */

const MARKS = ["<!-- results: written by npm run bench -- --write -->", "<!-- results end -->"];
/** What the front page shows: so many scenarios and clients as a reader takes in at once. */
const FRONT_ROWS = [
  "chat, 64 in flight",
  "32 streams, per event",
  "time to the first text",
  "chats, peak memory",
  "cold start, first answer",
  "bundle, chat",
  "installed",
];
const FRONT_CLIENTS = ["ours", "aws-sdk-http1", "aws-sdk", "ai-sdk", "langchain"];
const CHARTS = [
  { file: "charts/speed.svg", alt: "Speed of each client as a share of the floor" },
  { file: "charts/cost.svg", alt: "Memory, cold start and size of each client" },
];

const bench = (/** @type {string} */ path) => new URL(`../${path}`, import.meta.url);

/** @returns {string} the machine and its load */
export function describeMachine() {
  const [cpu] = cpus();
  const gb = (totalmem() / 2 ** 30).toFixed(0);
  const load = (loadavg()[0] ?? 0).toFixed(1);
  return `${cpus().length} × ${cpu?.model.trim()}, ${gb} GB, ${process.platform}, Node ${process.version}, load average ${load} at the start`;
}

/** @param {Result} result */
export function describeResult({ title, text, tables, notes = [] }) {
  return [`## ${title}`, text, ...tables, ...notes.map((note) => `- ${note}`)].join("\n\n");
}

/**
 * @param {Result[]} results
 * @returns {string} one table: clients against scenarios
 */
function summaryTable(results) {
  const rows = results.flatMap(({ cells }) =>
    Object.entries(cells).map(([name, byId]) => [name, ...Object.keys(CLIENTS).map((id) => byId[id] ?? "")]),
  );
  return table(["", ...Object.values(CLIENTS)], rows);
}

/**
 * @param {Record<string, Readonly<Record<string, string>>>} cells by scenario and client
 * @returns {string} a few scenarios and clients
 */
export function frontTable(cells) {
  const rows = FRONT_ROWS.map((name) => [name, ...FRONT_CLIENTS.map((id) => cells[name]?.[id] ?? "")]);
  return table(
    ["", ...Object.entries(CLIENTS).flatMap(([id, label]) => (FRONT_CLIENTS.includes(id) ? label : []))],
    rows,
  );
}

/**
 * Writes RESULTS.md, the charts, and the marked sections of README.md and of the repository's.
 *
 * @param {{ machine: string, rounds: number, verdicts: import("./goals.mjs").Verdict[], results: Result[] }} report
 */
export async function writeReport({ machine, rounds, verdicts, results }) {
  const date = new Date().toISOString().slice(0, 10);
  const head = `${date}. ${machine} and ${loadavg()[0]?.toFixed(1)} at the end. Medians of ${rounds} interleaved rounds.`;
  mkdirSync(bench("charts"), { recursive: true });
  const [speed, cost] = CHARTS;
  writeFileSync(bench(speed?.file ?? ""), renderShares(Object.assign({}, ...results.map(({ shares }) => shares))));
  writeFileSync(bench(cost?.file ?? ""), renderCosts(Object.assign({}, ...results.map(({ costs }) => costs))));
  const charts = CHARTS.map(({ file, alt }) => `![${alt}](./${file})`);
  const note = "Written by `npm run bench -- --write`. What is measured, and how, is in [README.md](./README.md).";
  const goals = goalTable(verdicts);
  const summary = summaryTable(results);
  const details = results.map(describeResult);
  const all = "Times per operation. Cells are empty where a client takes no part; why, is told below.";
  const parts = ["# Results", note, head, "## Goals", goals, ...charts, "## All clients", all, summary, ...details];
  await writeMarkdown("RESULTS.md", parts.join("\n\n"));
  await writeSection("README.md", [head, ...charts, goals]);
  const cells = Object.assign({}, ...results.map((result) => result.cells));
  await writeSection("../README.md", [frontTable(cells), `${head} Lower is better.`]);
}

/**
 * @param {string} name
 * @param {readonly string[]} parts what is to stand between the marks
 */
async function writeSection(name, parts) {
  const [begin = "", end = ""] = MARKS;
  const [before = "", rest = ""] = readFileSync(bench(name), "utf8").split(begin);
  await writeMarkdown(name, `${before}${[begin, ...parts, end].join("\n\n")}${rest.split(end)[1] ?? ""}`);
}

/**
 * @param {string} name
 * @param {string} text formatted as the gate wants it
 */
async function writeMarkdown(name, text) {
  const { format } = await import("prettier");
  writeFileSync(bench(name), await format(text, { parser: "markdown", printWidth: 120 }));
}
