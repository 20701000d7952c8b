import { makeCall } from "./calls.mjs";
import { checkAttempts, checkCall, checkTools } from "./checks.mjs";
import { createClients } from "./clients.mjs";
import { checkHeap } from "./heap.mjs";
import { createPatience } from "./patience.mjs";
import { planCall } from "./plans.mjs";
import { startServers } from "./servers.mjs";
import { findLeftResources, listResources, measureHeap, watchProcess, watchRequests } from "./watch.mjs";

/** @typedef {import("./types.ts").Report} Report */
/** @typedef {(number: number | undefined, what: string) => void} Fail */
/** @typedef {{ plan: import("./types.ts").Plan, outcomes: import("./types.ts").Outcome[], found: string[] }} Made */

/** Calls between two looks at resources and memory. */
const ROUND_CALLS = 300;

/**
 * Makes calls under faults, and checks each against the same call without any.
 *
 * @param {import("./types.ts").Run} run
 * @returns {Promise<Report>}
 */
export async function runChaos(run) {
  const { seed, concurrency = 16, rate = 0.25, kinds, numbers, defect, closingMs = 20_000 } = run;
  const server = run.servers ?? (await startServers(seed));
  await server.set({ rate, kinds });
  /** @type {Report} */
  const report = { seed, calls: 0, seconds: 0, kinds: {}, faults: {}, heapMb: [], retries: 0, slow: 0, violations: [] };
  /** @type {Fail} */
  const fail = (call, what) => {
    report.violations.push({ call, what });
    run.onViolation?.(call === undefined ? what : `call ${call}: ${what}`);
  };
  const patience = createPatience();
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
    const open = createClients(server, seed, defect?.options ?? {}, (what) => fail(undefined, what));
    /** @type {Made[]} */
    const made = [];
    const first = next;
    const work = async () => {
      while (!isOver() && next < first + ROUND_CALLS) {
        const number = numbers?.[next - 1] ?? next;
        next++;
        report.calls++;
        made.push(await makeOne({ seed, number, defect, requests, patience, url: server.faulty, ...open(number) }));
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    closeRound(made, await server.report(), report, fail);
    // Pictures among the answers would be counted as memory of the client's.
    made.length = 0;
    for (const left of await findLeftResources(resources, closingMs)) fail(undefined, left);
    const heap = measureHeap();
    if (heap !== undefined) report.heapMb.push(heap);
    run.onProgress?.(`${report.calls} calls, ${report.violations.length} violations`);
  }
  report.seconds = (performance.now() - begin) / 1000;
  for (const what of checkHeap(report.heapMb)) fail(undefined, what);
  requests.stop();
  if (!run.servers) await server.stop();
  watch.stop();
  return report;
}

/**
 * Makes one call on both servers.
 *
 * @param {{ seed: number, number: number, defect: import("./types.ts").Defect | undefined, url: string,
 *   patience: ReturnType<typeof createPatience>, requests: ReturnType<typeof watchOutput>, llm: import("@node-llm/core").LLM, oracle: import("@node-llm/core").LLM }} call
 * @returns {Promise<Made>}
 */
async function makeOne({ seed, number, llm, oracle, defect, requests, patience, url }) {
  const plan = planCall(seed, number);
  /** @type {import("./types.ts").CallRun} */
  const base = { executions: [], wrapTool: (tool) => tool, onTurn: () => {}, onChunk: () => {}, isInterrupted: false };
  const begin = performance.now();
  const right = await makeCall(oracle, plan, base);
  patience.note((performance.now() - begin) / Math.max(1, right.length));
  const expected = right.flatMap(({ answer }) => (answer ? [answer] : []));
  const found = right.flatMap(({ error }) => (error === undefined ? [] : [`the oracle failed: ${stackOf(error)}`]));
  /** @type {import("./types.ts").Execution[]} */
  const executions = [];
  defect?.onCall?.(number, url);
  const { wrapTool = base.wrapTool, afterTurn } = defect ?? {};
  const outcomes = await makeCall(llm, plan, {
    ...requests.open(number),
    executions,
    wrapTool,
    afterTurn,
    isInterrupted: true,
    patienceMs: patience.ms,
  });
  requests.close(number);
  // Tools that nobody waits for any more come to their end.
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  if (found.length === 0) found.push(...checkCall(plan, outcomes, expected));
  found.push(...checkTools(executions, base.executions, outcomes));
  return { plan, outcomes, found };
}

/** @param {unknown} error */
function stackOf(error) {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * Sees that no request is sent again once it had brought output.
 *
 * @param {Report} report
 * @param {Fail} fail
 */
function watchOutput(report, fail) {
  /** @type {Map<string, { bytes: number, hasOutput: boolean }>} */
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
    open: (/** @type {number} */ number) => {
      const state = { bytes: -1, hasOutput: false };
      calls.set(String(number), state);
      return {
        // A turn that is asked again is no request that is sent again.
        onTurn: () => void Object.assign(state, { bytes: -1, hasOutput: false }),
        onChunk: () => void (state.hasOutput = true),
      };
    },
    close: (/** @type {number} */ number) => calls.delete(String(number)),
    stop,
  };
}

/**
 * What can be told when all calls of a round have ended.
 *
 * @param {Made[]} made
 * @param {import("./types.ts").RoundAttempts} attempts
 * @param {Report} report
 * @param {Fail} fail
 */
function closeRound(made, { calls, connections }, report, fail) {
  const struck = Object.values(calls).flatMap(({ faults }) => faults);
  const round = {
    isSkewed: struck.some((fault) => fault.startsWith("clock")),
    isShaken: connections.length > 0 || struck.some((fault) => fault.endsWith("@end")),
  };
  for (const fault of connections) countFault(report, fault).struck++;
  for (const call of made) {
    const { plan, outcomes, found } = call;
    const attempts = calls[plan.number] ?? { faults: [], requests: {} };
    for (const what of [...found, ...checkAttempts(call, attempts, round)]) fail(plan.number, what);
    const last = outcomes.at(-1);
    const ending = last?.answer ? "right answer" : codeOf(last?.error);
    if (isSlow(ending, attempts.faults, connections)) report.slow++;
    const endings = (report.kinds[plan.kind] ??= {});
    endings[ending] = (endings[ending] ?? 0) + 1;
    for (const fault of new Set(attempts.faults)) {
      const entry = countFault(report, fault);
      entry.struck += attempts.faults.filter((each) => each === fault).length;
      entry[last?.answer ? "survived" : "told"]++;
    }
  }
}

/**
 * Whether a call waited too long, and nothing that struck explains it.
 *
 * @param {string} ending
 * @param {readonly string[]} faults
 * @param {readonly string[]} connections
 */
function isSlow(ending, faults, connections) {
  const isTimeout = /^ERR_TIMEOUT_(CONNECT|FIRST_BYTE|IDLE)$/.test(ending);
  return isTimeout && ![...faults, ...connections].some((fault) => /^(stall|drip|half-close)/.test(fault));
}

/**
 * @param {Report} report
 * @param {string} fault
 */
function countFault({ faults }, fault) {
  return (faults[fault] ??= { struck: 0, survived: 0, told: 0 });
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && "code" in error ? String(error.code) : "no LLMError";
}
