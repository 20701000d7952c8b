import { createEventStreamDecoder, type EventStreamFrame } from "../../aws/event-stream/index.ts";
import { decodeUtf8 } from "#bytes";
import { IncompleteStreamError, StreamError } from "../../errors.ts";
import type { Chunk } from "../../types/chunk.ts";
import { checkEventStream } from "../event-frames.ts";
import { isObject, stringOf, tryParse } from "../../types/json.ts";
import type { Received } from "../pipeline.ts";
import { redactError } from "../redact.ts";
import { ConverseAssembly } from "./assemble.ts";

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
  readonly #decoder = createEventStreamDecoder();
  #frames: Iterator<EventStreamFrame, undefined> | undefined;
  readonly assembly: ConverseAssembly = new ConverseAssembly();

  /** @throws {StreamError} `ERR_STREAM_CONTENT_TYPE` when the response is no event stream */
  constructor(received: Received) {
    this.#received = received;
    checkEventStream(received);
  }

  /**
   * The next chunk; `undefined` when the answer is complete.
   *
   * @throws {LLMError} the failure that the stream told, or that it is damaged or incomplete; the connection is closed
   */
  async next(): Promise<Chunk | undefined> {
    try {
      for (;;) {
        const frame = this.#frames?.next();
        if (frame && !frame.done) {
          const taken = this.#accept(frame.value);
          const chunk = taken === "rich" ? await this.#acceptRich(frame.value) : taken;
          if (chunk) return chunk;
          continue;
        }
        const { done, value } = await this.#received.response.body.next();
        if (done) return this.#end();
        this.#frames = this.#decoder.push(value);
      }
    } catch (error) {
      this.cancel();
      throw redactError(error, this.#received.redact);
    }
  }

  /** Closes the connection. */
  cancel(): void {
    this.#received.response.body.cancel();
  }

  #end(): undefined {
    this.#decoder.end();
    if (!this.assembly.isComplete) {
      throw new IncompleteStreamError(
        "The stream ended without messageStop. What had arrived is in error.partial: ask again.",
      );
    }
    return undefined;
  }

  /** Takes a frame; gives `"rich"` for one that needs what plain text does not. */
  #accept({ headers, payload }: EventStreamFrame): Chunk | "rich" | undefined {
    if (headers[":message-type"] !== "event") return "rich";
    const event = stringOf(headers[":event-type"]) ?? "";
    const parsed = tryParse(decodeUtf8(payload));
    if (isObject(parsed)) return this.assembly.accept(event, parsed);
    if (!KNOWN_EVENTS.test(event)) return undefined;
    throw new StreamError(`The event ${event} is no JSON object (${payload.length} bytes): ask again.`, {
      code: "ERR_STREAM_PAYLOAD",
    });
  }

  async #acceptRich(frame: EventStreamFrame): Promise<Chunk | undefined> {
    if (frame.headers[":message-type"] !== "event") {
      throw (await import("../frame-error.ts")).createFrameError(frame, "ConverseStream");
    }
    this.assembly.useRich(await import("./rich-blocks.ts"));
    const taken = this.#accept(frame);
    return taken === "rich" ? undefined : taken;
  }
}
