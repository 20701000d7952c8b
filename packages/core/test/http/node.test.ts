import { getEventListeners } from "node:events";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createDefaultTransport } from "../../src/http/node.ts";
import { defaultTimeouts, withTimeouts } from "../../src/http/timeouts.ts";
import { createWorld } from "../../src/world.ts";
import { failureOf } from "../support/bedrock.ts";
import { createManualWorld } from "../support/manual-world.ts";
import {
  CHUNKED_HEAD,
  createRequest,
  encodeChunk,
  readAll,
  startHttpServer,
  startRawServer,
  startScriptedServer,
  startTlsServer,
} from "./servers.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

const create = () => withTimeouts(createDefaultTransport(), createWorld());

describe("connections", () => {
  test("a thousand exchanges use one connection, and leave nothing behind", async () => {
    const server = await startHttpServer((_request, response) => response.end("{}"));
    const { signal } = new AbortController();
    const send = create();
    await readAll(await send(createRequest(server.endpoint, { signal })));
    const before = process.getActiveResourcesInfo().length;
    for (let i = 0; i < 1000; i++) await readAll(await send(createRequest(server.endpoint, { signal })));
    expect(server.sockets).toHaveLength(1);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before + 2);
  }, 30_000);

  test("a small response that nobody reads gives its connection back", async () => {
    const server = await startHttpServer((_request, response) => response.end("{}"));
    const send = create();
    for (let i = 0; i < 3; i++) {
      await send(createRequest(server.endpoint));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(server.sockets).toHaveLength(1);
  });

  test("a cancelled response costs its connection, and the next request gets a new one", async () => {
    const server = await startScriptedServer((socket) => socket.write(CHUNKED_HEAD + encodeChunk("abc")));
    const send = create();
    (await send(createRequest(server.endpoint))).body.cancel();
    await server.closed(0);
    const { body } = await send(createRequest(server.endpoint));
    expect((await body.next()).done).toBe(false);
    expect(server.sockets).toHaveLength(2);
  });

  test("a kept connection that the server resets is an error, not a second request", async () => {
    let requests = 0;
    const server = await startRawServer((socket) => {
      socket.on("data", () => {
        requests++;
        if (requests === 1) socket.write(OK);
        else socket.resetAndDestroy();
      });
    });
    const send = create();
    await readAll(await send(createRequest(server.endpoint)));
    expect(await failureOf(send(createRequest(server.endpoint)))).toMatchObject({
      code: "ERR_NETWORK",
      retryable: true,
    });
    expect([requests, server.sockets.length]).toEqual([2, 1]);
  });

  test("a kept connection that is dead takes the other idle ones along, so that the next attempt connects anew", async () => {
    const server = await startRawServer((socket) => {
      let requests = 0;
      socket.on("data", () => {
        if (++requests === 1) socket.write(OK);
        else socket.resetAndDestroy();
      });
    });
    const send = create();
    const responses = await Promise.all([1, 2, 3, 4].map(() => send(createRequest(server.endpoint))));
    for (const response of responses) await readAll(response);
    expect(server.sockets).toHaveLength(4);
    await failureOf(send(createRequest(server.endpoint)));
    expect(await readAll(await send(createRequest(server.endpoint)))).toBe("ok");
    expect(server.sockets).toHaveLength(5);
  });

  test("two transports share no connection", async () => {
    const server = await startHttpServer((_request, response) => response.end("{}"));
    await readAll(await create()(createRequest(server.endpoint)));
    await readAll(await create()(createRequest(server.endpoint)));
    expect(server.sockets).toHaveLength(2);
  });

  test("chunks that have queued up come as one", async () => {
    const server = await startScriptedServer((socket) => {
      socket.write(`${CHUNKED_HEAD}${encodeChunk("a").repeat(50)}0\r\n\r\n`);
    });
    const { body } = await create()(createRequest(server.endpoint));
    await server.connection();
    await new Promise((resolve) => setImmediate(resolve));
    expect((await body.next()).value).toHaveLength(50);
  });
});

describe("odd servers", () => {
  test("`100 Continue` is skipped", async () => {
    const server = await startScriptedServer((socket) => socket.write(`HTTP/1.1 100 Continue\r\n\r\n${OK}`));
    expect(await readAll(await create()(createRequest(server.endpoint)))).toBe("ok");
  });

  test("a body without a length ends with its connection", async () => {
    const server = await startScriptedServer((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nok"));
    expect(await readAll(await create()(createRequest(server.endpoint)))).toBe("ok");
  });

  test("headers are strings, also where there are several of one name", async () => {
    const twice = "set-cookie: a=1\r\nset-cookie: b=2\r\nx-two: c\r\nx-two: d\r\n";
    const server = await startScriptedServer((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\n${twice}content-length: 2\r\n\r\nok`),
    );
    const response = await create()(createRequest(server.endpoint));
    expect(response.headers).toMatchObject({ "set-cookie": "a=1,b=2", "x-two": "c, d" });
    expect(await readAll(response)).toBe("ok");
  });

  test("an unasked change of protocol is an error", async () => {
    const server = await startScriptedServer((socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n");
    });
    expect(await failureOf(create()(createRequest(server.endpoint)))).toMatchObject({ code: "ERR_NETWORK" });
  });

  test("a host that does not exist is an error that names it", async () => {
    const server = await startHttpServer((_request, response) => response.end());
    const endpoint = { ...server.endpoint, hostname: "bedrock.invalid", host: "bedrock.invalid" };
    const error = await failureOf(create()(createRequest(endpoint)));
    expect(error.code).toBe("ERR_NETWORK");
    expect(error.message).toMatch(/^No response from bedrock\.invalid:\d+ \((ENOTFOUND|EAI_AGAIN)\)/);
  });
});

describe("requests that cannot be written", () => {
  test.each([
    ["a header with a line break", { headers: { authorization: "Bearer canary\nx: y" } }],
    ["a path with a blank", { path: "/a b" }],
  ])("%s is an error that is not retryable and quotes no header", async (_what, over) => {
    const server = await startHttpServer((_request, response) => response.end());
    const error = await failureOf(create()(createRequest(server.endpoint, over)));
    expect(error).toMatchObject({ code: "ERR_NETWORK", retryable: false });
    expect(`${JSON.stringify(error)}${error.stack}${String(error.cause)}`).not.toContain("canary");
    expect(server.sockets).toHaveLength(0);
  });
});

describe("TLS", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("a certificate that is not trusted is an error that is not retryable", async () => {
    const server = await startTlsServer((socket) => socket.write(OK));
    const error = await failureOf(create()(createRequest(server.endpoint)));
    expect(error).toMatchObject({ code: "ERR_NETWORK", retryable: false });
    expect(error.message).toContain("(DEPTH_ZERO_SELF_SIGNED_CERT)");
  });

  test("a server that speaks no TLS is an error", async () => {
    const server = await startRawServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), "https:");
    expect(await failureOf(create()(createRequest(server.endpoint)))).toMatchObject({ code: "ERR_NETWORK" });
  });

  test("a kept connection is used again", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const server = await startTlsServer((socket) => {
      socket.write(OK);
      socket.on("data", () => socket.write(OK));
    });
    const send = create();
    for (let i = 0; i < 3; i++) expect(await readAll(await send(createRequest(server.endpoint)))).toBe("ok");
    expect(server.sockets).toHaveLength(1);
  });

  test("a handshake that is not answered is a connect timeout, and closes the connection", async () => {
    const world = createManualWorld();
    let greeted = (): void => {};
    const greeting = new Promise<void>((resolve) => (greeted = resolve));
    const server = await startRawServer((socket) => socket.once("data", () => greeted()), "https:");
    const send = withTimeouts(createDefaultTransport(), { ...createWorld(), ...world });
    const sent = failureOf(send(createRequest(server.endpoint)));
    await greeting;
    world.advance(defaultTimeouts.connectMs);
    expect(await sent).toMatchObject({ name: "TimeoutError", code: "ERR_TIMEOUT_CONNECT", retryable: true });
    await server.closed();
    expect(world.pending).toBe(0);
  });

  test("an abort during the handshake closes the connection", async () => {
    const controller = new AbortController();
    const server = await startRawServer(() => controller.abort(), "https:");
    const error = await failureOf(create()(createRequest(server.endpoint, { signal: controller.signal })));
    expect(error.code).toBe("ERR_ABORTED");
    await server.closed();
  });

  test("an abort before the first connection sends nothing", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    let requests = 0;
    const server = await startTlsServer((socket) => {
      requests++;
      socket.write(OK);
    });
    const send = create();
    const controller = new AbortController();
    const aborted = failureOf(send(createRequest(server.endpoint, { signal: controller.signal })));
    controller.abort();
    expect((await aborted).code).toBe("ERR_ABORTED");
    expect(await readAll(await send(createRequest(server.endpoint)))).toBe("ok");
    expect(requests).toBe(1);
  });

  test("once connected, only the first byte is waited for", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const world = createManualWorld();
    let arrived = (): void => {};
    const requested = new Promise<void>((resolve) => (arrived = resolve));
    const server = await startTlsServer(() => arrived());
    const send = withTimeouts(createDefaultTransport(), { ...createWorld(), ...world });
    const sent = failureOf(send(createRequest(server.endpoint)));
    await requested;
    world.advance(defaultTimeouts.firstByteMs);
    expect((await sent).code).toBe("ERR_TIMEOUT_FIRST_BYTE");
  });
});
