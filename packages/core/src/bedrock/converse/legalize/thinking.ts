import { isObject, objectOf, type JsonObject } from "../../../types/json.ts";
import type { ModelTraits } from "../../traits.ts";
import type { Warn, WireBlock, WireMessage, WireRequest } from "../wire.ts";
import { mapContent } from "./blocks.ts";

/** What Nova says in place of what it thought. */
const NOVA_THINKING = "[REDACTED]";

/**
 * Leaves out thinking that the model refuses: another's than the assistant's, unsigned where it must be signed, Nova's for
 * another model. Without a word where it is what the model itself thought, and does not want back.
 */
export function dropThinking(
  messages: readonly WireMessage[],
  traits: ModelTraits,
  warn: Warn,
): readonly WireMessage[] {
  let count = 0;
  const kept = mapContent(messages, ({ role, content }) => {
    const isBad = (block: WireBlock): boolean =>
      block["reasoningContent"] !== undefined &&
      (role !== "assistant" || !isReplayed(objectOf(block["reasoningContent"]) ?? {}, traits));
    const bad = content.filter(isBad);
    if (bad.some((block) => role !== "assistant" || !isOwn(objectOf(block["reasoningContent"]) ?? {}, traits))) count++;
    return bad.length > 0 ? content.filter((block) => !isBad(block)) : content;
  });
  if (count > 0)
    warn("thinking_dropped", `Thinking in ${count} messages was left out: this model does not take it back.`);
  return kept;
}

/** Whether a model that takes no thinking back may have thought it: nobody but Claude and Nova signs. */
function isOwn({ reasoningText }: JsonObject, { thinking, replaysThinking, family }: ModelTraits): boolean {
  if (thinking === "none" || replaysThinking !== "none" || !isObject(reasoningText)) return false;
  return family === "nova" ? reasoningText["text"] === NOVA_THINKING : !reasoningText["signature"];
}

function isReplayed({ reasoningText }: JsonObject, { replaysThinking, family }: ModelTraits): boolean {
  if (replaysThinking !== "signed") return replaysThinking === "any";
  if (!isObject(reasoningText)) return true;
  return !!reasoningText["signature"] && (family === "unknown" || reasoningText["text"] !== NOVA_THINKING);
}

/** Leaves out thinking that nothing follows: an assistant's message must not end in it. */
export function dropLastThinking(messages: readonly WireMessage[], warn: Warn): readonly WireMessage[] {
  let count = 0;
  const kept = mapContent(messages, ({ role, content }) => {
    const end = content.findLastIndex((block) => block["reasoningContent"] === undefined && !block["cachePoint"]) + 1;
    if (role !== "assistant" || end === content.length || !content.slice(end).some((b) => b["reasoningContent"])) {
      return content;
    }
    count++;
    return content.slice(0, end);
  });
  if (count > 0)
    warn("thinking_dropped", `Thinking at the end of ${count} messages was left out: an answer must follow it.`);
  return kept;
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
