import { createEventStreamDecoder, type EventStreamFrame } from "../../aws/event-stream/index.ts";
import { parseRestError } from "../../aws/rest-error.ts";
import { decodeUtf8 } from "#bytes";
import { IncompleteStreamError, StreamError } from "../../errors.ts";
import type { Chunk } from "../../types/chunk.ts";
import { createAwsError } from "../errors.ts";
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
    const type = received.response.headers["content-type"] ?? "";
    if (!type.startsWith("application/vnd.amazon.eventstream")) {
      received.response.body.cancel();
      throw new StreamError(
        `The content type is ${JSON.stringify(type)}, not an event stream's: check the endpoint and any proxy.`,
        { code: "ERR_STREAM_CONTENT_TYPE", retryable: false },
      );
    }
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
          const chunk = this.#accept(frame.value);
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

  #accept({ headers, payload }: EventStreamFrame): Chunk | undefined {
    const kind = headers[":message-type"];
    if (kind === "event") {
      const event = stringOf(headers[":event-type"]) ?? "";
      const parsed = tryParse(decodeUtf8(payload));
      if (isObject(parsed)) return this.assembly.accept(event, parsed);
      if (!KNOWN_EVENTS.test(event)) return undefined;
      throw new StreamError(`The event ${event} is no JSON object (${payload.length} bytes): ask again.`, {
        code: "ERR_STREAM_PAYLOAD",
      });
    }
    if (kind === "exception" || kind === "error") throw this.#failure(headers, payload);
    throw new StreamError(`A frame's :message-type is ${String(kind)}: ask again.`, {
      code: "ERR_STREAM_PROTOCOL",
    });
  }

  /** What the service says of itself: a modelled exception, or an error that only has a code. */
  #failure(headers: EventStreamFrame["headers"], payload: Uint8Array): Error {
    const type = stringOf(headers[":exception-type"]) ?? stringOf(headers[":error-code"]);
    const error = parseRestError(type, decodeUtf8(payload));
    const message = stringOf(headers[":error-message"]) ?? error.message;
    // On the wire the type is a member name: "throttlingException".
    const name = error.name.charAt(0).toUpperCase() + error.name.slice(1);
    const { requestId } = this.#received;
    return createAwsError({ name, message }, { operation: "ConverseStream", requestId });
  }
}
