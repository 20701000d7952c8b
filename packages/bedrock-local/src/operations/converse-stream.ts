import { encodeEvent, EVENT_STREAM_CONTENT_TYPE, renderPadding } from "../event-stream.ts";
import { isPlainObject, renderSortedJson } from "../json.ts";
import type { Random } from "../random.ts";
import type { ConverseRequest, StreamEvent } from "../wire.ts";
import { answerRequest } from "./answer-request.ts";
import { renderMetadata } from "./converse.ts";
import type { OperationContext } from "./operation.ts";
import type { PolicedAnswer } from "./policies.ts";
import { renderBlockEvents } from "./stream-events.ts";
import { createPace, createStreamWriter } from "./stream-writer.ts";

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
  const writer = createStreamWriter(context);
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
