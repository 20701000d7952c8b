// Child processes that end, whatever happens.
import { spawn } from "node:child_process";
import { once } from "node:events";

/** How long one runtime may take. */
export const TIMEOUT_MS = 60_000;

/** Nothing of the caller's environment reaches a runtime: no credentials, no region. */
const ENV = { PATH: process.env["PATH"], HOME: process.env["HOME"], TMPDIR: process.env["TMPDIR"], NO_COLOR: "1" };

/**
 * @typedef {object} Running
 * @property {import("node:child_process").ChildProcess} child
 * @property {Promise<{ code: number | null, stdout: string, stderr: string }>} ended rejects when it could not be started
 * @property {() => Promise<void>} kill ends it with all its own children
 */

/**
 * Starts a program as the leader of a process group.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, extraPipe?: boolean }} [options] `extraPipe`: opens descriptor 3 for writing
 * @returns {Running}
 */
export function start(command, args, { cwd, env, extraPipe = false } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...ENV, ...env },
    stdio: ["ignore", "pipe", "pipe", ...(extraPipe ? [/** @type {const} */ ("pipe")] : [])],
    detached: true,
  });
  const onExit = () => killGroup(child.pid);
  process.once("exit", onExit);
  const output = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text) => (output.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text) => (output.stderr += text));
  const ended = once(child, "close").then(([code]) => ({ code, ...output }));
  ended.catch(() => {});
  return {
    child,
    ended,
    async kill() {
      killGroup(child.pid);
      process.off("exit", onExit);
      await ended.catch(() => {});
    },
  };
}

/** @param {number | undefined} pid */
function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The whole group has ended before.
  }
}

/**
 * Runs a program to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, timeoutMs: number }} options
 * @returns {Promise<string>} its standard output
 * @throws {Error} with its output when it fails, or takes longer
 */
export async function run(command, args, { timeoutMs, ...options }) {
  const running = start(command, args, options);
  try {
    const { code, stdout, stderr } = await within(timeoutMs, running.ended);
    if (code !== 0) throw new Error(`It ended with exit code ${code}.\n${stderr}${stdout}`);
    return stdout;
  } finally {
    await running.kill();
  }
}

/**
 * @template T
 * @param {number} timeoutMs
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 * @throws {Error} when the promise takes longer
 */
export async function within(timeoutMs, promise) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It did not finish within ${timeoutMs / 1000} s.`)), timeoutMs);
  });
  try {
    return /** @type {T} */ (await Promise.race([promise, late]));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {Running} running
 * @returns {Promise<never>} rejects when a program ends that was meant to go on
 */
export async function failWhenEnded({ ended }) {
  const { code, stdout, stderr } = await ended;
  throw new Error(`It ended with exit code ${code}.\n${stderr}${stdout}`);
}

/**
 * @param {string} binary
 * @returns {Promise<string>} what looks like a version in the output of `--version`
 */
export async function readVersion(binary) {
  const output = await run(binary, ["--version"], { timeoutMs: TIMEOUT_MS });
  return /\d+[.-]\d[\d.-]*/.exec(output)?.[0] ?? output.trim();
}
