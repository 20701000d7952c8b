import { isObject, objectOf, stringOf, type JsonObject } from "../../../types/json.ts";
import type { ModelTraits } from "../../traits.ts";
import type { Warn, WireBlock, WireMessage, WireRequest, WireToolConfig } from "../wire.ts";
import { isToolBlock, keep, mapContent } from "./blocks.ts";
import { createLabel, isLabel } from "./labels.ts";
import { legalizeSchema } from "./schemas.ts";

/**
 * Declares tools as Bedrock takes them: each once, with an object as its schema, and none that is blank. Where the
 * history holds calls and no tool is declared, those of the history are, as Bedrock refuses such a history otherwise.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html
 */
export function declareTools(request: WireRequest, traits: ModelTraits, warn: Warn): WireRequest {
  const { toolConfig, ...rest } = request;
  const declared = toolConfig && traits.tools !== "nowhere" ? legalizeSpecs(toolConfig.tools, warn) : [];
  if (declared.some((tool) => !tool["cachePoint"]))
    return chooseTool(request, { ...toolConfig, tools: declared }, warn);
  const tools = listCalled(request.messages);
  if (tools.length === 0) return toolConfig ? rest : request;
  warn("tools_declared", `Tools of the history were declared, as none is given: ${tools.map(nameOf).join(", ")}.`);
  return { ...rest, toolConfig: { tools } };
}

function nameOf(tool: JsonObject): string {
  return stringOf(objectOf(tool["toolSpec"] ?? tool["systemTool"])?.["name"]) ?? "";
}

function legalizeSpecs(tools: readonly JsonObject[], warn: Warn): readonly JsonObject[] {
  const names = new Set<string>();
  const legal = tools.flatMap((tool) => {
    if (tool["cachePoint"]) return [tool];
    const name = nameOf(tool);
    if (names.has(name)) {
      warn("duplicate_tool_dropped", `The tool ${JSON.stringify(name)} is given twice: only the first is sent.`);
      return [];
    }
    names.add(name);
    return [legalizeSpec(tool, warn)];
  });
  return keep(tools, legal);
}

function legalizeSpec(tool: JsonObject, warn: Warn): JsonObject {
  const spec = objectOf(tool["toolSpec"]);
  if (!spec) return tool;
  const { description, ...rest } = spec;
  const given = objectOf(spec["inputSchema"])?.["json"];
  const json = legalizeSchema(given);
  const isBlank = description !== undefined && !/\S/.test(stringOf(description) ?? "");
  if (json !== given) {
    warn(
      "tool_schema_changed",
      `The schema of the tool ${nameOf(tool)} was made one object, as Bedrock takes no other.`,
    );
  }
  if (json === given && !isBlank) return tool;
  return { toolSpec: { ...(isBlank ? rest : spec), inputSchema: { json } } };
}

/** The tools that a history calls, with a schema that takes any arguments. */
function listCalled(messages: readonly WireMessage[]): JsonObject[] {
  const tools = new Map<string, JsonObject>();
  for (const block of messages.flatMap(({ content }) => content.filter(isToolBlock))) {
    const use = objectOf(block["toolUse"]);
    const name = stringOf(use?.["name"]) ?? "";
    const inputSchema = { json: { type: "object", properties: {} } };
    const isServed = use?.["type"] === "server_tool_use";
    if (use) tools.set(name, isServed ? { systemTool: { name } } : { toolSpec: { name, inputSchema } });
  }
  return [...tools.values()];
}

/** Leaves out the choice of a tool that is not there, and says a choice once only: in Claude's own field if that is set. */
function chooseTool(request: WireRequest, toolConfig: WireToolConfig, warn: Warn): WireRequest {
  const { toolChoice, ...unforced } = toolConfig;
  const same = toolConfig.tools === request.toolConfig?.tools ? request : { ...request, toolConfig };
  if (!toolChoice) return same;
  const name = stringOf(objectOf(toolChoice["tool"])?.["name"]);
  if (name !== undefined && !toolConfig.tools.some((tool) => nameOf(tool) === name)) {
    warn(
      "tool_choice_dropped",
      `The tool ${JSON.stringify(name)} cannot be chosen, as it is not declared: the model may choose.`,
    );
    return { ...request, toolConfig: unforced };
  }
  const fields = request.additionalModelRequestFields;
  const own = objectOf(fields?.["tool_choice"]);
  if (!own) return same;
  const type = Object.keys(toolChoice)[0] ?? "auto";
  const isOpen = own["type"] === "auto" || own["type"] === "none";
  const choice = isOpen ? { ...own, type, ...(name !== undefined && { name }) } : own;
  return { ...request, toolConfig: unforced, additionalModelRequestFields: { ...fields, tool_choice: choice } };
}

const ILLEGAL = /[^a-zA-Z0-9_-]/g;
const ILLEGAL_OR_HYPHEN = /[^a-zA-Z0-9_]/g;

/** Whether Bedrock takes it as a tool's name. */
export function isToolName(name: string, { hasHyphenNames }: ModelTraits): boolean {
  return isLabel(name, hasHyphenNames ? ILLEGAL : ILLEGAL_OR_HYPHEN);
}

/**
 * Gives tools names that Bedrock takes, the same in specifications, history and choice. A legal name stays as it is.
 *
 * @returns the request, and the tools' own names by those on the wire, for those that differ
 */
export function nameTools(
  request: WireRequest,
  { hasHyphenNames }: ModelTraits,
  warn: Warn,
): { readonly request: WireRequest; readonly toolNames: ReadonlyMap<string, string> } {
  const illegal = hasHyphenNames ? ILLEGAL : ILLEGAL_OR_HYPHEN;
  const own = new Set<string>();
  const collect = (name: string): string => {
    own.add(name);
    return name;
  };
  renameTools(request, collect);
  const toolNames = new Map<string, string>();
  const taken = new Set([...own].filter((name) => isLabel(name, illegal)));
  const wireNames = new Map<string, string>();
  for (const name of own) {
    if (taken.has(name)) continue;
    const label = createLabel(name, illegal, taken);
    taken.add(label);
    wireNames.set(name, label);
    toolNames.set(label, name);
  }
  if (toolNames.size === 0) return { request, toolNames };
  const list = [...wireNames].map(([name, label]) => `${JSON.stringify(name)} as ${label}`).join(", ");
  warn("tools_renamed", `Tools are sent under names that this model takes (answers have yours): ${list}.`);
  return { request: renameTools(request, (name) => wireNames.get(name) ?? name), toolNames };
}

function renameTools(request: WireRequest, rename: (name: string) => string): WireRequest {
  const { toolConfig, additionalModelRequestFields: fields } = request;
  const inside = (block: JsonObject, kind: string): JsonObject => {
    const inner = objectOf(block[kind]);
    return inner ? { ...block, [kind]: { ...inner, name: rename(stringOf(inner["name"]) ?? "") } } : block;
  };
  const deep = (block: JsonObject, kind: string): JsonObject => {
    const inner = objectOf(block[kind]);
    return isObject(inner?.["tool"]) && inner["tool"]["name"] !== undefined
      ? { ...block, [kind]: inside(inner, "tool") }
      : block;
  };
  const own = objectOf(fields?.["tool_choice"]);
  return {
    ...request,
    messages: mapContent(request.messages, ({ content }) =>
      content.map((block: WireBlock) => deep(deep(inside(block, "toolUse"), "toolAddition"), "toolRemoval")),
    ),
    ...(toolConfig && {
      toolConfig: {
        tools: toolConfig.tools.map((tool) => inside(tool, "toolSpec")),
        ...(toolConfig.toolChoice && { toolChoice: inside(toolConfig.toolChoice, "tool") }),
      },
    }),
    ...(own?.["name"] !== undefined && {
      additionalModelRequestFields: {
        ...fields,
        tool_choice: inside({ tool_choice: own }, "tool_choice")["tool_choice"],
      },
    }),
  };
}
