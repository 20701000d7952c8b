/**
 * Shapes of the headers of InvokeModel and InvokeModelWithResponseStream, by the names of their members.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
import { oneOf, string, structure } from "./builders.ts";
import type { StructureShape } from "./types.ts";

export const invokeModelHeaders: StructureShape = structure("InvokeModelRequest", {
  trace: oneOf("ENABLED", "DISABLED", "ENABLED_FULL"),
  guardrailIdentifier: string({
    max: 2048,
    pattern: "|([a-z0-9]+)|(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail/[a-z0-9]+)",
  }),
  guardrailVersion: string({ pattern: "|([1-9][0-9]{0,7})|(DRAFT)" }),
  performanceConfigLatency: oneOf("standard", "optimized"),
  serviceTier: oneOf("priority", "default", "flex", "reserved"),
  requestMetadata: string({ max: 8500 }),
});
