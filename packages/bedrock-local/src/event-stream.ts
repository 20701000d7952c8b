import { EventStreamCodec, type MessageHeaders } from "@smithy/eventstream-codec";

import { type Random, randomInteger } from "./random.ts";

/** Content type of a streamed answer. */
export const EVENT_STREAM_CONTENT_TYPE = "application/vnd.amazon.eventstream";

const PADDING_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const PADDING_MIN_LENGTH = 2;
const PADDING_MAX_LENGTH = 61;

/**
 * Encodes one frame of `:message-type: event`, with the headers in the order of the real service.
 *
 * `payload` is sent as it is when it is bytes or a string, and as JSON otherwise.
 * Specification: https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function encodeEvent(eventType: string, payload: unknown): Uint8Array {
  return encodeFrame(
    { ":event-type": eventType, ":content-type": "application/json", ":message-type": "event" },
    encodePayload(payload),
  );
}

/**
 * Encodes one frame of `:message-type: exception`. `exceptionType` is the member's name in lowerCamel
 * (`throttlingException`); `payload` is handled as in {@link encodeEvent}.
 */
export function encodeException(exceptionType: string, payload: unknown): Uint8Array {
  return encodeFrame(
    { ":exception-type": exceptionType, ":content-type": "application/json", ":message-type": "exception" },
    encodePayload(payload),
  );
}

/** Encodes one frame of `:message-type: error`: an error that the service model does not list, without payload. */
export function encodeErrorFrame(code: string, message: string): Uint8Array {
  return encodeFrame({ ":error-code": code, ":error-message": message, ":message-type": "error" }, new Uint8Array());
}

/**
 * The value of the member `p` of every real event: 2 to 61 characters of a fixed alphabet, which hide the length of the
 * text from someone who watches the encrypted connection.
 */
export function renderPadding(random: Random): string {
  return PADDING_ALPHABET.slice(0, randomInteger(random, PADDING_MIN_LENGTH, PADDING_MAX_LENGTH));
}

function encodePayload(payload: unknown): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  return Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload));
}

function encodeFrame(headers: Record<string, string>, body: Uint8Array): Uint8Array {
  const typed: MessageHeaders = {};
  for (const [name, value] of Object.entries(headers)) typed[name] = { type: "string", value };
  return createCodec().encode({ headers: typed, body });
}

function createCodec(): EventStreamCodec {
  return new EventStreamCodec(
    (bytes) => (typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("utf8")),
    (text) => Buffer.from(text, "utf8"),
  );
}
