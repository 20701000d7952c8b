import { type IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Socket } from "node:net";

import { AwsError } from "./errors.ts";

/** How an exchange ended: the whole answer was sent, or the connection or stream went away before that. */
export type Ending = "completed" | "aborted";

/** Header names and values in the order of the wire, names as received. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** One HTTP request and its answer: the same face over HTTP/1.1 and HTTP/2. */
export interface Exchange {
  readonly method: string;
  /** The request target as received: path and query, nothing decoded. */
  readonly target: string;
  /** `"1.0"`, `"1.1"` or `"2.0"`. */
  readonly httpVersion: string;
  /** Includes the pseudo-headers of HTTP/2. */
  readonly rawHeaders: HeaderList;
  /** Aborted as soon as the exchange is over, whichever way it ended. */
  readonly signal: AbortSignal;
  /** Settles when the exchange is over; never rejects. */
  readonly closed: Promise<Ending>;
  /** Status of the answer, once it began. */
  readonly status: number | undefined;
  /** Reads the whole body. Throws `AwsError` `RequestEntityTooLargeException` when it is longer than `maxBytes`. */
  readBody(maxBytes: number): Promise<Uint8Array>;
  /** Sends a whole answer. */
  respond(status: number, headers: Readonly<Record<string, string>>, body: Uint8Array): void;
  /** Begins an answer of unknown length and sends its headers at once. */
  begin(status: number, headers: Readonly<Record<string, string>>): void;
  /** Sends a part of the body; resolves when the operating system took it. Throws once the client has hung up. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the body that `begin` began. */
  end(): void;
  /** Breaks the connection with a TCP reset. What was written before has been handed to the operating system. */
  reset(): void;
  /** Closes the connection without ending the body. */
  close(): void;
  /** Closes the server's direction alone, without ending the body: the client's stays open until it hangs up. */
  halfClose(): void;
  /** Sends {@link GARBAGE} and closes the connection; over HTTP/2 it is only closed. */
  garble(): void;
}

/** Bytes that are no HTTP: the beginning of a TLS handshake, as from a port that was mixed up. */
export const GARBAGE: Uint8Array = Buffer.from("16030100050100000100", "hex");

type RawRequest = IncomingMessage | Http2ServerRequest;
type RawResponse = ServerResponse | Http2ServerResponse;

/** Headers that belong to one HTTP/1.1 connection and are illegal in HTTP/2. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** Wraps a request and response of `node:http` or `node:http2`; `socket` is the TCP connection below them. */
export function createExchange(request: RawRequest, response: RawResponse, socket: Socket): Exchange {
  const { signal, closed } = watchEnding(response);
  const isHttp2 = request.httpVersionMajor === 2;
  let status: number | undefined;

  function begin(code: number, headers: Readonly<Record<string, string>>): void {
    status = code;
    response.statusCode = code;
    for (const [name, value] of Object.entries(headers)) {
      if (!(isHttp2 && CONNECTION_HEADERS.has(name.toLowerCase()))) response.setHeader(name, value);
    }
  }

  return {
    method: request.method ?? "",
    target: request.url ?? "",
    httpVersion: request.httpVersion,
    rawHeaders: pairHeaders(request.rawHeaders),
    signal,
    closed,
    get status(): number | undefined {
      return status;
    },
    readBody: (maxBytes) => readBody(request, maxBytes, signal),
    respond(code, headers, body): void {
      begin(code, headers);
      response.sendDate = false;
      if (!response.hasHeader("content-length")) response.setHeader("content-length", body.byteLength);
      response.end(body);
    },
    begin(code, headers): void {
      begin(code, headers);
      response.sendDate = false;
      if (response instanceof ServerResponse) response.flushHeaders();
      else response.writeHead(code);
    },
    write: (bytes) => write(response, bytes, signal),
    end: () => void response.end(),
    reset: () => void socket.resetAndDestroy(),
    close: () => void socket.destroy(),
    halfClose: () => void socket.end(),
    garble: () => void (isHttp2 ? socket.destroy() : socket.end(GARBAGE, () => socket.destroy())),
  };
}

/** Why a signal was aborted, as an error. */
export function abortReason(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error("Aborted.", { cause: reason });
}

/** Tells a finished answer from a lost one: it is finished when the operating system took its last byte. */
function watchEnding(response: RawResponse): { signal: AbortSignal; closed: Promise<Ending> } {
  const over = new AbortController();
  const isFinished = response instanceof ServerResponse ? () => response.writableFinished : watchStream(response);
  const closed = new Promise<Ending>((resolve) => {
    response.once("close", () => {
      const ending = isFinished() ? "completed" : "aborted";
      resolve(ending);
      over.abort(new Error(`The exchange is over: ${ending}.`));
    });
  });
  response.on("error", () => undefined);
  return { signal: over.signal, closed };
}

/** Over HTTP/2 the response emits "finish" however it ended, so its stream is asked. */
function watchStream(response: Http2ServerResponse): () => boolean {
  const { stream } = response;
  return () => response.writableEnded && stream.writableFinished;
}

function pairHeaders(flat: readonly string[]): HeaderList {
  const pairs: (readonly [string, string])[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) pairs.push([flat[i] ?? "", flat[i + 1] ?? ""]);
  return pairs;
}

function readBody(request: RawRequest, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size > maxBytes) {
        chunks.length = 0;
        reject(new AwsError("RequestEntityTooLargeException", `Request body is larger than ${maxBytes} bytes.`));
      } else {
        chunks.push(chunk);
      }
    });
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", reject);
    signal.addEventListener("abort", () => reject(abortReason(signal)), { once: true });
  });
}

function write(response: RawResponse, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onAbort = (): void => reject(abortReason(signal));
    signal.addEventListener("abort", onAbort, { once: true });
    const onTaken = (error?: Error | null): void => {
      signal.removeEventListener("abort", onAbort);
      if (error) reject(error);
      else resolve();
    };
    if (response instanceof ServerResponse) response.write(bytes, onTaken);
    else response.write(bytes, onTaken);
  });
}
