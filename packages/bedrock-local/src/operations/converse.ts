import type { InvokeAnswer } from "../models/invoke/family.ts";
import type { ConverseRequest, ConverseResponse } from "../wire.ts";
import { answerRequest } from "./answer-request.ts";
import type { OperationContext } from "./operation.ts";
import type { PolicedAnswer } from "./policies.ts";
import { respondJson } from "./respond.ts";

/**
 * Converse: validates the request and answers with the built-in model.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export async function converse(context: OperationContext): Promise<void> {
  respondJson(context, answerConverse(context).body);
}

/**
 * The answer to a request of Converse that came in another way, and what it counted.
 *
 * @throws AwsError as `answerRequest` does.
 */
export function answerConverse(context: OperationContext): InvokeAnswer {
  const { request, answer } = answerRequest(context, false);
  const { inputTokens, outputTokens } = answer.usage;
  return { body: renderResponse(request, answer, context.elapsedMs()), inputTokens, outputTokens };
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
