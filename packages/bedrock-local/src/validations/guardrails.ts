/** The validators of ApplyGuardrail and InvokeGuardrailChecks. */
import type { ApplyGuardrailRequest, InvokeGuardrailChecksRequest } from "../wire/guardrails.ts";
import { createRefusal } from "./refusal.ts";
import { type Reading, readShape, throwFindings } from "./shape.ts";
import {
  applyGuardrailRequest,
  appliedIdentifier,
  appliedVersion,
  invokeGuardrailChecksRequest,
} from "./shapes/guardrails.ts";

const MAX_CHECKED_BLOCKS = 10;

/** What a request of ApplyGuardrail consists of. The labels are URL-decoded, the body is parsed JSON. */
export interface ApplyGuardrailInput {
  readonly identifier: string;
  readonly version: string;
  readonly body: unknown;
  /** Whether an identifier of any form passes: where one policy answers to every id, a placeholder will do. */
  readonly takesAnyId: boolean;
}

/**
 * Validates a request of ApplyGuardrail as Bedrock does.
 *
 * @throws AwsError `SerializationException` for a wrong JSON type, `ValidationException` for everything else.
 */
export function validateApplyGuardrail(input: ApplyGuardrailInput): ApplyGuardrailRequest {
  const { identifier, version, body, takesAnyId } = input;
  if (!takesAnyId) throwFindings(readShape(appliedIdentifier, identifier, "guardrailIdentifier").findings);
  throwFindings(readShape(appliedVersion, version, "guardrailVersion").findings);
  const reading = readShape(applyGuardrailRequest, body);
  assertApplyGuardrail(reading);
  return reading.value;
}

/**
 * Validates a request of InvokeGuardrailChecks. That there must be a check, and at most ten blocks in a message, is
 * documented; the texts of these two are ours.
 *
 * @throws AwsError `SerializationException` for a wrong JSON type, `ValidationException` for everything else.
 */
export function validateGuardrailChecks(body: unknown): InvokeGuardrailChecksRequest {
  const reading = readShape(invokeGuardrailChecksRequest, body);
  assertGuardrailChecks(reading);
  const request = reading.value;
  if (Object.keys(request.checks).length === 0) {
    throw createRefusal("At least one of contentFilter, promptAttack, sensitiveInformation must be set in checks.");
  }
  const index = request.messages.findIndex(({ content }) => content.length > MAX_CHECKED_BLOCKS);
  if (index >= 0) {
    throw createRefusal(`messages.${index}.content has more than ${MAX_CHECKED_BLOCKS} content blocks.`);
  }
  return request;
}

/** The shape tables describe exactly these requests, so a reading without findings is one. */
function assertApplyGuardrail(reading: Reading): asserts reading is Reading & { value: ApplyGuardrailRequest } {
  throwFindings(reading.findings);
}

function assertGuardrailChecks(reading: Reading): asserts reading is Reading & { value: InvokeGuardrailChecksRequest } {
  throwFindings(reading.findings);
}
