/** What the built-in model looks at when it answers: one conversation, reduced to text. */
import type { ContentBlock, ConverseRequest, Message, ToolResultContent } from "../wire.ts";

/** The conversation as the skills see it. */
export interface Turn {
  /** The text of the last user message. */
  readonly question: string;
  /** The system prompt. */
  readonly system: string;
  /** Texts of all user messages before the last, oldest first. */
  readonly earlier: readonly string[];
  /** Text to answer from: documents, search results and tool results, wherever they stand. */
  readonly sources: string;
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
  const asked = messages.filter(({ role }) => role === "user").map(readText);
  return {
    question: asked.at(-1) ?? "",
    system: (request.system ?? []).map(readBlock).filter(Boolean).join("\n"),
    earlier: asked.slice(0, -1),
    sources: messages
      .flatMap(({ content }) => content.map(readSource))
      .filter(Boolean)
      .join("\n"),
    prefill: last?.role === "assistant" ? readText(last) : "",
    modelId,
    random,
  };
}

function readText({ content }: Message): string {
  return content.map(readBlock).filter(Boolean).join("\n").trim();
}

function readBlock(block: ContentBlock): string {
  if ("text" in block) return block.text;
  return "guardContent" in block && "text" in block.guardContent ? block.guardContent.text.text : "";
}

function readSource(block: ContentBlock | ToolResultContent): string {
  if ("toolResult" in block) return block.toolResult.content.map(readResult).filter(Boolean).join("\n");
  if ("searchResult" in block) return block.searchResult.content.map(({ text }) => text).join("\n");
  if (!("document" in block)) return "";
  const { format, source } = block.document;
  if ("text" in source) return source.text;
  if ("content" in source) return source.content.map(({ text }) => text).join("\n");
  const isText = format === "txt" || format === "md" || format === "csv" || format === "html";
  return isText && "bytes" in source ? Buffer.from(source.bytes, "base64").toString("utf8") : "";
}

function readResult(result: ToolResultContent): string {
  if ("text" in result) return result.text;
  return "json" in result ? JSON.stringify(result.json) : readSource(result);
}
