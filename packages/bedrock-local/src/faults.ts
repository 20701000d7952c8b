import { isAwsErrorName, type AwsErrorName } from "./errors.ts";
import type { ReceivedRequest } from "./requests.ts";
import type { OperationName } from "./router.ts";

/** Which requests a scripted reply is for; every member that is given must fit. */
export interface ReplyMatch {
  readonly operation?: OperationName;
  /** Decoded, as in `ReceivedRequest.modelId`. */
  readonly modelId?: string;
  readonly when?: (request: ReceivedRequest) => boolean;
}

/** A wait: a time in milliseconds, or until a promise settles. Both end at once when the client hangs up. */
export interface Wait {
  readonly delayMs?: number;
  readonly waitFor?: Promise<unknown>;
}

/** What every scripted reply may have. */
export interface ReplyCommon extends Wait {
  /** Default: any request. `delayMs` and `waitFor` beside it take place before the answer begins. */
  readonly match?: ReplyMatch;
  /** Added to the usual headers of an answer, or put in their place. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A whole HTTP answer. `body` is sent as it is when it is a string or bytes, and as JSON otherwise. */
export interface RawReply extends ReplyCommon {
  readonly status: number;
  readonly body?: unknown;
}

/** An error answer in AWS's form. */
export interface ErrorReply extends ReplyCommon {
  readonly error: AwsErrorName;
  readonly message?: string;
  /** Further members of the body, as `originalStatusCode`. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Value of the `retry-after` header: seconds, or an HTTP date. */
  readonly retryAfter?: number | string;
}

/** An event stream of exactly these steps: one write per frame, nothing added. */
export interface StreamReply extends ReplyCommon {
  readonly events: readonly StreamStep[];
  /** Default 200. */
  readonly status?: number;
}

/** Breaks the connection with a TCP reset before any answer. */
export interface ResetReply extends ReplyCommon {
  readonly reset: true;
}

/** Closes the connection before any answer. */
export interface CloseReply extends ReplyCommon {
  readonly close: true;
}

/** Closes the server's direction of the connection before any answer; the client's stays open until it hangs up. */
export interface HalfCloseReply extends ReplyCommon {
  readonly halfClose: true;
}

/** Sends bytes that are no HTTP, and closes the connection; over HTTP/2 it is only closed. */
export interface GarbageReply extends ReplyCommon {
  readonly garbage: true;
}

/** Never answers. */
export interface HangReply extends ReplyCommon {
  readonly hang: true;
}

/** What a test puts in the queue in place of the built-in model's answer. */
export type ScriptedReply =
  RawReply | ErrorReply | StreamReply | ResetReply | CloseReply | HalfCloseReply | GarbageReply | HangReply;

/**
 * One step of a scripted stream.
 *
 * - `event`, `exception`, `error`, `bytes`: a frame, or any bytes. A `payload` that is a string or bytes is sent as it is.
 * - `delayMs`, `waitFor`: a wait.
 * - `corrupt`: one byte of the next frame is flipped: in the CRC of its prelude, in its last CRC, or at an offset.
 * - `cut`: only so many bytes of the next frame are sent. The body then ends; only a wait, `end`, `reset` or `close` may follow.
 * - `end` ends the HTTP body, `reset` breaks the connection with a TCP reset, `close` closes it without ending the body. The end
 *   of the list is an `end`.
 */
export type StreamStep =
  | { readonly event: string; readonly payload: unknown }
  | { readonly exception: string; readonly payload?: unknown }
  | { readonly error: { readonly code: string; readonly message: string } }
  | { readonly bytes: Uint8Array }
  | { readonly delayMs: number }
  | { readonly waitFor: Promise<unknown> }
  | { readonly corrupt: Corruption }
  | { readonly cut: number }
  | { readonly end: true }
  | { readonly reset: true }
  | { readonly close: true };

/** Which byte of a frame is flipped. */
export type Corruption = "prelude-crc" | "message-crc" | { readonly byteOffset: number };

/** Scripted replies that wait for their request. */
export interface ReplyQueue {
  /** Replies that were not taken yet. */
  readonly size: number;
  /** Adds replies at the end. Throws `TypeError` for one that cannot be played. */
  add(replies: readonly ScriptedReply[]): void;
  /** Takes the first reply that fits the request. */
  take(request: ReceivedRequest): ScriptedReply | undefined;
}

/** Creates an empty queue. */
export function createReplyQueue(): ReplyQueue {
  const waiting: ScriptedReply[] = [];
  return {
    get size(): number {
      return waiting.length;
    },
    add(replies): void {
      for (const reply of replies) checkReply(reply);
      for (const reply of replies) tolerateRejections(reply);
      waiting.push(...replies);
    },
    take(request): ScriptedReply | undefined {
      const index = waiting.findIndex(({ match }) => isMatch(match, request));
      return index === -1 ? undefined : waiting.splice(index, 1)[0];
    },
  };
}

/** A wait ends however its promise settles, so a rejection before the wait begins is no unhandled one. */
function tolerateRejections(reply: ScriptedReply): void {
  const steps = "events" in reply ? reply.events : [];
  for (const wait of [reply, ...steps]) {
    if ("waitFor" in wait) wait.waitFor?.catch(() => undefined);
  }
}

function isMatch(match: ReplyMatch | undefined, request: ReceivedRequest): boolean {
  if (match === undefined) return true;
  if (match.operation !== undefined && match.operation !== request.operation) return false;
  if (match.modelId !== undefined && match.modelId !== request.modelId) return false;
  return match.when === undefined || match.when(request);
}

const REPLY_KINDS = ["status", "error", "events", "reset", "close", "halfClose", "garbage", "hang"] as const;

function checkReply(reply: ScriptedReply): void {
  const kinds = REPLY_KINDS.filter((kind) => kind in reply);
  const isStream = "events" in reply;
  const isOneKind = kinds.length === 1 || (isStream && kinds.length === 2 && "status" in reply);
  if (!isOneKind) {
    throw new TypeError(
      `A scripted reply has exactly one of ${REPLY_KINDS.join(", ")} (events may come with status); this one has ` +
        `${kinds.length === 0 ? "none" : kinds.join(", ")}.`,
    );
  }
  if ("error" in reply && !isAwsErrorName(reply.error)) {
    throw new TypeError(
      `The error "${String(reply.error)}" is not known. Use a name like "ThrottlingException", or a raw reply with status.`,
    );
  }
  if (isStream) checkSteps(reply.events);
}

function checkSteps(steps: readonly StreamStep[]): void {
  let ended: string | undefined;
  let cutNext = false;
  for (const step of steps) {
    const isFrame = "event" in step || "exception" in step || "error" in step || "bytes" in step;
    const isBreak = "end" in step || "reset" in step || "close" in step;
    const isWait = "delayMs" in step || "waitFor" in step;
    const isAllowed = ended === undefined || (ended === "cut" && (isBreak || isWait));
    if (!isAllowed) throw new TypeError(`No step may follow "${String(ended)}", but ${describe(step)} does.`);
    if (isBreak) ended = "end, reset or close";
    if ("cut" in step) cutNext = true;
    if (isFrame && cutNext) ended = "cut";
  }
  if (cutNext && ended === undefined) throw new TypeError('The step "cut" needs a frame after it.');
}

function describe(step: StreamStep): string {
  return `"${Object.keys(step).join(", ")}"`;
}
