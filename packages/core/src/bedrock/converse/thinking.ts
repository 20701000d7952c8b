import { CapabilityError } from "../../errors.ts";
import type { ChatParams, ThinkingConfig } from "../../provider.ts";
import { compact, isObject, numberOf, type JsonObject } from "../../types/json.ts";
import type { KnownModel } from "../known-models.ts";
import { dropConflicts } from "./thinking-conflicts.ts";
import type { Warn, WireRequest } from "./wire.ts";

type ThinkingParams = Pick<ChatParams, "thinking" | "effort">;

/** What an effort and a number of tokens to think with stand for where a model takes only the other; least first. */
const BUDGETS: Readonly<Record<string, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 24_576,
  max: 30_720,
};
const LEVELS: readonly string[] = Object.keys(BUDGETS);
const MIN_BUDGET = 1024;

/**
 * Asks for thinking and effort in the way of the model's family, and takes away what they exclude. What the user has set
 * in `additionalModelRequestFields` and `outputConfig` wins.
 *
 * @throws {CapabilityError} `ERR_CAPABILITY` when a model is to think that cannot
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-reasoning.html
 */
export function applyThinking(
  request: WireRequest,
  params: ThinkingParams,
  model: KnownModel,
  warn: Warn,
): WireRequest {
  const { thinking, effort } = params;
  const { additionalModelRequestFields: own, outputConfig } = request;
  const isAsked = thinking !== undefined || effort !== undefined;
  if (!isAsked && own === undefined) return request;
  let asked = request;
  if (isAsked && model.traits.family === "unknown" && effort !== undefined) {
    // What the model takes of its own is not known: Bedrock is asked to translate.
    asked = { ...asked, outputConfig: { effort, ...outputConfig } };
  }
  const fields = isAsked ? renderThinking(params, request, model, warn) : {};
  const merged = mergeFields(fields, own ?? {});
  if (Object.keys(merged).length > 0) asked = { ...asked, additionalModelRequestFields: merged };
  return dropConflicts(asked, warn);
}

/** The model's own fields that ask for what is wished. */
function renderThinking(params: ThinkingParams, request: WireRequest, model: KnownModel, warn: Warn): JsonObject {
  const { thinking, effort } = params;
  const { thinking: style, family } = model.traits;
  const { budget, display } = configOf(thinking);
  const isOff = thinking === false;
  if (style === "none" || style === "always") return renderFixed(params, model, warn);
  if (style === "budget" || style === "budget-or-adaptive" || style === "adaptive") {
    return renderClaude(params, request, model, warn);
  }
  if (display !== undefined) warnDisplay(model, warn);
  if (style === "nova") {
    if (isOff && effort !== undefined) warnIgnored("effort", model, warn);
    const maxReasoningEffort = isOff ? undefined : chooseEffort(effort, budget, model, warn);
    return { reasoningConfig: compact({ type: isOff ? "disabled" : "enabled", maxReasoningEffort }) };
  }
  // DeepSeek thinks only when it is asked to; the others cannot be told to stop.
  const isSilent = isOff && family === "deepseek";
  if (isOff && !isSilent) warnNotDisabled(model, warn);
  if (isSilent && effort !== undefined) warnIgnored("effort", model, warn);
  if (isSilent || (isOff && effort === undefined)) return {};
  return { [style.replace("-", "_")]: chooseEffort(effort, budget, model, warn) };
}

/** A model that cannot think, or that thinks as it likes. */
function renderFixed({ thinking, effort }: ThinkingParams, model: KnownModel, warn: Warn): JsonObject {
  const { thinking: style, family } = model.traits;
  if (style === "none") {
    if (thinking) {
      throw new CapabilityError(
        `${model.id} is not known to think: take thinking away, give another model, or its baseModel if it is an ARN.`,
        { model: model.id },
      );
    }
    if (effort !== undefined && family !== "unknown") warnIgnored("effort", model, warn);
    return {};
  }
  if (thinking === false) warnNotDisabled(model, warn);
  if (configOf(thinking).budget !== undefined) warnIgnored("thinking.budget", model, warn);
  if (effort !== undefined) warnIgnored("effort", model, warn);
  return {};
}

function renderClaude(params: ThinkingParams, request: WireRequest, model: KnownModel, warn: Warn): JsonObject {
  const { thinking, effort } = params;
  if (thinking === false) return renderClaudeOff(effort, model, warn);
  const { thinking: style } = model.traits;
  const { budget, display } = configOf(thinking);
  const isBudget = style === "budget" || (style === "budget-or-adaptive" && budget !== undefined);
  if (!isBudget) {
    const level = effort === undefined && budget === undefined ? undefined : chooseEffort(effort, budget, model, warn);
    return { thinking: compact({ type: "adaptive", display }), ...renderEffort(level) };
  }
  if (display !== undefined) warnDisplay(model, warn);
  const tokens = fitBudget(budget ?? budgetOf(effort, warn), request, model, warn);
  const enabled = tokens !== undefined && { thinking: { type: "enabled", budget_tokens: tokens } };
  if (style === "budget") {
    if (budget !== undefined && effort !== undefined) warnIgnored("effort", model, warn);
    return { ...enabled };
  }
  return { ...enabled, ...renderEffort(effort === undefined ? effort : chooseEffort(effort, undefined, model, warn)) };
}

/** Only models that take a budget can be told not to think; the others refuse to hear of it. */
function renderClaudeOff(effort: string | undefined, model: KnownModel, warn: Warn): JsonObject {
  const { thinking: style } = model.traits;
  if (style === "adaptive") warnNotDisabled(model, warn);
  const disabled = style !== "adaptive" && { thinking: { type: "disabled" } };
  if (effort === undefined) return { ...disabled };
  if (style === "budget") {
    warnIgnored("effort", model, warn);
    return { ...disabled };
  }
  const level = chooseEffort(effort, undefined, model, warn);
  if (!disabled || rankOf(level) <= rankOf("high")) return { ...disabled, ...renderEffort(level) };
  warn("effort_changed", `The effort ${level} needs thinking, which is off: high is sent.`);
  return { ...disabled, ...renderEffort("high") };
}

function renderEffort(effort: string | undefined): JsonObject {
  return effort === undefined ? {} : { output_config: { effort } };
}

/** The budget that leaves room for an answer; `undefined` when none does. */
function fitBudget(budget: number, request: WireRequest, model: KnownModel, warn: Warn): number | undefined {
  const limit = numberOf(request.inferenceConfig?.["maxTokens"]) ?? model.traits.maxOutputTokens ?? Infinity;
  if (budget < limit) return budget;
  if (limit <= MIN_BUDGET) {
    warn("thinking_off", `${limit} tokens are too few to think: thinking needs ${MIN_BUDGET}, and maxTokens above it.`);
    return undefined;
  }
  const lowered = Math.max(MIN_BUDGET, Math.floor(limit * 0.75));
  warn("thinking_budget_lowered", `The budget of ${budget} for thinking does not fit into ${limit}: it is ${lowered}.`);
  return lowered;
}

function budgetOf(effort: string | undefined, warn: Warn): number {
  const budget = effort === undefined || !Object.hasOwn(BUDGETS, effort) ? undefined : BUDGETS[effort];
  if (effort !== undefined && budget === undefined) warnChanged(effort, "medium", LEVELS, warn);
  return budget ?? BUDGETS["medium"] ?? MIN_BUDGET;
}

/** The effort that the model knows and that comes nearest to what is wished. */
function chooseEffort(effort: string | undefined, budget: number | undefined, model: KnownModel, warn: Warn): string {
  const { efforts } = model.traits;
  const wanted = effort ?? (budget === undefined ? "medium" : levelOf(budget));
  const distance = (level: string): number => Math.abs(rankOf(level) - rankOf(wanted));
  const nearest = efforts.includes(wanted)
    ? wanted
    : efforts.reduce<string | undefined>((a, b) => (a !== undefined && distance(a) <= distance(b) ? a : b), undefined);
  const chosen = nearest ?? wanted;
  if (effort !== undefined && chosen !== effort) warnChanged(effort, chosen, efforts, warn);
  if (budget !== undefined) {
    warn("thinking_budget_as_effort", `${model.id} takes no thinking.budget: the effort ${chosen} is sent instead.`);
  }
  return chosen;
}

/** The least level that stands for as many tokens. */
function levelOf(budget: number): string {
  return LEVELS.find((level) => (BUDGETS[level] ?? 0) >= budget) ?? "max";
}

/** Words that nobody knows count as medium. */
function rankOf(level: string): number {
  return LEVELS.includes(level) ? LEVELS.indexOf(level) : LEVELS.indexOf("medium");
}

function configOf(thinking: ChatParams["thinking"]): ThinkingConfig {
  return typeof thinking === "object" ? thinking : {};
}

function warnIgnored(what: string, model: KnownModel, warn: Warn): void {
  warn(`${what.replace(".", "_")}_ignored`, `${what} was left out: ${model.id} cannot be told how much to think.`);
}

function warnDisplay(model: KnownModel, warn: Warn): void {
  warn("thinking_display_ignored", `thinking.display was left out: ${model.id} has no such choice here.`);
}

function warnNotDisabled(model: KnownModel, warn: Warn): void {
  warn("thinking_not_disabled", `${model.id} decides itself whether it thinks: thinking cannot be switched off.`);
}

function warnChanged(effort: string, chosen: string, known: readonly string[], warn: Warn): void {
  warn("effort_changed", `effort is ${JSON.stringify(effort)}: ${chosen} is sent. Give one of ${known.join(", ")}.`);
}

/** Theirs over ours, level by level; of two variants of one thing (another `type`) theirs stands alone. */
function mergeFields(ours: JsonObject, theirs: JsonObject): JsonObject {
  const merged: Record<string, JsonObject[string]> = { ...ours, ...theirs };
  for (const [name, mine] of Object.entries(ours)) {
    const given = theirs[name];
    if (!isObject(mine) || !isObject(given)) continue;
    const isSame = given["type"] === undefined || given["type"] === mine["type"];
    if (isSame) merged[name] = mergeFields(mine, given);
  }
  return merged;
}
