import { type Agent, request as requestHttp } from "node:http";
import { connect, type OutgoingHttpHeaders } from "node:http2";
import { request as requestHttps } from "node:https";

import type { Exchange } from "./exchange.ts";
import type { ReceivedRequest } from "./requests.ts";

/** An answer of the upstream, as it comes. */
export interface UpstreamAnswer {
  readonly status: number;
  /** By lower-case name; without those of one connection. */
  readonly headers: Record<string, string>;
  /** Throws when it is broken off. */
  readonly body: AsyncIterable<Buffer>;
}

/** Headers that belong to one connection, and pseudo-headers. */
const HOP_HEADERS = /^(:.*|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|http2-settings)$/;

/**
 * Sends a request on as it came, in its own version of HTTP: what a signature covers differs between the two. Without a
 * signature it goes to the upstream's own host name. Gives the connection up as soon as the client is gone.
 *
 * Rejects when there is no answer.
 */
export function sendOn(
  upstream: URL,
  agent: Agent,
  request: ReceivedRequest,
  { signal }: Exchange,
): Promise<UpstreamAnswer> {
  const path = upstream.pathname.replace(/\/+$/, "") + request.path;
  const isSigned =
    request.headers["authorization"]?.startsWith("AWS4-") === true || /[?&]X-Amz-Signature=/.test(request.path);
  const host = isSigned ? (request.headers["host"] ?? request.headers[":authority"]) : undefined;
  const asked = { upstream, agent, request, path, host: host ?? upstream.host, signal };
  return request.httpVersion === "2.0" ? sendHttp2(asked) : sendHttp1(asked);
}

interface Asked {
  readonly upstream: URL;
  readonly agent: Agent;
  readonly request: ReceivedRequest;
  readonly path: string;
  readonly host: string;
  readonly signal: AbortSignal;
}

function sendHttp1({ upstream, agent, request, path, host, signal }: Asked): Promise<UpstreamAnswer> {
  const headers = { ...copyHeaders(request), host };
  return new Promise((resolve, reject) => {
    const send = upstream.protocol === "https:" ? requestHttps : requestHttp;
    const sent = send(upstream, { agent, method: request.method, path, headers, setHost: false }, (response) => {
      const { statusCode: status = 502 } = response;
      resolve({ status, headers: readHeaders(response.headers), body: response });
    });
    sent.on("error", reject);
    signal.addEventListener("abort", () => sent.destroy(), { once: true });
    sent.end(request.body);
  });
}

function sendHttp2({ upstream, request, path, host, signal }: Asked): Promise<UpstreamAnswer> {
  return new Promise((resolve, reject) => {
    const session = connect(upstream.origin);
    session.on("error", reject);
    const head = { ":method": request.method, ":path": path, ":authority": host };
    const stream = session.request({ ...copyHeaders(request), ...head });
    stream.on("error", reject);
    stream.once("close", () => {
      session.close();
      reject(new Error("the connection was closed"));
    });
    stream.once("response", (headers) => {
      const { ":status": status = 502, ...others } = headers;
      resolve({ status, headers: readHeaders(others), body: readWhole() });
    });
    async function* readWhole(): AsyncGenerator<Buffer> {
      for await (const chunk of stream) if (Buffer.isBuffer(chunk)) yield chunk;
      if (stream.aborted || stream.rstCode !== 0) throw new Error("the connection was closed");
    }
    signal.addEventListener("abort", () => session.destroy(), { once: true });
    stream.end(request.body);
  });
}

/** All but the host, which each version names in its own way. */
function copyHeaders({ rawHeaders, body }: ReceivedRequest): OutgoingHttpHeaders {
  const headers: Record<string, string[]> = {};
  for (const [rawName, value] of rawHeaders) {
    const name = rawName.toLowerCase();
    if (!HOP_HEADERS.test(name) && name !== "content-length" && name !== "host") (headers[name] ??= []).push(value);
  }
  return body.byteLength > 0 ? { ...headers, "content-length": String(body.byteLength) } : headers;
}

function readHeaders(received: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(received)) {
    if (value !== undefined && !HOP_HEADERS.test(name)) headers[name] = String(value);
  }
  return headers;
}
