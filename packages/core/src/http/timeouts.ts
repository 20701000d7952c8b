import { TimeoutError, type LLMError } from "../errors.ts";
import type { World } from "../world.ts";
import { createAbortError } from "./failures.ts";
import type { AbortLike } from "./abort.ts";
import type { ByteStream, Control, HttpRequest, HttpResponse, Transport } from "./transport.ts";

/** How long to wait, in milliseconds. `0` and `Infinity` wait for ever. */
export interface Timeouts {
  /** For the connection, TLS included. */
  readonly connectMs: number;
  /** For the response's head, once connected. Counts connecting too where the platform cannot tell the two apart. */
  readonly firstByteMs: number;
  /** For the next byte of the response. Any byte starts it anew; the time that the reader takes does not count. */
  readonly idleMs: number;
  /** For the whole call, retries and reading included. */
  readonly totalMs: number;
}

/** Some of the timeouts; the others stay as they are. */
export type TimeoutOptions = { readonly [K in keyof Timeouts]?: Timeouts[K] | undefined };

/**
 * Connect 5 s, first byte 10 minutes, idle 5 minutes, total off. A model may think for minutes before its first byte, and
 * may be silent for minutes while it writes a tool call; a long answer that keeps coming is not an error.
 */
export const defaultTimeouts: Timeouts = { connectMs: 5000, firstByteMs: 600_000, idleMs: 300_000, totalMs: 0 };

/** A request, and how long it may take. */
export interface TimedRequest extends HttpRequest {
  readonly timeouts: Timeouts;
  /** When the whole call ends, on `world.monotonic`: what `createDeadline` said when the first attempt began. */
  readonly deadline: number;
  /** Aborting closes the connection, at any time until the body has ended. */
  readonly signal?: AbortLike | undefined;
}

/** The longest that platforms can count; a longer timer would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/** What is waited for, by the option that bounds it. */
type Phase = keyof Timeouts;

/** The code of the error, and what did not come. */
const failures: Readonly<Record<Phase, readonly [code: string, missing: string]>> = {
  connectMs: ["ERR_TIMEOUT_CONNECT", "No connection to"],
  firstByteMs: ["ERR_TIMEOUT_FIRST_BYTE", "No response from"],
  idleMs: ["ERR_TIMEOUT_IDLE", "No further byte from"],
  totalMs: ["ERR_TIMEOUT_TOTAL", "No complete answer from"],
};

/**
 * When the call that starts now must have ended, on `world.monotonic`.
 *
 * @returns `Infinity` when `totalMs` is off
 */
export function createDeadline({ totalMs }: Timeouts, world: World): number {
  return totalMs > 0 ? world.monotonic() + totalMs : Infinity;
}

/**
 * Bounds every wait of a transport, and turns an abort into an error of ours. Both close the connection, and both hold even
 * where the transport ignores its signal. An exchange has one timer at a time at most; it is cleared when the body has
 * ended, failed or been cancelled. While the reader does not ask for bytes, what is left of a timer runs out and ends
 * nothing (but the total's).
 *
 * @throws {TimeoutError} `ERR_TIMEOUT_CONNECT`, `ERR_TIMEOUT_FIRST_BYTE`, `ERR_TIMEOUT_IDLE` (retryable),
 *   `ERR_TIMEOUT_TOTAL` (not), from the call or from the body's `next`
 * @throws {AbortError} `ERR_ABORTED` when the signal was aborted; `cause` is its reason. Nothing is sent when it was so
 *   beforehand
 */
export function withTimeouts(transport: Transport, world: World): (request: TimedRequest) => Promise<HttpResponse> {
  return (request) =>
    new Promise((resolve, reject) => {
      const guard = new Guard(request, world, reject);
      if (guard.isOver) return;
      transport(request, guard).then(
        (response) => resolve(guard.open(response)),
        (error: unknown) => {
          guard.finish();
          reject(error);
        },
      );
    });
}

/**
 * Waits for a promise, but no longer than the call may last. The promise itself is left alone.
 *
 * @throws {TimeoutError} `ERR_TIMEOUT_TOTAL` at the deadline
 * @throws {AbortError} `ERR_ABORTED` when the signal was aborted
 */
export function waitWithin<T>(
  promise: Promise<T>,
  { signal, deadline, timeouts }: Pick<TimedRequest, "signal" | "deadline" | "timeouts">,
  world: World,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimer?.();
      signal?.removeEventListener("abort", onAbort);
    };
    const fail = (error: unknown): void => {
      end();
      reject(error);
    };
    const onAbort = (): void => fail(createAbortError(signal));
    const onDeadline = (): void => {
      const message = `No credentials within ${timeouts.totalMs} ms. Raise timeouts.totalMs if that can take longer.`;
      fail(new TimeoutError(message, { code: "ERR_TIMEOUT_TOTAL", retryable: false }));
    };
    const clearTimer = deadline < Infinity ? world.setTimer(onDeadline, deadline - world.monotonic()) : undefined;
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted) onAbort();
    promise.then((value) => {
      end();
      resolve(value);
    }, fail);
  });
}

/** Watches over one exchange. */
class Guard implements Control {
  readonly #request: TimedRequest;
  readonly #world: World;
  readonly #reject: (error: unknown) => void;
  #stop: ((reason: unknown) => void) | undefined;
  /** What is waited for, and until when. */
  #phase: Phase = "totalMs";
  #phaseEnd = Infinity;
  #clearTimer: (() => void) | undefined;
  #timerEnd = Infinity;
  readonly #onBytes = (result: IteratorResult<Uint8Array, undefined>): typeof result => {
    this.#phaseEnd = Infinity;
    if (result.done) this.finish();
    return result;
  };
  readonly #onFailure = (error: unknown): never => {
    this.finish();
    throw error;
  };
  /** Whether it has ended, and the error of ours that ended it. */
  isOver = false;
  #error: LLMError | undefined;

  constructor(request: TimedRequest, world: World, reject: (error: unknown) => void) {
    this.#request = request;
    this.#world = world;
    this.#reject = reject;
    const { signal, deadline } = request;
    if (signal?.aborted) this.handleEvent();
    else if (deadline < Infinity && world.monotonic() >= deadline) this.#timeOut("totalMs");
    else {
      signal?.addEventListener("abort", this);
      this.#wait("firstByteMs");
    }
  }

  begin(stop: (reason: unknown) => void, isConnecting: boolean): void {
    this.#stop = stop;
    if (isConnecting) this.#wait("connectMs");
    if (this.isOver) stop(this.#error);
  }

  connected(): void {
    this.#wait("firstByteMs");
  }

  open({ status, headers, body }: HttpResponse): HttpResponse {
    this.#phaseEnd = Infinity;
    if (this.isOver) body.cancel();
    const cancel = (): void => {
      this.finish();
      body.cancel();
    };
    return { status, headers, body: { next: () => this.#next(body), cancel } };
  }

  /** The caller's signal was aborted. */
  handleEvent(): void {
    this.#fail(createAbortError(this.#request.signal));
  }

  finish(): void {
    this.isOver = true;
    this.#clearTimer?.();
    this.#request.signal?.removeEventListener("abort", this);
  }

  #next(body: ByteStream): ReturnType<ByteStream["next"]> {
    if (this.#error) return Promise.reject(this.#error);
    this.#wait("idleMs");
    return body.next().then(this.#onBytes, this.#onFailure);
  }

  #fail(error: LLMError): void {
    this.finish();
    this.#error = error;
    this.#stop?.(error);
    this.#reject(error);
  }

  #wait(phase: Phase): void {
    const now = this.#world.monotonic();
    this.#phase = phase;
    this.#phaseEnd = now + (this.#request.timeouts[phase] || Infinity);
    this.#arm(now);
  }

  /** Sees to it that a timer fires when the wait is over, or earlier: then it looks again. */
  #arm(now: number): void {
    const end = Math.min(this.#phaseEnd, this.#request.deadline);
    if (this.isOver || end >= this.#timerEnd) return;
    this.#clearTimer?.();
    // Not later than the next wait for bytes may end: that needs no other timer then.
    this.#timerEnd = Math.min(end, now + (this.#request.timeouts.idleMs || Infinity), now + MAX_TIMER_MS);
    this.#clearTimer = this.#world.setTimer(() => {
      this.#timerEnd = Infinity;
      this.#look(this.#world.monotonic());
    }, this.#timerEnd - now);
  }

  #look(now: number): void {
    if (now >= this.#request.deadline) this.#timeOut("totalMs");
    else if (now >= this.#phaseEnd) this.#timeOut(this.#phase);
    else this.#arm(now);
  }

  #timeOut(phase: Phase): void {
    const { endpoint, timeouts } = this.#request;
    const [code, missing] = failures[phase];
    const message = `${missing} ${endpoint.hostname}:${endpoint.port} within ${timeouts[phase]} ms: raise timeouts.${phase}.`;
    this.#fail(new TimeoutError(message, { code, retryable: phase !== "totalMs" }));
  }
}
