/** The voices in which a request is refused after its shape was found good. */
import { AwsError } from "../errors.ts";

/** A refusal by Bedrock itself: a `ValidationException` with AWS's sentence. */
export function createRefusal(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

/** What Converse puts before the words of a model. */
export const MODEL_REFUSAL = "The model returned the following errors: ";

/** A refusal that Bedrock passes on from the model: a `ValidationException` that says so. */
export function createModelRefusal(message: string): AwsError {
  return createRefusal(MODEL_REFUSAL + message);
}

/** A refusal of a member that this model has no use for. */
export function createFieldRefusal(field: string): AwsError {
  return createRefusal(`This model doesn't support the ${field} field. Remove ${field} and try again.`);
}
