// `npm run chaos -- --seed 1 --minutes 1`: calls under random faults, checked against the right answers; see docs/chaos.md.
import { parseArgs } from "node:util";
import { runChaos } from "./harness.mjs";
import { renderReport } from "./report.mjs";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    minutes: { type: "string", default: "1" },
    calls: { type: "string" },
    only: { type: "string" },
    concurrency: { type: "string", default: "16" },
    rate: { type: "string", default: "0.25" },
    kinds: { type: "string" },
  },
});

/** @param {string | undefined} text */
function readNumber(text) {
  if (text === undefined || (text !== "" && Number(text) >= 0)) return text === undefined ? undefined : Number(text);
  console.error(`"${text}" is no number: see docs/chaos.md.`);
  process.exit(2);
}

const calls = readNumber(values.calls);
const report = await runChaos({
  seed: readNumber(values.seed) ?? 1,
  ...(calls === undefined ? { minutes: readNumber(values.minutes) ?? 1 } : { calls }),
  ...(values.only !== undefined && { numbers: [readNumber(values.only)] }),
  concurrency: readNumber(values.concurrency),
  rate: readNumber(values.rate),
  ...(values.kinds !== undefined && { kinds: values.kinds.split(",") }),
  onProgress: (line) => process.stderr.isTTY && process.stderr.write(`\r${line}`),
});
process.stdout.write(`\n${renderReport(report)}`);
process.exitCode = report.violations.length === 0 ? 0 : 1;
