import { createEventStreamDecoder, type EventStreamFrame } from "../../aws/event-stream/index.ts";
import { decodeBase64, decodeUtf8 } from "#bytes";
import { addFacts, IncompleteStreamError, StreamError } from "../../errors.ts";
import { isObject, numberOf, objectOf, stringOf, tryParse, type JsonValue } from "../../types/json.ts";
import type { Usage } from "../../types/usage.ts";
import { checkEventStream } from "../event-frames.ts";
import { createFrameError } from "../frame-error.ts";
import type { Received } from "../pipeline.ts";
import { redactError } from "../redact.ts";
import { readUsage } from "./usage.ts";

/** A piece of a model's own stream. */
export interface InvokeChunk {
  /** As received. */
  readonly bytes: Uint8Array;
  /** The same as JSON; `undefined` when it is none. */
  readonly json: JsonValue | undefined;
}

const OPERATION = "InvokeModelWithResponseStream";

let open: (received: Received, model: string) => Promise<InvokeStream>;

/**
 * The stream of a model's own pieces. It can be read once; leaving it closes the connection. It ends only when Bedrock has
 * said that the answer is complete; else it throws an `LLMError`.
 */
export class InvokeStream implements AsyncIterable<InvokeChunk> {
  /** The model id as it was asked for. */
  readonly model: string;
  readonly requestId: string | undefined;
  /** Media type of the pieces. */
  readonly contentType: string | undefined;
  readonly #received: Received;
  readonly #decoder = createEventStreamDecoder();
  readonly #pieces = this.#read();
  #first: IteratorResult<InvokeChunk, void> | undefined;
  #usage: Usage | undefined;
  #isComplete = false;
  #isTaken = false;

  static {
    open = async (received, model) => {
      const stream = new InvokeStream(received, model);
      stream.#first = await stream.#pieces.next();
      return stream;
    };
  }

  private constructor(received: Received, model: string) {
    checkEventStream(received);
    this.#received = received;
    this.model = model;
    this.requestId = received.requestId;
    this.contentType = received.response.headers["x-amzn-bedrock-content-type"];
  }

  /** The tokens that Bedrock counted; known when the stream has ended. */
  get usage(): Usage | undefined {
    return this.#usage;
  }

  [Symbol.asyncIterator](): AsyncIterator<InvokeChunk, void> {
    if (this.#isTaken) throw new StreamError("The stream was read already: ask again.", { retryable: false });
    this.#isTaken = true;
    let first = this.#first;
    return {
      next: () => {
        if (!first) return this.#pieces.next();
        const piece = first;
        first = undefined;
        return Promise.resolve(piece);
      },
      return: () => {
        first = undefined;
        this.cancel();
        return this.#pieces.return();
      },
    };
  }

  /** Closes the connection. */
  cancel(): void {
    this.#received.response.body.cancel();
  }

  /** The pieces of a complete answer. */
  async *#read(): AsyncGenerator<InvokeChunk, void> {
    try {
      for (;;) {
        const { done, value } = await this.#received.response.body.next();
        if (done) break;
        for (const frame of this.#decoder.push(value)) {
          const chunk = this.#accept(frame);
          if (chunk) yield chunk;
        }
      }
      this.#end();
    } catch (error) {
      this.cancel();
      const { model, requestId } = this;
      throw redactError(addFacts(error, { operation: OPERATION, model, requestId }), this.#received.redact);
    }
  }

  #end(): void {
    this.#decoder.end();
    if (this.#isComplete) return;
    throw new IncompleteStreamError(
      "The stream ended without Bedrock's closing metrics, so that the answer may be cut short: ask again.",
    );
  }

  #accept(frame: EventStreamFrame): InvokeChunk | undefined {
    const { headers, payload } = frame;
    if (headers[":message-type"] !== "event") throw createFrameError(frame, OPERATION);
    if (headers[":event-type"] !== "chunk") return undefined;
    const base64 = stringOf(objectOf(tryParse(decodeUtf8(payload)))?.["bytes"]);
    if (base64 === undefined) {
      throw new StreamError(`A chunk has no bytes (${payload.length} bytes of payload): ask again.`, {
        code: "ERR_STREAM_PAYLOAD",
      });
    }
    const bytes = decodeBase64(base64);
    const json = tryParse(decodeUtf8(bytes));
    if (isObject(json)) this.#readMetrics(json);
    return { bytes, json };
  }

  /** The last piece tells the tokens, or that a guardrail stepped in before there were any. */
  #readMetrics(json: { readonly [key: string]: JsonValue | undefined }): void {
    const metrics = objectOf(json["amazon-bedrock-invocationMetrics"]);
    if (metrics || json["amazon-bedrock-guardrailAction"] === "INTERVENED") this.#isComplete = true;
    if (!metrics) return;
    this.#usage = readUsage({
      input: numberOf(metrics["inputTokenCount"]),
      output: numberOf(metrics["outputTokenCount"]),
      cacheRead: numberOf(metrics["cacheReadInputTokenCount"]),
      cacheWrite: numberOf(metrics["cacheWriteInputTokenCount"]),
    });
  }
}

/**
 * Opens the stream of a response, and waits for its first piece.
 *
 * @param model the model id as it was asked for
 * @throws {LLMError} when there is none, or the response is no event stream
 */
export function openInvokeStream(received: Received, model: string): Promise<InvokeStream> {
  return open(received, model);
}
