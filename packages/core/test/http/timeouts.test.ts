import type { Socket } from "node:net";
import { describe, expect, test, vi } from "vitest";
import { createFetchTransport } from "../../src/http/fetch.ts";
import { createDefaultTransport } from "../../src/http/node.ts";
import { createDeadline, defaultTimeouts, withTimeouts, type TimedRequest } from "../../src/http/timeouts.ts";
import { createWorld, type World } from "../../src/world.ts";
import { failureOf } from "../support/bedrock.ts";
import { createManualWorld, type ManualWorld } from "../support/manual-world.ts";
import { CHUNKED_HEAD, createRequest, encodeChunk, readAll, startScriptedServer, type TestServer } from "./servers.ts";

const MINUTE = 60_000;

interface Stream {
  readonly world: ManualWorld;
  readonly server: TestServer;
  readonly socket: Socket;
  readonly body: { next(): Promise<IteratorResult<Uint8Array, undefined>>; cancel(): void };
}

/** A response whose head has come, over the transport of Node, in a world of its own. */
async function openStream(over: Partial<TimedRequest> = {}): Promise<Stream> {
  const world = createManualWorld();
  const server = await startScriptedServer((socket) => socket.write(CHUNKED_HEAD));
  const send = withTimeouts(createDefaultTransport(), { ...createWorld(), ...world });
  const { body } = await send(createRequest(server.endpoint, over));
  return { world, server, socket: await server.connection(), body };
}

const idle = (idleMs: number): Partial<TimedRequest> => ({ timeouts: { ...defaultTimeouts, idleMs } });

describe("first byte", () => {
  test("is waited for as long as it takes, up to the limit; then the connection is closed", async () => {
    const world = createManualWorld();
    let arrived = (): void => {};
    const requested = new Promise<void>((resolve) => (arrived = resolve));
    const server = await startScriptedServer(() => arrived());
    const send = withTimeouts(createDefaultTransport(), { ...createWorld(), ...world });
    const sent = send(createRequest(server.endpoint));
    const settled = vi.fn<() => void>();
    sent.then(settled, settled);
    await requested;
    world.advance(10 * MINUTE - 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).not.toHaveBeenCalled();
    world.advance(1);
    const error = await failureOf(sent);
    expect(error).toMatchObject({ name: "TimeoutError", code: "ERR_TIMEOUT_FIRST_BYTE", retryable: true });
    expect(error.message).toContain(`No response from 127.0.0.1:${server.endpoint.port} within 600000 ms`);
    expect(error.message).toContain("timeouts.firstByteMs");
    await server.closed();
    expect(world.pending).toBe(0);
  });

  test("counts connecting too, with a fetch, and holds even for one that ignores its signal", async () => {
    const world = createManualWorld();
    let answer: (response: Response) => void = () => {};
    const cancelled = vi.fn<() => void>();
    const send = withTimeouts(
      createFetchTransport(() => new Promise((resolve) => (answer = resolve))),
      { ...createWorld(), ...world },
    );
    const server = await startScriptedServer(() => {});
    const sent = failureOf(send(createRequest(server.endpoint)));
    world.advance(10 * MINUTE);
    expect(await sent).toMatchObject({ code: "ERR_TIMEOUT_FIRST_BYTE" });
    answer(new Response(new ReadableStream({ cancel: cancelled })));
    await vi.waitFor(() => expect(cancelled).toHaveBeenCalledOnce());
  });
});

describe("idle", () => {
  test("a stream that is silent for 10 minutes goes on when the limit is longer", async () => {
    const { world, socket, body } = await openStream(idle(10 * MINUTE + 1));
    const next = body.next();
    world.advance(10 * MINUTE);
    socket.write(encodeChunk("late"));
    expect((await next).value).toHaveLength(4);
  });

  test("a stream that is silent for 10 minutes fails when the limit is shorter, and its connection is closed", async () => {
    const { world, server, body } = await openStream(idle(10 * MINUTE - 1));
    const next = failureOf(body.next());
    world.advance(10 * MINUTE);
    const error = await next;
    expect(error).toMatchObject({ name: "TimeoutError", code: "ERR_TIMEOUT_IDLE", retryable: true });
    expect(error.message).toContain("within 599999 ms");
    expect(error.message).toContain("timeouts.idleMs");
    expect(await failureOf(body.next())).toBe(error);
    await server.closed();
    expect(world.pending).toBe(0);
  });

  test("any byte starts the wait anew", async () => {
    const { world, socket, body } = await openStream(idle(MINUTE));
    for (let i = 0; i < 20; i++) {
      const next = body.next();
      world.advance(MINUTE - 1);
      socket.write(encodeChunk("."));
      expect((await next).value).toHaveLength(1);
    }
    const next = failureOf(body.next());
    world.advance(MINUTE);
    expect((await next).code).toBe("ERR_TIMEOUT_IDLE");
  });

  test("the time that the reader takes does not count, and has no timer", async () => {
    const { world, socket, body } = await openStream(idle(MINUTE));
    socket.write(encodeChunk("a"));
    await body.next();
    world.advance(60 * MINUTE);
    expect(world.pending).toBe(0);
    const next = body.next();
    world.advance(MINUTE - 1);
    socket.write(encodeChunk("b"));
    expect((await next).value).toHaveLength(1);
  });

  test("holds for a body that ignores its signal", async () => {
    const world = createManualWorld();
    const response = new Response(new ReadableStream());
    const send = withTimeouts(
      createFetchTransport(() => Promise.resolve(response)),
      { ...createWorld(), ...world },
    );
    const server = await startScriptedServer(() => {});
    const { body } = await send(createRequest(server.endpoint));
    const next = failureOf(body.next());
    world.advance(5 * MINUTE);
    expect((await next).code).toBe("ERR_TIMEOUT_IDLE");
  });
});

describe("total", () => {
  const inOneMinute = { timeouts: { ...defaultTimeouts, totalMs: MINUTE }, deadline: MINUTE };

  test("ends a stream that keeps coming", async () => {
    const { world, server, socket, body } = await openStream(inOneMinute);
    for (let i = 0; i < 2; i++) {
      const next = body.next();
      world.advance(20_000);
      socket.write(encodeChunk("."));
      await next;
    }
    const next = failureOf(body.next());
    world.advance(20_000);
    const error = await next;
    expect(error).toMatchObject({ name: "TimeoutError", code: "ERR_TIMEOUT_TOTAL", retryable: false });
    expect(error.message).toContain("timeouts.totalMs");
    await server.closed();
  });

  test("counts the reader's time too, and ends a response that nobody reads", async () => {
    const { world, server, body } = await openStream(inOneMinute);
    world.advance(MINUTE);
    await server.closed();
    expect((await failureOf(body.next())).code).toBe("ERR_TIMEOUT_TOTAL");
  });

  test("a deadline that has passed sends nothing", async () => {
    const { world, server } = await openStream();
    const send = withTimeouts(createDefaultTransport(), { ...createWorld(), ...world });
    world.advance(5);
    const { pending } = world;
    expect((await failureOf(send(createRequest(server.endpoint, { deadline: 5 })))).code).toBe("ERR_TIMEOUT_TOTAL");
    expect(server.sockets).toHaveLength(1);
    expect(world.pending).toBe(pending);
  });

  test.each([
    [0, Infinity],
    [Infinity, Infinity],
    [250, 1250],
  ])("a totalMs of %d, at 1000, makes the deadline %d", (totalMs, deadline) => {
    const world = createManualWorld();
    world.advance(1000);
    expect(createDeadline({ ...defaultTimeouts, totalMs }, { ...createWorld(), ...world })).toBe(deadline);
  });
});

describe("timers", () => {
  test.each([0, Infinity])("%d turns a limit off", async (off) => {
    const timeouts = { connectMs: off, firstByteMs: off, idleMs: off, totalMs: off };
    const { world, socket, body } = await openStream({ timeouts });
    const next = body.next();
    expect(world.pending).toBe(0);
    world.advance(1e12);
    socket.write(encodeChunk("."));
    expect((await next).done).toBe(false);
  });

  test("a limit longer than a platform's timer is waited for in parts", async () => {
    const month = 30 * 24 * 60 * MINUTE;
    const { world, socket, body } = await openStream(idle(month));
    const next = body.next();
    world.advance(10 * MINUTE);
    await world.timerOf(2 ** 31 - 1);
    world.advance(month - 10 * MINUTE - 1);
    expect(world.pending).toBe(1);
    socket.write(encodeChunk("."));
    await next;
  });

  test("thousands of chunks set two timers", async () => {
    const platform = createWorld();
    const setTimer = vi.fn<World["setTimer"]>(platform.setTimer);
    const server = await startScriptedServer((socket) => socket.write(CHUNKED_HEAD));
    const send = withTimeouts(createDefaultTransport(), { ...platform, setTimer });
    const { body } = await send(createRequest(server.endpoint));
    const socket = await server.connection();
    for (let i = 0; i < 2000; i++) {
      const next = body.next();
      socket.write(encodeChunk("."));
      await next;
    }
    expect(setTimer.mock.calls.length).toBeLessThanOrEqual(3);
    body.cancel();
  });

  test.each(["the end", "an error", "a cancel"])("none is left after %s", async (what) => {
    const { world, socket, body } = await openStream();
    const next = body.next();
    expect(world.pending).toBe(1);
    if (what === "the end") socket.write("0\r\n\r\n");
    else if (what === "an error") socket.resetAndDestroy();
    else body.cancel();
    await next.catch(() => {});
    expect(world.pending).toBe(0);
  });

  test("none is left after a failure to connect", async () => {
    const { world, server } = await openStream();
    const send = withTimeouts(createDefaultTransport(), { ...createWorld(), ...world });
    const before = world.pending;
    await failureOf(send(createRequest({ ...server.endpoint, port: 1 })));
    expect(world.pending).toBe(before);
  });

  test("real ones work", async () => {
    const server = await startScriptedServer(() => {});
    const timeouts = { ...defaultTimeouts, firstByteMs: 1 };
    const send = withTimeouts(createDefaultTransport(), createWorld());
    expect((await failureOf(send(createRequest(server.endpoint, { timeouts })))).code).toBe("ERR_TIMEOUT_FIRST_BYTE");
  });
});

test("an exchange within its limits is left alone", async () => {
  const { socket, body } = await openStream();
  socket.write(`${encodeChunk("a")}${encodeChunk("b")}0\r\n\r\n`);
  expect(await readAll({ body })).toBe("ab");
});
