/** What the built-in model looks at when it answers: one conversation, reduced to text. */
import { isJsonObject, parseJson } from "../json.ts";
import type { ContentBlock, ConverseRequest, Json, Message, ToolResultContent } from "../wire.ts";
import { describeMedium } from "./media.ts";

/** A call of a tool since the last question, with its result. */
export interface ToolOutcome {
  readonly name: string;
  readonly input: Json;
  /** The result's texts, JSON and media in words. */
  readonly text: string;
  /** The result's JSON objects, merged; also those that came as text. */
  readonly values: Readonly<Record<string, Json>>;
  readonly isError: boolean;
  /** Whether it stands in the last message. */
  readonly isLast: boolean;
}

/** The conversation as the skills see it. */
export interface Turn {
  /** The text of the last user message that has any. */
  readonly question: string;
  /** The system prompt. */
  readonly system: string;
  /** Texts of all user messages before the question, oldest first. */
  readonly earlier: readonly string[];
  /** Text to answer from: documents, search results and tool results, wherever they stand. */
  readonly sources: string;
  /** The calls since the question, oldest first. */
  readonly outcomes: readonly ToolOutcome[];
  /** The images, documents, videos and sounds of the question, in words. */
  readonly media: readonly string[];
  /** What the last message already holds when the assistant is to continue it, else empty. */
  readonly prefill: string;
  /** The model that was asked for, as the client named it. */
  readonly modelId: string;
  /** Numbers from 0 up to 1, for choices among equals. */
  readonly random: () => number;
}

/** Tries to answer; `undefined` when the question is not one of this skill's. */
export type Skill = (turn: Turn) => string | undefined;

/** Reduces a request to what the skills need. */
export function createTurn(request: ConverseRequest, modelId: string, random: () => number): Turn {
  const messages = request.messages ?? [];
  const last = messages.at(-1);
  const asking = messages.findLastIndex((message) => message.role === "user" && readText(message) !== "");
  const isUser = ({ role }: Message): boolean => role === "user";
  return {
    question: readText(messages[asking]),
    system: (request.system ?? []).map(readBlock).filter(Boolean).join("\n"),
    earlier: messages.slice(0, Math.max(0, asking)).filter(isUser).map(readText).filter(Boolean),
    sources: messages
      .flatMap(({ content }) => content.map(readSource))
      .filter(Boolean)
      .join("\n"),
    outcomes: readOutcomes(messages, asking),
    media: (messages[asking]?.content ?? []).map(describeMedium).filter((text) => text !== undefined),
    prefill: last?.role === "assistant" ? readText(last) : "",
    modelId,
    random,
  };
}

/** The readable text of a source of answers, empty for anything else. */
export function readSource(block: ContentBlock | ToolResultContent): string {
  if ("toolResult" in block) return block.toolResult.content.map(readResult).filter(Boolean).join("\n");
  if ("searchResult" in block) return block.searchResult.content.map(({ text }) => text).join("\n");
  if (!("document" in block)) return "";
  const { format, source } = block.document;
  if ("text" in source) return source.text;
  if ("content" in source) return source.content.map(({ text }) => text).join("\n");
  const isText = format === "txt" || format === "md" || format === "csv" || format === "html";
  return isText && "bytes" in source ? Buffer.from(source.bytes, "base64").toString("utf8") : "";
}

/** Calls of earlier questions do not count: they were answered. Server tools answer in the assistant's own message. */
function readOutcomes(messages: readonly Message[], asking: number): ToolOutcome[] {
  return messages.flatMap(({ content }, index) =>
    index < asking
      ? []
      : content.flatMap((block) => readOutcome(block, messages[index - 1], index === messages.length - 1)),
  );
}

function readOutcome(block: ContentBlock, before: Message | undefined, isLast: boolean): ToolOutcome[] {
  if (!("toolResult" in block)) return [];
  const { toolUseId, content, status } = block.toolResult;
  const calls = (before?.content ?? []).flatMap((other) => ("toolUse" in other ? [other.toolUse] : []));
  const call = calls.find((other) => other.toolUseId === toolUseId);
  if (call === undefined) return [];
  const values: Record<string, Json> = {};
  for (const part of content) Object.assign(values, readValues(part));
  const texts = content.map((part) => readResult(part) || (describeMedium(part) ?? ""));
  const { name, input } = call;
  return [{ name, input, text: texts.filter(Boolean).join("\n"), values, isError: status === "error", isLast }];
}

function readValues(part: ToolResultContent): Record<string, Json> {
  if ("json" in part) return isJsonObject(part.json) ? part.json : {};
  if (!("text" in part) || !part.text.trimStart().startsWith("{")) return {};
  const value = parseJson(part.text);
  return isJsonObject(value) ? value : {};
}

function readText(message: Message | undefined): string {
  return (message?.content ?? []).map(readBlock).filter(Boolean).join("\n").trim();
}

function readBlock(block: ContentBlock): string {
  if ("text" in block) return block.text;
  return "guardContent" in block && "text" in block.guardContent ? block.guardContent.text.text : "";
}

function readResult(result: ToolResultContent): string {
  if ("text" in result) return result.text;
  return "json" in result ? JSON.stringify(result.json) : readSource(result);
}
