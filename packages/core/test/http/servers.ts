import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from "node:http";
import { createServer as createRawServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { onTestFinished } from "vitest";
import { defaultTimeouts, type TimedRequest } from "../../src/http/timeouts.ts";
import type { ByteStream, Endpoint, HttpResponse } from "../../src/http/transport.ts";
import { certificate, privateKey } from "../support/tls.ts";

/** A server on loopback that lives as long as the test. */
export interface TestServer {
  readonly endpoint: Endpoint;
  /** All connections so far. */
  readonly sockets: readonly Socket[];
  /** Resolves when the connection of this number has been made. */
  connection(index?: number): Promise<Socket>;
  /** Resolves when the connection of this number has been closed. */
  closed(index?: number): Promise<void>;
}

async function listen(server: Server | HttpServer, protocol: Endpoint["protocol"]): Promise<TestServer> {
  const sockets: Socket[] = [];
  const isClosed = new WeakSet<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    socket.on("close", () => isClosed.add(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const connection = async (index = 0): Promise<Socket> => {
    for (;;) {
      const socket = sockets[index];
      if (socket) return socket;
      await new Promise((resolve) => server.once("connection", resolve));
    }
  };
  return {
    endpoint: { protocol, hostname: "127.0.0.1", port, host: `127.0.0.1:${port}`, pathPrefix: "" },
    sockets,
    connection,
    async closed(index = 0) {
      const socket = await connection(index);
      if (isClosed.has(socket)) return;
      await new Promise((resolve) => {
        socket.once("close", resolve);
        socket.resume();
      });
    },
  };
}

/** Answers with `node:http`. */
export function startHttpServer(listener: RequestListener): Promise<TestServer> {
  return listen(createHttpServer(listener), "http:");
}

/** Hands each connection over as it is, for answers that no HTTP server would give. */
export function startRawServer(
  onConnection: (socket: Socket) => void,
  protocol: Endpoint["protocol"] = "http:",
): Promise<TestServer> {
  return listen(createRawServer(onConnection), protocol);
}

/** Like `startScriptedServer`, over TLS. */
export function startTlsServer(onRequest: (socket: Socket) => void): Promise<TestServer> {
  const server = createTlsServer({ cert: certificate, key: privateKey }, (socket) => {
    socket.on("error", () => {});
    socket.once("data", () => onRequest(socket));
  });
  return listen(server, "https:");
}

/** A raw server that waits for the first bytes of each connection's request, then calls back. */
export function startScriptedServer(onRequest: (socket: Socket) => void): Promise<TestServer> {
  return startRawServer((socket) => socket.once("data", () => onRequest(socket)));
}

/** A chunked response's head. */
export const CHUNKED_HEAD = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

/** One chunk of a chunked body. */
export function encodeChunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}

/** A POST with the default timeouts. */
export function createRequest(endpoint: Endpoint, over: Partial<TimedRequest> = {}): TimedRequest {
  return {
    method: "POST",
    endpoint,
    path: "/model/a%3A0/converse",
    headers: { "content-type": "application/json" },
    body: new TextEncoder().encode('{"a":1}'),
    timeouts: defaultTimeouts,
    deadline: Infinity,
    ...over,
  };
}

/** All of a body, as text. */
export async function readAll({ body }: { readonly body: ByteStream } & Partial<HttpResponse>): Promise<string> {
  let text = "";
  for (;;) {
    const { done, value } = await body.next();
    if (done) return text;
    text += Buffer.from(value).toString("latin1");
  }
}
