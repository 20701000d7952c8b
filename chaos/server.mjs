// The two servers of a run, in a process of their own, so that their sockets and memory are not counted among the client's: one
// with faults, and one without, which knows the right answers. Both have the same seed.
import { createFaultChooser, FAULT_KINDS, parseFaults, renderFault, startBedrockLocal } from "@node-llm/bedrock-local";
import { createHash } from "node:crypto";
import { KEY_PAIRS } from "./keys.mjs";

/** @typedef {import("@node-llm/bedrock-local").ReceivedRequest} ReceivedRequest */
/** @typedef {import("@node-llm/bedrock-local").Fault} Fault */
/** @typedef {import("./types.ts").FaultSettings} FaultSettings */

/** An answer that met any other fault must not be taken for a good one. */
const HARMLESS = new Set(["delay", "drip", "duplicate"]);
/** Kinds that can strike a connection as it opens, and which part of the rate does; a stall costs a timeout. */
const ON_CONNECT = { reset: 0.06, close: 0.06, "half-close": 0.06, garbage: 0.06, delay: 0.2, stall: 0.02 };

const seed = Number(process.argv[2]);
const common = { seed, recordRequests: false, credentials: KEY_PAIRS, jobDurationMs: 0 };

/** @type {Record<string, import("./types.ts").Attempts>} */
let calls = {};
/** @type {string[]} */
let connections = [];
let chooser = createChooser({ rate: 0 });

const faulty = await startBedrockLocal({
  ...common,
  faults: {
    ofRequest: (request, occurrence) => {
      entryOf(request).attempts++;
      return chooser.ofRequest(request, occurrence).flatMap((fault) => fit(fault, request));
    },
    ofConnection: (connection) => chooser.ofConnection(connection),
  },
  onFault: (fault, request) => {
    const name = nameOf(fault);
    if (!request) {
      connections.push(name);
      return;
    }
    callOf(request).faults.push(name);
    if (!HARMLESS.has(fault.kind) && fault.at !== "end") entryOf(request).broken[request.id] = name;
  },
});
const perfect = await startBedrockLocal({ ...common, faults: () => [] });

/** @param {FaultSettings} settings */
function createChooser({ rate, kinds }) {
  const ofRequest = createFaultChooser(
    { rate, kinds: FAULT_KINDS.filter((kind) => kinds?.includes(kind) ?? true) },
    seed,
  );
  const rules = Object.entries(ON_CONNECT)
    .filter(([kind]) => !kinds || kinds.includes(kind))
    .map(([kind, share]) => `${kind}${kind === "delay" ? "=30" : ""}@connect~${(rate * share * 100).toFixed(2)}%`);
  return { ofRequest, ofConnection: parseFaults(rules.join(" "), seed).ofConnection };
}

/**
 * S3 tells the length of what it sends: an object never ends cleanly but too early, and there is nothing else that a reader
 * could tell a page of a hotel's network from an object by.
 *
 * @param {Fault} fault
 * @param {ReceivedRequest} request
 * @returns {Fault[]}
 */
function fit(fault, { operation }) {
  if (operation !== "S3") return [fault];
  if (fault.kind === "wrong-content-type") return [];
  return [fault.kind === "cut" ? { ...fault, kind: "close" } : fault];
}

/** @param {Fault} fault */
function nameOf({ kind, detail, at }) {
  const what = detail === undefined || kind === "delay" ? { kind } : { kind, detail };
  return renderFault(at === undefined ? what : { ...what, at });
}

/** @param {ReceivedRequest} request */
function callOf({ headers, path }) {
  // What goes to S3 has no headers of the caller's, but the call's number in its path.
  const number = headers["x-chaos-call"] ?? /\/chaos\/(\d+)\//.exec(path)?.[1] ?? /prefix=(\d+)/.exec(path)?.[1] ?? "";
  return (calls[number] ??= { faults: [], requests: {} });
}

/**
 * The same request in another region is the same: ranking names its model by an ARN, which has the region in it.
 *
 * @param {ReceivedRequest} request
 */
function entryOf(request) {
  const body =
    request.path === "/rerank"
      ? Buffer.from(request.body)
          .toString()
          .replace(/(?<="arn:aws:bedrock:)[\w-]+/, "")
      : request.body;
  const key = createHash("sha256").update(request.path).update(body).digest("base64").slice(0, 12);
  return (callOf(request).requests[key] ??= { attempts: 0, broken: {} });
}

process.on("message", (/** @type {FaultSettings | string} */ message) => {
  if (typeof message === "object") {
    chooser = createChooser(message);
    process.send?.("ready");
  } else if (message === "report") {
    process.send?.({ calls, connections });
    calls = {};
    connections = [];
  } else process.exit(0);
});
process.on("disconnect", () => process.exit(0));
process.send?.({ faulty: faulty.url, perfect: perfect.url });
