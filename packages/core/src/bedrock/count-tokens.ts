import { BadRequestError, NotFoundError } from "../errors.ts";
import type { CountTokensRequest, CountTokensResult } from "../requests/count-tokens.ts";
import { compact, numberOf, type JsonObject } from "../types/json.ts";
import type { Warning } from "../types/response.ts";
import type { BedrockClient } from "./client.ts";
import { renderRequest } from "./converse/request.ts";
import { estimateTokens } from "./count-tokens-estimate.ts";
import { callJson } from "./json-call.ts";

/** What Bedrock says of a model that does not count, or that it knows by the id of its profiles only. */
const CANNOT_COUNT = /support counting tokens|model identifier is invalid|on-demand throughput isn.t supported/i;
/** Longer ids are refused. */
const MAX_ID_LENGTH = 256;

/**
 * Counts what Converse would be sent. Only models count, not their inference profiles: the id goes without its prefix.
 *
 * @returns an estimate where the model does not count
 * @throws {LLMError}
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html
 */
export async function countTokens(client: BedrockClient, request: CountTokensRequest): Promise<CountTokensResult> {
  const { model, body, warnings } = renderRequest(request, client.bedrock, false);
  const { messages, system, toolConfig, additionalModelRequestFields, outputConfig } = body;
  const converse = compact({ messages, system, toolConfig, additionalModelRequestFields });
  const estimate = (reason: string): CountTokensResult => {
    const { tokens, uncounted } = estimateTokens(compact({ ...converse, outputConfig }));
    const rest = uncounted.length > 0 ? ` Not counted: ${uncounted.join(", ")}.` : "";
    const message = `This is an estimate by the length of the text, as ${model.id} does not count: ${reason}.${rest}`;
    return {
      model: model.id,
      inputTokens: tokens,
      isExact: false,
      warnings: [...warnings, { code: "tokens_estimated", message }],
    };
  };
  if (model.bareId.length > MAX_ID_LENGTH) return estimate("its id is longer than CountTokens takes");
  const call = {
    operation: "CountTokens",
    model,
    path: `/model/${encodeURIComponent(model.bareId)}/count-tokens`,
    body: { input: { converse } },
    options: request.options,
  };
  try {
    const { json, requestId } = await callJson(
      client,
      call,
      ({ inputTokens = -1 }) => Number.isInteger(inputTokens) && Number(inputTokens) >= 0,
    );
    return {
      model: model.id,
      inputTokens: numberOf(json["inputTokens"]) ?? 0,
      isExact: outputConfig === undefined,
      ...compact({ requestId }),
      warnings: [...warnings, ...warnOfOutput(outputConfig)],
    };
  } catch (error) {
    const isRefusal = error instanceof BadRequestError && CANNOT_COUNT.test(error.message);
    if (isRefusal || error instanceof NotFoundError) return estimate(error.message);
    throw error;
  }
}

/** CountTokens has no member for it. */
function warnOfOutput(outputConfig: JsonObject[string]): Warning[] {
  if (outputConfig === undefined) return [];
  const message = "The schema of the answer was not counted, as CountTokens takes none: the request has more tokens.";
  return [{ code: "tokens_estimated", message }];
}
