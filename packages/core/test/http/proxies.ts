import { createServer, request as requestHttp, type IncomingHttpHeaders, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect, type AddressInfo, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { privateCa, serverCertificate, serverKey } from "../support/private-ca.ts";

/** A proxy on loopback, which takes every name for one server. */
export interface TestProxy {
  readonly port: number;
  /** What it was asked: method, target and headers. */
  readonly seen: { readonly method: string; readonly target: string; readonly headers: IncomingHttpHeaders }[];
  /** Whether clients that dug tunnels showed it a certificate of the private authority. */
  readonly known: boolean[];
  /** Connections that it has open. */
  readonly sockets: Set<Socket>;
}

/** How a proxy behaves. */
export interface ProxyOptions {
  /** The server that every name stands for; absent: nothing is answered. */
  readonly targetPort?: number;
  /** The status with which it refuses. */
  readonly refuse?: number;
  readonly isSecure?: boolean;
}

/** Starts a proxy that lives as long as the test. */
export async function startProxy({ targetPort, refuse, isSecure }: ProxyOptions): Promise<TestProxy> {
  const seen: TestProxy["seen"] = [];
  const known: boolean[] = [];
  const sockets = new Set<Socket>();
  const onRequest: RequestListener = (request, response) => {
    const { method = "", url = "", headers } = request;
    seen.push({ method, target: url, headers });
    if (refuse !== undefined) return void response.writeHead(refuse).end("no");
    const { "proxy-authorization": _, ...passed } = headers;
    const { pathname, search } = new URL(url);
    const options = { port: targetPort, method, path: pathname + search, headers: passed };
    request.pipe(
      requestHttp(options, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      }),
    );
  };
  const server = isSecure
    ? createSecureServer(
        { cert: serverCertificate, key: serverKey, ca: privateCa, requestCert: true, rejectUnauthorized: false },
        onRequest,
      )
    : createServer(onRequest);
  server.on("connect", ({ method = "", url = "", headers }, socket) => {
    seen.push({ method, target: url, headers });
    known.push("authorized" in socket && socket.authorized === true);
    socket.on("error", () => {});
    if (refuse !== undefined) return void socket.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
    if (targetPort === undefined) return void socket.resume().on("end", () => socket.end());
    const target = connect(targetPort, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      target.pipe(socket).pipe(target);
    });
    target.on("error", () => socket.destroy());
    socket.on("close", () => target.destroy());
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  const port = await listen(server, sockets);
  return { port, seen, known, sockets };
}

/** What a server behind TLS was asked, and by which client certificate. */
export interface SecureServer {
  readonly port: number;
  readonly paths: string[];
  /** Whether clients showed a certificate that the private authority had signed. */
  readonly known: boolean[];
  readonly sockets: Set<Socket>;
}

/** Starts a server with a certificate of the private authority. */
export async function startSecureServer(
  { asksForCertificate = false }: { readonly asksForCertificate?: boolean } = {},
  answer: RequestListener = (_, response) => response.end("{}"),
): Promise<SecureServer> {
  const paths: string[] = [];
  const known: boolean[] = [];
  const sockets = new Set<Socket>();
  const tls = { cert: serverCertificate, key: serverKey, ca: privateCa };
  const server = createSecureServer(
    { ...tls, requestCert: asksForCertificate, rejectUnauthorized: asksForCertificate },
    (request, response) => {
      paths.push(request.url ?? "");
      known.push("authorized" in request.socket && request.socket.authorized === true);
      answer(request, response);
    },
  );
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  return { port: await listen(server, sockets), paths, known, sockets };
}

async function listen(server: ReturnType<typeof createServer>, sockets: Set<Socket>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return port;
}
