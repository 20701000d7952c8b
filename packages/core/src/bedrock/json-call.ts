import { APIError } from "../errors.ts";
import { readText } from "../http/body.ts";
import type { RequestOptions } from "../requests/options.ts";
import { isObject, tryParse, type JsonObject } from "../types/json.ts";
import type { BedrockClient } from "./client.ts";
import { encodeJson, MAX_ANSWER_BYTES } from "./json-body.ts";
import { checkHeaders, type Call, type Received } from "./pipeline.ts";

/** A call of an operation that takes and gives JSON. */
export interface JsonCall extends Pick<Call, "operation" | "service" | "model" | "region" | "path"> {
  /** Absent for GET; otherwise the method is POST. A function where it names the region that is asked. */
  readonly body?: JsonObject | ((region: string) => JsonObject);
  readonly options: RequestOptions;
}

/** What came back. */
export interface JsonAnswer extends Pick<Received, "requestId" | "region"> {
  readonly json: JsonObject;
}

/**
 * Calls an operation of Bedrock.
 *
 * @param isAnswer whether an object is the operation's answer; one that is not may be retried no more than any other
 * @throws {LLMError} what the pipeline throws; `APIError` `ERR_RESPONSE` when the answer is none of the operation's
 */
export function callJson(
  client: BedrockClient,
  { body, ...call }: JsonCall,
  isAnswer: (json: JsonObject) => boolean,
): Promise<JsonAnswer> {
  const headers = { accept: "application/json", ...checkHeaders(call.options.headers) };
  const whole: Call = body
    ? { ...call, method: "POST", headers: { ...headers, "content-type": "application/json" }, body: encode(body) }
    : { ...call, method: "GET", headers };
  return client.pipeline.run(whole, async ({ response, requestId, region }) => {
    const json = tryParse(await readText(response.body, MAX_ANSWER_BYTES));
    if (isObject(json) && isAnswer(json)) return { json, requestId, region };
    throw new APIError(`This is no answer of ${call.operation}: check the endpoint and any proxy.`, {
      code: "ERR_RESPONSE",
      status: response.status,
    });
  });
}

function encode(body: NonNullable<JsonCall["body"]>): NonNullable<Call["body"]> {
  return typeof body === "function" ? (region) => encodeJson(body(region)) : encodeJson(body);
}
