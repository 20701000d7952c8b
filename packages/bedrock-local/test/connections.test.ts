import { once } from "node:events";
import { Agent } from "node:http";
import { connect as connectHttp2, constants } from "node:http2";
import { afterEach, describe, expect, it } from "vitest";

import { listen, type Connections } from "../src/connections.ts";
import type { Exchange } from "../src/exchange.ts";
import { openSocket, readUntil, rejection, send } from "./support.ts";

const open: Connections[] = [];

/** A server that answers with the protocol version, the target and the body, unless another handler is given. */
async function start(handle: (exchange: Exchange) => Promise<void> = echo): Promise<Connections & { url: string }> {
  const connections = await listen("127.0.0.1", 0, (exchange) => void handle(exchange).catch(() => undefined));
  open.push(connections);
  return { ...connections, url: `http://127.0.0.1:${connections.port}` };
}

async function echo(exchange: Exchange): Promise<void> {
  const body = await exchange.readBody(1000);
  exchange.respond(200, {}, Buffer.from(`${exchange.httpVersion} ${exchange.target} ${Buffer.from(body).toString()}`));
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((connections) => connections.close()));
});

const GET_ONE = "GET /one HTTP/1.1\r\nHost: x\r\n\r\n";
const GET_TWO = "GET /two HTTP/1.1\r\nHost: x\r\n\r\n";

/** The client's preface and an empty SETTINGS frame. */
const HTTP2_HELLO = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);
const SETTINGS_FRAME_TYPE = 4;

describe("one port", () => {
  it("speaks HTTP/1.1", async () => {
    const { url } = await start();
    expect((await send(url, { path: "/a?b=c", body: "hello" })).body.toString()).toBe("1.1 /a?b=c hello");
  });

  it("speaks HTTP/2 with prior knowledge, with many streams on a connection", async () => {
    const { url } = await start();
    const session = connectHttp2(url);
    const answers = await Promise.all(
      ["/a", "/b", "/c"].map(async (path) => {
        const stream = session.request({ ":method": "POST", ":path": path });
        stream.end("hi");
        let text = "";
        for await (const chunk of stream.setEncoding("utf8")) text += String(chunk);
        return text;
      }),
    );
    session.close();
    expect(answers).toEqual(["2.0 /a hi", "2.0 /b hi", "2.0 /c hi"]);
  });

  it.each(Array.from({ length: HTTP2_HELLO.length - 1 }, (_, index) => index + 1))(
    "knows HTTP/2 when the first packet ends after byte %d",
    async (cut) => {
      const { port, url } = await start();
      const socket = await openSocket(port);
      socket.write(HTTP2_HELLO.subarray(0, cut));
      // An answer on another connection shows that the server has read the first packet.
      await send(url, { path: "/other" });
      const answered = readUntil(socket, (text) => text.length > 3);
      socket.write(HTTP2_HELLO.subarray(cut));
      expect((await answered).charCodeAt(3)).toBe(SETTINGS_FRAME_TYPE);
      socket.destroy();
    },
  );

  it("takes a request that begins like the HTTP/2 preface but is HTTP/1.1", async () => {
    const { port, url } = await start();
    const socket = await openSocket(port);
    socket.write("P");
    await send(url, { path: "/other" });
    socket.write("ROPFIND /p HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    expect(await readUntil(socket, (text) => text.includes("/p"))).toContain("1.1 /p");
    socket.destroy();
  });

  it("answers pipelined requests in order", async () => {
    const { port } = await start(async (exchange) => {
      await exchange.readBody(10);
      // The first answer is ready last.
      if (exchange.target === "/one") await new Promise((resolve) => setTimeout(resolve, 5));
      await exchange.write(Buffer.from(`[${exchange.target}]`));
      exchange.end();
    });
    const socket = await openSocket(port);
    socket.write(GET_ONE + GET_TWO);
    const text = await readUntil(socket, (received) => received.includes("[/two]"));
    expect(text.indexOf("[/one]")).toBeGreaterThan(-1);
    expect(text.indexOf("[/one]")).toBeLessThan(text.indexOf("[/two]"));
    socket.destroy();
  });

  it("keeps an HTTP/1.1 connection open for the next request", async () => {
    const { url } = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let connected = 0;
    agent.on("free", () => (connected += 1));
    await send(url, { path: "/a", agent });
    expect((await send(url, { path: "/b", agent })).body.toString()).toBe("1.1 /b ");
    expect(Object.keys(agent.freeSockets)).toHaveLength(1);
    expect(connected).toBe(2);
    agent.destroy();
  });

  it("answers bytes that are no HTTP with 400 and goes on serving", async () => {
    const { port, url } = await start();
    const socket = await openSocket(port);
    socket.write("\u0016\u0003\u0001 this is TLS\r\n\r\n");
    expect(await readUntil(socket, () => false)).toContain("400 Bad Request");
    expect((await send(url, { path: "/still" })).status).toBe(200);
  });

  it("goes on serving when an HTTP/2 connection goes wrong after its preface", async () => {
    const { port, url } = await start();
    const socket = await openSocket(port);
    socket.write(Buffer.concat([HTTP2_HELLO, Buffer.alloc(64, 0xff)]));
    await once(socket, "data");
    expect((await send(url, { path: "/still" })).status).toBe(200);
    socket.destroy();
  });

  it("ends an HTTP/2 connection when the client ends its half", async () => {
    const { port } = await start();
    const socket = await openSocket(port);
    socket.write(HTTP2_HELLO);
    await once(socket, "data");
    socket.end();
    await once(socket, "close");
    expect(socket.destroyed).toBe(true);
  });

  it.each(["", "P", "PRI * HTTP/2.0\r\n\r\nSM"])("closes a connection that ends after %j", async (bytes) => {
    const { port, url } = await start();
    const socket = await openSocket(port);
    socket.resume();
    socket.end(bytes);
    await once(socket, "close");
    expect((await send(url, { path: "/still" })).status).toBe(200);
  });

  it("survives a reset before the protocol is known", async () => {
    const { port, url } = await start();
    const socket = await openSocket(port);
    socket.write("PR");
    // An answer on another connection shows that the server has read the bytes; else it may see a plain end.
    await send(url, { path: "/other" });
    socket.resetAndDestroy();
    expect((await send(url, { path: "/still" })).status).toBe(200);
  });

  it("rejects with the system's error when the port is taken", async () => {
    const { port } = await start();
    expect(await rejection(listen("127.0.0.1", port, () => undefined))).toMatchObject({ code: "EADDRINUSE" });
  });
});

describe("an exchange", () => {
  it("refuses a body over the limit with 413, whatever length was announced", async () => {
    let refusal: unknown;
    const { url } = await start(async (exchange) => {
      refusal = await rejection(exchange.readBody(10));
      exchange.respond(413, {}, new Uint8Array());
    });
    expect((await send(url, { path: "/", body: "x".repeat(11) })).status).toBe(413);
    expect(refusal).toMatchObject({ name: "RequestEntityTooLargeException", status: 413 });
  });

  it("is completed when the whole answer was sent", async () => {
    let ending: Promise<string> | undefined;
    const { url } = await start(async (exchange) => {
      ending = exchange.closed;
      exchange.respond(200, {}, Buffer.from("done"));
    });
    await send(url, { path: "/" });
    expect(await ending).toBe("completed");
  });

  it("is aborted when the client hangs up before it took the whole answer over http2", async () => {
    const exchanges: Exchange[] = [];
    const { url } = await start(async (exchange) => {
      exchanges.push(exchange);
      exchange.respond(200, {}, Buffer.alloc(10_000_000));
    });
    const session = connectHttp2(url);
    const stream = session.request({ ":path": "/" });
    await once(stream, "response");
    stream.close();
    await once(stream, "close");
    session.destroy();
    expect(await exchanges[0]?.closed).toBe("aborted");
  });

  it.each(["http1", "http2"] as const)(
    "is aborted when the client hangs up in the answer over %s",
    async (protocol) => {
      const exchanges: Exchange[] = [];
      const { url, port } = await start(async (exchange) => {
        exchanges.push(exchange);
        exchange.begin(200, {});
        for (;;) await exchange.write(Buffer.alloc(1000));
      });
      if (protocol === "http1") {
        const socket = await openSocket(port);
        socket.write(GET_ONE);
        await once(socket, "data");
        socket.destroy();
      } else {
        const session = connectHttp2(url);
        const stream = session.request({ ":path": "/" });
        await once(stream, "data");
        stream.close();
        await once(stream, "close");
        session.destroy();
      }
      expect(await exchanges[0]?.closed).toBe("aborted");
      expect(exchanges[0]?.signal.aborted).toBe(true);
    },
  );

  it.each(["http1", "http2"] as const)(
    "does not run ahead of a client that does not read, over %s",
    async (protocol) => {
      const chunk = Buffer.alloc(1_000_000);
      let written = 0;
      const { url, port } = await start(async (exchange) => {
        if (exchange.target === "/two") return exchange.respond(200, {}, new Uint8Array());
        exchange.begin(200, {});
        for (;;) {
          await exchange.write(chunk);
          written += chunk.length;
        }
      });
      const socket = await openSocket(port);
      const session = connectHttp2(url);
      if (protocol === "http1") {
        socket.pause();
        socket.write(GET_ONE);
      } else {
        await once(session.request({ ":path": "/" }), "response");
      }
      // Answers on other connections show that the server had time to write on.
      for (let i = 0; i < 20; i++) await send(url, { path: "/two" });
      expect(written).toBeLessThan(30_000_000);
      socket.destroy();
      session.destroy();
    },
  );

  it("hands over what was written before a reset", async () => {
    const { url } = await start(async (exchange) => {
      exchange.begin(200, {});
      await exchange.write(Buffer.from("first part"));
      exchange.reset();
    });
    const answer = await send(url, { path: "/" });
    expect(answer.body.toString()).toBe("first part");
    expect(answer.broken).toMatchObject({ code: "ECONNRESET" });
  });

  it("is reset over HTTP/2 too", async () => {
    const { url } = await start(async (exchange) => exchange.reset());
    const session = connectHttp2(url);
    session.on("error", () => undefined);
    const stream = session.request({ ":path": "/" });
    let isAnswered = false;
    stream.on("response", () => (isAnswered = true));
    stream.on("error", () => undefined);
    await once(stream.resume(), "close");
    expect(isAnswered).toBe(false);
    expect(stream.rstCode).not.toBe(constants.NGHTTP2_NO_ERROR);
  });
});

describe("close", () => {
  it("breaks open exchanges of both protocols at once, and resolves when the port is free", async () => {
    const endings: Promise<string>[] = [];
    const server = await start(async (exchange) => {
      endings.push(exchange.closed);
      exchange.begin(200, {});
      await exchange.write(Buffer.from("x"));
    });
    const socket = await openSocket(server.port);
    socket.write(GET_ONE);
    const session = connectHttp2(server.url);
    session.on("error", () => undefined);
    const stream = session.request({ ":path": "/" });
    stream.on("error", () => undefined);
    await Promise.all([once(socket, "data"), once(stream, "data")]);
    await server.close();
    await server.close();
    expect(await Promise.all(endings)).toEqual(["aborted", "aborted"]);
    expect(await rejection(openSocket(server.port))).toMatchObject({ code: "ECONNREFUSED" });
  });

  it("breaks connections that have sent nothing", async () => {
    const server = await start();
    const socket = await openSocket(server.port);
    socket.on("error", () => undefined);
    const closed = once(socket.resume(), "close");
    await server.close();
    await closed;
    expect(socket.destroyed).toBe(true);
  });
});
