import { encodeEvent, EVENT_STREAM_CONTENT_TYPE, renderPadding } from "../event-stream.ts";
import { isPlainObject } from "../json.ts";
import { parseModelId } from "../models/families.ts";
import { answerText, renderGuardrail } from "../models/text-invoke/answer.ts";
import { findCachedTokens } from "../models/text-invoke/text-family.ts";
import { createRefusal } from "../validations/refusal.ts";
import { echoHeaders, validateInvokeModel } from "../validations/invoke-model.ts";
import { readModelBody } from "./invoke-model.ts";
import type { OperationContext } from "./operation.ts";
import { createPace, createStreamWriter } from "./stream-writer.ts";

/**
 * InvokeModelWithResponseStream: the answer of a text model as a stream of chunks, each the base64 of the model's own JSON.
 * The last chunk also holds Bedrock's count of tokens and times.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
 */
export async function invokeModelWithResponseStream(context: OperationContext): Promise<void> {
  const { exchange, modelId, headers, baseHeaders, random } = context;
  validateInvokeModel(modelId, headers);
  const body = readModelBody(context);
  if (!isPlainObject(body)) {
    throw createRefusal("Malformed input request, please reformat your input and try again.");
  }
  const chunks = renderChunks(context, body);
  // The first chunk is made before the answer begins, so that a refusal is an error and no broken stream.
  let next = chunks.next();

  exchange.begin(200, {
    ...baseHeaders,
    "content-type": EVENT_STREAM_CONTENT_TYPE,
    "x-amzn-bedrock-content-type": "application/json",
    ...echoHeaders(headers),
  });
  const pace = createPace(context);
  const writer = createStreamWriter(context);
  for (; next.done !== true; next = chunks.next()) {
    await pace();
    const bytes = Buffer.from(JSON.stringify(next.value)).toString("base64");
    await writer.write(encodeEvent("chunk", { bytes, p: renderPadding(random) }));
  }
  await writer.end();
}

function* renderChunks(context: OperationContext, body: Readonly<Record<string, unknown>>): Generator<object> {
  const { family, turn } = answerText(context, body, parseModelId(context.modelId).id, true);
  const { elapsedMs } = context;
  const firstByteLatency = elapsedMs();
  let held: object | undefined;
  for (const chunk of family.stream(turn)) {
    if (held !== undefined) yield held;
    held = chunk;
  }
  const { usage } = turn.answer;
  const cached = findCachedTokens(family, usage);
  yield {
    ...held,
    ...renderGuardrail(turn),
    "amazon-bedrock-invocationMetrics": {
      inputTokenCount: usage.inputTokens,
      outputTokenCount: usage.outputTokens,
      invocationLatency: elapsedMs(),
      firstByteLatency,
      ...(cached === undefined
        ? {}
        : { cacheReadInputTokenCount: cached.read, cacheWriteInputTokenCount: cached.written }),
    },
  };
}
