import { findProfile } from "../control/profiles.ts";
import { AwsError } from "../errors.ts";
import { readShape, throwFindings } from "../validations/shape.ts";
import { inferenceProfileIdentifier } from "../validations/shapes/control.ts";
import type { OperationContext } from "./operation.ts";
import { respondJson } from "./respond.ts";

/**
 * GetInferenceProfile: one profile, by id or ARN. The text for one that the region does not have is ours.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetInferenceProfile.html
 */
export async function getInferenceProfile(context: OperationContext): Promise<void> {
  const { inferenceProfileIdentifier: identifier = "" } = context.labels;
  throwFindings(readShape(inferenceProfileIdentifier, identifier, "inferenceProfileIdentifier").findings);
  const profile = findProfile(identifier, context.region);
  if (profile === undefined) {
    throw new AwsError("ResourceNotFoundException", `The inference profile ${identifier} does not exist.`);
  }
  respondJson(context, profile);
}
