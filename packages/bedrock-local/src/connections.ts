import { createServer as createHttpServer } from "node:http";
import { createServer as createHttp2Server, type Http2Session } from "node:http2";
import { createServer as createTcpServer, type AddressInfo, type Socket } from "node:net";

import { createExchange, type Exchange } from "./exchange.ts";

/** First bytes of an HTTP/2 connection, https://www.rfc-editor.org/rfc/rfc9113#section-3.4. */
const HTTP2_PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** How long an idle HTTP/1.1 connection is kept, as clients with a connection pool expect. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** A listening port. */
export interface Connections {
  readonly port: number;
  /** Destroys every connection, stops listening, and resolves when all are gone. May be called again. */
  close(): Promise<void>;
}

/**
 * Listens on one port for HTTP/1.1 and for HTTP/2 with prior knowledge, told apart by the first bytes of each connection.
 *
 * `admit` is asked with each connection and its number, from 1, before anything is read of it; it may destroy the socket.
 *
 * Rejects with the system's error when the port cannot be had (`EADDRINUSE`, `EACCES`, `ENOTFOUND` …).
 */
export async function listen(
  host: string,
  port: number,
  onExchange: (exchange: Exchange) => void,
  admit?: (socket: Socket, connection: number) => Promise<void>,
): Promise<Connections> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const handOver = createProtocols(onExchange);
  const tcp = createTcpServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    accepted += 1;
    if (admit === undefined) return sniff(socket, handOver);
    void admit(socket, accepted).then(() => {
      if (!socket.destroyed) sniff(socket, handOver);
    });
  });
  await new Promise<void>((resolve, reject) => {
    tcp.once("error", reject);
    tcp.listen(port, host, () => {
      tcp.off("error", reject);
      resolve();
    });
  });

  let closing: Promise<void> | undefined;
  return {
    port: portOf(tcp.address()),
    close(): Promise<void> {
      closing ??= new Promise((resolve) => {
        tcp.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
      return closing;
    },
  };
}

type HandOver = (protocol: "http1" | "http2", socket: Socket) => void;

function createProtocols(onExchange: (exchange: Exchange) => void): HandOver {
  const http1 = createHttpServer({ keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS, noDelay: true }, (request, response) =>
    onExchange(createExchange(request, response, request.socket)),
  );

  // The socket of an HTTP/2 session is behind a proxy that forbids destroying it, so it is remembered here.
  const socketsBySession = new WeakMap<Http2Session, Socket>();
  const http2 = createHttp2Server((request, response) => {
    const session = request.stream.session;
    const socket = session === undefined ? undefined : socketsBySession.get(session);
    if (socket !== undefined) onExchange(createExchange(request, response, socket));
  });

  return (protocol, socket) => {
    if (protocol === "http1") {
      http1.emit("connection", socket);
      return;
    }
    // HTTP/2 has no half-open connections: the client's end must end the session too.
    socket.allowHalfOpen = false;
    http2.once("session", (session) => socketsBySession.set(session, socket));
    http2.emit("connection", socket);
  };
}

/** Reads until the protocol is certain, puts the bytes back, and hands the socket over. */
function sniff(socket: Socket, handOver: HandOver): void {
  let seen = Buffer.alloc(0);

  function onReadable(): void {
    for (let chunk = readChunk(socket); chunk !== undefined; chunk = readChunk(socket)) {
      seen = Buffer.concat([seen, chunk]);
    }
    const compared = Math.min(seen.length, HTTP2_PREFACE.length);
    const isPrefaceSoFar = seen.subarray(0, compared).equals(HTTP2_PREFACE.subarray(0, compared));
    if (seen.length === 0 || (isPrefaceSoFar && compared < HTTP2_PREFACE.length)) return;
    socket.off("readable", onReadable);
    socket.off("end", onEnd);
    socket.unshift(seen);
    handOver(isPrefaceSoFar ? "http2" : "http1", socket);
  }

  function onEnd(): void {
    socket.destroy();
  }

  socket.on("readable", onReadable);
  socket.once("end", onEnd);
}

function readChunk(socket: Socket): Buffer | undefined {
  const chunk: unknown = socket.read();
  return Buffer.isBuffer(chunk) ? chunk : undefined;
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === "string")
    throw new Error(`Expected a TCP address, got ${String(address)}.`);
  return address.port;
}
