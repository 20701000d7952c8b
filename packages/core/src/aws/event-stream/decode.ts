import { crc32, decodeUtf8 } from "#bytes";
import { IncompleteStreamError, StreamError } from "../../errors.ts";

/** Total length, length of the headers, CRC of these two: 32 bits each, big-endian. */
const PRELUDE_BYTES = 12;
/** A CRC of all that stands before it ends the frame. */
const CRC_BYTES = 4;
/** The smallest frame: no headers, no payload. */
const FRAME_BYTES: number = PRELUDE_BYTES + CRC_BYTES;

/** What a header may hold. Integers up to 32 bits are numbers, those of 64 bits bigints; a UUID is its usual text. */
export type EventStreamHeaderValue = boolean | number | bigint | string | Uint8Array | Date;

/** Headers by name. Frozen, and shared by frames whose headers are the same bytes. */
export type EventStreamHeaders = Readonly<Record<string, EventStreamHeaderValue>>;

/** One message of the stream. */
export interface EventStreamFrame {
  readonly headers: EventStreamHeaders;
  /** A view, not a copy: parse it, or copy it, before the memory of the pushed chunk is used for something else. */
  readonly payload: Uint8Array;
}

/** Limits, so that a broken or hostile peer cannot take unbounded memory. */
export interface EventStreamDecoderOptions {
  /** Largest frame, headers and checksums included. Default 25,165,824 (24 MiB). */
  readonly maxFrameBytes?: number;
  /** Largest header block of a frame. Default 131,072 (128 KiB). */
  readonly maxHeaderBytes?: number;
}

/** Turns the bytes of a response into frames. Once an error was thrown, every further call throws that same error. */
export interface EventStreamDecoder {
  /**
   * Takes the next bytes, cut anywhere, and returns the frames that are now complete. Each frame is decoded when the
   * iterator comes to it; what was not iterated comes first after the next push.
   *
   * @throws {StreamError} while iterating, after all good frames before the damage: `ERR_STREAM_PRELUDE_CRC`,
   *   `ERR_STREAM_MESSAGE_CRC`, `ERR_STREAM_FRAME_SIZE`, `ERR_STREAM_HEADER_SIZE`, `ERR_STREAM_HEADER`
   */
  push(chunk: Uint8Array): IterableIterator<EventStreamFrame, undefined>;
  /**
   * To be called when the response has ended.
   *
   * @throws {IncompleteStreamError} `ERR_STREAM_INCOMPLETE` when it ended within a frame, or frames were not iterated
   */
  end(): void;
}

/**
 * Creates a decoder for one response in Amazon's event-stream format (`application/vnd.amazon.eventstream`).
 *
 * It does no I/O, checks both checksums of every frame, and takes time linear in the bytes pushed: a frame that lies
 * within one chunk is not copied, one that spans chunks is copied once.
 *
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function createEventStreamDecoder(options: EventStreamDecoderOptions = {}): EventStreamDecoder {
  return new Decoder(options);
}

/** Headers that were parsed, and from which bytes; at most {@link MOST_KNOWN}, the newest last. */
export type KnownHeaders = { readonly bytes: DataView; readonly headers: EventStreamHeaders }[];

const MOST_KNOWN = 8;

/** What {@link createEventStreamDecoder} creates; decoders may share headers, as most streams have the same few. */
export class Decoder implements EventStreamDecoder, IterableIterator<EventStreamFrame, undefined> {
  readonly #maxFrameBytes: number;
  readonly #maxHeaderBytes: number;
  #chunk: Uint8Array = new Uint8Array();
  /** `#chunk`, made when first needed: most chunks of a large frame are only copied. */
  #view: DataView | undefined;
  /** Where in `#chunk` the next unread byte stands. */
  #at = 0;
  /** A frame that spans chunks, or as much of it as its prelude; `#filled` bytes of it have come. */
  #spill: Uint8Array = this.#chunk;
  #filled = 0;
  readonly #known: KnownHeaders;
  #frameNumber = 1;
  /** Where in the response the current frame begins. */
  #offset = 0;
  #failure: StreamError | undefined;

  constructor(options: EventStreamDecoderOptions, known: KnownHeaders = []) {
    const { maxFrameBytes = 24 * 1024 * 1024, maxHeaderBytes = 128 * 1024 } = options;
    this.#known = known;
    this.#maxFrameBytes = maxFrameBytes;
    this.#maxHeaderBytes = maxHeaderBytes;
  }

  push(chunk: Uint8Array): this {
    if (this.#failure) throw this.#failure;
    const left = this.#chunk.length - this.#at;
    if (left > 0) {
      const joined = new Uint8Array(left + chunk.length);
      joined.set(this.#chunk.subarray(this.#at));
      joined.set(chunk, left);
      this.#chunk = joined;
    } else {
      this.#chunk = chunk;
    }
    this.#view = undefined;
    this.#at = 0;
    return this;
  }

  end(): void {
    if (this.#failure) throw this.#failure;
    if (this.#at < this.#chunk.length) {
      this.#fail("ERR_STREAM_INCOMPLETE", "was not read: iterate what push() gave before end().");
    }
    if (this.#filled === 0) return;
    const { length } = this.#spill;
    const first = length > PRELUDE_BYTES ? "" : "first ";
    this.#fail(
      "ERR_STREAM_INCOMPLETE",
      `is cut: the response ended after ${this.#filled} of its ${first}${length} bytes. Ask again.`,
    );
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<EventStreamFrame, undefined> {
    if (this.#failure) throw this.#failure;
    while (this.#at < this.#chunk.length) {
      const start = this.#at;
      const left = this.#chunk.length - start;
      if (this.#filled === 0) {
        let length = PRELUDE_BYTES;
        if (left >= PRELUDE_BYTES) {
          this.#view ??= viewOf(this.#chunk);
          length = this.#checkPrelude(this.#view, start);
          if (left >= length) {
            this.#at += length;
            return this.#decode(this.#view, start, this.#at);
          }
        }
        this.#spill = new Uint8Array(length);
      }
      if (this.#fillSpill()) return this.#decode(viewOf(this.#spill), 0, this.#spill.length);
    }
    return { done: true, value: undefined };
  }

  /** Moves bytes from the chunk to the spill. Returns whether the frame there is complete. */
  #fillSpill(): boolean {
    const spill = this.#spill;
    const start = this.#at;
    const end = Math.min(this.#chunk.length, start + spill.length - this.#filled);
    const whole = end - start === this.#chunk.length;
    spill.set(whole ? this.#chunk : this.#chunk.subarray(start, end), this.#filled);
    this.#filled += end - start;
    this.#at = end;
    if (this.#filled < spill.length) return false;
    if (spill.length === PRELUDE_BYTES) {
      this.#spill = new Uint8Array(this.#checkPrelude(viewOf(spill), 0));
      this.#spill.set(spill);
      return false;
    }
    this.#filled = 0;
    return true;
  }

  /** Checks the prelude at `start`, before anything believes its lengths. Returns the length of the frame. */
  #checkPrelude(view: DataView, start: number): number {
    const length = view.getUint32(start);
    const headerLength = view.getUint32(start + 4);
    const expected = view.getUint32(start + 8);
    const computed = crc32(view, start, start + 8, 0);
    if (computed !== expected) {
      const text = decodeUtf8(bytesOf(view, start, start + PRELUDE_BYTES));
      const hint =
        this.#offset === 0 && /^[\s -~]+$/.test(text)
          ? `It begins with ${JSON.stringify(text)}, so it is no event stream: check the endpoint and any proxy.`
          : "Ask again.";
      this.#failCrc("PRELUDE", expected, computed, hint);
    }
    const most = this.#maxFrameBytes;
    if (length < FRAME_BYTES || length > most) {
      const range = `a frame has ${FRAME_BYTES} to ${most} (maxFrameBytes)`;
      this.#fail("ERR_STREAM_FRAME_SIZE", `claims ${length} bytes; ${range}. Check the endpoint, or raise the limit.`);
    }
    if (headerLength > this.#maxHeaderBytes || headerLength > length - FRAME_BYTES) {
      const range = `it has room for ${length - FRAME_BYTES} (maxHeaderBytes ${this.#maxHeaderBytes})`;
      this.#fail("ERR_STREAM_HEADER_SIZE", `claims ${headerLength} bytes of headers; ${range}.`);
    }
    return length;
  }

  /** Decodes the frame in [start, end), whose prelude is good. */
  #decode(view: DataView, start: number, end: number): IteratorYieldResult<EventStreamFrame> {
    const payloadEnd = end - CRC_BYTES;
    const expected = view.getUint32(payloadEnd);
    // Bytes 0 to 8 are in the prelude's CRC already; the message's CRC goes on from there.
    const computed = crc32(view, start + 8, payloadEnd, view.getUint32(start + 8));
    if (computed !== expected) this.#failCrc("MESSAGE", expected, computed, "Ask again.");
    const headerStart = start + PRELUDE_BYTES;
    const headerEnd = headerStart + view.getUint32(start + 4);
    const headers = this.#findHeaders(view, headerStart, headerEnd);
    this.#frameNumber++;
    this.#offset += end - start;
    return { done: false, value: { headers, payload: bytesOf(view, headerEnd, payloadEnd) } };
  }

  #findHeaders(view: DataView, start: number, end: number): EventStreamHeaders {
    const known = this.#known;
    for (const { bytes, headers } of known) if (isSame(bytes, view, start, end)) return headers;
    const bytes = viewOf(bytesOf(view, start, end).slice());
    const headers = this.#parseHeaders(bytes);
    if (known.push({ bytes, headers }) > MOST_KNOWN) known.shift();
    return headers;
  }

  #parseHeaders(view: DataView): EventStreamHeaders {
    const entries: [string, EventStreamHeaderValue][] = [];
    let at = 0;
    /** Steps over `length` bytes and returns where they begin. */
    const take = (length: number): number => {
      const start = at;
      at += length;
      if (at > view.byteLength) {
        const what = `byte ${start} wants ${length} more of ${view.byteLength}`;
        this.#fail("ERR_STREAM_HEADER", `has a bad header: ${what}.`);
      }
      return start;
    };
    const takeBytes = (length: number): Uint8Array => bytesOf(view, take(length), at);
    while (at < view.byteLength) {
      const nameLength = view.getUint8(take(1));
      if (nameLength === 0) this.#fail("ERR_STREAM_HEADER", `has a header without a name at byte ${at - 1}.`);
      const name = decodeUtf8(takeBytes(nameLength));
      const type = view.getUint8(take(1));
      const parse = VALUE_PARSERS[type];
      if (!parse) {
        const types = `types 0 to ${VALUE_PARSERS.length - 1} are defined`;
        return this.#fail("ERR_STREAM_HEADER", `has the header ${JSON.stringify(name)} of type ${type}; ${types}.`);
      }
      entries.push([name, parse(view, take, takeBytes)]);
    }
    return Object.freeze(Object.fromEntries(entries));
  }

  #failCrc(of: "PRELUDE" | "MESSAGE", expected: number, computed: number, hint: string): never {
    const what = `has the ${of.toLowerCase()} CRC ${hex(expected)}, but its bytes give ${hex(computed)}. ${hint}`;
    return this.#fail(`ERR_STREAM_${of}_CRC`, what);
  }

  #fail(code: string, what: string): never {
    const message = `Frame ${this.#frameNumber} (at byte ${this.#offset} of the response) ${what}`;
    const type = code === "ERR_STREAM_INCOMPLETE" ? IncompleteStreamError : StreamError;
    this.#failure = new type(message, { code });
    throw this.#failure;
  }
}

type ValueParser = (
  view: DataView,
  take: (length: number) => number,
  takeBytes: (length: number) => Uint8Array,
) => EventStreamHeaderValue;

/** How to read a header's value; the type byte is the index. */
const VALUE_PARSERS: readonly ValueParser[] = [
  () => true,
  () => false,
  (view, take) => view.getInt8(take(1)),
  (view, take) => view.getInt16(take(2)),
  (view, take) => view.getInt32(take(4)),
  (view, take) => view.getBigInt64(take(8)),
  (view, take, takeBytes) => takeBytes(view.getUint16(take(2))),
  (view, take, takeBytes) => decodeUtf8(takeBytes(view.getUint16(take(2)))),
  (view, take) => new Date(Number(view.getBigInt64(take(8)))),
  (_view, _take, takeBytes) =>
    Array.from(takeBytes(16), (byte, i) => ([4, 6, 8, 10].includes(i) ? "-" : "") + hex(byte).slice(-2)).join(""),
];

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function bytesOf(view: DataView, start: number, end: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + start, end - start);
}

/** Whether `known` is equal to the bytes of `view` in [start, end). */
function isSame(known: DataView, view: DataView, start: number, end: number): boolean {
  const length = end - start;
  if (known.byteLength !== length) return false;
  let i = 0;
  for (; i <= length - 4; i += 4) if (known.getInt32(i) !== view.getInt32(start + i)) return false;
  for (; i < length; i++) if (known.getUint8(i) !== view.getUint8(start + i)) return false;
  return true;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, "0");
}
