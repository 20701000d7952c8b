import { decodeUtf8 } from "#bytes";
import { checkGiven } from "../../checks.ts";
import { APIError } from "../../errors.ts";
import { readBytes } from "../../http/body.ts";
import { compact, tryParse, type JsonValue } from "../../types/json.ts";
import type { Cost, Usage } from "../../types/usage.ts";
import type { BedrockClient } from "../client.ts";
import { computeCost } from "../cost.ts";
import { MAX_ANSWER_BYTES } from "../json-body.ts";
import type { Model } from "../models.ts";
import type { Received } from "../pipeline.ts";
import { openInvokeStream, type InvokeStream } from "./invoke-stream.ts";
import { renderInvoke, type InvokeBody, type InvokeOptions } from "./request.ts";
import { readUsage } from "./usage.ts";

/** What a model answered to a body of its own. */
export interface InvokeResult {
  /** The model id as it was asked for. */
  readonly model: string;
  /** The body as received. */
  readonly body: Uint8Array;
  /** The body as JSON; `undefined` when it is none. */
  readonly json: JsonValue | undefined;
  readonly contentType: string | undefined;
  /** The tokens that Bedrock counted; absent when it told none. */
  readonly usage?: Usage;
  /** Absent when the tokens or a price are not known. */
  readonly cost?: Cost;
  /** How long the model took, in milliseconds. */
  readonly latencyMs?: number;
  readonly performanceConfig?: { readonly latency: string };
  readonly serviceTier?: { readonly type: string };
  readonly requestId?: string;
}

/**
 * Asks any model with a body of its own, for the answer or, with `stream`, for a stream.
 *
 * @throws {LLMError}
 */
export function invoke(
  client: BedrockClient,
  model: string,
  body: InvokeBody,
  options: InvokeOptions & { readonly stream?: boolean },
): Promise<InvokeResult | InvokeStream> {
  return (checkGiven(options).stream ? invokeModelStream : invokeModel)(client, model, body, options);
}

/**
 * InvokeModel: asks any model with a body of its own.
 *
 * @throws {LLMError} what the pipeline throws; `APIError` `ERR_RESPONSE` when the answer is too long, or no JSON where
 *   `accept` asks for it
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
function invokeModel(
  client: BedrockClient,
  model: string,
  body: InvokeBody,
  options: InvokeOptions,
): Promise<InvokeResult> {
  const call = renderInvoke(model, body, options, client.bedrock, false);
  return client.pipeline.run(call, async (received) => {
    const { buffer, byteOffset, length } = await readBytes(received.response.body, MAX_ANSWER_BYTES + 1);
    const refuse = (what: string): APIError =>
      new APIError(`The answer ${what}: check the endpoint and any proxy.`, {
        code: "ERR_RESPONSE",
        status: received.response.status,
      });
    if (length > MAX_ANSWER_BYTES) throw refuse(`has more than ${MAX_ANSWER_BYTES} bytes`);
    const result = await createResult(client, call.model, new Uint8Array(buffer, byteOffset, length), received);
    // Cut off, or from something else than Bedrock.
    if (result.json === undefined && call.headers["accept"] === "application/json") throw refuse("is no JSON");
    return result;
  });
}

/**
 * InvokeModelWithResponseStream: the same as a stream. Resolves when the first chunk is there; until then it is retried.
 *
 * @throws {LLMError}
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
 */
async function invokeModelStream(
  client: BedrockClient,
  model: string,
  body: InvokeBody,
  options: InvokeOptions,
): Promise<InvokeStream> {
  const call = renderInvoke(model, body, options, client.bedrock, true);
  return client.pipeline.run(call, (received) => openInvokeStream(received, model));
}

async function createResult(
  client: BedrockClient,
  model: Model | undefined,
  body: Uint8Array,
  { response: { headers }, requestId, region }: Received,
): Promise<InvokeResult> {
  const read = (name: string): string | undefined => headers[`x-amzn-bedrock-${name}`];
  const count = (name: string): number | undefined => (/^\d+$/.test(read(name) ?? "") ? Number(read(name)) : undefined);
  const usage = readUsage({
    input: count("input-token-count"),
    output: count("output-token-count"),
    cacheRead: count("cache-read-input-token-count"),
    cacheWrite: count("cache-write-input-token-count"),
  });
  const latency = read("performanceconfig-latency");
  const tier = read("service-tier");
  const metadata = compact({
    performanceConfig: latency === undefined ? undefined : { latency },
    serviceTier: tier === undefined ? undefined : { type: tier },
  });
  return {
    model: model?.id ?? "",
    body,
    json: tryParse(decodeUtf8(body)),
    contentType: headers["content-type"],
    ...compact({
      usage,
      cost: usage && model && computeCost(usage, model, metadata, client.prices, region),
      latencyMs: count("invocation-latency"),
      requestId,
    }),
    ...metadata,
  };
}
