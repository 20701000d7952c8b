/**
 * Rules on what a model has no use for at all: system prompts, tools, choices of tools, schemas, settings.
 *
 * The texts were observed on the wire, except that of half a guardrail.
 */
import type { Model } from "../models/families.ts";
import type { ConverseRequest } from "../wire.ts";
import { createFieldRefusal, createModelRefusal, createRefusal } from "./refusal.ts";

/**
 * Checks that a request asks nothing of its model that the model cannot do.
 *
 * @throws AwsError `ValidationException`.
 */
export function checkFeatures(request: ConverseRequest, model: Model, streaming: boolean): void {
  checkSystem(request, model);
  checkToolUse(request, model, streaming);
  checkSettings(request, model);
  checkGuardrail(request);
}

function checkSystem({ system = [] }: ConverseRequest, { hasSystem }: Model): void {
  if (hasSystem || system.length === 0) return;
  throw createRefusal(
    "This model doesn't support system messages. " +
      "Try again without a system message or use a model that supports system messages.",
  );
}

function checkToolUse({ toolConfig }: ConverseRequest, model: Model, streaming: boolean): void {
  if (toolConfig === undefined) return;
  if (model.tools === "nowhere") throw createRefusal("This model doesn't support tool use.");
  if (model.tools === "not-in-streams" && streaming) {
    throw createRefusal("This model doesn't support tool use in streaming mode.");
  }
  const { tools, toolChoice = {} } = toolConfig;
  const refused = (["auto", "any", "tool"] as const).find(
    (choice) => choice in toolChoice && !model.toolChoices.includes(choice),
  );
  if (refused !== undefined) throw createFieldRefusal(`toolConfig.toolChoice.${refused}`);
  const strictAt = tools.findIndex((tool) => "toolSpec" in tool && tool.toolSpec.strict === true);
  if (strictAt < 0) return;
  if (model.schemas === false) throw createFieldRefusal("strict");
  if (model.schemas === "from-the-model") {
    throw createModelRefusal(`tools.${strictAt}.custom.strict: Extra inputs are not permitted`);
  }
}

function checkSettings({ outputConfig, inferenceConfig = {}, performanceConfig }: ConverseRequest, model: Model): void {
  if (outputConfig?.textFormat !== undefined) {
    if (model.schemas === false) throw createFieldRefusal("outputConfig");
    if (model.schemas === "from-the-model") {
      throw createModelRefusal("output_config.format: Extra inputs are not permitted");
    }
  }
  const { stopSequences = [] } = inferenceConfig;
  if (!model.stopSequences && stopSequences.length > 0) throw createFieldRefusal("stopSequences");
  if (performanceConfig?.latency === "optimized" && !model.optimizedLatency) {
    throw createRefusal(`Latency performance configuration is not supported for ${model.id}`);
  }
}

function checkGuardrail({ guardrailConfig = {} }: ConverseRequest): void {
  const { guardrailIdentifier = "", guardrailVersion = "" } = guardrailConfig;
  if ((guardrailIdentifier === "") === (guardrailVersion === "")) return;
  throw createRefusal(
    "A guardrail needs both guardrailConfig.guardrailIdentifier and guardrailConfig.guardrailVersion. " +
      "Add the missing one and try again.",
  );
}
