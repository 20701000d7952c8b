/**
 * Rules on limits, sampling, thinking and the model's own request fields.
 *
 * The texts were observed on the wire, except that of a bad response field path.
 */
import { isPlainObject } from "../json.ts";
import type { Model } from "../models/families.ts";
import { countRequestTokens } from "../models/tokens.ts";
import { createFieldRefusal, createModelRefusal, createRefusal } from "./refusal.ts";
import type { ConverseRequest } from "../wire.ts";

/** Least budget of tokens for thinking. */
const MIN_THINKING_TOKENS = 1024;
/** With this beta, thinking between tool calls may spend more than one answer's tokens. */
const INTERLEAVED_BETA = "interleaved-thinking-2025-05-14";

/**
 * Checks the inference settings of a request against what its model takes.
 *
 * @throws AwsError `ValidationException`.
 */
export function checkInference(request: ConverseRequest, model: Model): void {
  checkRequestFields(request, model);
  checkResponsePaths(request);
  checkMaxTokens(request, model);
  checkSampling(request, model);
  checkThinking(request, model);
  checkContext(request, model);
}

function readFields({ additionalModelRequestFields: fields }: ConverseRequest): Record<string, unknown> {
  return isPlainObject(fields) ? fields : {};
}

function checkRequestFields(request: ConverseRequest, model: Model): void {
  const allowed = model.requestFields;
  if (allowed === undefined) return;
  const unknown = Object.keys(readFields(request)).filter((key) => !allowed.includes(key));
  if (unknown.length === 0) return;
  if (model.family === "claude") throw createModelRefusal(`${unknown[0]}: Extra inputs are not permitted`);
  const keys = unknown.map((key) => `#: extraneous key [${key}] is not permitted`).join("");
  throw createRefusal(`Malformed input request: ${keys}, please reformat your input and try again.`);
}

/** Paths are JSON Pointers (RFC 6901): each part begins with a slash, and `~` only stands in `~0` and `~1`. */
function checkResponsePaths({ additionalModelResponseFieldPaths: paths = [] }: ConverseRequest): void {
  const bad = paths.find((path) => !/^(\/([^~/]|~[01])*)+$/.test(path));
  if (bad === undefined) return;
  throw createRefusal(
    `The value '${bad}' in additionalModelResponseFieldPaths is not a JSON Pointer. ` +
      "Start it with a slash, as in /stop_sequence, and try again.",
  );
}

function checkMaxTokens({ inferenceConfig }: ConverseRequest, { maxOutputTokens }: Model): void {
  if ((inferenceConfig?.maxTokens ?? 0) <= maxOutputTokens) return;
  throw createRefusal(
    `The maximum tokens you requested exceeds the model limit of ${maxOutputTokens}. ` +
      `Try again with a maximum tokens value that is lower than ${maxOutputTokens}.`,
  );
}

function checkSampling(request: ConverseRequest, model: Model): void {
  const { temperature, topP } = request.inferenceConfig ?? {};
  if (model.sampling === "either" && temperature !== undefined && topP !== undefined) {
    throw createModelRefusal("`temperature` and `top_p` cannot both be specified for this model. Please use only one.");
  }
  if (model.sampling !== "neither") return;
  if (model.family !== "claude") {
    if (temperature !== undefined) throw createFieldRefusal("temperature");
    if (topP !== undefined) throw createFieldRefusal("topP");
    return;
  }
  const topK = readFields(request)["top_k"];
  const given = temperature !== undefined ? "temperature" : topP !== undefined ? "top_p" : "top_k";
  if (given === "top_k" && topK === undefined) return;
  throw createModelRefusal(`\`${given}\` is deprecated for this model.`);
}

function checkThinking(request: ConverseRequest, model: Model): void {
  const fields = readFields(request);
  const thinking = fields["thinking"] ?? fields["reasoning_config"];
  if (model.thinking === "none" || !isPlainObject(thinking)) return;
  const type = thinking["type"];
  if (type === "adaptive" && model.thinking === "budget") {
    throw createModelRefusal("adaptive thinking is not supported on this model");
  }
  if (type === "enabled") checkBudget(request, thinking["budget_tokens"], model);
  if (type === "enabled" || type === "adaptive") checkBesideThinking(request, model);
}

function checkBudget(request: ConverseRequest, budget: unknown, model: Model): void {
  if (model.thinking === "adaptive") {
    throw createModelRefusal(
      '"thinking.type.enabled" is not supported for this model. ' +
        'Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
    );
  }
  if (typeof budget !== "number") throw createModelRefusal("thinking.enabled.budget_tokens: Field required");
  if (budget < MIN_THINKING_TOKENS) {
    throw createModelRefusal(
      `thinking.enabled.budget_tokens: Input should be greater than or equal to ${MIN_THINKING_TOKENS}`,
    );
  }
  const maxTokens = request.inferenceConfig?.maxTokens;
  const betas: unknown = readFields(request)["anthropic_beta"];
  const isInterleaved = Array.isArray(betas) && betas.includes(INTERLEAVED_BETA);
  if (maxTokens !== undefined && budget >= maxTokens && !isInterleaved) {
    throw createModelRefusal("`max_tokens` must be greater than `thinking.budget_tokens`.");
  }
}

function checkBesideThinking(request: ConverseRequest, model: Model): void {
  const { temperature, topP } = request.inferenceConfig ?? {};
  if (model.sampling !== "neither") {
    if (temperature !== undefined && temperature !== 1) {
      throw createModelRefusal("`temperature` may only be set to 1 when thinking is enabled.");
    }
    if (topP !== undefined && topP < 0.95) {
      throw createModelRefusal("`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.");
    }
    if (readFields(request)["top_k"] !== undefined) {
      throw createModelRefusal("`top_k` must be unset when thinking is enabled.");
    }
  }
  const choice = request.toolConfig?.toolChoice ?? {};
  if ("any" in choice || "tool" in choice) {
    throw createModelRefusal("Thinking may not be enabled when tool_choice forces tool use.");
  }
}

function checkContext(request: ConverseRequest, model: Model): void {
  const tokens = countRequestTokens(request, model.contextTokens);
  if (tokens <= model.contextTokens) return;
  throw model.family === "claude"
    ? createRefusal(`prompt is too long: ${tokens} tokens > ${model.contextTokens} maximum`)
    : createRefusal("Input is too long for requested model.");
}
