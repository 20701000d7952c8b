import { createLLM } from "@node-llm/core";
import { fork } from "node:child_process";
import { once } from "node:events";
import { makeCall } from "./calls.mjs";
import { checkAttempts, checkCall, checkTools } from "./checks.mjs";
import { planCall } from "./plans.mjs";
import { createRandom } from "./random.mjs";
import { findLeftResources, listResources, measureHeap, watchProcess, watchRequests } from "./watch.mjs";

const KEYS = { id: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
/** Calls between two looks at resources and memory. */
const ROUND_CALLS = 300;
/** Calls that share a client, and so its connections, its clock and its retry budget. */
const CLIENT_CALLS = 60;
/** A stalled answer costs as much; a busy machine must not. */
const TIMEOUTS = { connectMs: 5000, firstByteMs: 1500, idleMs: 1500 };
/** How much of the heap may be in use more after the last rounds than after the first ones, in megabytes. */
const HEAP_GROWTH_MB = 4;
const WARM_UP_ROUNDS = 2;
/** Backoff of this share of what it would be: a run is to meet as many faults as it can. */
const BACKOFF_SHARE = 0.02;

/**
 * What a test breaks, to see that it is found.
 *
 * @typedef {object} Defect
 * @property {object} [options] of `createLLM`
 * @property {(tool: import("@node-llm/core").ToolSpec<object>) => import("@node-llm/core").ToolSpec<object>} [wrapTool]
 * @property {(number: number, url: string) => void} [onCall] runs with each call
 */

/**
 * @typedef {object} Run
 * @property {number} seed
 * @property {number} [minutes] how long; or
 * @property {number} [calls] how many
 * @property {number[]} [numbers] of the only calls to make; default: all from 1 on
 * @property {number} [concurrency] default 16
 * @property {number} [rate] of faults, 0 to 1; default 0.25
 * @property {string[]} [kinds] of faults; default all
 * @property {Defect} [defect]
 * @property {Servers} [servers] that run already; default: own ones
 * @property {(line: string) => void} [onProgress]
 */

/**
 * Makes calls under faults, and checks each against the same call without any.
 *
 * @param {Run} run
 * @returns {Promise<import("./report.mjs").Report>}
 */
export async function runChaos(run) {
  const { seed, concurrency = 16, rate = 0.25, kinds, numbers } = run;
  const server = run.servers ?? (await startServers(seed));
  await server.set({ rate, kinds });
  /** @type {import("./report.mjs").Report} */
  const report = { seed, calls: 0, seconds: 0, kinds: {}, faults: {}, heapMb: [], retries: 0, violations: [] };
  const fail = (number, what) => report.violations.push({ call: number, what });
  const watch = watchProcess((what) => fail(undefined, what));
  const requests = watchOutput(report, fail);
  // Both open their pipes when they are first asked for.
  void [process.stdout, process.stderr];
  const resources = listResources();
  const begin = performance.now();
  const isOver = () =>
    !numbers && run.minutes !== undefined
      ? performance.now() - begin >= run.minutes * 60_000
      : report.calls >= (numbers?.length ?? run.calls ?? ROUND_CALLS);
  let next = 1;
  while (!isOver()) {
    const open = createClients(server, seed, next, run.defect);
    const made = [];
    const first = next;
    const work = async () => {
      while (!isOver() && next < first + ROUND_CALLS) {
        const client = open(next);
        const number = numbers ? numbers[next - 1] : next;
        next++;
        report.calls++;
        made.push(await makeOne({ number, seed, client, defect: run.defect, requests, url: server.faulty }));
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    closeRound(made, await server.report(), report, fail);
    for (const left of await findLeftResources(resources)) fail(undefined, left);
    const heap = measureHeap();
    if (heap !== undefined) report.heapMb.push(heap);
    run.onProgress?.(`${report.calls} calls, ${report.violations.length} violations`);
  }
  report.seconds = (performance.now() - begin) / 1000;
  checkHeap(report, fail);
  requests.stop();
  if (!run.servers) await server.stop();
  watch.stop();
  return report;
}

/**
 * The two servers of runs, in a process of their own.
 *
 * @typedef {Awaited<ReturnType<typeof startServers>>} Servers
 * @param {number} seed
 */
export async function startServers(seed) {
  const child = fork(new URL("./server.mjs", import.meta.url), [String(seed)], { execArgv: [] });
  const [{ faulty, perfect }] = await once(child, "message");
  return {
    faulty,
    perfect,
    /** @param {{ rate: number, kinds: string[] | undefined }} faults from now on */
    set: async (faults) => {
      const answer = once(child, "message");
      child.send(faults);
      await answer;
    },
    report: async () => {
      // The last answers may still be on their way out.
      await new Promise((resolve) => setTimeout(resolve, 20));
      const answer = once(child, "message");
      child.send("report");
      return (await answer)[0];
    },
    stop: async () => {
      const exit = once(child, "exit");
      child.send("stop");
      await exit;
    },
  };
}

/** Gives each call the client of its faults, and the one of the right answers. */
function createClients({ faulty, perfect }, seed, first, defect) {
  const create = (url, number, more) =>
    createLLM(
      {
        provider: "bedrock",
        maxRetries: 3,
        bedrockGuardrailIdentifier: "gr1a2b3c4d5e",
        bedrockGuardrailVersion: "1",
        ...more,
      },
      createWorld(url, createRandom(seed, number, 1)),
    );
  const clients = new Map();
  const oracle = create(perfect, first, {});
  return (number) => {
    const at = Math.floor((number - first) / CLIENT_CALLS);
    if (!clients.has(at)) clients.set(at, create(faulty, number, { timeouts: TIMEOUTS, ...defect?.options }));
    return { llm: clients.get(at), oracle };
  };
}

/**
 * @param {string} url
 * @param {() => number} random
 * @returns {import("@node-llm/core").World}
 */
function createWorld(url, random) {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    setTimer: (/** @type {() => void} */ callback, ms) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    random: () => random() * BACKOFF_SHARE,
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: KEYS.id,
      AWS_SECRET_ACCESS_KEY: KEYS.secret,
    },
  };
}

/** Makes one call on both servers. */
async function makeOne({ number, seed, client, defect, requests, url }) {
  const plan = planCall(seed, number);
  const { llm, oracle } = client;
  const base = { plan, options: {}, wrapTool: (tool) => tool, onTurn: () => {}, onChunk: () => {} };
  const rightTools = [];
  const right = await makeCall(oracle, plan, { ...base, executions: rightTools, isInterrupted: false });
  const expected = right.map(({ answer }) => answer).filter(Boolean);
  const found = right.flatMap(({ error }) => (error ? [`the oracle failed: ${String(error.stack ?? error)}`] : []));
  const executions = [];
  defect?.onCall?.(number, url);
  const faulted = { ...base, executions, isInterrupted: true, ...requests.open(number) };
  if (defect?.wrapTool) faulted.wrapTool = defect.wrapTool;
  const outcomes = await makeCall(llm, plan, faulted);
  requests.close(number);
  // Tools that nobody waits for any more come to their end.
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  if (found.length === 0) found.push(...checkCall(plan, outcomes, expected, KEYS.secret));
  found.push(...checkTools(executions, rightTools, outcomes));
  return { plan, outcomes, found };
}

/** Sees that no request is sent again once it had brought output. */
function watchOutput(report, fail) {
  const calls = new Map();
  const { stop } = watchRequests((call, bytes) => {
    const state = calls.get(call);
    if (!state) return;
    const isAgain = state.bytes === bytes;
    if (isAgain) report.retries++;
    if (isAgain && state.hasOutput) fail(Number(call), "a request was sent again after its output was handed over");
    state.bytes = bytes;
    state.hasOutput = false;
  });
  return {
    open: (number) => {
      const state = { bytes: -1, hasOutput: false };
      calls.set(String(number), state);
      return {
        // A turn that is asked again is no request that is sent again.
        onTurn: () => void Object.assign(state, { bytes: -1, hasOutput: false }),
        onChunk: () => void (state.hasOutput = true),
      };
    },
    close: (number) => calls.delete(String(number)),
    stop,
  };
}

/** What can be told when all calls of a round have ended. */
function closeRound(made, attemptsByCall, report, fail) {
  const isSkewed = Object.values(attemptsByCall).some(({ faults }) =>
    faults.some((fault) => fault.startsWith("clock")),
  );
  for (const call of made) {
    const { plan, outcomes, found } = call;
    const attempts = attemptsByCall[plan.number] ?? { faults: [], requests: {} };
    for (const what of [...found, ...checkAttempts(call, attempts, isSkewed)]) fail(plan.number, what);
    const last = outcomes.at(-1);
    const ending = last?.answer ? "right answer" : String(last?.error?.code ?? "no LLMError");
    const endings = (report.kinds[plan.kind] ??= {});
    endings[ending] = (endings[ending] ?? 0) + 1;
    for (const fault of new Set(attempts.faults)) {
      const entry = (report.faults[fault] ??= { struck: 0, survived: 0, told: 0 });
      entry.struck += attempts.faults.filter((each) => each === fault).length;
      entry[last?.answer ? "survived" : "told"]++;
    }
  }
}

function checkHeap({ heapMb }, fail) {
  const settled = heapMb.slice(WARM_UP_ROUNDS);
  if (settled.length < 4) return;
  const third = Math.max(2, Math.floor(settled.length / 3));
  const growth = median(settled.slice(-third)) - median(settled.slice(0, third));
  if (growth > HEAP_GROWTH_MB) fail(undefined, `the heap grew by ${growth.toFixed(1)} MB`);
}

function median(values) {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0;
}
