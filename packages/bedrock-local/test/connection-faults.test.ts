import { Agent } from "node:http";
import { describe, expect, it } from "vitest";

import type { InjectedFault } from "../src/index.ts";
import { openSocket, readUntil, rejection, send, sign } from "./support.ts";
import { call, CONVERSE_PATH, HELLO, startServer } from "./support-server.ts";

describe("faults of a connection as it opens", () => {
  it.each([
    ["reset", "ECONNRESET"],
    ["close", "ECONNRESET"],
    ["half-close", "ECONNRESET"],
    ["garbage", "HPE_INVALID_CONSTANT"],
  ])("%s breaks it before any request, and the next one works", async (kind, code) => {
    const faults: InjectedFault[] = [];
    const server = await startServer({ faults: `${kind}@connect#1`, onFault: (fault) => faults.push(fault) });
    await expect(call(server)).rejects.toMatchObject({ code });
    expect((await call(server)).status).toBe(200);
    expect(server.requests).toHaveLength(1);
    expect(faults).toEqual([{ kind, at: "connect" }]);
    expect(server.faults).toEqual(faults);
  });

  it("stall never answers, until the client hangs up", async () => {
    const server = await startServer({ faults: "stall@connect" });
    const socket = await openSocket(server.port);
    const closed = readUntil(socket, () => false);
    socket.end("POST / HTTP/1.1\r\n\r\n");
    expect(await closed).toBe("");
  });

  it("delay and others are composed", async () => {
    const waits: number[] = [];
    const server = await startServer({
      faults: "delay=30@connect#1 delay=40@connect#1 delay=50@connect#2 reset@connect#2 delay=60@connect#2",
      sleep: async (ms) => void waits.push(ms),
    });
    expect((await call(server)).status).toBe(200);
    await rejection(call(server));
    expect(waits).toEqual([30, 40, 50]);
  });
});

describe("faults after a complete answer", () => {
  it.each(["reset", "close", "half-close"])("%s ends a connection that would have been kept", async (kind) => {
    const server = await startServer({ faults: `${kind}@end#1` });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const headers = await sign({ path: CONVERSE_PATH, body: HELLO, headers: { host: `127.0.0.1:${server.port}` } });
    const ask = () => send(server.url, { path: CONVERSE_PATH, body: HELLO, headers, agent });
    const gone = new Promise<void>((resolve) => {
      agent.on("free", (socket: NodeJS.ReadableStream) => {
        socket.on("error", () => undefined);
        socket.on("close", () => resolve());
      });
    });
    expect(await ask()).toMatchObject({ status: 200, broken: undefined });
    await gone;
    expect((await ask()).status).toBe(200);
    expect(server.faults).toMatchObject([{ kind, at: "end", operation: "Converse" }]);
    agent.destroy();
  });
});
