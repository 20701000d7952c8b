import { checkThroughput } from "./model-access.ts";
import { readShape, throwFindings } from "./shape.ts";
import { modelId as modelIdShape } from "./shapes/converse.ts";
import { invokeModelHeaders } from "./shapes/invoke-model.ts";

/** Headers of InvokeModel and InvokeModelWithResponseStream by the member that they stand for. */
const HEADER_BY_MEMBER: Readonly<Record<string, string>> = {
  trace: "x-amzn-bedrock-trace",
  guardrailIdentifier: "x-amzn-bedrock-guardrailidentifier",
  guardrailVersion: "x-amzn-bedrock-guardrailversion",
  performanceConfigLatency: "x-amzn-bedrock-performanceconfig-latency",
  serviceTier: "x-amzn-bedrock-service-tier",
  requestMetadata: "x-amzn-bedrock-request-metadata",
};

/**
 * Checks the model id and the headers (by lower-case name) of InvokeModel and InvokeModelWithResponseStream. The body is
 * the model's own affair.
 *
 * @throws AwsError `ValidationException`.
 */
export function validateInvokeModel(modelId: string, headers: Readonly<Record<string, string>>): void {
  throwFindings(readShape(modelIdShape, modelId, "modelId").findings);
  const members = Object.entries(HEADER_BY_MEMBER).map(([member, header]) => [member, headers[header] ?? null]);
  throwFindings(readShape(invokeModelHeaders, Object.fromEntries(members)).findings);
  checkThroughput(modelId);
}

/** The headers of a request that its answer repeats. */
export function echoHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const names = ["x-amzn-bedrock-performanceconfig-latency", "x-amzn-bedrock-service-tier"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
