import { connect } from "node:http2";
import { describe, expect, it } from "vitest";

import { FAULT_KINDS, listPlaces } from "../src/fault-plan.ts";
import type { BedrockLocal } from "../src/index.ts";
import { sign } from "./support.ts";
import { CONVERSE_PATH, HELLO, startServer, STREAM_PATH } from "./support-server.ts";

interface Answer {
  status: number | undefined;
  body: Buffer;
  /** Whether the stream ended as it should. */
  isWhole: boolean;
}

/** Asks over a connection of its own. */
async function ask({ url, port }: BedrockLocal, path: string, hangUpAfterMs?: number): Promise<Answer> {
  const headers = await sign({ path, body: HELLO, headers: { host: `127.0.0.1:${port}` } });
  const { host: _, ...rest } = headers;
  const session = connect(url);
  session.on("error", () => undefined);
  return new Promise((resolve) => {
    const stream = session.request({ ":method": "POST", ":path": path, ...rest });
    const chunks: Buffer[] = [];
    let status: number | undefined;
    let isWhole = false;
    stream.on("response", (head) => (status = head[":status"]));
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => (isWhole = status !== undefined && !stream.aborted));
    stream.on("error", () => undefined);
    stream.on("close", () => {
      session.destroy();
      resolve({ status, body: Buffer.concat(chunks), isWhole: isWhole && stream.rstCode === 0 });
    });
    if (hangUpAfterMs !== undefined) stream.setTimeout(hangUpAfterMs, () => stream.destroy());
    stream.end(HELLO);
  });
}

const IN_PLACE = FAULT_KINDS.filter((kind) => listPlaces(kind).includes("") && kind !== "stall");

describe("faults over HTTP/2", () => {
  it.each(IN_PLACE)("%s strikes one request, and the next is answered", async (kind) => {
    const server = await startServer({ faults: `${kind}#1` });
    const struck = await ask(server, CONVERSE_PATH);
    const isBroken = ["reset", "close", "half-close", "garbage"].includes(kind);
    expect(struck.isWhole).toBe(!isBroken);
    if (isBroken) expect(struck.status).toBeUndefined();
    expect(server.faults).toMatchObject([{ kind }]);
    expect(await ask(server, CONVERSE_PATH)).toMatchObject({ status: 200, isWhole: true });
  });

  it.each(["reset", "close", "half-close"])("%s breaks a stream off in its middle", async (kind) => {
    const server = await startServer({ faults: `${kind}@3#1`, randomCuts: false });
    const struck = await ask(server, STREAM_PATH);
    const whole = await ask(server, STREAM_PATH);
    expect(struck.body.length).toBeLessThan(whole.body.length);
    expect(whole).toMatchObject({ status: 200, isWhole: true });
    expect(server.faults).toMatchObject([{ kind, frame: 3 }]);
  });

  it("a stall ends when the client hangs up", async () => {
    const server = await startServer({ faults: "stall#1" });
    expect(await ask(server, CONVERSE_PATH, 20)).toMatchObject({ status: undefined });
    expect(await server.requests[0]?.closed).toBe("aborted");
  });
});
