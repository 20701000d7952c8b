import { renderGuardrailDetails } from "../control/guardrails.ts";
import { AwsError } from "../errors.ts";
import { readQuery } from "../validations/control-query.ts";
import { readShape, throwFindings } from "../validations/shape.ts";
import { getGuardrailQuery } from "../validations/shapes/control.ts";
import { guardrailIdentifier } from "../validations/shapes/guardrails.ts";
import type { OperationContext } from "./operation.ts";
import { respondJson } from "./respond.ts";

/**
 * GetGuardrail: one guardrail with its policies, by id or ARN.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetGuardrail.html
 */
export async function getGuardrail(context: OperationContext): Promise<void> {
  const { labels, query, region, guardrails } = context;
  const { guardrailIdentifier: identifier = "" } = labels;
  if (!guardrails.isSample) {
    throwFindings(readShape(guardrailIdentifier, identifier, "guardrailIdentifier").findings);
  }
  const { text } = readQuery(getGuardrailQuery, query);
  const guardrail = guardrails.get(identifier, text["guardrailVersion"], region);
  if (guardrail === undefined) throw createUnknownGuardrail();
  respondJson(context, renderGuardrailDetails(guardrail));
}

/** The control plane's error for a guardrail that does not exist: a `ResourceNotFoundException`. */
export function createUnknownGuardrail(): AwsError {
  return new AwsError(
    "ResourceNotFoundException",
    "The guardrail identifier or version provided in the request does not exist.",
  );
}
