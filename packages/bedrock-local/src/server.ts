import { randomUUID } from "node:crypto";

import { createCacheLedger } from "./cache/ledger.ts";
import { createGate } from "./connection-faults.ts";
import { listen } from "./connections.ts";
import type { Exchange } from "./exchange.ts";
import { createOccurrences, type InjectedFault } from "./fault-plan.ts";
import { createReplyQueue, type ReplyQueue, type ScriptedReply } from "./faults.ts";
import { createGuardrailRegistry } from "./guardrails/registry.ts";
import { handleExchange } from "./handler.ts";
import { createJobs } from "./jobs/engine.ts";
import { type BedrockLocalOptions, resolveOptions, type Settings } from "./options.ts";
import { createFolderStore } from "./storage/folder-store.ts";
import { createMemoryStore } from "./storage/store.ts";
import { createRequestRecord, type ReceivedRequest } from "./requests.ts";

/** A running local Bedrock. */
export interface BedrockLocal {
  /** The endpoint, with the path prefix if there is one and no slash at its end: `http://127.0.0.1:4711`. */
  readonly url: string;
  readonly port: number;
  /** What was received, in order, refused requests included. */
  readonly requests: readonly ReceivedRequest[];
  /** The faults of the option `faults` that struck, in order. */
  readonly faults: readonly InjectedFault[];
  /** How many scripted replies have not been taken. */
  readonly pending: number;
  /**
   * Scripts the answers to the next requests, first in, first out. A reply with `match` waits for a request that fits. A
   * reply takes the place of validation and of the built-in model, not of routing and authentication.
   *
   * Throws `TypeError` for a reply that cannot be played; then none is queued.
   */
  enqueue(...replies: ScriptedReply[]): void;
  /** Resolves with the next request to arrive, as soon as its whole body is there and before it is answered. */
  nextRequest(): Promise<ReceivedRequest>;
  /** Breaks all connections at once and resolves when they are gone and the port is free. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts a local Bedrock on one port, for HTTP/1.1 and HTTP/2 with prior knowledge. Servers in one process share nothing.
 *
 * Rejects with the system's error when the port cannot be had (`code` `EADDRINUSE`, `EACCES` …); throws `RangeError` or
 * `TypeError` for an option that makes no sense.
 */
export async function startBedrockLocal(options: BedrockLocalOptions = {}): Promise<BedrockLocal> {
  const settings = resolveOptions(options);
  const requests: ReceivedRequest[] = [];
  const faults: InjectedFault[] = [];
  const replies = createReplyQueue();
  const arrivals = createArrivals();
  const onFault = (fault: InjectedFault, request?: ReceivedRequest): void => {
    if (settings.recordRequests) faults.push(fault);
    settings.onFault(fault, request);
  };
  const receive = createReceiver(settings, { requests, onFault }, replies, arrivals);
  const gate = settings.faults && createGate(settings.faults.ofConnection, onFault, settings.sleep);
  const connections = await listen(settings.host, settings.port, receive, gate);
  const host = settings.host.includes(":") ? `[${settings.host}]` : settings.host;
  return {
    url: `http://${host}:${connections.port}${settings.pathPrefix}`,
    port: connections.port,
    requests,
    faults,
    get pending(): number {
      return replies.size;
    },
    enqueue: (...added) => replies.add(added),
    nextRequest: () => arrivals.next(),
    close: () => connections.close(),
  };
}

function createReceiver(
  settings: Settings,
  {
    requests,
    onFault,
  }: {
    readonly requests: ReceivedRequest[];
    readonly onFault: (fault: InjectedFault, request: ReceivedRequest) => void;
  },
  replies: ReplyQueue,
  arrivals: Arrivals,
): (exchange: Exchange) => void {
  const cache = createCacheLedger({ now: settings.now });
  const guardrails = createGuardrailRegistry(settings.guardrails);
  const { now, s3Directory, jobDurationMs: durationMs, minBatchRecords: minRecords } = settings;
  const store = s3Directory === undefined ? createMemoryStore(now) : createFolderStore(s3Directory);
  const jobs = createJobs({ now, durationMs, minRecords });
  const countOccurrence = createOccurrences();
  const onArrived = arrivals.announce;
  const shared = { settings, replies, cache, guardrails, store, jobs, onArrived, countOccurrence, onFault };
  let received = 0;
  return (exchange) => {
    received += 1;
    const startedAt = settings.now();
    const request = createRequestRecord({ id: randomUUID(), startedAt, exchange });
    if (settings.recordRequests) requests.push(request);
    void exchange.closed.then(() => settings.onRequest(request, settings.now() - startedAt));
    void handleExchange({ ...shared, exchange, request, sequence: received });
  };
}

interface Arrivals {
  readonly announce: (request: ReceivedRequest) => void;
  next(): Promise<ReceivedRequest>;
}

function createArrivals(): Arrivals {
  let waiting: ((request: ReceivedRequest) => void)[] = [];
  return {
    announce(request): void {
      const told = waiting;
      waiting = [];
      for (const resolve of told) resolve(request);
    },
    next: () => new Promise((resolve) => waiting.push(resolve)),
  };
}
