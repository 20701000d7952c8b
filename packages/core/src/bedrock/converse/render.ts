import { InputError } from "../../errors.ts";
import type { ContentPart } from "../../types/content.ts";
import { compact, type JsonObject } from "../../types/json.ts";
import type { Message } from "../../types/message.ts";
import type { WireBlock, WireConversation, WireMessage } from "./wire.ts";

/** Turns a history into Converse's shape, as it stands; `legalize` makes it acceptable. */
export function renderConversation(messages: readonly Message[]): WireConversation {
  const system: WireBlock[] = [];
  const turns: WireMessage[] = [];
  for (const { role, content } of messages) {
    const blocks = typeof content === "string" ? [{ text: content }] : content.flatMap(renderPart);
    if (role === "system") system.push(...blocks);
    // Converse has no role for tools: their results come from the user.
    else turns.push({ role: role === "assistant" ? role : "user", content: blocks });
  }
  return { system, messages: turns };
}

/** One part as blocks: none, one, or one and the cache point behind it. */
function renderPart(part: ContentPart): WireBlock[] {
  switch (part.type) {
    case "text": {
      const { text, citations, cache_control: cache } = part;
      const block = citations ? { citationsContent: { content: [{ text }], citations: citations as never } } : { text };
      return cache ? [block, { cachePoint: compact({ type: "default", ttl: cache.ttl }) }] : [block];
    }
    case "thinking":
      return renderThinking(part.text, part.signature, part.redacted);
    case "tool_call":
      return [
        {
          toolUse: compact({
            toolUseId: part.id,
            name: part.name,
            input: part.arguments,
            type: part.kind === "server_tool_use" ? part.kind : undefined,
          }),
        },
      ];
    case "raw":
      return [part.block];
    default:
      throw new InputError(`content type is ${JSON.stringify((part as { type?: unknown }).type)}: give a known one.`);
  }
}

/** Thinking goes back exactly as it came. */
function renderThinking(text: string, signature: string | undefined, redacted: string | undefined): JsonObject[] {
  const isRedacted = redacted !== undefined;
  return [
    { reasoningContent: isRedacted ? { redactedContent: redacted } : { reasoningText: compact({ text, signature }) } },
  ];
}
