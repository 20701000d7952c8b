import { AwsError } from "./errors.ts";
import { encodeErrorFrame, encodeEvent, encodeException, EVENT_STREAM_CONTENT_TYPE } from "./event-stream.ts";
import { abortReason, type Exchange } from "./exchange.ts";
import type { Corruption, ScriptedReply, StreamReply, StreamStep, Wait } from "./faults.ts";
import type { Sleep } from "./options.ts";

/** What playing a reply needs of the server. */
export interface ReplayContext {
  readonly exchange: Exchange;
  /** The headers that every answer carries. */
  readonly baseHeaders: Readonly<Record<string, string>>;
  readonly sleep: Sleep;
  /** Renders an error answer, with these headers beside the usual ones. */
  readonly respondError: (error: AwsError, headers: Readonly<Record<string, string>>) => void;
}

const PRELUDE_CRC_OFFSET = 8;

/** Plays a scripted reply to its end. Rejects when the client hangs up before that. */
export async function playReply(reply: ScriptedReply, context: ReplayContext): Promise<void> {
  const { exchange, baseHeaders, respondError } = context;
  await wait(reply, context);
  if ("events" in reply) return playStream(reply, context);
  if ("reset" in reply) return exchange.reset();
  if ("close" in reply) return exchange.close();
  if ("halfClose" in reply) return exchange.halfClose();
  if ("garbage" in reply) return exchange.garble();
  if ("hang" in reply) return;
  if ("error" in reply) {
    const error = new AwsError(reply.error, reply.message ?? `Scripted ${reply.error}.`, { ...reply.members });
    const retryAfter = reply.retryAfter === undefined ? {} : { "retry-after": String(reply.retryAfter) };
    return respondError(error, { ...retryAfter, ...reply.headers });
  }
  const headers = { ...baseHeaders, "content-type": "application/json", ...reply.headers };
  exchange.respond(reply.status, headers, renderBody(reply.body));
}

async function playStream(reply: StreamReply, context: ReplayContext): Promise<void> {
  const { exchange, baseHeaders } = context;
  const headers = { ...baseHeaders, "content-type": EVENT_STREAM_CONTENT_TYPE, ...reply.headers };
  exchange.begin(reply.status ?? 200, headers);

  let corruption: Corruption | undefined;
  let keptBytes: number | undefined;
  for (const step of reply.events) {
    const frame = renderFrame(step);
    if (frame !== undefined) {
      const damaged = corruption === undefined ? frame : flipByte(frame, corruption);
      await exchange.write(damaged.subarray(0, keptBytes));
      corruption = undefined;
    } else if ("corrupt" in step) {
      corruption = step.corrupt;
    } else if ("cut" in step) {
      keptBytes = step.cut;
    } else if ("reset" in step) {
      return exchange.reset();
    } else if ("close" in step) {
      return exchange.close();
    } else if ("delayMs" in step || "waitFor" in step) {
      await wait(step, context);
    }
  }
  exchange.end();
}

function renderFrame(step: StreamStep): Uint8Array | undefined {
  if ("event" in step) return encodeEvent(step.event, step.payload);
  if ("exception" in step) return encodeException(step.exception, step.payload ?? { message: "Scripted exception." });
  if ("error" in step) return encodeErrorFrame(step.error.code, step.error.message);
  if ("bytes" in step) return step.bytes;
  return undefined;
}

/** A copy with one byte flipped. Throws `RangeError` when the frame has no such byte. */
export function flipByte(frame: Uint8Array, corruption: Corruption): Uint8Array {
  const copy = Uint8Array.from(frame);
  const offset = offsetOf(corruption, frame.byteLength);
  const byte = copy[offset];
  if (byte === undefined) {
    throw new RangeError(
      `Cannot corrupt byte ${offset} of a frame of ${frame.byteLength} bytes. Give a smaller byteOffset.`,
    );
  }
  copy[offset] = byte ^ 0xff;
  return copy;
}

function offsetOf(corruption: Corruption, frameLength: number): number {
  if (corruption === "prelude-crc") return PRELUDE_CRC_OFFSET;
  if (corruption === "message-crc") return frameLength - 1;
  return corruption.byteOffset;
}

async function wait({ delayMs, waitFor }: Wait, { exchange: { signal }, sleep }: ReplayContext): Promise<void> {
  if (delayMs !== undefined) await sleep(delayMs, signal);
  if (waitFor !== undefined) await settled(waitFor, signal);
}

function settled(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    signal.addEventListener("abort", () => reject(abortReason(signal)), { once: true });
    promise.then(
      () => resolve(),
      () => resolve(),
    );
  });
}

function renderBody(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array();
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}
