import { APIError, CapabilityError, ConfigurationError, InputError, type ErrorFacts } from "../errors.ts";
import type { RerankRequest, RerankResult } from "../requests/rerank.ts";
import { countCharacters } from "../types/characters.ts";
import { isObject, numberOf, stringOf, type JsonObject } from "../types/json.ts";
import type { BedrockClient } from "./client.ts";
import { invokeJson } from "./invoke/invoke-json.ts";
import { callJson } from "./json-call.ts";
import { resolveModel, type Model } from "./models.ts";

type Ranked = RerankResult["results"][number];

/** By the beginnings of model ids: what their bodies hold beside query and documents. */
const FAMILIES: readonly (readonly [beginning: string, fields: JsonObject])[] = [
  ["cohere.rerank-v3-5", { api_version: 2 }],
  ["amazon.rerank-v1", {}],
];
/** The API's limit for a text. */
const MAX_TEXT_CHARS = 32_000;
/** By the beginnings of regions. */
const PARTITIONS: readonly (readonly [beginning: string, partition: string])[] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["eusc-", "aws-eusc"],
  ["us-iso-", "aws-iso"],
  ["us-isob-", "aws-iso-b"],
  ["eu-isoe-", "aws-iso-e"],
  ["us-isof-", "aws-iso-f"],
  ["", "aws"],
];

/**
 * Orders documents, by InvokeModel or by the agent runtime's Rerank.
 *
 * @throws {InputError} `ERR_INPUT` when a document is too long for Rerank, or no JSON
 * @throws {CapabilityError} `ERR_CAPABILITY` when it is not known how the model is asked
 * @throws {ConfigurationError} `ERR_CONFIGURATION` when Rerank needs a region and none is known
 * @throws {LLMError}
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/rerank-use.html
 */
export function rerank(client: BedrockClient, request: RerankRequest): Promise<RerankResult> {
  const model = resolveModel(request.model, request.baseModel);
  return request.via === "agent" ? rerankByAgent(client, request, model) : rerankByModel(client, request, model);
}

async function rerankByModel(client: BedrockClient, request: RerankRequest, model: Model): Promise<RerankResult> {
  const { query, documents, topN, params, options } = request;
  const fields = FAMILIES.find(([beginning]) => model.bareId.startsWith(beginning))?.[1];
  if (!fields) {
    throw new CapabilityError(
      `It is not known how ${model.id} orders documents: give one of ${FAMILIES.map(([name]) => `${name}…`).join(", ")}, ` +
        'as baseModel for an ARN that hides its model; or via: "agent", or ask it with llm.invoke().',
      { model: model.id },
    );
  }
  const body = { query, documents: documents.map(renderText), top_n: topN, ...fields, ...params };
  const { json, requestId } = await invokeJson(client, { model, body, options });
  return {
    model: model.id,
    results: parseResults(json, "relevance_score", { requestId, model: model.id }),
    requestId,
    raw: json,
  };
}

/** The models read text only. */
function renderText(document: string | JsonObject, index: number): string {
  if (typeof document === "string") return document;
  let text: unknown;
  try {
    text = JSON.stringify(document);
  } catch {
    // Said below.
  }
  if (typeof text === "string") return text;
  throw new InputError(`documents[${index}] holds something that JSON cannot: give a text, or plain data.`);
}

async function rerankByAgent(client: BedrockClient, request: RerankRequest, model: Model): Promise<RerankResult> {
  const { topN, options } = request;
  const body = renderRerank(request);
  const call = { operation: "Rerank", service: "bedrock-agent-runtime", model, path: "/rerank", options } as const;
  const results: Ranked[] = [];
  let nextToken: string | undefined;
  for (let pages = 1; ; pages++) {
    const page = (region: string): JsonObject => ({ ...body(createArn(model, region)), nextToken });
    const { json, requestId } = await callJson(client, { ...call, body: page }, (answer) => "results" in answer);
    results.push(...parseResults(json, "relevanceScore", { requestId, model: model.id }));
    nextToken = stringOf(json["nextToken"]);
    // No page is without a result for ever.
    if (!nextToken || results.length >= topN || pages > topN) {
      return { model: model.id, results: results.slice(0, topN), requestId, raw: json };
    }
  }
}

function renderRerank({ query, documents, topN, params }: RerankRequest): (modelArn: string) => JsonObject {
  const sources = documents.map((document, index) => {
    if (typeof document !== "string")
      return { type: "INLINE", inlineDocumentSource: { type: "JSON", jsonDocument: document } };
    if (countCharacters(document) > MAX_TEXT_CHARS) {
      throw new InputError(
        `documents[${index}] has ${countCharacters(document)} characters: Rerank takes ${MAX_TEXT_CHARS}.`,
      );
    }
    return { type: "INLINE", inlineDocumentSource: { type: "TEXT", textDocument: { text: document } } };
  });
  return (modelArn) => ({
    queries: [{ type: "TEXT", textQuery: { text: query } }],
    sources,
    rerankingConfiguration: {
      type: "BEDROCK_RERANKING_MODEL",
      bedrockRerankingConfiguration: {
        numberOfResults: topN,
        modelConfiguration: { modelArn, ...(params && { additionalModelRequestFields: params }) },
      },
    },
  });
}

/** Rerank knows models by their ARN only. */
function createArn({ id, bareId }: Model, region: string): string {
  if (id.startsWith("arn:")) return id;
  if (!region) throw new ConfigurationError("Rerank needs an AWS region: give bedrockRegion, or an ARN as model.");
  const [, partition] = PARTITIONS.find(([beginning]) => region.startsWith(beginning)) ?? [];
  return `arn:${partition}:bedrock:${region}::foundation-model/${bareId}`;
}

function parseResults(json: JsonObject, score: string, facts: ErrorFacts): Ranked[] {
  const { results } = json;
  if (Array.isArray(results)) {
    const parsed = results.map((result) => ({
      index: numberOf(isObject(result) ? result["index"] : undefined),
      score: numberOf(isObject(result) ? result[score] : undefined),
    }));
    const known = parsed.flatMap(({ index, score }) =>
      index === undefined || score === undefined ? [] : [{ index, score }],
    );
    if (known.length === results.length) return known;
  }
  throw new APIError("The answer holds no ordered documents: check params, the endpoint and any proxy.", {
    ...facts,
    code: "ERR_RESPONSE",
  });
}
