import { CapabilityError } from "../../errors.ts";
import { toStrictSchema } from "../../schema/rewrite.ts";
import type { ChatRequest } from "../../provider.ts";
import { compact, objectOf, type JsonObject } from "../../types/json.ts";
import type { FunctionTool, ToolChoice, ToolDefinition } from "../../types/tool.ts";
import type { ModelTraits } from "../traits.ts";
import type { KnownModel } from "../known-models.ts";
import { isToolBlock } from "./legalize/blocks.ts";
import { legalizeSchema } from "./legalize/schemas.ts";
import type { Warn, WireRequest } from "./wire.ts";

/**
 * Adds the tools and how they may be called. A choice that the model does not take falls back to its own choice, with a
 * warning. Names and schemas are made acceptable later, by `legalize`.
 *
 * @throws {CapabilityError} `ERR_CAPABILITY` when the model cannot call tools at all
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html
 */
export function applyTools(
  request: WireRequest,
  {
    tools = [],
    toolChoice = "auto",
    parallelToolCalls,
  }: Pick<ChatRequest, "tools" | "toolChoice" | "parallelToolCalls">,
  { id, traits }: KnownModel,
  warn: Warn,
): WireRequest {
  if (tools.length === 0) return request;
  if (traits.tools === "nowhere") {
    throw new CapabilityError(`${id} cannot call tools: ask it without tools, or take a model that calls tools.`);
  }
  const isClaude = traits.family === "claude";
  if (toolChoice === "none" && !isClaude) {
    // What is not declared cannot be called; but a history with calls is refused without declarations.
    if (!request.messages.some(({ content }) => content.some(isToolBlock))) return request;
    warn(
      "tool_choice_none_ignored",
      "The model may still call a tool: this model knows no such choice, and the history needs the tools declared.",
    );
  }
  const choice = renderChoice(toolChoice, tools, traits, warn);
  const toolConfig = {
    tools: tools.flatMap((tool) => renderTool(tool, traits, warn)),
    ...(choice && { toolChoice: choice }),
  };
  if (parallelToolCalls === false && !isClaude) {
    warn("parallel_tool_calls_ignored", "The model may call several tools at once: only Claude can be told not to.");
  }
  const ownChoice =
    toolChoice === "none"
      ? { type: "none" }
      : parallelToolCalls === false
        ? { type: "auto", disable_parallel_tool_use: true }
        : undefined;
  if (!isClaude || !ownChoice) return { ...request, toolConfig };
  // Converse has no words for these two, but passes Claude's own on. `legalize` adds a forced choice to it.
  const fields = request.additionalModelRequestFields;
  const choiceField = { ...ownChoice, ...objectOf(fields?.["tool_choice"]) };
  return { ...request, toolConfig, additionalModelRequestFields: { ...fields, tool_choice: choiceField } };
}

function renderChoice(
  choice: ToolChoice,
  tools: readonly ToolDefinition[],
  { toolChoices }: ModelTraits,
  warn: Warn,
): JsonObject | undefined {
  if (choice === "auto" || choice === "none") return undefined;
  if (choice !== "required" && toolChoices.includes("tool")) return { tool: { name: choice.name } };
  const isAny = choice === "required" || tools.length === 1;
  if (isAny && toolChoices.includes("any")) return { any: {} };
  const what = choice === "required" ? "a tool" : `the tool ${JSON.stringify(choice.name)}`;
  warn("tool_choice_ignored", `The model may answer without ${what}: this model cannot be made to call it.`);
  return undefined;
}

function renderTool(tool: ToolDefinition, { hasStrictTools }: ModelTraits, warn: Warn): JsonObject[] {
  const { cache_control: cache } = tool;
  const point = cache ? [{ cachePoint: compact({ type: "default", ttl: cache.ttl }) }] : [];
  if ("systemTool" in tool) return [{ systemTool: { name: tool.systemTool } }, ...point];
  const { name, description, inputSchema } = tool;
  const strict = tool.strict ? renderStrict(tool, hasStrictTools, warn) : undefined;
  const spec = compact({ name, description, inputSchema: { json: strict ?? inputSchema }, strict: strict && true });
  return [{ toolSpec: spec }, ...point];
}

/** The schema that the model can be held to; `undefined` when there is none. */
function renderStrict(
  { name, inputSchema }: FunctionTool,
  hasStrictTools: boolean,
  warn: Warn,
): JsonObject | undefined {
  const strict = hasStrictTools
    ? toStrictSchema(legalizeSchema(inputSchema))
    : { reason: "strict tools with this model" };
  if ("schema" in strict && !strict.isLarge) return strict.schema;
  const reason = "reason" in strict ? strict.reason : "so many choices";
  warn("strict_tool_ignored", `The tool ${name} is not held to its schema exactly: Bedrock takes no ${reason}.`);
  return undefined;
}
