import { encodeEvent, EVENT_STREAM_CONTENT_TYPE, renderPadding } from "../event-stream.ts";
import type { Exchange } from "../exchange.ts";
import { isPlainObject, renderSortedJson } from "../json.ts";
import { type Random, randomInteger } from "../random.ts";
import type { ConverseRequest, StreamEvent } from "../wire.ts";
import { answerRequest } from "./answer-request.ts";
import { renderMetadata } from "./converse.ts";
import type { OperationContext } from "./operation.ts";
import type { PolicedAnswer } from "./policies.ts";
import { renderBlockEvents } from "./stream-events.ts";

/**
 * ConverseStream: validates the request and streams the built-in model's answer, one frame per event, at
 * `tokensPerSecond`. Stops when the client hangs up.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
export async function converseStream(context: OperationContext): Promise<void> {
  const { exchange, baseHeaders, random, elapsedMs } = context;
  const { request, answer } = answerRequest(context, true);

  exchange.begin(200, { ...baseHeaders, "content-type": EVENT_STREAM_CONTENT_TYPE });
  const pace = createPace(context);
  const writer = context.randomCuts ? createCuttingWriter(exchange, random) : exchange;
  for (const event of renderAnswerEvents(request, answer, elapsedMs, random)) {
    if ("contentBlockDelta" in event) await pace();
    await writer.write(encodeStreamEvent(event, random));
  }
  await writer.end();
}

function* renderAnswerEvents(
  request: ConverseRequest,
  answer: PolicedAnswer,
  elapsedMs: () => number,
  random: Random,
): Generator<StreamEvent> {
  yield { messageStart: { role: answer.message.role } };
  const textPieces = answer.pieces.values();
  const { content } = answer.message;
  for (const [index, block] of content.entries()) {
    const pieces = "text" in block ? (textPieces.next().value ?? [block.text]) : [];
    const cutInput = index === content.length - 1 ? answer.cutInput : undefined;
    yield* renderBlockEvents(block, index, pieces, random, cutInput);
  }
  const { stopReason, additionalModelResponseFields: fields } = answer;
  yield { messageStop: { stopReason, ...(fields === undefined ? {} : { additionalModelResponseFields: fields }) } };
  yield { metadata: renderMetadata(request, answer, elapsedMs()) };
}

function encodeStreamEvent(event: StreamEvent, random: Random): Uint8Array {
  const members: [string, unknown][] = Object.entries(event);
  const [[eventType, payload] = ["", undefined]] = members;
  if (!isPlainObject(payload)) throw new TypeError("A stream event has exactly one member, and this one has none.");
  return encodeEvent(eventType, renderSortedJson({ ...payload, p: renderPadding(random) }));
}

/** Waits before each piece. Waits shorter than a timer can measure are saved up. */
function createPace({ tokensPerSecond, sleep, exchange }: OperationContext): () => Promise<void> {
  let owedMs = 0;
  return async () => {
    owedMs += 1000 / tokensPerSecond;
    if (owedMs < 1) return;
    const wholeMs = Math.floor(owedMs);
    owedMs -= wholeMs;
    await sleep(wholeMs, exchange.signal);
  };
}

/**
 * Writes the bytes in slices of random length that ignore where frames begin: a frame comes in parts, and the last part
 * comes together with the next frame.
 */
function createCuttingWriter(
  exchange: Exchange,
  random: Random,
): { write: Exchange["write"]; end: () => Promise<void> } {
  let held: Uint8Array = new Uint8Array();
  return {
    async write(frame): Promise<void> {
      const bytes = Buffer.concat([held, frame]);
      const first = randomInteger(random, 1, bytes.byteLength);
      const second = randomInteger(random, first, bytes.byteLength);
      await exchange.write(bytes.subarray(0, first));
      if (second > first) await exchange.write(bytes.subarray(first, second));
      held = bytes.subarray(second);
    },
    async end(): Promise<void> {
      if (held.byteLength > 0) await exchange.write(held);
      exchange.end();
    },
  };
}
