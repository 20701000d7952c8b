// The two servers of a run, in a process of their own, so that their sockets and memory are not counted among the client's: one
// with faults, and one without, which knows the right answers. Both have the same seed.
import { startBedrockLocal } from "@node-llm/bedrock-local";
import { createHash } from "node:crypto";

/** What ends an attempt: no answer that met it may be taken for a good one. */
const HARMLESS = new Set(["delay", "drip", "duplicate"]);

const { seed, rate, kinds } = JSON.parse(process.argv[2] ?? "{}");

/**
 * What happened to the requests of each call since it was asked last.
 *
 * @typedef {object} Attempts
 * @property {string[]} faults that struck, in order
 * @property {Record<string, { attempts: number, last: string[] }>} requests by hash: how often, and what struck the last
 */
/** @type {Record<string, Attempts>} */
let calls = {};
/** @type {Map<string, { last: string[] }>} by request id */
const open = new Map();

const faulty = await startBedrockLocal({
  seed,
  faults: { seed, rate, ...(kinds && { kinds }) },
  recordRequests: false,
  // What was not answered was noted by its fault, if it met one; the rest had nothing to note.
  onRequest: (request) => {
    note(request);
    open.delete(request.id);
  },
  onFault: (fault, request) => {
    const call = note(request);
    const name = fault.detail === undefined || fault.kind === "delay" ? fault.kind : `${fault.kind} ${fault.detail}`;
    call.faults.push(name);
    if (!HARMLESS.has(fault.kind)) open.get(request.id)?.last.push(name);
  },
});
const perfect = await startBedrockLocal({ seed, faults: () => [], recordRequests: false });

/**
 * Counts a request the first time it is met.
 *
 * @param {import("@node-llm/bedrock-local").ReceivedRequest} request
 */
function note(request) {
  const call = (calls[request.headers["x-chaos-call"] ?? ""] ??= { faults: [], requests: {} });
  if (open.has(request.id)) return call;
  const key = createHash("sha256").update(request.path).update(request.body).digest("base64").slice(0, 12);
  const attempts = (call.requests[key]?.attempts ?? 0) + 1;
  const entry = { attempts, last: [] };
  call.requests[key] = entry;
  open.set(request.id, entry);
  return call;
}

process.on("message", (message) => {
  if (message === "report") {
    process.send?.(calls);
    calls = {};
  } else process.exit(0);
});
process.on("disconnect", () => process.exit(0));
process.send?.({ faulty: faulty.url, perfect: perfect.url });
