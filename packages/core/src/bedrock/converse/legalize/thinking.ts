import { isObject, objectOf, type JsonObject } from "../../../types/json.ts";
import type { ModelTraits } from "../../traits.ts";
import type { Warn, WireBlock, WireMessage, WireRequest } from "../wire.ts";
import { mapContent } from "./blocks.ts";

/** What Nova says in place of what it thought. */
const NOVA_THINKING = "[REDACTED]";

/**
 * Leaves out thinking that the model refuses: another's than the assistant's, unsigned where it must be signed, of Nova
 * for another model and the reverse.
 */
export function dropThinking(
  messages: readonly WireMessage[],
  traits: ModelTraits,
  warn: Warn,
): readonly WireMessage[] {
  return mapContent(messages, ({ role, content }, index) => {
    const isBad = (block: WireBlock): boolean =>
      block["reasoningContent"] !== undefined &&
      (role !== "assistant" || !isReplayed(objectOf(block["reasoningContent"]) ?? {}, traits));
    if (!content.some(isBad)) return content;
    warn(
      "thinking_dropped",
      `Thinking in messages[${index}] (${role}) was left out: this model does not take it back.`,
    );
    return content.filter((block) => !isBad(block));
  });
}

function isReplayed({ reasoningText }: JsonObject, { replaysThinking, family }: ModelTraits): boolean {
  if (replaysThinking !== "signed") return replaysThinking === "any";
  if (!isObject(reasoningText)) return family !== "nova";
  const isNova = reasoningText["text"] === NOVA_THINKING;
  return !!reasoningText["signature"] && (family === "unknown" || isNova === (family === "nova"));
}

/** Leaves out thinking that nothing follows: an assistant's message must not end in it. */
export function dropLastThinking(messages: readonly WireMessage[], warn: Warn): readonly WireMessage[] {
  return mapContent(messages, ({ role, content }, index) => {
    const end = content.findLastIndex((block) => block["reasoningContent"] === undefined && !block["cachePoint"]) + 1;
    if (role !== "assistant" || end === content.length || !content.slice(end).some((b) => b["reasoningContent"])) {
      return content;
    }
    warn("thinking_dropped", `Thinking at the end of messages[${index}] was left out: an answer must follow it.`);
    return content.slice(0, end);
  });
}

/** How Claude's thinking is switched on, by the model's own request fields; `undefined` when it is not. */
export function thinkingOf(fields: JsonObject | undefined): "enabled" | "adaptive" | undefined {
  const type = objectOf(fields?.["thinking"] ?? fields?.["reasoning_config"])?.["type"];
  return type === "enabled" || type === "adaptive" ? type : undefined;
}

/**
 * Claude thinks with a budget only when the turn that is going on began with thinking. When the tool calls that are
 * answered now were made without, thinking is off for this request.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html
 */
export function suspendThinking(request: WireRequest, { family }: ModelTraits, warn: Warn): WireRequest {
  const { messages, additionalModelRequestFields: fields } = request;
  if (family !== "claude" || !fields || thinkingOf(fields) !== "enabled") return request;
  const turns = messages.filter(({ role }) => role !== "system");
  let start = turns.length;
  while (turns[start - 1]?.content.some((block) => block["toolResult"])) start -= 2;
  const first = turns[start];
  if (!first || first.content[0]?.["reasoningContent"]) return request;
  warn(
    "thinking_suspended",
    "Thinking is off for this request: the tool calls that it answers were made without thinking, and Claude takes both only together.",
  );
  const { thinking: _, reasoning_config: __, ...others } = fields;
  const { additionalModelRequestFields: ___, ...rest } = request;
  return Object.keys(others).length > 0 ? { ...rest, additionalModelRequestFields: others } : rest;
}
