/**
 * Rules on how hard a model is asked to think, wherever its family wants that said.
 *
 * Claude's texts were observed on the wire, up to the list of levels; the others are in our words.
 */
import { isPlainObject } from "../json.ts";
import type { Model } from "../models/families.ts";
import type { ConverseRequest } from "../wire.ts";
import { createModelRefusal, createRefusal } from "./refusal.ts";

/**
 * Checks the effort of a request against what its model knows.
 *
 * @throws AwsError `ValidationException`.
 */
export function checkEfforts(request: ConverseRequest, model: Model): void {
  if (model.efforts === undefined) return;
  const fields = isPlainObject(request.additionalModelRequestFields) ? request.additionalModelRequestFields : {};
  const efforts = [
    request.outputConfig?.effort,
    readMember(fields, "output_config", "effort"),
    readMember(fields, "reasoningConfig", "maxReasoningEffort"),
    fields["reasoning_effort"],
  ].filter((effort) => effort !== undefined);
  for (const effort of efforts) checkEffort(effort, model.efforts, model);
  if (model.family === "nova" && efforts.includes("high") && request.inferenceConfig?.maxTokens !== undefined) {
    throw createRefusal("maxTokens must be unset when maxReasoningEffort is high. Remove maxTokens and try again.");
  }
}

function readMember(fields: Record<string, unknown>, name: string, member: string): unknown {
  const value = fields[name];
  return isPlainObject(value) ? value[member] : undefined;
}

function checkEffort(effort: unknown, known: readonly string[], { family }: Model): void {
  if (typeof effort === "string" && known.includes(effort)) return;
  if (family === "claude") {
    throw createModelRefusal(
      known.length === 0
        ? "This model does not support the effort parameter."
        : `This model does not support effort level '${String(effort)}'. Supported levels: ${known.join(", ")}.`,
    );
  }
  throw createRefusal(`The effort must be one of the following: ${known.join(", ")}, got: ${String(effort)}.`);
}
