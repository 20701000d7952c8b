import { isObject, objectOf, objectsOf, stringOf } from "../../../types/json.ts";
import type { WireBlock, WireMessage } from "../wire.ts";

/** `after`, or `before` itself when both hold the same items, so that what is legal comes back as the same object. */
export function keep<T>(before: readonly T[], after: readonly T[]): readonly T[] {
  return before.length === after.length && before.every((item, index) => item === after[index]) ? before : after;
}

/** The messages with changed content; one whose blocks stay the same stays the same object. */
export function mapContent(
  messages: readonly WireMessage[],
  change: (message: WireMessage, index: number) => readonly WireBlock[],
): readonly WireMessage[] {
  const changed = messages.map((message, index): WireMessage => {
    const content = keep(message.content, change(message, index));
    return content === message.content ? message : { role: message.role, content };
  });
  return keep(messages, changed);
}

/** The block changed, or a tool's result with each of the blocks in it changed. */
export function mapInside(block: WireBlock, change: (block: WireBlock) => WireBlock): WireBlock {
  const { toolResult } = block;
  if (!isObject(toolResult)) return change(block);
  const before = objectsOf(toolResult["content"]);
  const content = keep(before, before.map(change));
  return content === before ? block : { toolResult: { ...toolResult, content } };
}

/**
 * Puts messages in their order: empty ones are dropped, neighbours of one role become one, and a system message (which
 * adds or removes tools) stands behind a user's.
 */
export function arrange(messages: readonly WireMessage[]): readonly WireMessage[] {
  const turns: WireMessage[] = [];
  let held: readonly WireMessage[] = [];
  for (const message of messages) {
    const { role, content } = message;
    const at = role === "system" ? turns.length - 1 : turns.findLastIndex((turn) => turn.role !== "system");
    const before = turns[at];
    // A cache point alone is nothing to say.
    if (content.length === 0 || (before?.role !== role && content.every((block) => block["cachePoint"]))) continue;
    if (before?.role === role) turns[at] = { role, content: [...before.content, ...content] };
    else if (role === "system" && before?.role !== "user") held = [...held, message];
    else turns.push(message);
    if (role === "user" && held.length > 0) {
      turns.push(joinMessages(held));
      held = [];
    }
  }
  if (held.length > 0) turns.push(joinMessages(held));
  return keep(messages, turns);
}

function joinMessages(messages: readonly WireMessage[]): WireMessage {
  const [first, ...others] = messages;
  const isOne = first && others.length === 0;
  return isOne ? first : { role: "system", content: messages.flatMap(({ content }) => content) };
}

/** Whether it is text (also for a guardrail, or with citations) that says nothing: Bedrock refuses it. */
export function isBlank(block: WireBlock): boolean {
  const text = textOfBlock(block);
  return text !== undefined && !/\S/.test(text);
}

/** The text of a text block, also for a guardrail, or with citations; `undefined` of any other block. */
export function textOfBlock({ text, guardContent, citationsContent }: WireBlock): string | undefined {
  if (typeof text === "string") return text;
  if (isObject(guardContent)) return stringOf(objectOf(guardContent["text"])?.["text"]);
  if (!isObject(citationsContent)) return undefined;
  const { content } = citationsContent;
  return Array.isArray(content)
    ? content.map((piece: unknown) => stringOf(objectOf(piece)?.["text"]) ?? "").join("")
    : "";
}

/** Whether it holds a call of a tool or a result. */
export function isToolBlock({ toolUse, toolResult }: WireBlock): boolean {
  return isObject(toolUse) || isObject(toolResult);
}

/** A value as JSON text; one that is nested too deeply for that as a word that says so. */
export function toText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch {
    return "(too deeply nested)";
  }
}
