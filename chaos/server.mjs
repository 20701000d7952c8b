// The two servers of a run, in a process of their own, so that their sockets and memory are not counted among the client's: one
// with faults, and one without, which knows the right answers. Both have the same seed.
import { createFaultChooser, startBedrockLocal } from "@node-llm/bedrock-local";
import { createHash } from "node:crypto";

/** An answer that met any other fault must not be taken for a good one. */
const HARMLESS = new Set(["delay", "drip", "duplicate"]);

const seed = Number(process.argv[2]);

/**
 * What happened to the requests of each call since it was asked last.
 *
 * @typedef {object} Attempts
 * @property {string[]} faults that struck, in order
 * @property {Record<string, { attempts: number, broken: Record<string, string> }>} requests by hash: how often each came, and
 *   which of these attempts, by request id, could not succeed, and why
 */
/** @type {Record<string, Attempts>} */
let calls = {};

let choose = createFaultChooser({ rate: 0 }, seed);
const faulty = await startBedrockLocal({
  seed,
  recordRequests: false,
  faults: (request, occurrence) => {
    entryOf(request).attempts++;
    return choose(request, occurrence);
  },
  onFault: (fault, request) => {
    const name = fault.detail === undefined || fault.kind === "delay" ? fault.kind : `${fault.kind} ${fault.detail}`;
    callOf(request).faults.push(name);
    if (!HARMLESS.has(fault.kind)) entryOf(request).broken[request.id] = name;
  },
});
const perfect = await startBedrockLocal({ seed, faults: () => [], recordRequests: false });

/** @param {import("@node-llm/bedrock-local").ReceivedRequest} request */
function callOf({ headers }) {
  return (calls[headers["x-chaos-call"] ?? ""] ??= { faults: [], requests: {} });
}

/** @param {import("@node-llm/bedrock-local").ReceivedRequest} request */
function entryOf(request) {
  const key = createHash("sha256").update(request.path).update(request.body).digest("base64").slice(0, 12);
  return (callOf(request).requests[key] ??= { attempts: 0, broken: {} });
}

process.on("message", (message) => {
  if (typeof message === "object") {
    choose = createFaultChooser({ ...message }, seed);
    process.send?.("ready");
  } else if (message === "report") {
    process.send?.(calls);
    calls = {};
  } else process.exit(0);
});
process.on("disconnect", () => process.exit(0));
process.send?.({ faulty: faulty.url, perfect: perfect.url });
