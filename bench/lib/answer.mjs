// What the load server answers: one Converse response, and streams of any length in Amazon's event-stream format.
import { crc32 } from "node:zlib";

const WORDS = "The river runs past the old mill, and the miller counts the sacks of flour that the boats will take. ";

/** The text of event `n`: a few characters, as a model's tokens are. */
const piece = (/** @type {number} */ n) => WORDS.slice((n * 5) % 95, ((n * 5) % 95) + 5);

/** @returns {string} the text that a Converse answer holds */
export function answerText() {
  return WORDS.repeat(6);
}

/**
 * @param {number} events text deltas
 * @returns {number} how many characters a stream of them holds
 */
export function streamLength(events) {
  return events * piece(0).length;
}

/** @returns {Buffer} a Converse response of about 1 KB */
export function encodeAnswer() {
  return Buffer.from(
    JSON.stringify({
      metrics: { latencyMs: 551 },
      output: { message: { content: [{ text: answerText() }], role: "assistant" } },
      stopReason: "end_turn",
      usage: { inputTokens: 42, outputTokens: 138, totalTokens: 180 },
    }),
  );
}

/**
 * @param {number} events text deltas; the events around them come on top
 * @returns {Buffer[]} the frames of a ConverseStream response, with the `p` padding that real events have
 */
export function encodeStream(events) {
  const deltas = Array.from({ length: events }, (_, n) =>
    encodeEvent("contentBlockDelta", { contentBlockIndex: 0, delta: { text: piece(n) }, p: padding(n) }),
  );
  return [
    encodeEvent("messageStart", { p: padding(3), role: "assistant" }),
    ...deltas,
    encodeEvent("contentBlockStop", { contentBlockIndex: 0, p: padding(5) }),
    encodeEvent("messageStop", { p: padding(7), stopReason: "end_turn" }),
    encodeEvent("metadata", {
      metrics: { latencyMs: 1204 },
      p: padding(11),
      usage: { inputTokens: 42, outputTokens: events, totalTokens: 42 + events },
    }),
  ];
}

/** @returns {Buffer} the same answer as a response of Anthropic's own API, which InvokeModel hands through */
export function encodeInvokeAnswer() {
  return Buffer.from(
    JSON.stringify({
      ...INVOKE_MESSAGE,
      content: [{ type: "text", text: answerText() }],
      stop_reason: "end_turn",
      usage: { input_tokens: 42, output_tokens: 138 },
    }),
  );
}

const INVOKE_MESSAGE = {
  id: "msg_bdrk_01XFDUDYJgAACzvnptvVoYEL",
  type: "message",
  role: "assistant",
  model: "claude-haiku-4-5-20251001",
  stop_sequence: null,
};

/**
 * @param {number} events text deltas; the events around them come on top
 * @returns {Buffer[]} the frames of an InvokeModelWithResponseStream response in Anthropic's shape
 */
export function encodeInvokeStream(events) {
  const usage = { input_tokens: 42, output_tokens: events };
  const deltas = Array.from({ length: events }, (_, n) => ({
    type: "content_block_delta",
    index: 0,
    delta: { type: "text_delta", text: piece(n) },
  }));
  const payloads = [
    { type: "message_start", message: { ...INVOKE_MESSAGE, content: [], stop_reason: null, usage } },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    ...deltas,
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage },
    { type: "message_stop" },
  ];
  return payloads.map((payload, n) =>
    encodeEvent("chunk", { bytes: Buffer.from(JSON.stringify(payload)).toString("base64"), p: padding(n) }),
  );
}

/** @type {(n: number) => string} */
const padding = (n) => "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01234".slice(0, 4 + ((n * 7) % 50));

/**
 * @param {number} bytes
 * @returns {Buffer} one event of a ConverseStream response whose text has this many bytes
 */
export function encodeLargeEvent(bytes) {
  const text = WORDS.repeat(Math.ceil(bytes / WORDS.length)).slice(0, bytes);
  return encodeEvent("contentBlockDelta", { contentBlockIndex: 0, delta: { text }, p: padding(2) });
}

/**
 * @param {string} type
 * @param {object} payload
 */
function encodeEvent(type, payload) {
  const headers = Buffer.concat([
    encodeHeader(":event-type", type),
    encodeHeader(":content-type", "application/json"),
    encodeHeader(":message-type", "event"),
  ]);
  const body = Buffer.from(JSON.stringify(payload));
  const frame = Buffer.alloc(16 + headers.length + body.length);
  frame.writeUInt32BE(frame.length, 0);
  frame.writeUInt32BE(headers.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  headers.copy(frame, 12);
  body.copy(frame, 12 + headers.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, -4)), frame.length - 4);
  return frame;
}

/**
 * @param {string} name
 * @param {string} value
 */
function encodeHeader(name, value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([7, 0, bytes.length]), bytes]);
}
