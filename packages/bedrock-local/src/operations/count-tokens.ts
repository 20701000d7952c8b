import { countRequestTokens } from "../models/tokens.ts";
import { readCountTokens } from "../validations/count-tokens.ts";
import type { OperationContext } from "./operation.ts";
import { respondJson } from "./respond.ts";

/**
 * CountTokens: as many tokens as the same input uses in Converse and InvokeModel.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html
 */
export async function countTokens(context: OperationContext): Promise<void> {
  const request = readCountTokens(context.modelId, context.body);
  respondJson(context, { inputTokens: countRequestTokens(request) });
}
