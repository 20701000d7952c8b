import { Decoder, type EventStreamFrame, type KnownHeaders } from "../../aws/event-stream/index.ts";
import { decodeUtf8 } from "#bytes";
import type { Chunk } from "../../types/chunk.ts";
import { checkEventStream } from "../event-frames.ts";
import { isObject, stringOf, tryParse, type JsonValue } from "../../types/json.ts";
import type { Received } from "../pipeline.ts";
import { redactError } from "../redact.ts";
import { ConverseAssembly } from "./assemble.ts";

/**
 * A delta of plain text, as Bedrock writes it. Most events are one, and JSON.parse takes seven times as long. Text with an
 * escape is left to JSON.parse, as is any other order of members.
 */
// oxlint-disable-next-line no-control-regex -- JSON takes no control character as it is
const TEXT_DELTA = /^\{"contentBlockIndex":\d,"delta":\{"text":"[^"\\\x00-\x1f]*"\}(?:,"p":"\w*")?\}$/;
/** Where its index stands, and where its text begins. */
const INDEX_AT = 21;
const TEXT_AT = 40;

/** No answer is longer, as a token comes in some 250 bytes; a server that never ends must not fill the memory. */
const MAX_STREAM_BYTES = 256 * 1024 * 1024;

/** Events whose payload must be a JSON object; one that is new may hold anything. */
const KNOWN_EVENTS = /^(message(Start|Stop)|contentBlock(Start|Delta|Stop)|metadata)$/;

/**
 * Reads one ConverseStream response: bytes to frames to events to chunks. It ends cleanly only when every byte was
 * part of a good frame and the answer was complete.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
export class ConverseEvents {
  readonly #received: Received;
  readonly #decoder: Decoder;
  #frames: Iterator<EventStreamFrame, undefined> | undefined;
  /** A frame that wants what plain text does not. */
  #rich: EventStreamFrame | undefined;
  #failure: { readonly error: unknown } | undefined;
  #receivedBytes = 0;
  readonly assembly: ConverseAssembly = new ConverseAssembly();

  /**
   * @param known headers of frames of other streams, which are added to
   * @throws {StreamError} `ERR_STREAM_CONTENT_TYPE` when the response is no event stream
   */
  constructor(received: Received, known: KnownHeaders = []) {
    this.#received = received;
    this.#decoder = new Decoder({}, known);
    checkEventStream(received);
  }

  /** The next chunk of the bytes that are here already; `undefined` when only `next` can tell what comes. */
  take(): Chunk | undefined {
    try {
      while (!this.#rich && !this.#failure) {
        const frame = this.#frames?.next();
        if (!frame || frame.done) return undefined;
        const taken = this.#accept(frame.value);
        if (taken === "rich") this.#rich = frame.value;
        else if (taken) return taken;
      }
    } catch (error) {
      this.#failure = { error };
    }
    return undefined;
  }

  /**
   * The next chunk; `undefined` when the answer is complete.
   *
   * @throws {LLMError} the failure that the stream told, or that it is damaged or incomplete; the connection is closed
   */
  async next(): Promise<Chunk | undefined> {
    try {
      for (;;) {
        const chunk = this.take();
        if (chunk) return chunk;
        if (this.#failure) throw this.#failure.error;
        if (this.#rich) {
          const richChunk = await this.#acceptRich(this.#rich);
          if (richChunk) return richChunk;
          continue;
        }
        const { done, value } = await this.#received.response.body.next();
        if (done) this.#decoder.end();
        if (done && this.assembly.isComplete) return undefined;
        if (done || (this.#receivedBytes += value.length) > MAX_STREAM_BYTES) {
          throw (await import("../frame-error.ts")).createLengthError(done);
        }
        this.#frames = this.#decoder.push(value);
      }
    } catch (error) {
      this.#failure = { error };
      this.cancel();
      throw redactError(error, this.#received.redact);
    }
  }

  /** Closes the connection. */
  cancel(): void {
    this.#received.response.body.cancel();
  }

  /** Takes a frame; gives `"rich"` for one that needs what plain text does not, and for one that is a failure. */
  #accept({ headers, payload }: EventStreamFrame): Chunk | "rich" | undefined {
    if (headers[":message-type"] !== "event") return "rich";
    const event = stringOf(headers[":event-type"]) ?? "";
    const parsed = parsePayload(decodeUtf8(payload));
    if (isObject(parsed)) return this.assembly.accept(event, parsed);
    return KNOWN_EVENTS.test(event) ? "rich" : undefined;
  }

  async #acceptRich(frame: EventStreamFrame): Promise<Chunk | undefined> {
    this.assembly.useRich(await import("./rich-blocks.ts"));
    this.#rich = undefined;
    const taken = this.#accept(frame);
    if (taken === "rich") throw (await import("../frame-error.ts")).createFrameError(frame, "ConverseStream");
    return taken;
  }
}

function parsePayload(text: string): JsonValue | undefined {
  if (!TEXT_DELTA.test(text)) return tryParse(text);
  return {
    contentBlockIndex: Number(text[INDEX_AT]),
    delta: { text: text.slice(TEXT_AT, text.indexOf('"', TEXT_AT)) },
  };
}
