import { APIError, CapabilityError } from "../../errors.ts";
import type { Embedder, EmbedBatch, EmbedBatchRequest, EmbedderRequest } from "../../requests/embed.ts";
import { numberOf, type JsonObject } from "../../types/json.ts";
import type { Warning } from "../../types/response.ts";
import type { Vector } from "../../types/vector.ts";
import type { BedrockClient } from "../client.ts";
import { invokeJson, type InvokeJsonResponse } from "../invoke/invoke-json.ts";
import { readUsage } from "../invoke/usage.ts";
import { computeCost } from "../cost.ts";
import { mergeDeep } from "../merge-deep.ts";
import { resolveModel, type Model } from "../models.ts";
import { findEmbeddingFamily } from "./families.ts";
import type { EmbeddingFamily } from "./family.ts";
import { createVector, normalize } from "./vectors.ts";

interface Resolved {
  readonly model: Model;
  readonly family: EmbeddingFamily;
}

/**
 * Resolves a model and its options to what embeds its batches.
 *
 * @throws {InputError} `ERR_INPUT` when the model id is none
 * @throws {CapabilityError} `ERR_CAPABILITY` when the model is not known, or cannot do what an option asks for
 */
export async function createEmbedder(client: BedrockClient, request: EmbedderRequest): Promise<Embedder> {
  const { family, model } = resolve(request);
  const { maxItems, maxImages, maxTextLength, images, readsBoth } = family;
  const warnings: Warning[] =
    request.inputType === undefined || family.hasPurposes
      ? []
      : [
          {
            code: "input_type_dropped",
            message: `inputType was left out, as ${model.id} makes the same vectors for all purposes.`,
          },
        ];
  return {
    maxItems,
    maxImages,
    readsBoth,
    ...(maxTextLength !== undefined && { maxTextLength }),
    ...(images && { images }),
    warnings,
    embed: (batch) => embed(client, batch),
  };
}

function resolve(request: EmbedderRequest): Resolved {
  const model = resolveModel(request.model, request.baseModel);
  const family = findEmbeddingFamily(model);
  const { dimensions = family.dimensions[0], truncate = "none", outputType = "float" } = request;
  check("dimensions", dimensions, family.dimensions, model);
  check("outputType", outputType, family.outputTypes, model);
  check("truncate", truncate, family.truncations, model);
  if (request.normalize && !family.normalizes && outputType !== "float") {
    throw new CapabilityError(`${model.id} does not normalise vectors of ${outputType}: leave normalize out.`);
  }
  return { model, family };
}

function check<T>(name: string, value: T, allowed: readonly T[], { id }: Model): void {
  if (allowed.includes(value)) return;
  throw new CapabilityError(
    `${name} is ${JSON.stringify(value)}: ${id} takes ${allowed.map((each) => JSON.stringify(each)).join(", ")}.`,
    { model: id },
  );
}

async function embed(client: BedrockClient, request: EmbedBatchRequest): Promise<EmbedBatch> {
  const { family, model } = resolve(request);
  const { options, params = {}, items } = request;
  const answer = await invokeJson(client, { model, body: mergeDeep(family.render(request), params), options });
  const { json, requestId, region } = answer;
  const vectors = parseVectors(family, request, json);
  if (!vectors) {
    throw new APIError(
      `The answer does not hold ${items.length} vectors of ${request.outputType ?? "float"}: check params, the endpoint and any proxy.`,
      { code: "ERR_RESPONSE", requestId, model: model.id, operation: "InvokeModel" },
    );
  }
  const usage = readTokens(answer);
  // Images have prices of their own.
  const hasPrice = usage && items.every(({ image }) => !image);
  const cost = hasPrice ? computeCost(usage, model, {}, client.prices, region) : undefined;
  return { vectors, usage, cost, requestId };
}

function parseVectors(
  { parse, sendsBits = false, normalizes }: EmbeddingFamily,
  { items, outputType = "float", normalize: isNormal }: EmbedBatchRequest,
  json: JsonObject,
): readonly Vector[] | undefined {
  const found = parse(json, outputType);
  if (!Array.isArray(found) || found.length !== items.length) return undefined;
  const vectors: Vector[] = [];
  for (const values of found) {
    const vector = createVector(values, outputType, sendsBits);
    if (!vector) return undefined;
    vectors.push(isNormal && !normalizes ? normalize(vector) : vector);
  }
  return vectors;
}

/** Titan tells the tokens in the body, all models but Marengo in a header. */
function readTokens({ json, headers }: InvokeJsonResponse): EmbedBatch["usage"] {
  const header = headers["x-amzn-bedrock-input-token-count"];
  const input = numberOf(json["inputTextTokenCount"]) ?? (header ? Number(header) : undefined);
  return readUsage({ input, output: undefined, cacheRead: undefined, cacheWrite: undefined });
}
