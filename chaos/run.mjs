// `npm run chaos -- --seed 1 --minutes 1`: calls under random faults, checked against the right answers; see docs/chaos.md.
import { FAULT_KINDS } from "@node-llm/bedrock-local";
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { runChaos } from "./harness.mjs";
import { renderMarkdown, renderReport } from "./report.mjs";

/** Where nobody watches, progress is told this often. */
const PROGRESS_MS = 60_000;

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    minutes: { type: "string", default: "1" },
    calls: { type: "string" },
    only: { type: "string" },
    concurrency: { type: "string", default: "16" },
    rate: { type: "string", default: "0.25" },
    kinds: { type: "string" },
    report: { type: "string" },
  },
});

/** @param {string} text */
function readNumber(text) {
  if (text !== "" && Number(text) >= 0) return Number(text);
  console.error(`"${text}" is no number: see docs/chaos.md.`);
  process.exit(2);
}

/** @param {string} text */
function readKinds(text) {
  const kinds = text.split(",");
  const unknown = kinds.find((name) => !FAULT_KINDS.some((kind) => kind === name));
  if (unknown === undefined) return kinds;
  console.error(`"${unknown}" is no kind of fault: give ${FAULT_KINDS.join(", ")}.`);
  process.exit(2);
}

let toldMs = performance.now();
/** @param {string} line */
function tellProgress(line) {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r${line}`);
  } else if (performance.now() - toldMs >= PROGRESS_MS) {
    toldMs = performance.now();
    process.stderr.write(`${line}\n`);
  }
}

const report = await runChaos({
  seed: readNumber(values.seed),
  minutes: values.calls === undefined ? readNumber(values.minutes) : undefined,
  calls: values.calls === undefined ? undefined : readNumber(values.calls),
  numbers: values.only === undefined ? undefined : [readNumber(values.only)],
  concurrency: readNumber(values.concurrency),
  rate: readNumber(values.rate),
  kinds: values.kinds === undefined ? undefined : readKinds(values.kinds),
  onProgress: tellProgress,
  // In an hour's run, long before the report.
  onViolation: (what) => void process.stderr.write(`violation: ${what}\n`),
});
process.stdout.write(`\n${renderReport(report)}`);
if (values.report !== undefined) {
  const machine = `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? process.arch}, Node.js ${process.versions.node}`;
  writeFileSync(values.report, renderMarkdown(report, machine));
}
process.exitCode = report.violations.length === 0 ? 0 : 1;
