// What the whole process must not do: warn, leave a rejection alone, keep resources, or grow.
import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** How long what is being closed may take, in milliseconds. */
const CLOSING_MS = 3000;

/**
 * @param {(what: string) => void} onViolation
 * @returns {{ stop: () => void }}
 */
export function watchProcess(onViolation) {
  const onRejection = (reason) => onViolation(`unhandled rejection: ${String(reason?.stack ?? reason)}`);
  const onWarning = (warning) => onViolation(`warning: ${warning.name}: ${warning.message}`);
  const onException = (error) => onViolation(`uncaught exception: ${String(error?.stack ?? error)}`);
  process.on("unhandledRejection", onRejection).on("warning", onWarning).on("uncaughtException", onException);
  return {
    stop: () => {
      process.off("unhandledRejection", onRejection).off("warning", onWarning).off("uncaughtException", onException);
    },
  };
}

/**
 * Sees each request that leaves the process, from outside of the library.
 *
 * @param {(call: string, bodyBytes: number) => void} onRequest
 * @returns {{ stop: () => void }}
 */
export function watchRequests(onRequest) {
  const listen = ({ request }) => {
    const head = String(request._header);
    const call = /^x-chaos-call: (.*)\r$/im.exec(head)?.[1];
    if (call !== undefined) onRequest(call, Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0));
  };
  subscribe("http.client.request.start", listen);
  return { stop: () => unsubscribe("http.client.request.start", listen) };
}

/** What keeps the process alive now, by kind. */
export function listResources() {
  const counts = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/**
 * Waits for what is being closed, and gives what is left beyond what was there before.
 *
 * @param {Record<string, number>} before
 * @returns {Promise<string[]>}
 */
export async function findLeftResources(before) {
  const end = performance.now() + CLOSING_MS;
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
