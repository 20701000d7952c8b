import { objectOf } from "../../types/json.ts";
import { thinkingOf } from "./legalize/thinking.ts";
import type { Warn, WireRequest } from "./wire.ts";

/**
 * Takes away what Bedrock refuses beside thinking, however thinking was asked for: sampling parameters and forced tool
 * calls with Claude, limits and sampling parameters with Nova's high effort.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html
 * @see https://docs.aws.amazon.com/nova/latest/nova2-userguide/using-converse-api.html
 */
export function dropConflicts(request: WireRequest, warn: Warn): WireRequest {
  const fields = request.additionalModelRequestFields ?? {};
  const nova = objectOf(fields["reasoningConfig"]);
  if (nova?.["type"] === "enabled" && nova["maxReasoningEffort"] === "high") {
    return dropInference(request, { maxTokens: NEVER, temperature: NEVER, topP: NEVER }, warn);
  }
  if (!thinkingOf(fields)) return request;
  return dropTopK(relaxToolChoice(dropInference(request, BESIDE_CLAUDE, warn), warn), warn);
}

/** Whether a parameter's value may stay. */
type Fits = (value: unknown) => boolean;

const NEVER: Fits = () => false;
const BESIDE_CLAUDE: Readonly<Record<string, Fits>> = {
  temperature: (value) => value === 1,
  topP: (value) => Number(value) >= 0.95,
};

function dropInference(request: WireRequest, rules: Readonly<Record<string, Fits>>, warn: Warn): WireRequest {
  const { inferenceConfig, ...rest } = request;
  const isGiven = (name: string): boolean => inferenceConfig?.[name] !== undefined;
  const given = Object.keys(rules).filter((name) => isGiven(name) && !rules[name]?.(inferenceConfig?.[name]));
  if (!inferenceConfig || given.length === 0) return request;
  for (const name of given) warnDropped(name, warn);
  const kept = Object.entries(inferenceConfig).filter(([name]) => !given.includes(name));
  return kept.length > 0 ? { ...rest, inferenceConfig: Object.fromEntries(kept) } : rest;
}

function dropTopK(request: WireRequest, warn: Warn): WireRequest {
  const { top_k: topK, ...fields } = request.additionalModelRequestFields ?? {};
  if (topK === undefined) return request;
  warnDropped("top_k", warn);
  return { ...request, additionalModelRequestFields: fields };
}

function warnDropped(name: string, warn: Warn): void {
  warn("thinking_excludes_parameter", `${name} was left out: Bedrock refuses it beside this thinking.`);
}

/** A call cannot be forced while the model thinks: neither in Bedrock's way nor in Claude's own. */
function relaxToolChoice(request: WireRequest, warn: Warn): WireRequest {
  const { toolConfig, additionalModelRequestFields: fields = {} } = request;
  const { toolChoice, ...tools } = toolConfig ?? { tools: [] };
  const isForced = toolChoice !== undefined && toolChoice["auto"] === undefined;
  const choice = objectOf(fields["tool_choice"]);
  const isForcedByField = choice?.["type"] === "any" || choice?.["type"] === "tool";
  if (!isForced && !isForcedByField) return request;
  warn(
    "tool_choice_relaxed",
    "The model decides itself whether to call a tool: no call can be forced while it thinks.",
  );
  const { name: _, ...freed } = choice ?? {};
  return {
    ...request,
    ...(isForced && { toolConfig: tools }),
    ...(isForcedByField && { additionalModelRequestFields: { ...fields, tool_choice: { ...freed, type: "auto" } } }),
  };
}
