import { createHash } from "node:crypto";

import { AWS_ERROR_NAMES } from "./errors.ts";
import { createRandom, type Random, randomInteger } from "./random.ts";
import type { ReceivedRequest } from "./requests.ts";

/**
 * What may go wrong with an answer.
 *
 * In place of an answer: `http-error` (AWS's form), `http-error-bare` (no body, or a proxy's page), `throttle`,
 * `throttle-retry-after`, `expired-token`, `clock-skew`, `wrong-content-type`, `garbage` (bytes that are no HTTP; over
 * HTTP/2 the connection is closed).
 *
 * In place of an answer, in the middle of it, or after it: `reset` (TCP reset), `close` (the connection is closed), `half-close`
 * (only the server's direction is closed), and, but for the last, `stall` (nothing more comes until the client hangs up).
 *
 * Of an answer: `delay`, `drip` (a few bytes at a time), `cut` (the body ends cleanly, but too early).
 *
 * Of the frames of a stream: `duplicate`, `corrupt-prelude`, `corrupt-message` (a checksum), `corrupt-payload` (a byte that
 * the checksum covers), `oversized` (a prelude that announces 2 GiB), `exception`, `error`.
 */
export type FaultKind =
  | "http-error"
  | "http-error-bare"
  | "throttle"
  | "throttle-retry-after"
  | "expired-token"
  | "clock-skew"
  | "wrong-content-type"
  | "garbage"
  | "reset"
  | "close"
  | "half-close"
  | "stall"
  | "delay"
  | "drip"
  | "cut"
  | "duplicate"
  | "corrupt-prelude"
  | "corrupt-message"
  | "corrupt-payload"
  | "oversized"
  | "exception"
  | "error";

/** One fault. */
export interface Fault {
  readonly kind: FaultKind;
  /**
   * Where it strikes: before frame number `frame` (from 0) of a stream, after a `share` (0 to 1) of a body that is no stream, or
   * `at` the `"end"`: on the connection, once the answer is complete. Default: before the answer, or in place of it.
   *
   * At `"connect"` it strikes as a connection opens, before any request; `reset`, `close`, `half-close`, `stall`, `delay` and
   * `garbage` can.
   */
  readonly frame?: number;
  readonly share?: number;
  readonly at?: "connect" | "end";
  /** HTTP status, exception or error code, milliseconds of a delay, seconds of `Retry-After`: what the kind needs. */
  readonly detail?: string | number;
}

/** A fault that struck. */
export interface InjectedFault extends Fault {
  /** `x-amzn-requestid` of the request whose answer it struck; absent when it struck a connection as it opened. */
  readonly requestId?: string;
  readonly operation?: string;
}

/**
 * Decides what goes wrong with the answer to a request.
 *
 * `occurrence` counts requests of the same path and body, from 0: the attempts of a client that tries again.
 */
export type ChooseFaults = (request: ReceivedRequest, occurrence: number) => readonly Fault[];

/** Decides what goes wrong with a connection as it opens; `connection` is its number, from 1. */
export type ChooseConnectionFaults = (connection: number) => readonly Fault[];

/** Decides what goes wrong. */
export interface FaultChooser {
  readonly ofRequest: ChooseFaults;
  readonly ofConnection: ChooseConnectionFaults;
}

/** Faults at random. */
export interface FaultOptions {
  /** Which part of the answers a fault strikes, 0 to 1; the same part of those is struck by another one, up to 3. */
  readonly rate: number;
  /** Default: the server's seed. */
  readonly seed?: number | undefined;
  /** What may go wrong. Default: everything. */
  readonly kinds?: readonly FaultKind[] | undefined;
  /** The longest `delay`, in milliseconds. Default 40. */
  readonly maxDelayMs?: number | undefined;
}

/** In place of an answer. */
const REPLACING: readonly FaultKind[] = [
  "http-error",
  "http-error-bare",
  "throttle",
  "throttle-retry-after",
  "expired-token",
  "clock-skew",
  "wrong-content-type",
  "garbage",
];
const BREAKING: readonly FaultKind[] = ["reset", "close", "half-close", "stall"];
const SLOWING: readonly FaultKind[] = ["delay", "drip"];
const FRAME_ONLY: readonly FaultKind[] = [
  "duplicate",
  "corrupt-prelude",
  "corrupt-message",
  "corrupt-payload",
  "oversized",
  "exception",
  "error",
];

/** Every {@link FaultKind}. */
export const FAULT_KINDS: readonly FaultKind[] = [...REPLACING, ...BREAKING, ...SLOWING, "cut", ...FRAME_ONLY];

const REPLACING_KINDS: ReadonlySet<string> = new Set(REPLACING);
const SLOWING_KINDS: ReadonlySet<string> = new Set(SLOWING);
const FRAME_KINDS: ReadonlySet<string> = new Set(FRAME_ONLY);
const ENDING_KINDS: ReadonlySet<string> = new Set(["reset", "close", "half-close"]);

/** Where a kind can strike, as the grammar's places: before or in place of an answer is `""`. */
export function listPlaces(kind: FaultKind): readonly ("" | "frame" | "share" | "connect" | "end")[] {
  if (kind === "garbage") return ["", "connect"];
  if (REPLACING_KINDS.has(kind) || kind === "drip") return [""];
  if (FRAME_KINDS.has(kind)) return ["frame"];
  if (kind === "cut") return ["frame", "share"];
  return ENDING_KINDS.has(kind) ? ["", "frame", "share", "connect", "end"] : ["", "frame", "share", "connect"];
}

const BARE_STATUSES = [400, 403, 404, 408, 413, 429, 500, 502, 503, 504, 529] as const;
const STREAM_EXCEPTIONS = [
  "internalServerException",
  "modelStreamErrorException",
  "modelTimeoutException",
  "serviceUnavailableException",
  "throttlingException",
  "validationException",
  "somethingNewException",
] as const;
const ERROR_CODES = ["InternalFailure", "ThrottlingException", "SomethingNew"] as const;

const MAX_FAULTS = 3;
/** Which part of the faults of streams strikes between frames. */
const FRAMES_SHARE = 0.6;
/** Half of the faults strike among the first frames, as most streams are short. */
const LAST_FRAMES = [3, 9, 60] as const;
/** Which part of the breaks of connections comes after the answer. */
const AFTER_SHARE = 0.15;
/** Requests whose occurrences are counted; the oldest is forgotten first. */
const REMEMBERED_REQUESTS = 10_000;

/**
 * Faults at random, from a seed: a request gets the same faults however many others are under way, because they come from its
 * own path and body and from how often these came before.
 *
 * @throws RangeError when `rate` is not from 0 to 1
 * @throws TypeError for a kind that is not known
 */
export function createFaultChooser(options: FaultOptions, serverSeed: number): ChooseFaults {
  const { rate, seed = serverSeed, kinds = FAULT_KINDS, maxDelayMs = 40 } = options;
  if (!(rate >= 0 && rate <= 1)) throw new RangeError(`The option faults.rate must be from 0 to 1, not ${rate}.`);
  const unknown = kinds.find((kind) => !FAULT_KINDS.includes(kind));
  if (unknown !== undefined || kinds.length === 0) {
    throw new TypeError(`The option faults.kinds takes ${FAULT_KINDS.join(", ")}, not ${unknown ?? "an empty list"}.`);
  }
  return (request, occurrence) => {
    const random = createRandom(seed, hashRequest(request), occurrence);
    const isStream = request.operation?.endsWith("Stream") ?? false;
    const fitting = kinds.filter((kind) => isStream || !FRAME_KINDS.has(kind));
    const ofFrames = isStream ? kinds.filter((kind) => !REPLACING_KINDS.has(kind)) : [];
    const faults: Fault[] = [];
    while (fitting.length > 0 && faults.length < MAX_FAULTS && random() < rate) {
      const isInside = ofFrames.length > 0 && random() < FRAMES_SHARE;
      const fault = createFault(pick(random, isInside ? ofFrames : fitting), random, isStream, maxDelayMs, isInside);
      faults.push(fault);
      if (isReplacing(fault)) break;
    }
    return faults;
  };
}

/** Whether a fault takes the place of the answer. */
export function isReplacing({ kind, frame, share, at }: Fault): boolean {
  return frame === undefined && share === undefined && at === undefined && !SLOWING_KINDS.has(kind);
}

/** Counts the requests of the same path and body. */
export function createOccurrences(): (request: ReceivedRequest) => number {
  const counts = new Map<number, number>();
  return (request) => {
    const key = hashRequest(request);
    const count = counts.get(key) ?? 0;
    counts.delete(key);
    counts.set(key, count + 1);
    for (const oldest of counts.keys()) {
      if (counts.size <= REMEMBERED_REQUESTS) break;
      counts.delete(oldest);
    }
    return count;
  };
}

function createFault(kind: FaultKind, random: Random, isStream: boolean, maxDelayMs: number, isInside: boolean): Fault {
  const detail = chooseDetail(kind, random, maxDelayMs);
  const what = detail === undefined ? { kind } : { kind, detail };
  const isWhole = REPLACING_KINDS.has(kind) || kind === "drip";
  const canBeWhole = kind !== "cut" && !FRAME_KINDS.has(kind) && !isInside;
  if (ENDING_KINDS.has(kind) && random() < AFTER_SHARE) return { ...what, at: "end" };
  // Half of what can strike before the answer does.
  if (isWhole || (canBeWhole && random() < 0.5)) return what;
  if (!isStream) return { ...what, share: Math.round(random() * 99) / 100 };
  return { ...what, frame: randomInteger(random, 0, pick(random, LAST_FRAMES)) };
}

function chooseDetail(kind: FaultKind, random: Random, maxDelayMs: number): string | number | undefined {
  switch (kind) {
    case "http-error":
      return pick(random, AWS_ERROR_NAMES);
    case "http-error-bare":
      return pick(random, BARE_STATUSES);
    case "throttle-retry-after":
      return random() < 0.9 ? 0 : 1;
    case "clock-skew":
      return pick(random, ["RequestTimeTooSkewed", "InvalidSignatureException"]);
    case "exception":
      return pick(random, STREAM_EXCEPTIONS);
    case "error":
      return pick(random, ERROR_CODES);
    case "delay":
      return randomInteger(random, 0, maxDelayMs);
    default:
      return undefined;
  }
}

function pick<T>(random: Random, list: readonly [T, ...T[]] | readonly T[]): T {
  const item = list[randomInteger(random, 0, list.length - 1)];
  if (item === undefined) throw new RangeError("There is nothing to pick from.");
  return item;
}

/** Tells requests of different paths or bodies apart, but not the attempts of one. */
export function hashRequest({ path, body }: ReceivedRequest): number {
  return createHash("sha256").update(path).update("\n").update(body).digest().readUInt32BE(0);
}
