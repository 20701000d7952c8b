/**
 * Models that take a conversation in the form of OpenAI's chat completions: Mistral, Jamba, DeepSeek V3, Qwen, gpt-oss,
 * and others.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-mistral-chat-completion.html
 */
import { isPlainObject, parseJson } from "../../json.ts";
import { randomUuid } from "../../random.ts";
import { createRefusal } from "../../validations/refusal.ts";
import type { ContentBlock, ToolUseBlock } from "../../wire.ts";
import { joinText, listPieces, type TextFamily, type TextTurn, dropUndefined } from "./text-family.ts";

type Fields = Readonly<Record<string, unknown>>;

const IDS =
  /^(?:mistral|ai21\.jamba|deepseek|qwen|openai|zai|moonshotai|moonshot|minimax|google\.gemma|nvidia|writer|xai)\b/;
const DATA_URI = /^data:image\/(\w+);base64,(.*)$/s;

/** Every model with this form of body. */
export const chatCompletions: TextFamily = {
  matches: (id) => IDS.test(id),
  parse: parseBody,
  render: (turn) => ({
    ...renderHead(turn, "chat.completion"),
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: renderContent(turn), ...renderCalls(turn) },
        ...renderReason(turn),
      },
    ],
    usage: renderUsage(turn),
  }),
  *stream(turn): Generator<Fields> {
    const head = renderHead(turn, "chat.completion.chunk");
    const chunk = (delta: Fields, reason: Fields = renderReason(undefined)): Fields => ({
      ...head,
      choices: [{ index: 0, delta, ...reason }],
    });
    yield chunk({ role: "assistant", content: "" });
    for (const piece of listPieces(turn.answer)) yield chunk({ content: piece });
    const calls = renderCalls(turn);
    if ("tool_calls" in calls) yield chunk(calls);
    yield { ...chunk({}, renderReason(turn)), usage: renderUsage(turn) };
  },
};

function parseBody(body: Fields): Fields {
  const { messages, tools, max_tokens: maxTokens = body["max_completion_tokens"], stop } = body;
  if (!Array.isArray(messages)) throw createRefusal("messages: Field required");
  const list: readonly unknown[] = messages;
  const said = list.map((message, index) => readObject(message, `messages.${index}`));
  const system = said.filter(({ role }) => role === "system" || role === "developer").flatMap(parseContent);
  const stops = typeof stop === "string" ? [stop] : stop;
  return {
    messages: mergeRoles(said.filter(({ role }) => role !== "system" && role !== "developer").map(parseMessage)),
    ...(system.length === 0 ? {} : { system }),
    ...(Array.isArray(tools) && tools.length > 0 ? { toolConfig: { tools: tools.map(parseTool) } } : {}),
    inferenceConfig: dropUndefined({ maxTokens, stopSequences: stops }),
  };
}

interface Spoken {
  readonly role: unknown;
  readonly content: Fields[];
}

function parseMessage(message: Fields): Spoken {
  const { role, tool_calls: calls, tool_call_id: toolUseId } = message;
  if (role === "tool")
    return { role: "user", content: [{ toolResult: { toolUseId, content: parseContent(message) } }] };
  const uses = Array.isArray(calls) ? calls.map(parseCall) : [];
  return { role, content: [...parseContent(message), ...uses] };
}

/** Converse wants all results of one turn in one message. */
function mergeRoles(messages: readonly Spoken[]): Spoken[] {
  const merged: Spoken[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (last !== undefined && last.role === message.role) last.content.push(...message.content);
    else merged.push(message);
  }
  return merged;
}

function parseContent({ content }: Fields): Fields[] {
  if (content === undefined || content === null || content === "") return [];
  if (typeof content === "string") return [{ text: content }];
  if (!Array.isArray(content)) throw createRefusal("messages.content: Input should be a valid list");
  return content.map((part: unknown) => {
    const { type, text, image_url: image } = readObject(part, "messages.content");
    if (type === "text") return { text };
    const url = isPlainObject(image) ? image["url"] : image;
    const [, format, bytes] = DATA_URI.exec(String(url)) ?? [];
    if (bytes === undefined) throw createRefusal("messages.content: only text and images as data URIs are supported");
    return { image: { format, source: { bytes } } };
  });
}

function parseCall(call: unknown): Fields {
  const { id: toolUseId, function: called } = readObject(call, "messages.tool_calls");
  const { name, arguments: input } = readObject(called, "messages.tool_calls.function");
  return { toolUse: { toolUseId, name, input: typeof input === "string" ? parseJson(input) : input } };
}

function parseTool(tool: unknown): Fields {
  const {
    name,
    description,
    parameters: json = {},
  } = readObject(readObject(tool, "tools")["function"], "tools.function");
  return { toolSpec: dropUndefined({ name, description, inputSchema: { json } }) };
}

function readObject(value: unknown, at: string): Fields {
  if (isPlainObject(value)) return value;
  throw createRefusal(`${at}: Input should be a valid dictionary`);
}

function renderHead({ id, random }: TextTurn, object: string): Fields {
  return { id: randomUuid(random), object, model: id };
}

function renderContent({ answer }: TextTurn): string | null {
  return joinText(answer) || null;
}

function renderCalls({ answer }: TextTurn): Fields {
  const uses = answer.message.content.flatMap((block: ContentBlock) => ("toolUse" in block ? [block.toolUse] : []));
  return uses.length === 0 ? {} : { tool_calls: uses.map(renderCall) };
}

function renderCall({ toolUseId, name, input }: ToolUseBlock, index: number): Fields {
  return { id: toolUseId, index, type: "function", function: { name, arguments: JSON.stringify(input) } };
}

/** Some of these families name it one way, some the other, so both stand there. */
function renderReason(turn: TextTurn | undefined): Fields {
  const reasons: Readonly<Record<string, string>> = { max_tokens: "length", tool_use: "tool_calls" };
  const reason = turn === undefined ? null : (reasons[turn.answer.stopReason] ?? "stop");
  return { finish_reason: reason, stop_reason: reason };
}

function renderUsage({ answer: { usage } }: TextTurn): Fields {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
