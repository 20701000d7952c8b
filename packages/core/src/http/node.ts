import type { Channel, FindChannel } from "#proxy";
import { Agent, request as requestHttp } from "node:http";
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { LookupAddress } from "node:dns";
import type { LookupFunction, Socket } from "node:net";
import { compact } from "../types/json.ts";
import { createAbortError, createNetworkError } from "./failures.ts";
import type { Connecting, Pem } from "./options.ts";
import type { World } from "../world.ts";
import type { ByteStream, Control, Endpoint, HttpRequest, HttpResponse, Transport } from "./transport.ts";

/** Bytes that wait for a slow reader before the connection is told to stop. */
const HIGH_WATER_BYTES = 65_536;

const PROXY_VARIABLES = ["https_proxy", "http_proxy", "all_proxy"];

/**
 * The transport of Node: `node:http` and `node:https` with kept-alive connections of its own, as many as there are requests
 * at a time, Nagle's algorithm off. Nothing is sent twice, not even when a kept connection turns out to be closed: the
 * server may have run the request, so that is for the retry above to count and to bound.
 *
 * A response must be read to its end or cancelled: only then is its connection free.
 *
 * @param isAllowed asked for each address that a host name resolves to; it connects to the very addresses that were
 *   allowed, or fails with `ERR_PRIVATE_ADDRESS` as cause. (A host that is an address itself is not asked for.)
 * @param connecting proxy, certificates and agent, as options and environment say; default: none of them
 * @see https://nodejs.org/docs/latest-v20.x/api/http.html
 */
export function createDefaultTransport(isAllowed?: (address: string) => boolean, connecting?: Connecting): Transport {
  const { http = {}, world } = connecting ?? {};
  const options = { keepAlive: true, noDelay: true, ...(isAllowed && { lookup: createLookup(isAllowed) }) };
  const { ca, cert, key } = http;
  const secureOptions = { ...options, ...compact({ ca: listPem(ca), cert: listPem(cert), key: listPem(key) }) };
  const plain: Channel = { request: requestHttp, agent: new Agent(options), connected: "connect" };
  let secure: Channel | undefined;
  // `node:https` brings TLS along, which a client of a local endpoint need not load.
  const openSecure = async (): Promise<Channel> => {
    const https = await import("node:https");
    return (secure ??= { request: https.request, agent: new https.Agent(secureOptions), connected: "secureConnect" });
  };
  /** Finds the way through proxies, or by the caller's agent; `null` when there are none. */
  let find: Promise<FindChannel> | null | undefined;
  const loadFind = (env: World["env"]): Promise<FindChannel> | null => {
    const isProxied = http.proxy ?? PROXY_VARIABLES.some((name) => env[name] || env[name.toUpperCase()]);
    if (!http.agent && !isProxied) return null;
    return import("#proxy").then(({ createChannels }) => createChannels(http, env, secureOptions));
  };
  const open = async (endpoint: Endpoint): Promise<Channel> => {
    find ??= find === null || !world ? null : loadFind(world.env);
    const found = find && (await find)(endpoint);
    return found ?? (endpoint.protocol === "http:" ? plain : (secure ?? openSecure()));
  };
  return (request, control) => {
    const { endpoint } = request;
    // Nearly every time: nothing to wait for.
    const channel = find === null ? (endpoint.protocol === "http:" ? plain : secure) : undefined;
    return channel
      ? exchange(request, channel, control)
      : open(endpoint).then((opened) => exchange(request, opened, control));
  };
}

/** In the form that Node's types know. */
function listPem(given: Pem | undefined): (string | Buffer)[] | undefined {
  if (given === undefined) return undefined;
  const list: readonly (string | Uint8Array)[] =
    typeof given === "string" || given instanceof Uint8Array ? [given] : given;
  return list.map((pem) => (typeof pem === "string" ? pem : Buffer.from(pem)));
}

/** A transport over a `fetch` of the caller's own, loaded with the first request; see `fetch.ts`. */
export function createFetchTransport(fetch: typeof globalThis.fetch): Transport {
  let loading: Promise<Transport> | undefined;
  const load = async (): Promise<Transport> => (await import("./fetch.ts")).createFetchTransport(fetch);
  return async (...asked) => (await (loading ??= load()))(...asked);
}

/** Looks up host names; fails when one leads to an address that is not allowed. */
function createLookup(isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    const finish = (error: Error | null, addresses: LookupAddress[]): void => {
      const isRefused = addresses.some(({ address }) => !isAllowed(address));
      const [first = { address: "", family: 0 }] = addresses;
      const failure = isRefused ? Object.assign(new Error("refused"), { code: "ERR_PRIVATE_ADDRESS" }) : error;
      if (options.all && !failure) callback(null, addresses);
      else callback(failure, first.address, first.family);
    };
    void import("node:dns").then(({ lookup }) =>
      lookup(hostname, { ...options, all: true }, (error, addresses) => finish(error, error ? [] : addresses)),
    );
  };
}

/** Sends a request, and waits for the head of its response. */
function exchange(request: HttpRequest, channel: Channel, control: Control | undefined): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    let response: IncomingMessage | undefined;
    let body: Body | undefined;
    const fail = (error: unknown): void => {
      reject(error);
      body?.settle(Promise.reject(error));
    };
    const explain = (cause?: unknown): void => fail(createNetworkError(request.endpoint, body?.receivedBytes, cause));
    let client: ClientRequest;
    try {
      client = send(request, channel);
    } catch (error) {
      return explain(error);
    }
    const stop = (reason: unknown): void => {
      fail(reason);
      client.destroy();
    };
    client.on("response", (head) => {
      const refusal = channel.refuse?.(head.statusCode ?? 0);
      if (refusal) return stop(refusal);
      response = head.on("error", explain);
      body = new Body(head, client, () => stop(createAbortError()));
      resolve({ status: head.statusCode ?? 0, headers: readHeaders(head.headers), body });
    });
    client.on("error", (cause) => {
      // Others that were kept as long are most likely dead, too: the next attempt shall not meet them.
      if (client.reusedSocket && !response) dropIdleSockets(channel.agent);
      explain(cause);
    });
    client.on("close", () => {
      // The end of a complete response may still be on its way through the stream.
      if (response?.complete !== true) explain();
    });
    if (!client.reusedSocket) {
      client.on("socket", (socket) => {
        if (isConnected(socket)) control?.connected();
        else socket.once(channel.connected, () => control?.connected());
      });
    }
    control?.begin(stop, !client.reusedSocket);
  });
}

/** Agents of other makers hand over sockets that stand already. */
function isConnected(socket: Socket): boolean {
  return !socket.connecting && !("secureConnecting" in socket && socket.secureConnecting === true);
}

function dropIdleSockets({ freeSockets }: Agent): void {
  for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
}

/** Sends all of a request. Headers as a flat list go out as they are, which spares Node a map of them. */
function send({ endpoint, method, path, headers, body }: HttpRequest, { request, agent }: Channel): ClientRequest {
  const list = ["host", endpoint.host, "content-length", String(body?.length ?? 0)];
  for (const [name, value] of Object.entries(headers)) list.push(name, value);
  const client = request({ agent, host: endpoint.hostname, port: endpoint.port, method, path, headers: list });
  if (!body || body instanceof Uint8Array) return client.end(body);
  if (body.isMade) sendMade(client, body.read()[Symbol.iterator]());
  else {
    // What is written at once goes out at once, with the head.
    for (const piece of body.read()) client.write(piece);
    client.end();
  }
  return client;
}

/** Sends one piece after the other: each must be out before the next is made. */
function sendMade(client: ClientRequest, pieces: Iterator<Uint8Array>): void {
  const next = (error?: Error | null): void => {
    // Its own events tell how it ended.
    if (error || client.destroyed) return;
    const piece = pieces.next();
    if (piece.done === true) client.end();
    else client.write(piece.value, next);
  };
  next();
}

function readHeaders(headers: IncomingHttpHeaders): HttpResponse["headers"] {
  if (isFlat(headers)) return headers;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** Node makes a list of `set-cookie`, and of no other header. */
function isFlat(headers: IncomingHttpHeaders): headers is Record<string, string | undefined> {
  return headers["set-cookie"] === undefined;
}

type Chunk = IteratorResult<Uint8Array, undefined>;

/** A response's body, on its stream's events: the stream's own iterator costs more than all the rest. */
class Body implements ByteStream {
  receivedBytes = 0;
  readonly cancel: () => void;
  readonly #response: IncomingMessage;
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #waiting: ((chunk: Chunk | Promise<Chunk>) => void) | undefined;
  #outcome: Promise<Chunk> | undefined;

  constructor(response: IncomingMessage, client: ClientRequest, cancel: () => void) {
    this.#response = response;
    this.cancel = cancel;
    response.on("data", (chunk: Buffer) => this.#push(chunk));
    response.on("end", () => {
      this.settle(Promise.resolve({ value: undefined, done: true }));
      // The server answered without reading all of the request: the connection is of no use any more.
      if (!client.writableFinished) client.destroy();
    });
  }

  next(): Promise<Chunk> {
    const [first] = this.#queue;
    if (first === undefined) return this.#outcome ?? new Promise((resolve) => (this.#waiting = resolve));
    // What has queued up goes out as one chunk: a reader that lags pays for one turn instead of hundreds.
    const value = this.#queue.length === 1 ? first : Buffer.concat(this.#queue);
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#response.resume();
    return Promise.resolve({ value, done: false });
  }

  /** Says how it ended; what has arrived can still be read. Only the first time counts. */
  settle(outcome: Promise<Chunk>): void {
    outcome.catch(() => {});
    this.#outcome ??= outcome;
    this.#waiting?.(this.#outcome);
  }

  #push(chunk: Buffer): void {
    this.receivedBytes += chunk.length;
    const resolve = this.#waiting;
    this.#waiting = undefined;
    if (resolve) return resolve({ value: chunk, done: false });
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.length;
    if (this.#queuedBytes >= HIGH_WATER_BYTES) this.#response.pause();
  }
}
