import { crc32 } from "node:zlib";

import { isAwsErrorName, renderErrorType } from "./errors.ts";
import { encodeErrorFrame, encodeException } from "./event-stream.ts";
import { abortReason, type Exchange } from "./exchange.ts";
import { isReplacing, type Fault, type FaultKind } from "./fault-plan.ts";
import type { Corruption, ScriptedReply } from "./faults.ts";
import type { Sleep } from "./options.ts";
import { flipByte } from "./replay.ts";

/** The faults of one answer, and what they need. */
export interface FaultPlan {
  readonly faults: readonly Fault[];
  /** Told of each fault as it strikes. */
  readonly onFault: (fault: Fault) => void;
  readonly sleep: Sleep;
  /** The server's clock, in milliseconds since 1970. */
  readonly now: () => number;
}

/** Writes the frames of a stream. */
export interface FrameWriter {
  write(frame: Uint8Array): Promise<void>;
  /** Writes what was held back, without ending the body. */
  flush(): Promise<void>;
  end(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const DRIP_BYTES = 24;
const DRIPS = 40;
/** The name of the event that may come in several pieces. */
const DELTA = "contentBlockDelta";
const CHUNK = "chunk";

/** Waits as long as planned before the answer. */
export async function delayAnswer({ signal }: Exchange, { faults, onFault, sleep }: FaultPlan): Promise<void> {
  for (const fault of faults) {
    if (fault.kind !== "delay" || fault.frame !== undefined || fault.share !== undefined || fault.at !== undefined)
      continue;
    onFault(fault);
    await sleep(Number(fault.detail), signal);
  }
}

/** The reply that stands in the place of the answer, if a fault wants that. */
export function renderReplacement({ faults, onFault, now }: FaultPlan): ScriptedReply | undefined {
  const fault = faults.find(isReplacing);
  if (fault === undefined) return undefined;
  onFault(fault);
  const { kind, detail } = fault;
  switch (kind) {
    case "reset":
      return { reset: true };
    case "close":
      return { close: true };
    case "half-close":
      return { halfClose: true };
    case "stall":
      return { hang: true };
    case "garbage":
      return { garbage: true };
    case "throttle":
      return { error: "ThrottlingException", message: "Too many requests, please wait before trying again." };
    case "throttle-retry-after":
      return { error: "ThrottlingException", message: "Too many tokens.", retryAfter: detail ?? 0 };
    case "expired-token":
      return { error: "ExpiredTokenException", message: "The security token included in the request is expired" };
    case "clock-skew":
      return renderSkew(String(detail), now());
    case "http-error-bare":
      return renderBareError(Number(detail));
    case "wrong-content-type":
      return { status: 200, headers: { "content-type": "text/html" }, body: "<html>Sign in to the network</html>" };
    default: {
      const name = String(detail);
      return { error: isAwsErrorName(name) ? name : "InternalServerException", message: "An injected failure." };
    }
  }
}

/** A clock that is an hour ahead refuses what was signed now. */
function renderSkew(name: string, nowMs: number): ScriptedReply {
  const errorType = isAwsErrorName(name) ? renderErrorType(name) : name;
  const headers = { date: new Date(nowMs + HOUR_MS).toUTCString(), "x-amzn-errortype": errorType };
  return { status: 403, headers, body: { message: "Signature expired: is now earlier than an hour ago." } };
}

/** As load balancers answer: with nothing, or with a page. */
function renderBareError(status: number): ScriptedReply {
  if (status % 2 === 0) return { status, headers: { "content-type": "text/html" }, body: `<html>${status}</html>` };
  return { status, headers: { "content-type": "text/plain" } };
}

/** Breaks the connection once the answer is complete, if a fault wants that: who keeps it for a next request finds it gone. */
export function breakAfterAnswer(exchange: Exchange, { faults, onFault }: FaultPlan): void {
  const fault = faults.find(({ at }) => at === "end");
  if (fault === undefined) return;
  void exchange.closed.then((ending) => {
    if (ending === "aborted") return;
    onFault(fault);
    if (fault.kind === "reset") exchange.reset();
    else if (fault.kind === "close") exchange.close();
    else exchange.halfClose();
  });
}

/** An exchange whose whole answers are delayed, dripped or broken off as planned. Streams pass. */
export function withBodyFaults(exchange: Exchange, plan: FaultPlan): Exchange {
  const faults = plan.faults.filter(
    ({ frame, kind, share }) => frame === undefined && (share !== undefined || kind === "drip"),
  );
  if (faults.length === 0) return exchange;
  const respond: Exchange["respond"] = (status, headers, body) => {
    // An answer without a body is complete with its head: it has no middle to break off in.
    if (body.byteLength === 0) return exchange.respond(status, headers, body);
    const cut = faults.find(({ kind }) => kind === "cut");
    // With its length told, a body that ends early would be no clean end.
    const length = cut ? {} : { "content-length": String(body.byteLength) };
    exchange.begin(status, { ...headers, ...length });
    void writeBody(exchange, body, faults, plan).catch(() => exchange.close());
  };
  return {
    ...exchange,
    respond,
    get status(): number | undefined {
      return exchange.status;
    },
  };
}

async function writeBody(
  exchange: Exchange,
  body: Uint8Array,
  faults: readonly Fault[],
  plan: FaultPlan,
): Promise<void> {
  const isDripping = faults.find(({ kind }) => kind === "drip");
  if (isDripping) plan.onFault(isDripping);
  const write = (bytes: Uint8Array): Promise<void> =>
    isDripping ? drip(exchange, bytes, plan.sleep) : bytes.byteLength > 0 ? exchange.write(bytes) : Promise.resolve();
  const struck = faults.filter(({ share }) => share !== undefined).sort((a, b) => (a.share ?? 0) - (b.share ?? 0));
  let at = 0;
  for (const fault of struck) {
    const end = Math.floor(body.byteLength * (fault.share ?? 0));
    await write(body.subarray(at, end));
    at = end;
    plan.onFault(fault);
    if (await strike(fault, exchange, plan.sleep)) return;
  }
  await write(body.subarray(at));
  exchange.end();
}

/** Waits, or breaks the connection. Resolves with whether the answer is over. */
async function strike({ kind, detail }: Fault, exchange: Exchange, sleep: Sleep): Promise<boolean> {
  switch (kind) {
    case "delay":
      await sleep(Number(detail), exchange.signal);
      return false;
    case "reset":
      exchange.reset();
      return true;
    case "close":
      exchange.close();
      return true;
    case "half-close":
      exchange.halfClose();
      return true;
    case "stall":
      await exchange.closed;
      throw abortReason(exchange.signal);
    case "cut":
      exchange.end();
      return true;
    default:
      return false;
  }
}

/** A few bytes at a time; what is long goes on at once after that. */
async function drip(exchange: Exchange, bytes: Uint8Array, sleep: Sleep): Promise<void> {
  let at = 0;
  for (let drops = 0; drops < DRIPS && at < bytes.byteLength; drops++, at += DRIP_BYTES) {
    await exchange.write(bytes.subarray(at, at + DRIP_BYTES));
    await sleep(1, exchange.signal);
  }
  if (at < bytes.byteLength) await exchange.write(bytes.subarray(at));
}

const CORRUPTIONS: Partial<Record<FaultKind, (frame: Uint8Array) => Corruption>> = {
  "corrupt-prelude": () => "prelude-crc",
  "corrupt-message": () => "message-crc",
  "corrupt-payload": ({ byteLength }) => ({ byteOffset: (byteLength + 8) >> 1 }),
};

/** A writer whose frames are struck as planned. */
export function withFrameFaults(writer: FrameWriter, exchange: Exchange, plan: FaultPlan): FrameWriter {
  const isDripping = plan.faults.find(({ kind }) => kind === "drip");
  let count = 0;
  let isOver = false;
  let drops = 0;

  async function write(frame: Uint8Array): Promise<void> {
    await writer.write(frame);
    if (!isDripping || drops++ >= DRIPS) return;
    if (drops === 1) plan.onFault(isDripping);
    await plan.sleep(1, exchange.signal);
  }

  /** Resolves with whether the frame was written, or lost. */
  async function suffer(fault: Fault, frame: Uint8Array): Promise<boolean> {
    const corrupt = CORRUPTIONS[fault.kind];
    // The wire numbers no frames: a piece of text that comes twice cannot be told from a model that repeats itself.
    if (fault.kind === "duplicate" && isPiece(frame)) return false;
    plan.onFault(fault);
    const broken = corrupt ? flipByte(frame, corrupt(frame)) : renderFrame(fault);
    if (broken !== undefined) {
      await write(broken);
      return corrupt !== undefined;
    }
    if (fault.kind === "duplicate") {
      await write(frame);
      return false;
    }
    if (fault.kind === "cut") await write(frame.subarray(0, frame.byteLength >> 1));
    if (fault.kind !== "delay") await writer.flush();
    return (isOver = await strike(fault, exchange, plan.sleep));
  }

  return {
    async write(frame): Promise<void> {
      const due = plan.faults.filter((fault) => fault.frame === count);
      count += 1;
      for (const fault of due) if (isOver || (await suffer(fault, frame))) return;
      if (!isOver) await write(frame);
    },
    flush: () => writer.flush(),
    end: () => (isOver ? Promise.resolve() : writer.end()),
  };
}

function isPiece(frame: Uint8Array): boolean {
  const head = Buffer.from(frame).subarray(0, 120).toString("latin1");
  return head.includes(DELTA) || head.includes(CHUNK);
}

function renderFrame({ kind, detail }: Fault): Uint8Array | undefined {
  if (kind === "exception") return encodeException(String(detail), { message: "An injected failure." });
  if (kind === "error") return encodeErrorFrame(String(detail), "An injected failure.");
  if (kind !== "oversized") return undefined;
  // A valid prelude, but for a length that no frame has.
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(0x7fff_ffff, 0);
  prelude.writeUInt32BE(0, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  return prelude;
}
