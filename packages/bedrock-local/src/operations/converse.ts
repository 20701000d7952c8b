import { renderSortedJson } from "../json.ts";
import type { ConverseRequest, ConverseResponse } from "../wire.ts";
import { answerRequest } from "./answer-request.ts";
import type { OperationContext } from "./operation.ts";
import type { PolicedAnswer } from "./policies.ts";

/**
 * Converse: validates the request and answers with the built-in model.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export async function converse(context: OperationContext): Promise<void> {
  const { exchange, baseHeaders, elapsedMs } = context;
  const { request, answer } = answerRequest(context, false);
  const response = renderResponse(request, answer, elapsedMs());
  const headers = { ...baseHeaders, "content-type": "application/json" };
  exchange.respond(200, headers, Buffer.from(renderSortedJson(response)));
}

function renderResponse(request: ConverseRequest, answer: PolicedAnswer, latencyMs: number): ConverseResponse {
  return {
    output: { message: answer.message },
    stopReason: answer.stopReason,
    ...(answer.additionalModelResponseFields === undefined
      ? {}
      : { additionalModelResponseFields: answer.additionalModelResponseFields }),
    ...renderMetadata(request, answer, latencyMs),
  };
}

/** The members that Converse's answer and the stream's last event share. */
export function renderMetadata(
  request: ConverseRequest,
  answer: PolicedAnswer,
  latencyMs: number,
): Pick<ConverseResponse, "usage" | "metrics" | "trace" | "performanceConfig" | "serviceTier"> {
  return {
    usage: { serverToolUsage: {}, ...answer.usage },
    metrics: { latencyMs },
    ...(answer.trace === undefined ? {} : { trace: answer.trace }),
    ...(request.performanceConfig === undefined ? {} : { performanceConfig: request.performanceConfig }),
    ...(request.serviceTier === undefined ? {} : { serviceTier: request.serviceTier }),
  };
}
