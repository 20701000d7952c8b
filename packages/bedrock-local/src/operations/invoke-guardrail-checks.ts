import { runChecks } from "../guardrails/checks.ts";
import { validateGuardrailChecks } from "../validations/guardrails.ts";
import type { OperationContext } from "./operation.ts";
import { respondJson } from "./respond.ts";

/**
 * InvokeGuardrailChecks: rates messages by checks that the request itself brings.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeGuardrailChecks.html
 */
export async function invokeGuardrailChecks(context: OperationContext): Promise<void> {
  respondJson(context, runChecks(validateGuardrailChecks(context.body)));
}
