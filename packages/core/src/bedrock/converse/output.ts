import { CapabilityError, InputError } from "../../errors.ts";
import { toStrictSchema, type StrictSchema } from "../../schema/rewrite.ts";
import type { Chunk } from "../../types/chunk.ts";
import type { ContentPart, ToolCallPart } from "../../types/content.ts";
import { compact, isObject, objectOf, objectsOf, type JsonObject } from "../../types/json.ts";
import type { OutputFormat } from "../../types/tool.ts";
import type { ModelTraits } from "../traits.ts";
import type { KnownModel } from "../known-models.ts";
import type { WireRequest } from "./wire.ts";

/** How a structured answer was asked for, so that it can be read. */
export interface OutputPlan {
  readonly mode: "native" | "tool" | "prompt";
  /** The tool whose arguments are the answer, by its name on the wire. */
  readonly toolName?: string;
}

interface Planned {
  readonly request: WireRequest;
  readonly plan?: OutputPlan;
}

/**
 * Asks for JSON of a schema in the best way that the model takes, or in the way that was asked for.
 *
 * - `native`: `outputConfig.textFormat`. Only for schemas that Bedrock's subset can express, and not beside citations,
 *   which it refuses.
 * - `tool`: a tool whose arguments are the answer. The model is made to call it, unless it may call other tools too, or
 *   thinks: a thinking model refuses to be made to. Then it is told to.
 * - `prompt`: an instruction.
 *
 * @throws {CapabilityError} `ERR_CAPABILITY` when the model cannot do what was asked for
 * @throws {InputError} `ERR_INPUT` when native output was asked for, but is not possible with this schema or request
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 */
export function applyOutput(
  request: WireRequest,
  output: OutputFormat | undefined,
  model: KnownModel,
  isStreaming: boolean,
): Planned {
  if (!output) return { request };
  const { mode = "auto", schema } = output;
  const able = modesOf(model.traits, isStreaming);
  if (mode !== "auto" && !able.includes(mode)) {
    throw new CapabilityError(
      `${model.id} has no structured output of mode "${mode}"${isStreaming ? " in streams" : ""}: ` +
        `leave the mode out, or take one of ${able.join(", ")}.`,
    );
  }
  if (mode === "native" || (mode === "auto" && model.traits.output === "native")) {
    const strict: StrictSchema = hasCitations(request) ? { reason: "citations" } : toStrictSchema(schema);
    if ("schema" in strict && (mode === "native" || !strict.isLarge)) {
      return { request: askNatively(request, output, strict.schema), plan: { mode: "native" } };
    }
    if (mode === "native" && "reason" in strict) {
      throw new InputError(`Native structured output takes no ${strict.reason}: do without, or leave the mode out.`);
    }
  }
  const isByTool = mode === "auto" ? model.traits.output !== "prompt" && able.includes("tool") : mode === "tool";
  return isByTool ? askByTool(request, output, model) : askByPrompt(request, output);
}

/** What a model can be asked for, best first. Where the model is not known, Bedrock alone can tell. */
function modesOf({ family, output, tools }: ModelTraits, isStreaming: boolean): OutputPlan["mode"][] {
  const isUnknown = family === "unknown";
  const hasTools = tools === "everywhere" || (tools === "not-in-streams" && !isStreaming);
  return [
    ...(isUnknown || output === "native" ? (["native"] as const) : []),
    ...(isUnknown || hasTools ? (["tool"] as const) : []),
    "prompt",
  ];
}

function askNatively(
  request: WireRequest,
  { name = "answer", description }: OutputFormat,
  schema: JsonObject,
): WireRequest {
  const jsonSchema = compact({ schema: JSON.stringify(schema), name, description });
  const textFormat = { type: "json_schema", structure: { jsonSchema } };
  return { ...request, outputConfig: { ...request.outputConfig, textFormat } };
}

function askByTool(request: WireRequest, output: OutputFormat, model: KnownModel): Planned {
  const { name = "answer", description, schema } = output;
  const { tools = [], toolChoice } = request.toolConfig ?? {};
  const toolName = uniqueName(name.replaceAll("-", "_"), tools);
  const tool = {
    toolSpec: {
      name: toolName,
      description: description ?? "Takes the final answer.",
      inputSchema: { json: schema },
    },
  };
  const { additionalModelRequestFields: fields, ...rest } = request;
  const isNone = objectOf(fields?.["tool_choice"])?.["type"] === "none";
  // Other tools, if there are any, must not be called then.
  const isAlone = tools.length === 0 || isNone;
  const forced = isAlone && !isThinking(request, model) ? forceTool(toolName, model) : undefined;
  if (isNone && !forced) return askByPrompt(request, output);
  // Some call at each step, so that the last one is the answer's.
  const any = model.traits.toolChoices.includes("any") && !isThinking(request, model) ? { any: {} } : undefined;
  const choice = forced ?? toolChoice ?? any;
  const { tool_choice: _, ...free } = fields ?? {};
  const open = isNone
    ? { ...rest, ...(Object.keys(free).length > 0 && { additionalModelRequestFields: free }) }
    : request;
  const asked = { ...open, toolConfig: { tools: [...tools, tool], ...(choice && { toolChoice: choice }) } };
  return {
    request: forced ? asked : instruct(asked, `Give your final answer by calling the tool ${toolName}, not as text.`),
    plan: { mode: "tool", toolName },
  };
}

function askByPrompt(request: WireRequest, { description, schema }: OutputFormat): Planned {
  const purpose = description === undefined ? "" : ` (${description})`;
  const text =
    `Give your final answer as one JSON object${purpose}, without any other text and without a code fence. ` +
    `It must fit this JSON Schema:\n${JSON.stringify(schema)}`;
  return { request: instruct(request, text), plan: { mode: "prompt" } };
}

function instruct(request: WireRequest, text: string): WireRequest {
  return { ...request, system: [...request.system, { text }] };
}

function forceTool(name: string, { traits }: KnownModel): JsonObject | undefined {
  if (traits.toolChoices.includes("tool")) return { tool: { name } };
  return traits.toolChoices.includes("any") ? { any: {} } : undefined;
}

function uniqueName(name: string, tools: readonly JsonObject[]): string {
  const taken = new Set(tools.map((tool) => (objectOf(tool["toolSpec"]) ?? objectOf(tool["systemTool"]))?.["name"]));
  let unique = name;
  for (let count = 2; taken.has(unique); count++) unique = `${name.slice(0, 60)}_${count}`;
  return unique;
}

/** Whether the model thinks in this request, or may: some models always do. */
function isThinking({ additionalModelRequestFields: fields }: WireRequest, { traits }: KnownModel): boolean {
  const isOn = ["thinking", "reasoning_config", "reasoningConfig"].some((name) => {
    const config = fields?.[name];
    return isObject(config) && config["type"] !== "disabled";
  });
  return isOn || traits.thinking === "always" || traits.thinking === "adaptive";
}

function hasCitations({ system, messages }: WireRequest): boolean {
  return system.some(isCited) || messages.some(({ content }) => content.some(isCited));
}

function isCited({ document, searchResult, toolResult }: JsonObject): boolean {
  const { citations } = objectOf(document) ?? objectOf(searchResult) ?? {};
  return objectOf(citations)?.["enabled"] === true || objectsOf(objectOf(toolResult)?.["content"]).some(isCited);
}

/** An answer's parts and stop reason, with the arguments of the answer's tool as its text. */
export function readOutput(
  { toolName }: OutputPlan,
  parts: readonly ContentPart[],
  finishReason: string,
): { readonly parts: readonly ContentPart[]; readonly finishReason: string } {
  if (toolName === undefined || !parts.some((part) => isAnswer(part, toolName))) return { parts, finishReason };
  const last = parts.findLastIndex((part) => isAnswer(part, toolName));
  // The answer is what the tool was called with: what was said beside it, or called before, is none of it.
  const read = parts.flatMap((part, index): ContentPart[] => {
    if (isAnswer(part, toolName)) return index === last ? [{ type: "text", text: toText(part) }] : [];
    return part.type === "text" ? [] : [part];
  });
  const hasCalls = read.some((part) => part.type === "tool_call" && part.kind !== "server_tool_use");
  return { parts: read, finishReason: finishReason === "tool_use" && !hasCalls ? "end_turn" : finishReason };
}

function isAnswer(part: ContentPart, toolName: string): part is ToolCallPart {
  return part.type === "tool_call" && part.name === toolName;
}

function toText(call: ToolCallPart): string {
  return call.invalidArguments ?? JSON.stringify(call.arguments);
}

/** A stream's chunk, with the arguments of the answer's tool as text; `undefined` when the caller shall not see it. */
export function createOutputReader({ toolName }: OutputPlan): (chunk: Chunk) => Chunk | undefined {
  const answers = new Set<string>();
  return (chunk) => {
    switch (chunk.type) {
      case "tool_call_start":
        if (chunk.name !== toolName) return chunk;
        answers.add(chunk.id);
        return undefined;
      case "tool_call_delta":
        return answers.has(chunk.id) ? { type: "text", content: chunk.delta } : chunk;
      case "tool_call":
        return chunk.toolCall.name === toolName ? undefined : chunk;
      default:
        return chunk;
    }
  };
}
