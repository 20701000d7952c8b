import type { Warning } from "../../types/response.ts";
import { objectOf } from "../../types/json.ts";
import type { WireBlock, WireConversation, WireMessage } from "./wire.ts";

/** A conversation that Bedrock accepts, and what had to be changed for it. */
export interface LegalConversation extends WireConversation {
  readonly warnings: readonly Warning[];
}

/**
 * Turns any rendered conversation into one that Converse accepts: blank text and unsigned thinking are dropped, messages
 * that are left empty are dropped, and neighbours of one role become one message. Pure; a legal conversation comes back
 * unchanged.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html
 */
export function legalize(conversation: WireConversation): LegalConversation {
  const warnings: Warning[] = [];
  const system = dropBlocks(conversation.system, "system", warnings);
  const messages: WireMessage[] = [];
  conversation.messages.forEach((message, index) => {
    const content = dropBlocks(message.content, `messages[${index}] (${message.role})`, warnings);
    const last = messages.at(-1);
    if (content.length === 0) return;
    if (last?.role !== message.role) messages.push({ role: message.role, content });
    else messages[messages.length - 1] = { ...last, content: [...last.content, ...content] };
  });
  return { system, messages, warnings };
}

function dropBlocks(blocks: readonly WireBlock[], where: string, warnings: Warning[]): readonly WireBlock[] {
  const isBad = (block: WireBlock): boolean => isBlank(block) || isUnsigned(block);
  if (!blocks.some(isBad)) return blocks;
  const warn = (code: string, what: string, why: string): unknown =>
    warnings.push({ code, message: `${what} in ${where} was left out of the request: ${why}.` });
  if (blocks.some(isBlank)) warn("blank_text_dropped", "Blank text", "Bedrock refuses it");
  if (blocks.some(isUnsigned)) warn("unsigned_thinking_dropped", "Thinking", "without signature no model takes it");
  // A cache point needs something in front of it.
  const first = blocks.findIndex((block) => !isBad(block) && !block["cachePoint"]);
  return first < 0 ? [] : blocks.slice(first).filter((block) => !isBad(block));
}

/** Bedrock refuses empty text anywhere, and white space unless it stands beside other text, where it says nothing. */
function isBlank(block: WireBlock): boolean {
  return typeof block["text"] === "string" && block["text"].trim() === "";
}

function isUnsigned(block: WireBlock): boolean {
  const thinking = objectOf(objectOf(block["reasoningContent"])?.["reasoningText"]);
  return !!thinking && thinking["signature"] === undefined;
}
