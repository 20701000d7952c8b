import { APIError } from "../../errors.ts";
import { readText } from "../../http/body.ts";
import type { RequestOptions } from "../../requests/options.ts";
import { isObject, tryParse, type JsonObject } from "../../types/json.ts";
import type { BedrockClient } from "../client.ts";
import { encodeJson, MAX_ANSWER_BYTES } from "../json-body.ts";
import type { Model } from "../models.ts";
import { checkHeaders } from "../pipeline.ts";

/** What a model is asked through InvokeModel. */
export interface InvokeJsonRequest {
  readonly model: Model;
  /** In the shape of the model's own. */
  readonly body: JsonObject;
  readonly options: RequestOptions;
  /** What errors call it. Default `"InvokeModel"`. */
  readonly operation?: string | undefined;
}

/** What it answered. */
export interface InvokeJsonResponse {
  readonly json: JsonObject;
  readonly requestId: string | undefined;
  /** With lower-case names; `x-amzn-bedrock-input-token-count` is among them for many models. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The region that answered; `""` when a custom endpoint was asked without one. */
  readonly region: string;
}

/**
 * Asks a model through InvokeModel: JSON in, a JSON object out.
 *
 * @throws {LLMError} what the pipeline throws; `APIError` `ERR_RESPONSE` when the answer is no JSON object
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
export async function invokeJson(client: BedrockClient, request: InvokeJsonRequest): Promise<InvokeJsonResponse> {
  const { model, body, options, operation = "InvokeModel" } = request;
  const call = {
    operation,
    model,
    method: "POST",
    path: `/model/${model.pathSegment}/invoke`,
    headers: { "content-type": "application/json", accept: "application/json", ...checkHeaders(options.headers) },
    body: encodeJson(body),
    options,
  };
  return client.pipeline.run(call, async ({ response, requestId, region }) => {
    const json = tryParse(await readText(response.body, MAX_ANSWER_BYTES));
    if (isObject(json)) return { json, requestId, headers: response.headers, region };
    throw new APIError("The answer is no JSON object: check the endpoint and any proxy.", {
      code: "ERR_RESPONSE",
      status: response.status,
    });
  });
}
