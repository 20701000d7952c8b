import { InputError } from "../../errors.ts";
import type { Citation, ContentPart, TextPart, ToolResultContent, ToolResultPart } from "../../types/content.ts";
import { compact, isObject, type JsonObject } from "../../types/json.ts";
import type { Message } from "../../types/message.ts";
import { renderMedia } from "./render-media.ts";
import type { WireBlock, WireConversation, WireMessage } from "./wire.ts";

/**
 * Turns a history into Converse's shape, as it stands; `legalize` makes it acceptable.
 *
 * @param wires renderings of the first messages that are known; those of the others are added
 */
export function renderConversation(messages: readonly Message[], wires: WireMessage[] = []): WireConversation {
  const system: WireBlock[] = [];
  const turns: WireMessage[] = [];
  let index = 0;
  for (const message of messages) {
    const wire = (wires[index++] ??= renderMessage(message));
    // What adds or removes tools does so from its place on; other instructions come before the conversation.
    if (wire.role !== "system" || wire.content.some((block) => block["toolAddition"] ?? block["toolRemoval"])) {
      turns.push(wire);
    } else system.push(...wire.content);
  }
  return { system, messages: turns };
}

/** A message by itself. Converse has no role for tools: their results come from the user. */
function renderMessage({ role, content }: Message): WireMessage {
  return {
    role: role === "tool" ? "user" : role,
    content: typeof content === "string" ? [{ text: content }] : content.flatMap(renderPart),
  };
}

/** One part as blocks: none, one, or one and the cache point behind it. */
function renderPart(part: ContentPart): WireBlock[] {
  switch (part.type) {
    case "text": {
      const { cache_control: cache } = part;
      const block = part.citations ? renderCitations(part, part.citations) : { text: part.text };
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
    case "tool_result":
      return renderToolResult(part);
    case "guard_text":
      return [{ guardContent: { text: compact({ text: part.text, qualifiers: part.qualifiers }) } }];
    case "tool_addition":
      return [{ toolAddition: { tool: part.tool } }];
    case "tool_removal":
      return [{ toolRemoval: { tool: part.tool } }];
    case "image":
    case "document":
    case "video":
    case "audio":
    case "search_result":
    case "guard_image":
      return renderMedia(part);
    default:
      throw new InputError(`content type is ${JSON.stringify((part as { type?: unknown }).type)}: give a known one.`);
  }
}

/** A tool's result. Bedrock takes an object as JSON and nothing else: other values go as their JSON text. */
function renderToolResult({ id, content, isError, kind, cache_control: cache }: ToolResultPart): WireBlock[] {
  const blocks = typeof content === "string" ? [{ text: content }] : content.flatMap(renderResultContent);
  const block = {
    toolResult: compact({ toolUseId: id, content: blocks, status: isError ? "error" : undefined, type: kind }),
  };
  return cache ? [block, { cachePoint: compact({ type: "default", ttl: cache.ttl }) }] : [block];
}

function renderResultContent(part: ToolResultContent): WireBlock[] {
  if (part.type !== "json") return renderPart(part);
  return [isObject(part.json) ? { json: part.json } : { text: JSON.stringify(part.json) }];
}

/** Cited text goes back as it came, in its pieces. */
function renderCitations({ text, pieces }: TextPart, citations: readonly Citation[]): WireBlock {
  const content = pieces?.join("") === text ? pieces : [text];
  return {
    citationsContent: {
      content: content.map((piece) => ({ text: piece })),
      citations: citations.map((citation) => ({ ...citation })),
    },
  };
}

/** Thinking goes back exactly as it came. */
function renderThinking(text: string, signature: string | undefined, redacted: string | undefined): JsonObject[] {
  const isRedacted = redacted !== undefined;
  return [
    { reasoningContent: isRedacted ? { redactedContent: redacted } : { reasoningText: compact({ text, signature }) } },
  ];
}
