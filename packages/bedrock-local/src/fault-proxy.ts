import { randomUUID } from "node:crypto";
import { Agent } from "node:http";
import { Agent as SecureAgent } from "node:https";

import { createGate } from "./connection-faults.ts";
import { listen } from "./connections.ts";
import { AwsError, renderErrorBody, renderErrorType } from "./errors.ts";
import { EVENT_STREAM_CONTENT_TYPE } from "./event-stream.ts";
import type { Exchange } from "./exchange.ts";
import { resolveFaults } from "./fault-grammar.ts";
import {
  breakAfterAnswer,
  delayAnswer,
  type FaultPlan,
  type FrameWriter,
  renderReplacement,
  withBodyFaults,
  withFrameFaults,
} from "./fault-injection.ts";
import {
  type ChooseFaults,
  createOccurrences,
  type FaultChooser,
  type FaultOptions,
  type InjectedFault,
} from "./fault-plan.ts";
import { type Sleep, sleepOnTimer } from "./options.ts";
import { playReply } from "./replay.ts";
import { createRequestRecord, type ReceivedRequest, type RequestRecord } from "./requests.ts";
import { parseRoute, S3_ROUTE } from "./router.ts";
import { isSignedForS3 } from "./storage/s3-request.ts";
import { sendOn } from "./upstream.ts";

/** Options of `startFaultProxy`. */
export interface FaultProxyOptions {
  /** Base URL of the Bedrock that answers: `http:` or `https:`, with a path prefix if it has one. */
  readonly upstream: string;
  /** What goes wrong, as with the option of `startBedrockLocal`. */
  readonly faults: FaultOptions | ChooseFaults | FaultChooser | string;
  /** Seed of what goes wrong at random. Default 1. */
  readonly seed?: number | undefined;
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  /** Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** Called as each fault strikes, with the request unless it struck a connection as it opened. Default: nothing. */
  readonly onFault?: ((fault: InjectedFault, request: ReceivedRequest | undefined) => void) | undefined;
  /** Called when an exchange is over, with the time it took in milliseconds. Default: nothing. */
  readonly onRequest?: ((request: ReceivedRequest, durationMs: number) => void) | undefined;
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Waits. Default: a real timer. */
  readonly sleep?: Sleep | undefined;
}

/** A running fault proxy. */
export interface FaultProxy {
  /** The endpoint to give to a client: `http://127.0.0.1:4711`. */
  readonly url: string;
  readonly port: number;
  /** Breaks all connections at once and resolves when they are gone and the port is free. May be called again. */
  close(): Promise<void>;
}

interface ProxyContext {
  readonly upstream: URL;
  readonly agent: Agent;
  readonly exchange: Exchange;
  readonly request: RequestRecord;
}

/** Bodies are held in memory while they come; S3 takes more than Bedrock. */
const MAX_BODY_BYTES = 512_000_000;
const PRELUDE_BYTES = 12;
const MIN_FRAME_BYTES = 16;
const MAX_FRAME_BYTES = 0x200_0000;

/**
 * Starts a proxy that passes requests on to any Bedrock and lets things go wrong on the way back.
 *
 * Requests go on as they came, so that a signature holds; the host is among what is signed, so the upstream must accept the
 * proxy's. AWS does not: it is reached with an API key. Without a signature, the upstream's own host is sent. A request
 * that the upstream does not answer gets the status 502. The upstream is asked over HTTP/1.1 or HTTP/2, as the client asked.
 *
 * Rejects with the system's error when the port cannot be had; throws `RangeError` or `TypeError` for an option that makes no
 * sense.
 */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { seed = 1, port = 0, host = "127.0.0.1", onRequest, now = Date.now, sleep = sleepOnTimer } = options;
  const upstream = parseUpstream(options.upstream);
  const { ofRequest, ofConnection } = resolveFaults(options.faults, seed);
  const agent = upstream.protocol === "https:" ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const countOccurrence = createOccurrences();
  const onFault = (fault: InjectedFault, request?: ReceivedRequest): void => options.onFault?.(fault, request);

  async function pass(exchange: Exchange): Promise<void> {
    const startedAt = now();
    const request = createRequestRecord({ id: randomUUID(), startedAt, exchange });
    void exchange.closed.then(() => onRequest?.(request, now() - startedAt));
    const context = { upstream, agent, exchange, request };
    try {
      request.body = await exchange.readBody(MAX_BODY_BYTES);
      readRoute(request);
      const tell: FaultPlan["onFault"] = (fault) =>
        onFault({ ...fault, requestId: request.id, ...operationOf(request) }, request);
      await answer(context, { faults: ofRequest(request, countOccurrence(request)), onFault: tell, sleep, now });
    } catch (error) {
      if (exchange.signal.aborted) return;
      if (exchange.status === undefined) respondBadGateway(exchange, error);
      else exchange.close();
    }
  }

  const gate = createGate(ofConnection, onFault, sleep);
  const connections = await listen(host, port, (exchange) => void pass(exchange), gate);
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${connections.port}`,
    port: connections.port,
    close: async () => {
      await connections.close();
      agent.destroy();
    },
  };
}

function parseUpstream(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && url.username + url.password !== "") {
    throw new TypeError("The option upstream must be a URL without a name and a password.");
  }
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new TypeError(`The option upstream must be an http or https URL, not "${text}".`);
}

/** What is none of Bedrock's routes passes, too. */
function readRoute(request: RequestRecord): void {
  try {
    const isForS3 = isSignedForS3(request.path, request.headers);
    const { operation, labels } = isForS3 ? S3_ROUTE : parseRoute(request.method, request.path, "");
    request.operation = operation;
    request.modelId = labels["modelId"];
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
}

function operationOf({ operation }: ReceivedRequest): { operation?: string } {
  return operation === undefined ? {} : { operation };
}

async function answer(context: ProxyContext, plan: FaultPlan): Promise<void> {
  const { exchange, request } = context;
  breakAfterAnswer(exchange, plan);
  await delayAnswer(exchange, plan);
  const replacement = renderReplacement(plan);
  if (replacement === undefined) return forward(context, plan);
  const baseHeaders = { date: new Date(plan.now()).toUTCString(), "x-amzn-requestid": request.id };
  return playReply(replacement, {
    exchange,
    baseHeaders,
    sleep: plan.sleep,
    respondError: (error, headers) => respondError(exchange, error, { ...baseHeaders, ...headers }),
  });
}

function respondError(exchange: Exchange, error: AwsError, headers: Readonly<Record<string, string>>): void {
  const common = { "content-type": "application/json", "x-amzn-errortype": renderErrorType(error.name) };
  exchange.respond(error.status, { ...common, ...headers }, Buffer.from(JSON.stringify(renderErrorBody(error))));
}

function respondBadGateway(exchange: Exchange, error: unknown): void {
  const reason = error instanceof Error ? error.message || error.name : String(error);
  const text = `The fault proxy got no answer from its upstream: ${reason}. Is it running?\n`;
  exchange.respond(502, { "content-type": "text/plain" }, Buffer.from(text));
}

/** Asks the upstream, and hands its answer over as it comes, with what goes wrong. */
async function forward({ upstream, agent, exchange, request }: ProxyContext, plan: FaultPlan): Promise<void> {
  const { status, headers, body } = await sendOn(upstream, agent, request, exchange);
  // The length may come to differ.
  if (exchange.method !== "HEAD") delete headers["content-length"];
  if (!headers["content-type"]?.startsWith(EVENT_STREAM_CONTENT_TYPE)) {
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk);
    withBodyFaults(exchange, plan).respond(status, headers, Buffer.concat(chunks));
    return;
  }
  exchange.begin(status, headers);
  const plain: FrameWriter = {
    write: (frame) => exchange.write(frame),
    flush: async () => {},
    end: async () => exchange.end(),
  };
  const writer = withFrameFaults(plain, exchange, plan);
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of body) rest = await writeFrames(Buffer.concat([rest, chunk]), writer);
  if (rest.byteLength > 0) await writer.write(rest);
  await writer.end();
}

/** Writes the whole frames, and gives what is left. Bytes that are no frames go on as they are. */
async function writeFrames(bytes: Buffer, writer: FrameWriter): Promise<Buffer> {
  let at = 0;
  while (at + PRELUDE_BYTES <= bytes.byteLength) {
    const length = bytes.readUInt32BE(at);
    const isFrame = length >= MIN_FRAME_BYTES && length <= MAX_FRAME_BYTES;
    const end = isFrame ? at + length : bytes.byteLength;
    if (end > bytes.byteLength) break;
    await writer.write(bytes.subarray(at, end));
    at = end;
  }
  return bytes.subarray(at);
}
