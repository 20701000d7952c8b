import { AwsError } from "../errors.ts";
import { invokeFamily } from "../models/invoke/registry.ts";
import type { InvokeAnswer } from "../models/invoke/family.ts";
import { createRefusal } from "../validations/refusal.ts";
import { echoHeaders, validateInvokeModel } from "../validations/invoke-model.ts";
import type { OperationContext } from "./operation.ts";

/**
 * InvokeModel: the body goes to the model's family, whatever content type it came with, as on Bedrock.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
export async function invokeModel(context: OperationContext): Promise<void> {
  const { exchange, modelId, headers, elapsedMs, baseHeaders } = context;
  validateInvokeModel(modelId, headers);
  const answer = await invokeFamily(context, readModelBody(context));
  exchange.respond(
    200,
    {
      ...baseHeaders,
      "content-type": "application/json",
      ...echoHeaders(headers),
      "x-amzn-bedrock-invocation-latency": String(elapsedMs()),
      ...renderTokenHeaders(answer),
      ...answer.headers,
    },
    Buffer.from(JSON.stringify(answer.body)),
  );
}

/** The body for the model, parsed. Throws `AwsError` `ValidationException` when it is no JSON, as the models do. */
export function readModelBody(context: OperationContext): unknown {
  try {
    return context.body;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw createRefusal("Malformed input request, please reformat your input and try again.");
  }
}

/** How many tokens went in and came out, where that is known, as headers. */
function renderTokenHeaders({ inputTokens, outputTokens }: InvokeAnswer): Record<string, string> {
  return {
    ...(inputTokens === undefined ? {} : { "x-amzn-bedrock-input-token-count": String(inputTokens) }),
    ...(outputTokens === undefined ? {} : { "x-amzn-bedrock-output-token-count": String(outputTokens) }),
  };
}
