/** The tools of a request as the model sees them. */
import { resolveSchema, type Schema } from "../schema/schema.ts";
import { isPlainObject } from "../../json.ts";
import type { ConverseRequest, ToolSpecification } from "../../wire.ts";

/** A tool that may be called now. */
export interface CallableTool {
  readonly name: string;
  readonly description: string;
  readonly schema: Schema;
}

/** How many calls may be made, and of which tools. */
export interface ToolPlan {
  readonly tools: readonly CallableTool[];
  /** Whether one of them must be called. */
  readonly isForced: boolean;
  /** Whether several may be called at once. */
  readonly isParallel: boolean;
}

/**
 * The tools that the request lets the model call: all but those that a system message took away, or the one that it is
 * told to take; none when Claude's own `tool_choice` says so. System tools run on Bedrock's side and are not called here.
 */
export function readTools(request: ConverseRequest): ToolPlan {
  const claudeChoice = readClaudeChoice(request);
  const choice = request.toolConfig?.toolChoice ?? { auto: {} };
  const removed = findRemoved(request);
  const offered = claudeChoice["type"] === "none" ? [] : (request.toolConfig?.tools ?? []);
  const specifications = offered.flatMap((tool) => ("toolSpec" in tool ? [tool.toolSpec] : []));
  const present = specifications.filter(({ name }) => !removed.has(name));
  const chosen = "tool" in choice ? present.filter(({ name }) => name === choice.tool.name) : present;
  return {
    tools: chosen.map(createTool),
    isForced: "any" in choice || "tool" in choice,
    isParallel: claudeChoice["disable_parallel_tool_use"] !== true,
  };
}

function createTool({ name, description = "", inputSchema }: ToolSpecification): CallableTool {
  const { json } = inputSchema;
  return { name, description, schema: isPlainObject(json) ? json : resolveSchema(undefined, {}) };
}

function findRemoved({ messages = [] }: ConverseRequest): Set<string> {
  const removed = new Set<string>();
  for (const block of messages.flatMap(({ content }) => content)) {
    if ("toolRemoval" in block && block.toolRemoval.tool.name !== undefined) removed.add(block.toolRemoval.tool.name);
    if ("toolAddition" in block && block.toolAddition.tool.name !== undefined)
      removed.delete(block.toolAddition.tool.name);
  }
  return removed;
}

/** Claude's own way to ask for no call, or for one at a time. */
function readClaudeChoice({
  additionalModelRequestFields: fields,
}: ConverseRequest): Readonly<Record<string, unknown>> {
  const choice = isPlainObject(fields) ? fields["tool_choice"] : undefined;
  return isPlainObject(choice) ? choice : {};
}
