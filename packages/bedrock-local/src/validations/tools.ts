/**
 * Rules on tools: every call is answered in the next message, once, before anything else; and the tools are declared.
 *
 * The texts were observed on the wire, except those of duplicate and unknown tool names and of system tools. Paths count from 0.
 */
import { isPlainObject } from "../json.ts";
import type { Model } from "../models/families.ts";
import { createFieldRefusal, createModelRefusal, createRefusal } from "./refusal.ts";
import type { ContentBlock, ConverseRequest, Message, ToolResultBlock, ToolUseBlock } from "../wire.ts";

/**
 * Checks tool blocks and the tool configuration of a request.
 *
 * @throws AwsError `ValidationException`.
 */
export function checkTools(request: ConverseRequest, model: Model): void {
  const messages = request.messages ?? [];
  checkDeclared(messages, request);
  checkSchemas(request);
  checkNames(request);
  checkSystemTools(request, model);
  for (const [index, message] of messages.entries()) {
    checkRoles(message, index);
    checkUnique(message, index);
    checkValues(message, index, model);
    checkPairing(messages, index);
    checkOrder(messages, index, model);
  }
}

/** The calls that the client must answer: those of the model's own server tools are answered in the same turn. */
function findCalls(message: Message | undefined): ToolUseBlock[] {
  if (message?.role !== "assistant") return [];
  const answered = new Set(findResults(message).map(({ toolUseId }) => toolUseId));
  return findUses(message).filter(({ toolUseId, type }) => type !== "server_tool_use" && !answered.has(toolUseId));
}

function findUses({ content }: Message): ToolUseBlock[] {
  return content.flatMap((block) => ("toolUse" in block ? [block.toolUse] : []));
}

function findResults({ content }: Message): ToolResultBlock[] {
  return content.flatMap((block) => ("toolResult" in block ? [block.toolResult] : []));
}

function isToolBlock(block: ContentBlock): boolean {
  return "toolUse" in block || "toolResult" in block;
}

function checkDeclared(messages: readonly Message[], request: ConverseRequest): void {
  if (request.toolConfig !== undefined || !messages.some(({ content }) => content.some(isToolBlock))) return;
  throw createRefusal("The toolConfig field must be defined when using toolUse and toolResult content blocks.");
}

function checkSchemas({ toolConfig }: ConverseRequest): void {
  for (const [index, tool] of (toolConfig?.tools ?? []).entries()) {
    if (!("toolSpec" in tool)) continue;
    const path = `toolConfig.tools.${index}.toolSpec.inputSchema.json`;
    const schema = tool.toolSpec.inputSchema.json;
    if (!isPlainObject(schema)) throw createJsonRefusal(path);
    if (schema["type"] !== "object") {
      throw createRefusal(`The value at ${path}.type must be one of the following: object.`);
    }
  }
}

function checkNames({ toolConfig }: ConverseRequest): void {
  const names = (toolConfig?.tools ?? []).flatMap((tool) => {
    if ("toolSpec" in tool) return [tool.toolSpec.name];
    return "systemTool" in tool ? [tool.systemTool.name] : [];
  });
  const twice = findDuplicates(names);
  if (twice.length > 0)
    throw createRefusal(`The tools at toolConfig.tools contain duplicate names: ${twice.join(", ")}`);
  const choice = toolConfig?.toolChoice;
  if (choice === undefined || !("tool" in choice) || names.includes(choice.tool.name)) return;
  throw createRefusal(
    `The value at toolConfig.toolChoice.tool.name must be the name of a tool at toolConfig.tools, got: ${choice.tool.name}`,
  );
}

function checkSystemTools({ toolConfig }: ConverseRequest, { family }: Model): void {
  if (family === "nova" || family === "opaque") return;
  for (const tool of toolConfig?.tools ?? []) {
    if (!("systemTool" in tool) || !tool.systemTool.name.startsWith("nova_")) continue;
    const { name } = tool.systemTool;
    throw createRefusal(`This model doesn't support the system tool ${name}. Remove ${name} and try again.`);
  }
}

function checkRoles(message: Message, index: number): void {
  if (message.role !== "assistant" && findUses(message).length > 0) {
    throw createModelRefusal(`messages.${index}: \`tool_use\` blocks can only be in \`assistant\` messages`);
  }
  const uses = new Set(findUses(message).map(({ toolUseId }) => toolUseId));
  const isStray = message.role !== "user" && findResults(message).some(({ toolUseId }) => !uses.has(toolUseId));
  if (isStray) throw createModelRefusal(`messages.${index}: \`tool_result\` blocks can only be in \`user\` messages`);
}

function checkUnique(message: Message, index: number): void {
  for (const [kind, blocks] of [
    ["toolUse", findUses(message)],
    ["toolResult", findResults(message)],
  ] as const) {
    const twice = findDuplicates(blocks.map(({ toolUseId }) => toolUseId));
    if (twice.length === 0) continue;
    throw createRefusal(`The ${kind} blocks at messages.${index}.content contain duplicate Ids: ${twice.join(", ")}`);
  }
}

/** The texts that `list` holds more than once, each once. */
function findDuplicates(list: readonly string[]): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const text of list) (seen.has(text) ? twice : seen).add(text);
  return [...twice];
}

function checkValues({ content }: Message, index: number, model: Model): void {
  for (const [position, block] of content.entries()) {
    const path = `messages.${index}.content.${position}`;
    if ("toolUse" in block && !isUntypedObject(block.toolUse.input)) throw createJsonRefusal(`${path}.toolUse.input`);
    if (!("toolResult" in block)) continue;
    const { content: results, status } = block.toolResult;
    if (status !== undefined && !model.resultStatus) throw createFieldRefusal("status");
    if (status === "error" && results.length === 0) {
      throw createRefusal(`The content field at ${path}.toolResult cannot be empty when status value is error.`);
    }
    const bad = results.findIndex((result) => "json" in result && !isUntypedObject(result.json));
    if (bad >= 0) throw createJsonRefusal(`${path}.toolResult.content.${bad}.json`);
  }
}

function createJsonRefusal(path: string): Error {
  return createRefusal(
    `The format of the value at ${path} is invalid. Provide a json object for the field and try again.`,
  );
}

/** Bedrock takes a nested `__type` for a typed value and refuses the object. On the top level it does no harm. */
function isUntypedObject(value: unknown): boolean {
  return isPlainObject(value) && !Object.values(value).some(holdsTypeKey);
}

function holdsTypeKey(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsTypeKey);
  return isPlainObject(value) && (Object.hasOwn(value, "__type") || Object.values(value).some(holdsTypeKey));
}

/** Message `index` answers the calls of the message before it, all of them and no other. */
function checkPairing(messages: readonly Message[], index: number): void {
  const message = messages[index];
  if (message === undefined) return;
  const calls = findCalls(messages[index - 1]);
  const results = message.role === "user" ? findResults(message) : [];
  if (results.length > calls.length) {
    throw createRefusal(
      `The number of toolResult blocks at messages.${index}.content exceeds the number of toolUse blocks of previous turn.`,
    );
  }
  const answered = new Set(results.map(({ toolUseId }) => toolUseId));
  throwMissing(
    index,
    calls.filter(({ toolUseId }) => !answered.has(toolUseId)),
  );
  if (index === messages.length - 1) throwMissing(index + 1, findCalls(message));
}

function throwMissing(index: number, calls: readonly ToolUseBlock[]): void {
  if (calls.length === 0) return;
  const ids = calls.map(({ toolUseId }) => toolUseId).join(", ");
  throw createRefusal(`Expected toolResult blocks at messages.${index}.content for the following Ids: ${ids}`);
}

/** Results come first and together. Some models take nothing beside them. */
function checkOrder(messages: readonly Message[], index: number, model: Model): void {
  const message = messages[index];
  if (message?.role !== "user") return;
  const kinds = message.content.filter((block) => !("cachePoint" in block)).map((block) => "toolResult" in block);
  const count = kinds.filter(Boolean).length;
  if (count === 0) return;
  if (!model.mixesToolResults && count < kinds.length) {
    throw createRefusal(
      `messages.${index}.content: Conversation blocks and tool result blocks cannot be provided in the same turn.`,
    );
  }
  if (kinds.slice(0, count).every(Boolean)) return;
  const ids = findResults(message).map(({ toolUseId }) => toolUseId);
  throw createModelRefusal(
    `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ` +
      `${ids.join(", ")}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  );
}
