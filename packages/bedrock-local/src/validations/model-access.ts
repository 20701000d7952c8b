/** Which models may be used, and by which of their names. The texts were observed on the wire. */
import { AwsError } from "../errors.ts";
import { parseModelId, resolveModel } from "../models/families.ts";
import { createRefusal } from "./refusal.ts";

/**
 * Checks that a model is not among those that may not be used. Both sides may be ids, profiles or ARNs: the model behind
 * them counts.
 *
 * @throws AwsError `AccessDeniedException`.
 */
export function checkModelAccess(modelId: string, deniedModels: readonly string[]): void {
  const { id } = parseModelId(modelId);
  if (!deniedModels.some((denied) => parseModelId(denied).id === id)) return;
  throw new AwsError("AccessDeniedException", "You don't have access to the model with the specified model ID.");
}

/**
 * Checks that a model that needs an inference profile was not named by its bare id.
 *
 * @throws AwsError `ValidationException`.
 */
export function checkThroughput(modelId: string): void {
  const model = resolveModel(modelId);
  if (model === undefined || !model.needsProfile || model.isProfile) return;
  throw createRefusal(
    `Invocation of model ID ${modelId} with on-demand throughput isn\u2019t supported. ` +
      "Retry your request with the ID or ARN of an inference profile that contains this model.",
  );
}
