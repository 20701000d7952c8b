import { findListedModel } from "../control/models.ts";
import { createRefusal } from "../validations/refusal.ts";
import { readShape, throwFindings } from "../validations/shape.ts";
import { modelIdentifier } from "../validations/shapes/control.ts";
import type { OperationContext } from "./operation.ts";
import { respondJson } from "./respond.ts";

/**
 * GetFoundationModel: one model, by id or ARN. Profiles are not models.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModel.html
 */
export async function getFoundationModel(context: OperationContext): Promise<void> {
  const { modelIdentifier: identifier = "" } = context.labels;
  throwFindings(readShape(modelIdentifier, identifier, "modelIdentifier").findings);
  const modelDetails = findListedModel(identifier, context.region);
  if (modelDetails === undefined) throw createRefusal("The provided model identifier is invalid.");
  respondJson(context, { modelDetails });
}
