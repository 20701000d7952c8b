// The one gate: `npm run check` runs every part below, `npm run check -- --only lint,types` some of them, and
// `npm run check -- --except tests` the others.
// A part that fails does not stop the others; the exit code is 0 only when all of them passed.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/**
 * @typedef {object} Part
 * @property {string} name the script `check:<name>` in package.json is its command
 * @property {string[]} [after] parts that must have passed before this one starts
 * @property {number} [slots] how many of the {@link SLOTS} it takes, when it uses several cores itself; default 1
 */

const SLOTS = 2;

/** @type {readonly Part[]} */
const PARTS = [
  { name: "build", slots: 2 },
  { name: "format" },
  { name: "types", after: ["build"] },
  { name: "lint", after: ["build"] },
  { name: "layers" },
  { name: "duplication" },
  { name: "unused" },
  { name: "api", after: ["build"] },
  { name: "package", after: ["build"] },
  { name: "size", after: ["build"] },
  { name: "web", after: ["build"] },
  { name: "bench", after: ["build"], slots: 2 },
  { name: "docs", slots: 2 },
  { name: "tests", slots: 2 },
];

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Parts write to a pipe, so no colours. */
const { FORCE_COLOR: _, ...inherited } = process.env;
const ENV = { ...inherited, NO_COLOR: "1" };

/**
 * @param {string | undefined} only comma-separated part names; absent means all
 * @param {string} except comma-separated names of parts to leave out
 * @returns {Part[]} the parts asked for and those they come after, in the order of the table
 */
function selectParts(only, except) {
  const left = new Set(except === "" ? [] : readNames(except));
  const wanted = new Set(only === undefined ? PARTS.map(({ name }) => name) : readNames(only));
  for (const name of [...wanted, ...left]) {
    if (PARTS.some((each) => each.name === name)) continue;
    console.error(`There is no part "${name}". The parts are: ${PARTS.map((each) => each.name).join(", ")}.`);
    process.exit(2);
  }
  for (const name of wanted) {
    const part = PARTS.find((each) => each.name === name);
    // A set yields what is added while it is walked, so this follows the whole chain.
    for (const earlier of part?.after ?? []) wanted.add(earlier);
  }
  return PARTS.filter(({ name }) => wanted.has(name) && !left.has(name));
}

/** @param {string} list */
function readNames(list) {
  return list.split(",").map((name) => name.trim());
}

/**
 * @param {string} script a script of package.json
 * @returns {Promise<{ passed: boolean, output: string }>}
 */
function runScript(script) {
  return new Promise((resolve) => {
    const child = spawn("npm", ["run", script], { cwd: ROOT, env: ENV, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const collect = (/** @type {string} */ text) => (output += text);
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    child.on("error", (error) => resolve({ passed: false, output: String(error) }));
    child.on("close", (code) => resolve({ passed: code === 0, output }));
  });
}

/**
 * @param {Part} part
 * @returns {Promise<boolean>} whether it passed
 */
async function runPart(part) {
  const start = performance.now();
  const { passed, output } = await runScript(`check:${part.name}`);
  report(passed ? "ok" : "FAIL", part.name, `${((performance.now() - start) / 1000).toFixed(1)} s`);
  if (!passed) console.log(output.trim().replace(/^/gm, "     | "));
  return passed;
}

/**
 * @param {string} verdict
 * @param {string} name
 * @param {string} remark
 */
function report(verdict, name, remark) {
  console.log(`${verdict.padEnd(5)}${name.padEnd(12)}${remark.padStart(8)}`);
}

/**
 * Runs the parts, as many at a time as there are slots.
 *
 * @param {Part[]} parts
 * @returns {Promise<Map<string, boolean>>} whether each passed
 */
async function runParts(parts) {
  /** @type {Map<string, boolean>} */
  const results = new Map();
  /** @type {Map<string, Promise<void>>} */
  const running = new Map();
  let waiting = parts;
  let free = SLOTS;

  /** @param {Part} part */
  const start = (part) => {
    const slots = part.slots ?? 1;
    free -= slots;
    const done = runPart(part).then((passed) => {
      free += slots;
      results.set(part.name, passed);
      running.delete(part.name);
    });
    running.set(part.name, done);
  };

  /**
   * @param {Part} part
   * @returns {boolean} whether it must go on waiting
   */
  const mustWait = (part) => {
    const earlier = part.after ?? [];
    const failed = earlier.find((name) => results.get(name) === false);
    if (failed !== undefined) {
      results.set(part.name, false);
      report("FAIL", part.name, `not run: ${failed} failed`);
      return false;
    }
    if ((part.slots ?? 1) > free || !earlier.every((name) => results.get(name) === true)) return true;
    start(part);
    return false;
  };

  while (waiting.length > 0 || running.size > 0) {
    waiting = waiting.filter(mustWait);
    await Promise.race(running.values());
  }
  return results;
}

const { values } = parseArgs({
  options: { only: { type: "string" }, except: { type: "string", default: "" } },
});
const begin = performance.now();
const results = await runParts(selectParts(values.only, values.except));
const failed = [...results].filter(([, passed]) => !passed).map(([name]) => name);
const seconds = ((performance.now() - begin) / 1000).toFixed(0);
console.log(`\n${results.size - failed.length} parts passed, ${failed.length} failed in ${seconds} s`);
if (failed.length > 0) console.log(`Failed: ${failed.join(", ")}. One part alone: npm run check:${failed[0]}`);
process.exitCode = failed.length > 0 ? 1 : 0;
