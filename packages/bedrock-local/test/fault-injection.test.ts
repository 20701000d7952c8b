import { EventStreamCodec } from "@smithy/eventstream-codec";
import { describe, expect, it } from "vitest";

import { createFaultChooser, FAULT_KINDS, type Fault } from "../src/fault-plan.ts";
import type { BedrockLocal, ReceivedRequest } from "../src/index.ts";
import { call, startServer, STREAM_PATH } from "./support-server.ts";

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("utf8")),
  (text) => Buffer.from(text),
);

/** Starts a server whose first answer is struck by these faults. */
async function strike(...faults: Fault[]): Promise<BedrockLocal> {
  return startServer({ faults: (_, occurrence) => (occurrence === 0 ? faults : []), randomCuts: false });
}

/** The frames that a body begins with. */
function framesOf(body: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at + 12 <= body.length; at += body.readUInt32BE(at)) {
    frames.push(body.subarray(at, at + body.readUInt32BE(at)));
  }
  return frames;
}

describe("faults in place of an answer", () => {
  it.each<[Fault, number, RegExp]>([
    [{ kind: "http-error", detail: "ServiceUnavailableException" }, 503, /injected/],
    [{ kind: "http-error-bare", detail: 502 }, 502, /<html>/],
    [{ kind: "http-error-bare", detail: 503 }, 503, /^$/],
    [{ kind: "throttle" }, 429, /Too many requests/],
    [{ kind: "expired-token" }, 403, /expired/],
    [{ kind: "wrong-content-type" }, 200, /<html>/],
  ])("%j", async (fault, status, body) => {
    const server = await strike(fault);
    const answer = await call(server);
    expect(answer.status).toBe(status);
    expect(answer.body.toString()).toMatch(body);
    expect(server.faults).toEqual([{ ...fault, requestId: answer.headers["x-amzn-requestid"], operation: "Converse" }]);
    expect((await call(server)).status).toBe(200);
  });

  it("throttles with Retry-After, and tells another time", async () => {
    expect((await call(await strike({ kind: "throttle-retry-after", detail: 2 }))).headers["retry-after"]).toBe("2");
    const skewed = await call(await strike({ kind: "clock-skew", detail: "RequestTimeTooSkewed" }));
    expect(skewed.headers["x-amzn-errortype"]).toBe("RequestTimeTooSkewed");
    expect(Date.parse(skewed.headers.date ?? "") - Date.now()).toBeGreaterThan(3_000_000);
  });

  it.each(["reset", "close", "half-close"] as const)("%s breaks the connection", async (kind) => {
    await expect(call(await strike({ kind }))).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  it("garbage is no HTTP", async () => {
    await expect(call(await strike({ kind: "garbage" }))).rejects.toMatchObject({ code: "HPE_INVALID_CONSTANT" });
  });
});

describe("faults in the middle of a whole answer", () => {
  it("cut ends the body cleanly, but too early", async () => {
    const { body, broken } = await call(await strike({ kind: "cut", share: 0.5 }));
    expect(broken).toBeUndefined();
    expect(() => void JSON.parse(body.toString())).toThrow(SyntaxError);
  });

  it.each(["reset", "close", "half-close"] as const)("%s leaves the body without its end", async (kind) => {
    expect((await call(await strike({ kind, share: 0.5 }))).broken).toBeInstanceOf(Error);
  });

  it("none strikes an answer without a body, which is complete with its head", async () => {
    const server = await startServer({ auth: "none", faults: () => [{ kind: "reset", share: 0.5 }] });
    expect((await fetch(`${server.url}/my-bucket/x`, { method: "PUT", body: "kept" })).status).toBe(200);
    expect(server.faults).toEqual([]);
  });

  it("several take place together, and what only slows changes nothing", async () => {
    const server = await strike(
      { kind: "delay", detail: 1 },
      { kind: "drip" },
      { kind: "delay", share: 0.5, detail: 1 },
    );
    const [slow, quick] = [await call(server), await call(server)];
    // The time that it took is told in the answer, and the only thing that differs.
    const read = ({ body }: typeof slow): unknown =>
      JSON.parse(body.toString(), (key, value: unknown) => (key === "metrics" ? undefined : value));
    expect(read(slow)).toEqual(read(quick));
    expect(server.faults.map(({ kind }) => kind)).toEqual(["delay", "drip", "delay"]);
  });
});

describe("faults of frames", () => {
  it.each(["corrupt-prelude", "corrupt-message", "corrupt-payload"] as const)("%s is one bad frame", async (kind) => {
    const { body } = await call(await strike({ kind, frame: 1 }), { path: STREAM_PATH });
    const [first, second, third] = framesOf(body);
    if (!first || !second || !third) throw new Error("There are too few frames.");
    expect(codec.decode(first).headers[":event-type"]?.value).toBe("messageStart");
    expect(() => codec.decode(second)).toThrow("checksum");
    expect(() => codec.decode(third)).not.toThrow();
  });

  it("exception and error stand before the frame", async () => {
    const faults: Fault[] = [
      { kind: "exception", frame: 1, detail: "throttlingException" },
      { kind: "error", frame: 1, detail: "InternalFailure" },
    ];
    const { body } = await call(await strike(...faults), { path: STREAM_PATH });
    const [, exception, error] = framesOf(body).map((frame) => codec.decode(frame).headers);
    expect(exception?.[":exception-type"]?.value).toBe("throttlingException");
    expect(error?.[":error-code"]?.value).toBe("InternalFailure");
  });

  it("duplicate repeats a frame, but never a piece of the answer", async () => {
    const server = await strike({ kind: "duplicate", frame: 0 }, { kind: "duplicate", frame: 2 });
    const { body } = await call(server, { path: STREAM_PATH });
    const types = framesOf(body).map((frame) => codec.decode(frame).headers[":event-type"]?.value);
    expect(types.slice(0, 2)).toEqual(["messageStart", "messageStart"]);
    expect(server.faults).toHaveLength(1);
  });

  it("oversized announces 2 GiB", async () => {
    const { body } = await call(await strike({ kind: "oversized", frame: 0 }), { path: STREAM_PATH });
    expect(body.readUInt32BE(0)).toBe(0x7fff_ffff);
  });

  it("cut ends the body within a frame", async () => {
    const { body, broken } = await call(await strike({ kind: "cut", frame: 2 }), { path: STREAM_PATH });
    const frames = framesOf(body);
    expect(broken).toBeUndefined();
    expect(frames).toHaveLength(3);
    expect(frames[2]?.length).toBeLessThan(frames[2]?.readUInt32BE(0) ?? 0);
  });

  it("strikes none of a stream that is too short", async () => {
    const server = await strike({ kind: "cut", frame: 900 });
    expect((await call(server, { path: STREAM_PATH })).broken).toBeUndefined();
    expect(server.faults).toEqual([]);
  });
});

describe("faults at random", () => {
  const request = { path: "/model/m/converse-stream", operation: "ConverseStream", body: Buffer.from("{}") } as const;
  const choose = createFaultChooser({ rate: 0.9 }, 7);

  /** A request to choose for. */
  async function receive(): Promise<ReceivedRequest> {
    const server = await startServer();
    await call(server);
    const [received] = server.requests;
    if (!received) throw new Error("Nothing was received.");
    return received;
  }

  /** The faults of the first attempts. */
  async function faultsOf(seed: number): Promise<Fault[][]> {
    const received = await receive();
    const chooser = createFaultChooser({ rate: 0.9 }, seed);
    return Array.from({ length: 20 }, (_, occurrence) => [...chooser({ ...received, ...request }, occurrence)]);
  }

  it("are the same for the same seed, and others for another", async () => {
    expect(await faultsOf(7)).toEqual(await faultsOf(7));
    expect(await faultsOf(7)).not.toEqual(await faultsOf(8));
  });

  it("are of every kind, and frames are struck in streams only", async () => {
    const received = await receive();
    const numbers = Array.from({ length: 2000 }, (_, occurrence) => occurrence);
    const ofStreams = numbers.flatMap((occurrence) => choose({ ...received, ...request }, occurrence));
    expect(new Set(ofStreams.map(({ kind }) => kind))).toEqual(new Set(FAULT_KINDS));
    const ofWhole = numbers.flatMap((occurrence) => choose({ ...received, operation: "Converse" }, occurrence));
    expect(ofWhole.filter(({ frame }) => frame !== undefined)).toEqual([]);
    expect(ofWhole.some(({ kind }) => kind.startsWith("corrupt"))).toBe(false);
  });

  it("leave an answer alone at rate 0, and give the same answer to each attempt", async () => {
    const server = await startServer({ faults: { rate: 0 } });
    const [one, other] = [await call(server), await call(server)];
    expect(one.body.toString().replace(/\d+/g, "")).toBe(other.body.toString().replace(/\d+/g, ""));
    expect(server.faults).toEqual([]);
  });

  it("refuse options that make no sense", () => {
    expect(() => createFaultChooser({ rate: 2 }, 1)).toThrow(RangeError);
    // @ts-expect-error a caller without types
    expect(() => createFaultChooser({ rate: 1, kinds: ["gremlins"] }, 1)).toThrow("gremlins");
  });
});
