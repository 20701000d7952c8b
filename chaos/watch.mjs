// What the whole process must not do: warn, leave a rejection alone, keep resources, or grow.
import { subscribe, unsubscribe } from "node:diagnostics_channel";

/**
 * @param {(what: string) => void} onViolation
 * @returns {{ stop: () => void }}
 */
export function watchProcess(onViolation) {
  const onRejection = (/** @type {unknown} */ reason) => onViolation(`unhandled rejection: ${stackOf(reason)}`);
  const onWarning = (/** @type {Error} */ warning) => onViolation(`warning: ${warning.name}: ${warning.message}`);
  const onException = (/** @type {unknown} */ error) => onViolation(`uncaught exception: ${stackOf(error)}`);
  process.on("unhandledRejection", onRejection).on("warning", onWarning).on("uncaughtException", onException);
  return {
    stop: () => {
      process.off("unhandledRejection", onRejection).off("warning", onWarning).off("uncaughtException", onException);
    },
  };
}

/** @param {unknown} error */
function stackOf(error) {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * Sees each request that leaves the process, from outside of the library.
 *
 * @param {(call: string, bodyBytes: number) => void} onRequest
 * @returns {{ stop: () => void }}
 */
export function watchRequests(onRequest) {
  const listen = (/** @type {unknown} */ message) => {
    const { request } = /** @type {{ request: { _header: string } }} */ (message);
    const head = String(request._header);
    const call = /^x-chaos-call: (.*)\r$/im.exec(head)?.[1];
    if (call !== undefined) onRequest(call, Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0));
  };
  subscribe("http.client.request.start", listen);
  return { stop: () => unsubscribe("http.client.request.start", listen) };
}

/** What keeps the process alive now, by kind. */
export function listResources() {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/**
 * Waits for what is being closed, and gives what is left beyond what was there before.
 *
 * @param {Record<string, number>} before
 * @param {number} closingMs how long that may take
 * @returns {Promise<string[]>}
 */
export async function findLeftResources(before, closingMs) {
  const end = performance.now() + closingMs;
  for (;;) {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    const left = Object.entries(listResources())
      .filter(([kind, count]) => !/^(Immediate|TickObject)$/.test(kind) && count > (before[kind] ?? 0))
      .map(([kind, count]) => `${count - (before[kind] ?? 0)} ${kind} left`);
    if (left.length === 0 || performance.now() > end) return left;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Megabytes of heap that are in use after a collection; `undefined` without `--expose-gc`. */
export function measureHeap() {
  if (!globalThis.gc) return undefined;
  for (let turn = 0; turn < 3; turn++) globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
