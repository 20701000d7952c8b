import { answerConverse, type Answer, type AnswerContext } from "../../../src/models/answer.ts";
import { createRandom } from "../../../src/random.ts";
import type { ConverseRequest, Json, Message, Tool, ToolResultBlock, ToolUseBlock } from "../../../src/wire.ts";

export const CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

export function createTool(
  name: string,
  description: string,
  properties: Record<string, Json>,
  required?: string[],
): Tool {
  const json = { type: "object", properties, required: required ?? Object.keys(properties) };
  return { toolSpec: { name, description, inputSchema: { json } } };
}

export const WEATHER: Tool = createTool(
  "get_weather",
  "Get the current weather for a city",
  { city: { type: "string" }, unit: { type: "string", enum: ["celsius", "fahrenheit"] } },
  ["city"],
);
const TIME = createTool("get_time", "Tell the local time of a place", { location: { type: "string" } });
const ADD = createTool("add", "Add two numbers", { a: { type: "number" }, b: { type: "number" } });
const SEARCH = createTool("search_web", "Search the web", { query: { type: "string" } });
const MAIL = createTool("send_email", "Send an email", {
  to: { type: "string", format: "email" },
  body: { type: "string" },
});
export const TOOLS: Tool[] = [WEATHER, TIME, ADD, SEARCH, MAIL];

export function user(text: string): Message {
  return { role: "user", content: [{ text }] };
}

/** Answers a conversation that has tools. */
export function run(
  messages: Message[],
  more: ConverseRequest = {},
  context: Partial<AnswerContext> = {},
  modelId = CLAUDE,
): Answer {
  const request: ConverseRequest = { toolConfig: { tools: TOOLS }, ...more, messages };
  return answerConverse(request, modelId, { random: createRandom(1), ...context });
}

export function findCalls({ message }: Answer): ToolUseBlock[] {
  return message.content.flatMap((block) => ("toolUse" in block ? [block.toolUse] : []));
}

export function findText({ message }: Answer): string {
  return message.content.flatMap((block) => ("text" in block ? [block.text] : [])).join("");
}

/** The conversation after `answer`, its calls answered by `respond`. */
export function reply(
  messages: Message[],
  answer: Answer,
  respond: (call: ToolUseBlock) => Omit<ToolResultBlock, "toolUseId">,
): Message[] {
  const results = findCalls(answer).map((call) => ({ toolResult: { toolUseId: call.toolUseId, ...respond(call) } }));
  return [...messages, answer.message, { role: "user", content: results }];
}
