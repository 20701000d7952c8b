import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { createFetchTransport } from "../../src/http/fetch.ts";
import { createDefaultTransport as createNodeTransport } from "../../src/http/node.ts";
import { withTimeouts } from "../../src/http/timeouts.ts";
import type { Transport } from "../../src/http/transport.ts";
import { createDefaultTransport as createWebTransport } from "../../src/http/web.ts";
import { createWorld } from "../../src/world.ts";
import { failureOf } from "../support/bedrock.ts";
import { createManualWorld } from "../support/manual-world.ts";
import { CHUNKED_HEAD, createRequest, encodeChunk, readAll, startHttpServer, startScriptedServer } from "./servers.ts";

const transports: [string, () => Transport][] = [
  ["node", createNodeTransport],
  ["web", createWebTransport],
  ["a fetch of the caller's", () => createFetchTransport((input, init) => fetch(input, init))],
];

describe.each(transports)("transport: %s", (_, createTransport) => {
  const create = () => withTimeouts(createTransport(), createWorld());

  test("sends method, path, headers and body as they are, with host and length, and asks for no compression", async () => {
    const server = await startHttpServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }));
      });
    });
    const path = "/model/arn%3Aaws%3Abedrock%2Fx/converse?a=%20b&c";
    const response = await create()(
      createRequest(server.endpoint, { path, headers: { "x-amz-date": "now", accept: "a/b" } }),
    );
    const seen: { headers: Record<string, string> } = JSON.parse(await readAll(response));
    expect(seen).toMatchObject({ method: "POST", url: path, body: '{"a":1}' });
    expect(seen.headers).toMatchObject({
      host: server.endpoint.host,
      "content-length": "7",
      "x-amz-date": "now",
      accept: "a/b",
    });
    expect(seen.headers["accept-encoding"] ?? "identity").toBe("identity");
    expect(seen.headers["transfer-encoding"]).toBeUndefined();
  });

  test("sends a request without a body", async () => {
    const server = await startHttpServer((request, response) =>
      response.end(`${request.method} ${request.headers["content-length"] ?? "0"}`),
    );
    const { body: _none, ...request } = createRequest(server.endpoint, { method: "GET" });
    expect(await readAll(await create()(request))).toBe("GET 0");
  });

  test.each([200, 302, 403, 404, 429, 500, 503])("gives %i as a response", async (status) => {
    const server = await startHttpServer((_request, response) => {
      response.writeHead(status, { location: "/elsewhere" }).end("text");
    });
    const response = await create()(createRequest(server.endpoint));
    expect(response.status).toBe(status);
    expect(await readAll(response)).toBe("text");
    expect(server.sockets).toHaveLength(1);
  });

  test("gives headers with lower-case names, repeated ones joined", async () => {
    const server = await startScriptedServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nX-Amzn-RequestId: r1\r\nX-A: 1\r\nx-a: 2\r\ncontent-length: 0\r\n\r\n");
    });
    const { headers } = await create()(createRequest(server.endpoint));
    expect(headers).toMatchObject({ "x-amzn-requestid": "r1", "x-a": "1, 2", "content-length": "0" });
  });

  test("stays at the end once the body has ended, whatever is called", async () => {
    const server = await startHttpServer((_request, response) => response.writeHead(200).end());
    const { body } = await create()(createRequest(server.endpoint));
    expect(await body.next()).toEqual({ value: undefined, done: true });
    expect(await body.next()).toEqual({ value: undefined, done: true });
    body.cancel();
  });

  test("skips informational responses", async () => {
    const server = await startScriptedServer((socket) => {
      socket.write("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n");
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    });
    const response = await create()(createRequest(server.endpoint));
    expect([response.status, await readAll(response)]).toEqual([200, "ok"]);
  });

  test("keeps every byte in order, however it is cut", async () => {
    const parts = Array.from({ length: 3000 }, (_, i) => `${i},`);
    const server = await startScriptedServer((socket) => {
      socket.write(CHUNKED_HEAD);
      for (const part of parts) socket.write(encodeChunk(part));
      socket.write("0\r\n\r\n");
    });
    expect(await readAll(await create()(createRequest(server.endpoint)))).toBe(parts.join(""));
  });

  test("opens as many connections as there are requests at a time", async () => {
    const waiting: (() => void)[] = [];
    const server = await startHttpServer((_request, response) => {
      waiting.push(() => response.end("{}"));
      if (waiting.length === 30) for (const answer of waiting) answer();
    });
    const send = create();
    await Promise.all(Array.from({ length: 30 }, async () => readAll(await send(createRequest(server.endpoint)))));
    expect(server.sockets).toHaveLength(30);
  });

  test("gives the response of a server that answers without reading the request", async () => {
    const server = await startScriptedServer((socket) => {
      socket.pause();
      socket.write("HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig");
    });
    const body = new Uint8Array(16 * 1024 * 1024);
    const response = await create()(createRequest(server.endpoint, { body }));
    expect([response.status, await readAll(response)]).toEqual([413, "big"]);
    await server.closed();
  });

  test("a refused connection is a NetworkError that says where, and quotes no header", async () => {
    const server = await startHttpServer((_request, response) => response.end());
    const endpoint = { ...server.endpoint, port: 1, host: "127.0.0.1:1" };
    const headers = { authorization: "Bearer canary" };
    const error = await failureOf(create()(createRequest(endpoint, { headers })));
    expect(error).toMatchObject({ name: "NetworkError", code: "ERR_NETWORK", retryable: true });
    expect(error.message).toContain("127.0.0.1:1");
    expect(error.cause).toBeInstanceOf(Error);
    expect(JSON.stringify(error) + error.stack).not.toContain("canary");
  });

  test.each([
    ["closes", "end"],
    ["resets", "resetAndDestroy"],
  ] as const)("a server that %s before the response is a NetworkError", async (_how, act) => {
    const server = await startScriptedServer((socket) => void socket[act]());
    const error = await failureOf(create()(createRequest(server.endpoint)));
    expect(error).toMatchObject({ code: "ERR_NETWORK", retryable: true });
    expect(error.message).toMatch(/^No response from 127\.0\.0\.1:\d+ \([A-Z_]+\)/);
    expect(server.sockets).toHaveLength(1);
  });

  test("an answer that is not HTTP is a NetworkError", async () => {
    const server = await startScriptedServer((socket) => socket.end("SSH-2.0-OpenSSH\r\n"));
    expect(await failureOf(create()(createRequest(server.endpoint)))).toMatchObject({ code: "ERR_NETWORK" });
  });

  test.each([
    ["a chunked body that is closed", `${CHUNKED_HEAD}3\r\nabc\r\n`, "end"],
    ["a chunked body that is reset", `${CHUNKED_HEAD}3\r\nabc\r\n`, "resetAndDestroy"],
    ["a body shorter than its length", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc", "end"],
  ] as const)("%s gives what arrived, then a NetworkError, and never an end", async (_what, bytes, act) => {
    const server = await startScriptedServer((socket) => socket.write(bytes));
    const { body } = await create()(createRequest(server.endpoint));
    const { value } = await body.next();
    expect(Buffer.from(value ?? []).toString()).toBe("abc");
    (await server.connection())[act]();
    const error = await failureOf(body.next());
    expect(error).toMatchObject({ name: "NetworkError", code: "ERR_NETWORK", retryable: true });
    expect(error.message).toContain("broke off after 3 bytes");
    expect(await failureOf(body.next())).toMatchObject({ code: "ERR_NETWORK", message: error.message });
  });

  test("cancel closes the connection, and a read that waits rejects instead of ending", async () => {
    const server = await startScriptedServer((socket) => socket.write(CHUNKED_HEAD + encodeChunk("abc")));
    const { body } = await create()(createRequest(server.endpoint));
    await body.next();
    const waiting = failureOf(body.next());
    body.cancel();
    expect(await waiting).toMatchObject({ code: "ERR_ABORTED", retryable: false });
    await server.closed();
  });

  test("a signal that is aborted beforehand sends nothing", async () => {
    const server = await startHttpServer((_request, response) => response.end());
    const reason = new Error("enough");
    const error = await failureOf(create()(createRequest(server.endpoint, { signal: AbortSignal.abort(reason) })));
    expect(error).toMatchObject({ name: "AbortError", code: "ERR_ABORTED", retryable: false });
    expect(error.cause).toBe(reason);
    expect(server.sockets).toHaveLength(0);
  });

  test("a signal that is aborted in the same turn rejects at once", async () => {
    const server = await startHttpServer(() => {});
    const controller = new AbortController();
    const sent = failureOf(create()(createRequest(server.endpoint, { signal: controller.signal })));
    controller.abort();
    expect(await sent).toMatchObject({ code: "ERR_ABORTED" });
  });

  test("an abort while the response is waited for closes the connection", async () => {
    const controller = new AbortController();
    const server = await startScriptedServer(() => controller.abort("why"));
    const error = await failureOf(create()(createRequest(server.endpoint, { signal: controller.signal })));
    expect([error.code, error.cause]).toEqual(["ERR_ABORTED", "why"]);
    await server.closed();
  });

  test("an abort while the body is waited for closes the connection", async () => {
    const controller = new AbortController();
    const server = await startScriptedServer((socket) => socket.write(CHUNKED_HEAD + encodeChunk("abc")));
    const { body } = await create()(createRequest(server.endpoint, { signal: controller.signal }));
    await body.next();
    const waiting = failureOf(body.next());
    controller.abort();
    expect(await waiting).toMatchObject({ code: "ERR_ABORTED" });
    expect(await failureOf(body.next())).toMatchObject({ code: "ERR_ABORTED" });
    await server.closed();
  });

  test("an abort between two reads closes the connection, and the next read rejects", async () => {
    const controller = new AbortController();
    const server = await startScriptedServer((socket) => socket.write(CHUNKED_HEAD + encodeChunk("abc")));
    const { body } = await create()(createRequest(server.endpoint, { signal: controller.signal }));
    await body.next();
    controller.abort();
    await server.closed();
    expect(await failureOf(body.next())).toMatchObject({ code: "ERR_ABORTED" });
  });

  test("an abort after all has arrived, but before it was read, still counts", async () => {
    const controller = new AbortController();
    const server = await startHttpServer((_request, response) => response.end("complete"));
    const { body } = await create()(createRequest(server.endpoint, { signal: controller.signal }));
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    expect(await failureOf(body.next())).toMatchObject({ code: "ERR_ABORTED" });
  });

  test("many exchanges on one signal leave no listener and no timer", async () => {
    const server = await startHttpServer((_request, response) => response.end("{}"));
    const { signal } = new AbortController();
    const world = createManualWorld();
    const send = withTimeouts(createTransport(), { ...createWorld(), ...world });
    for (let i = 0; i < 100; i++) await readAll(await send(createRequest(server.endpoint, { signal })));
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    expect(world.pending).toBe(0);
  });

  test("a reader that does not read makes the server wait", async () => {
    const total = 64 * 1024 * 1024;
    const block = Buffer.alloc(256 * 1024, "x");
    let written = 0;
    const server = await startHttpServer((request, response) => {
      if (request.url === "/tick") return void response.end();
      const write = (): void => {
        while (written < total) {
          written += block.length;
          if (!response.write(block)) return void response.once("drain", write);
        }
        response.end();
      };
      write();
    });
    const send = create();
    const response = await send(createRequest(server.endpoint));
    await response.body.next();
    for (let steady = 0, last = -1; steady < 50; steady = written === last ? steady + 1 : 0) {
      last = written;
      await readAll(await send(createRequest(server.endpoint, { path: "/tick" })));
    }
    expect(written).toBeLessThan(total / 2);
    await readAll(response);
    expect(written).toBe(total);
  }, 30_000);
});
