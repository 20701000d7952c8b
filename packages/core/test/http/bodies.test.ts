import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createBody, type Body, type Piece } from "../../src/bytes/body.ts";
import { createFetchTransport } from "../../src/http/fetch.ts";
import { createDefaultTransport } from "../../src/http/node.ts";
import { withTimeouts } from "../../src/http/timeouts.ts";
import type { Transport } from "../../src/http/transport.ts";
import { createWorld } from "../../src/world.ts";
import { failureOf } from "../support/bedrock.ts";
import { createRequest, readAll, startHttpServer, startRawServer } from "./servers.ts";

const TRANSPORTS: readonly (readonly [name: string, transport: () => Transport])[] = [
  ["node", () => createDefaultTransport()],
  ["fetch", () => createFetchTransport((input, init) => globalThis.fetch(input, init))],
];

/** 8 MB: more than a connection takes at once. */
const LARGE = Uint8Array.from({ length: 6_000_001 }, (_, index) => index * 31);
const TEXT = Buffer.from('{"messages":[');

/** Counts the pieces that were read of a body. */
function count(body: Body): Body & { readonly taken: () => number } {
  let taken = 0;
  return {
    ...body,
    taken: () => taken,
    *read() {
      for (const piece of body.read()) {
        taken++;
        yield piece;
      }
    },
  };
}

describe.each(TRANSPORTS)("a body in pieces (%s)", (_name, createTransport) => {
  test.each<[string, readonly Piece[]]>([
    ["of text", [TEXT, Buffer.from("1,2"), Buffer.from("]}")]],
    ["of text and a large medium", [TEXT, { base64Of: LARGE }, Buffer.from('"]}')]],
    ["that ends with a medium", [TEXT, { base64Of: Buffer.from("end") }]],
  ])("%s arrives as it is, with its length, as often as it is sent", async (_what, pieces) => {
    const received: string[] = [];
    const server = await startHttpServer((request, response) => {
      const hash = createHash("sha256");
      request.on("data", (chunk: Buffer) => hash.update(chunk));
      request.on("end", () => {
        received.push(`${request.headers["content-length"]} ${hash.digest("hex")}`);
        response.end("{}");
      });
    });
    const send = withTimeouts(createTransport(), createWorld());
    const body = createBody(pieces);
    const expected = `${body.length} ${await body.sha256()}`;
    for (let at = 0; at < 3; at++) {
      await readAll(await send(createRequest(server.endpoint, { method: "POST", body })));
    }
    expect(received).toEqual([expected, expected, expected]);
  });
});

describe("a large medium", () => {
  const body = (): ReturnType<typeof count> => count(createBody([TEXT, { base64Of: LARGE }, { base64Of: LARGE }]));

  test("is made only as fast as the server reads", async () => {
    const server = await startRawServer((socket) => socket.pause());
    const sent = body();
    const all = Array.from(sent.read()).length;
    const before = sent.taken();
    const controller = new AbortController();
    const send = withTimeouts(createDefaultTransport(), createWorld());
    const sending = send(createRequest(server.endpoint, { method: "POST", body: sent, signal: controller.signal }));
    const failing = failureOf(sending);
    await server.connection();
    // All that fits into the buffers on the way is written in some turns of the event loop.
    let taken = -1;
    while (taken !== sent.taken()) {
      taken = sent.taken();
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sent.taken() - before).toBeGreaterThan(0);
    expect(sent.taken() - before).toBeLessThan(all);
    controller.abort();
    expect(await failing).toMatchObject({ code: "ERR_ABORTED" });
    const left = sent.taken();
    await server.closed();
    expect(sent.taken()).toBe(left);
  });

  test("that the server refuses before it has read it all gives the refusal, and is made no further", async () => {
    const server = await startRawServer((socket) => {
      socket.once("data", () => {
        socket.pause();
        socket.write("HTTP/1.1 413 Payload Too Large\r\ncontent-length: 2\r\n\r\nno");
      });
    });
    const sent = body();
    const send = withTimeouts(createDefaultTransport(), createWorld());
    const response = await send(createRequest(server.endpoint, { method: "POST", body: sent }));
    expect(response.status).toBe(413);
    expect(Buffer.from(await readAll(response)).toString()).toBe("no");
    await server.closed();
    expect(sent.taken()).toBeLessThan(33);
  });

  test("whose connection breaks is a network error", async () => {
    const server = await startRawServer((socket) => {
      socket.once("data", () => socket.resetAndDestroy());
    });
    const send = withTimeouts(createDefaultTransport(), createWorld());
    const error = await failureOf(send(createRequest(server.endpoint, { method: "POST", body: body() })));
    expect(error).toMatchObject({ code: "ERR_NETWORK", retryable: true });
  });
});
