/** The validator of Converse and ConverseStream: shape first, then the model, then the rules of a conversation. */
import { resolveModel } from "../models/families.ts";
import type { Model } from "../models/families.ts";
import { checkCachePoints } from "./cache-points.ts";
import { checkCitations } from "./citations.ts";
import { checkConversation } from "./conversation.ts";
import { checkEfforts } from "./efforts.ts";
import { checkFeatures } from "./features.ts";
import { checkInference } from "./inference.ts";
import { checkMedia } from "./media.ts";
import { checkThroughput } from "./model-access.ts";
import { createRefusal } from "./refusal.ts";
import { checkSchemas } from "./schemas.ts";
import { readShape, throwFindings } from "./shape.ts";
import type { Reading } from "./shape.ts";
import { converseRequest, converseStreamRequest, modelId as modelIdShape } from "./shapes/converse.ts";
import { checkTools } from "./tools.ts";
import type { ConverseRequest } from "../wire.ts";

/** What a request to validate consists of. `modelId` is URL-decoded; `body` is parsed JSON. */
export interface ConverseInput {
  readonly modelId: string;
  readonly body: unknown;
  /** Whether it is ConverseStream, whose guardrail has one member more. */
  readonly streaming: boolean;
}

/**
 * Validates a request as Bedrock does and returns it typed, without its `null` members.
 *
 * @throws AwsError `SerializationException` for a wrong JSON type, `AccessDeniedException` for cache points on a model
 * without them, `ValidationException` for everything else, each with AWS's text.
 */
export function validateConverse({ modelId, body, streaming }: ConverseInput): ConverseRequest {
  throwFindings(readShape(modelIdShape, modelId, "modelId").findings);
  const request = readRequest(body, streaming);
  const model = findModel(modelId);
  if (model.family === "opaque" && request.messages === undefined) return request;
  checkConversation(request, model);
  checkFeatures(request, model, streaming);
  checkTools(request, model);
  checkSchemas(request, model);
  checkMedia(request, model);
  checkCitations(request, model);
  checkCachePoints(request, model);
  checkEfforts(request, model);
  checkInference(request, model);
  return request;
}

function readRequest(body: unknown, streaming: boolean): ConverseRequest {
  const reading = readShape(streaming ? converseStreamRequest : converseRequest, body);
  assertGood(reading);
  return reading.value;
}

/** The shape tables describe exactly `ConverseRequest`, so a reading without findings is one. */
function assertGood(reading: Reading): asserts reading is Reading & { value: ConverseRequest } {
  throwFindings(reading.findings);
}

function findModel(modelId: string): Model {
  const model = resolveModel(modelId);
  if (model === undefined) throw createRefusal("The provided model identifier is invalid.");
  if (!model.chats) {
    throw createRefusal(
      "This action doesn't support the model that you provided. Try again with a supported text or chat model.",
    );
  }
  checkThroughput(modelId);
  return model;
}
