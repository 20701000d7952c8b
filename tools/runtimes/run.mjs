// `npm run test:runtimes`: the packed library streams an answer from bedrock-local in every runtime that it supports.
// One line per runtime; the exit code is 0 only when all of them passed.
import { createJob } from "./job.mjs";
import { checkGraph, installPackage, installRuntimes } from "./package-under-test.mjs";
import { findRuntimes } from "./runtimes.mjs";

/** Package conditions by platform. The last is a platform that the package has never heard of. */
const GRAPHS = {
  workerd: ["workerd", "worker", "browser"],
  browser: ["browser"],
  deno: ["deno", "node"],
  bun: ["bun", "node"],
  unknown: [],
};

let passed = 0;
let failed = 0;

/**
 * @param {string} what
 * @param {() => Promise<string | undefined | void>} test gives a remark
 */
async function report(what, test) {
  const start = performance.now();
  try {
    const remark = await test();
    passed += 1;
    console.log(`ok    ${what.padEnd(40)}${Math.round(performance.now() - start)} ms${remark ? `  ${remark}` : ""}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${what}`);
    console.log(String(error instanceof Error ? error.message : error).replace(/^/gm, "      | "));
  }
}

/** @param {import("./runtimes.mjs").Runtime} runtime */
async function testRuntime(runtime) {
  const { job, verify, close } = await createJob();
  try {
    verify(await runtime.run(job));
  } finally {
    await close();
  }
  return runtime.remark;
}

async function checkThatNodeIsFound() {
  const found = await checkGraph(["node"]).then(String, String);
  if (!found.includes("node:crypto"))
    throw new Error("Node's graph holds no node:crypto, so the checks above prove nothing.");
}

// Ending by `exit` takes the runtimes along.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

installRuntimes();
installPackage();

for (const [platform, conditions] of Object.entries(GRAPHS)) {
  await report(`no node: module for ${platform}`, () => checkGraph(conditions));
}
await report("node: modules for node", checkThatNodeIsFound);

const { platform, runtimes, missing } = findRuntimes();
for (const runtime of runtimes) {
  const version = await runtime.version().catch(() => "?");
  await report(`${runtime.name} ${version}`, () => testRuntime(runtime));
}
for (const name of missing) console.log(`skip  ${name}: no binary is pinned for ${platform}`);

console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
