import { isPlainObject } from "../../json.ts";
import { randomCharacters } from "../../random.ts";
import type { Citation, CitationLocation, ContentBlock, StopReason, TokenUsage } from "../../wire.ts";
import { renderBlockEvents } from "../../operations/stream-events.ts";
import { parseClaude } from "./claude-request.ts";
import type { TextFamily, TextTurn } from "./text-family.ts";

type Fields = Readonly<Record<string, unknown>>;

const ID_CHARACTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789";
const ID_LENGTH = 22;

/**
 * Claude's Messages API.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
 */
export const claude: TextFamily = {
  matches: (id) => id.startsWith("anthropic.claude-"),
  parse: parseClaude,
  render: (turn) => ({
    ...renderHead(turn),
    content: turn.answer.message.content.map(renderBlock),
    ...renderStop(turn),
    usage: renderUsage(turn.answer.usage, turn.answer.usage.outputTokens),
  }),
  stream: streamMessage,
};

function renderHead({ id, random }: TextTurn): Fields {
  return {
    model: id.replace(/^anthropic\./, "").replace(/-v\d+(?::.*)?$/, ""),
    id: `msg_bdrk_01${randomCharacters(random, ID_CHARACTERS, ID_LENGTH)}`,
    type: "message",
    role: "assistant",
  };
}

function* streamMessage(turn: TextTurn): Generator<Fields> {
  const { answer, random } = turn;
  const { content } = answer.message;
  const begun = { content: [], stop_reason: null, stop_sequence: null, usage: renderUsage(answer.usage, 1) };
  yield { type: "message_start", message: { ...renderHead(turn), ...begun } };
  const pieces = answer.pieces.values();
  for (const [index, block] of content.entries()) {
    yield { type: "content_block_start", index, content_block: renderStart(block) };
    const textPieces = "text" in block ? (pieces.next().value ?? [block.text]) : [];
    const cutInput = index === content.length - 1 ? answer.cutInput : undefined;
    for (const event of renderBlockEvents(block, index, textPieces, random, cutInput)) {
      if (!("contentBlockDelta" in event)) continue;
      yield { type: "content_block_delta", index, delta: renderDelta(event.contentBlockDelta.delta) };
    }
    yield { type: "content_block_stop", index };
  }
  const { cache_creation: _, ...usage } = renderUsage(answer.usage, answer.usage.outputTokens);
  yield { type: "message_delta", delta: renderStop(turn), usage };
  yield { type: "message_stop" };
}

/** Of a stop by a guardrail, Claude's own answer knows nothing. */
function renderStop({ answer }: TextTurn): Fields {
  const known: readonly StopReason[] = ["end_turn", "tool_use", "max_tokens", "stop_sequence"];
  const fields = answer.additionalModelResponseFields;
  return {
    stop_reason: known.includes(answer.stopReason) ? answer.stopReason : "end_turn",
    stop_sequence: isPlainObject(fields) ? (fields["stop_sequence"] ?? null) : null,
  };
}

function renderUsage(usage: TokenUsage, outputTokens: number): Fields {
  const written = usage.cacheWriteInputTokens ?? 0;
  const long = (usage.cacheDetails ?? []).find(({ ttl }) => ttl === "1h")?.inputTokens ?? 0;
  return {
    input_tokens: usage.inputTokens,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: usage.cacheReadInputTokens ?? 0,
    cache_creation: { ephemeral_5m_input_tokens: written - long, ephemeral_1h_input_tokens: long },
    output_tokens: outputTokens,
  };
}

function renderBlock(block: ContentBlock): Fields {
  if ("text" in block) return { type: "text", text: block.text };
  if ("toolUse" in block) {
    const { toolUseId, name, input } = block.toolUse;
    return { type: "tool_use", id: renderToolId(toolUseId), name, input };
  }
  if ("reasoningContent" in block) {
    const { reasoningContent: reasoning } = block;
    if ("redactedContent" in reasoning) return { type: "redacted_thinking", data: decode(reasoning.redactedContent) };
    const { text, signature = "" } = reasoning.reasoningText;
    return { type: "thinking", thinking: text, signature };
  }
  if ("citationsContent" in block) {
    const { content = [], citations = [] } = block.citationsContent;
    return { type: "text", text: content.map(({ text }) => text).join(""), citations: citations.map(renderCitation) };
  }
  throw new TypeError(`Claude does not answer with a block of ${Object.keys(block).join(", ")}.`);
}

/** A block as it stands before its first delta. */
function renderStart(block: ContentBlock): Fields {
  const whole = renderBlock(block);
  switch (whole["type"]) {
    case "text":
      return { type: "text", text: "", ...("citations" in whole ? { citations: [] } : {}) };
    case "tool_use":
      return { ...whole, input: {} };
    case "thinking":
      return { type: "thinking", thinking: "", signature: "" };
    default:
      return whole;
  }
}

function renderDelta(delta: object): Fields {
  if ("text" in delta) return { type: "text_delta", text: delta.text };
  if ("toolUse" in delta && isPlainObject(delta.toolUse)) {
    return { type: "input_json_delta", partial_json: delta.toolUse["input"] };
  }
  if ("citation" in delta && isPlainObject(delta.citation)) {
    return { type: "citations_delta", citation: renderCitation(delta.citation) };
  }
  const reasoning = "reasoningContent" in delta && isPlainObject(delta.reasoningContent) ? delta.reasoningContent : {};
  if ("signature" in reasoning) return { type: "signature_delta", signature: reasoning["signature"] };
  return { type: "thinking_delta", thinking: reasoning["text"] ?? "" };
}

function renderCitation({ title, source, sourceContent = [], location }: Citation): Fields {
  return {
    ...renderLocation(location, title, source),
    cited_text: sourceContent.map(({ text = "" }) => text).join(""),
  };
}

function renderLocation(given: CitationLocation | undefined, title = "", source = ""): Fields {
  const location: CitationLocation = given ?? { documentChar: {} };
  if ("documentPage" in location) {
    const { documentIndex: index, start, end } = location.documentPage;
    const pages = { start_page_number: start, end_page_number: end };
    return { type: "page_location", document_index: index, document_title: title, ...pages };
  }
  if ("documentChunk" in location) {
    const { documentIndex: index, start, end } = location.documentChunk;
    const blocks = { start_block_index: start, end_block_index: end };
    return { type: "content_block_location", document_index: index, document_title: title, ...blocks };
  }
  if ("searchResultLocation" in location) {
    const { searchResultIndex: index, start, end } = location.searchResultLocation;
    const blocks = { start_block_index: start, end_block_index: end };
    return { type: "search_result_location", search_result_index: index, source, title, ...blocks };
  }
  const { documentIndex: index, start, end } = "documentChar" in location ? location.documentChar : {};
  const characters = { start_char_index: start, end_char_index: end };
  return { type: "char_location", document_index: index, document_title: title, ...characters };
}

/** The same call has the same id wherever it stands, and ids that come back are legal in Converse. */
function renderToolId(toolUseId: string): string {
  return `toolu_bdrk_01${toolUseId.replace(/^tooluse_/, "").replaceAll(/[^A-Za-z0-9]/g, "A")}`;
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
