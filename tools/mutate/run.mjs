// Mutation testing: changes the sources of the core in a seeded sample of places, one at a time, and tells which changes
// no test notices. `npm run mutate -- --seed 1 --count 400 [--files <glob>] [--tests <glob>] [--workers 1] [--out <file>]`
//
// Stryker works in a copy of the repository, so the checkout stays as it is.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { renderReport } from "./report.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HERE = fileURLToPath(new URL(".", import.meta.url));
const STRYKER = join(HERE, "node_modules/@stryker-mutator/core/bin/stryker.js");

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "400" },
    files: { type: "string", default: "packages/core/src/{aws,bedrock/converse,chat}/**/*.ts" },
    tests: { type: "string" },
    workers: { type: "string", default: "1" },
    out: { type: "string" },
  },
});

if (!existsSync(STRYKER)) {
  console.error("Stryker is not installed: run `npm ci --prefix tools/mutate` first.");
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "node-llm-mutate-"));
const config = {
  testRunner: "vitest",
  vitest: { configFile: "tools/mutate/vitest.config.ts", related: false },
  plugins: ["@stryker-mutator/vitest-runner", join(HERE, "sample.mjs")],
  checkers: ["sample"],
  coverageAnalysis: "perTest",
  // Texts are mostly error messages, whose words are nobody's contract.
  mutator: { excludedMutations: ["StringLiteral"] },
  mutate: [values.files],
  ignorePatterns: ["/bench", "/chaos", "/docs", "/examples", "/tools/runtimes", "dist", "bundle", "coverage"],
  // Vitest strips types without checking them.
  disableTypeChecks: false,
  reporters: ["json"],
  jsonReporter: { fileName: join(folder, "report.json") },
  tempDirName: join(folder, "work"),
  concurrency: Number(values.workers),
  dryRunTimeoutMinutes: 30,
  allowConsoleColors: false,
};
try {
  const file = join(folder, "stryker.json");
  writeFileSync(file, JSON.stringify(config));
  const tests = values.tests === undefined ? {} : { MUTATE_TESTS: values.tests };
  const env = { ...process.env, MUTATE_SEED: values.seed, MUTATE_COUNT: values.count, ...tests };
  const { status } = spawnSync(process.execPath, [STRYKER, "run", file], { cwd: ROOT, env, stdio: "inherit" });
  if (status === 0) {
    const report = renderReport(JSON.parse(readFileSync(config.jsonReporter.fileName, "utf8")), values);
    if (values.out === undefined) console.log(report);
    else writeFileSync(values.out, report);
  } else process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
