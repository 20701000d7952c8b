/** The validator of CountTokens. */
import { isPlainObject, parseJson } from "../json.ts";
import { parseModelId, resolveModel } from "../models/families.ts";
import { findTextFamily } from "../models/text-invoke/families.ts";
import type { ConverseRequest } from "../wire.ts";
import { validateConverse } from "./converse.ts";
import { createRefusal } from "./refusal.ts";
import { type Reading, readShape, throwFindings } from "./shape.ts";
import { countTokensModelId, countTokensRequest } from "./shapes/count-tokens.ts";

interface CountTokensRequest {
  readonly input: {
    readonly invokeModel?: { readonly body: string };
    readonly converse?: Readonly<Record<string, unknown>>;
  };
}

/** Only Claude from 3.5 to 4.6 counts. */
const COUNTING = /^anthropic\.claude-(?:3-5|3-7|(?:opus|sonnet|haiku)-4(?:-[156])?(?:-\d{8}.*|-v\d.*)?$)/;

/**
 * Reads what is to be counted as a request of Converse.
 *
 * A model is named by its bare id here, even one that answers by an inference profile alone: profiles are refused.
 * @param modelId the id from the path, URL-decoded.
 * @throws AwsError `ValidationException`, also for a model that does not count; `SerializationException` for a wrong JSON
 * type.
 */
export function readCountTokens(modelId: string, body: unknown): ConverseRequest {
  throwFindings(readShape(countTokensModelId, modelId, "modelId").findings);
  const reading = readShape(countTokensRequest, body);
  assertGood(reading);
  if (resolveModel(modelId) === undefined) throw createRefusal("The provided model identifier is invalid.");
  const { id, isProfile } = parseModelId(modelId);
  if (isProfile || !COUNTING.test(id)) throw createRefusal("The provided model doesn't support counting tokens.");
  const { converse, invokeModel } = reading.value.input;
  // As a profile the model passes the rule that it must be called by one.
  const asProfile = { modelId: `us.${id}`, streaming: false };
  return validateConverse({ ...asProfile, body: converse ?? readModelBody(invokeModel?.body ?? "", id) });
}

/** The shape table describes exactly `CountTokensRequest`, so a reading without findings is one. */
function assertGood(reading: Reading): asserts reading is Reading & { value: CountTokensRequest } {
  throwFindings(reading.findings);
}

function readModelBody(base64: string, id: string): unknown {
  const body = parseJson(Buffer.from(base64, "base64").toString("utf8"));
  if (!isPlainObject(body)) {
    throw createRefusal("Malformed input request, please reformat your input and try again.");
  }
  return findTextFamily(id, body)?.parse(body, id);
}
