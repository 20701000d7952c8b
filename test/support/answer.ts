import type {
  Citation,
  CitationsDelta,
  ContentBlock,
  ContentBlockDelta,
  ContentBlockStart,
  ConverseResponse,
  ConverseStreamOutput,
  TokenUsage,
} from "@aws-sdk/client-bedrock-runtime";
import type { ChatResponse, ContentPart, JsonObject, JsonValue, Usage } from "@node-llm/core";

/** What a client made of an answer, in one shape for both clients. */
export interface Answer {
  readonly parts: readonly ContentPart[];
  readonly finishReason: string | undefined;
  readonly usage: Usage | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A whole answer as the official SDK gives it, or its stream put together. */
export type OfficialAnswer = Partial<Omit<ConverseResponse, "$metadata">>;

/** What our client made of an answer. */
export function readOurs({ parts, finishReason, usage, metadata }: ChatResponse): Answer {
  return { parts, finishReason, usage, metadata: { ...metadata } };
}

/** What the official SDK made of an answer, in our terms. */
export function readOfficial(answer: OfficialAnswer): Answer {
  const { trace, performanceConfig, serviceTier, additionalModelResponseFields } = answer;
  const members = { trace, performanceConfig, serviceTier, additionalModelResponseFields };
  const given = Object.entries({ latencyMs: answer.metrics?.latencyMs, ...members });
  return {
    parts: (answer.output?.message?.content ?? []).map(readBlock),
    finishReason: answer.stopReason,
    usage: answer.usage && readUsage(answer.usage),
    metadata: Object.fromEntries(given.filter(([, value]) => value !== undefined)),
  };
}

function readUsage(usage: TokenUsage): Usage {
  const { inputTokens = 0, outputTokens = 0, totalTokens = 0, cacheDetails = [] } = usage;
  const byTtl: Record<string, number> = {};
  for (const { ttl = "", inputTokens: tokens = 0 } of cacheDetails) byTtl[ttl] = (byTtl[ttl] ?? 0) + tokens;
  return {
    inputTokens,
    outputTokens,
    totalTokens,
    cacheReadTokens: usage.cacheReadInputTokens ?? 0,
    cacheWriteTokens: usage.cacheWriteInputTokens ?? 0,
    ...(cacheDetails.length > 0 && { cacheWriteTokensByTtl: byTtl }),
  };
}

function readBlock(block: ContentBlock): ContentPart {
  const { text, reasoningContent, toolUse, citationsContent } = toWire(block);
  if (typeof text === "string") return { type: "text", text };
  if (isObject(reasoningContent)) return readReasoning(reasoningContent);
  if (isObject(toolUse)) {
    const { toolUseId, name, input = {}, type } = toolUse;
    const kind = type === undefined ? {} : { kind: textOf(type) };
    return { type: "tool_call", id: textOf(toolUseId), name: textOf(name), arguments: input, ...kind };
  }
  if (isObject(citationsContent)) {
    const { content, citations } = citationsContent;
    const texts = listOf(content).map((piece) => textOf(piece["text"]));
    return { type: "text", text: texts.join(""), citations: listOf(citations) };
  }
  return { type: "raw", block: toWire(block) };
}

function readReasoning({ reasoningText, redactedContent }: JsonObject): ContentPart {
  if (typeof redactedContent === "string") return { type: "thinking", text: "", redacted: redactedContent };
  const { text, signature } = isObject(reasoningText) ? reasoningText : {};
  return { type: "thinking", text: textOf(text), ...(typeof signature === "string" && { signature }) };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: JsonValue | undefined): string {
  if (typeof value === "string") return value;
  throw new TypeError(`Expected a string, but got ${JSON.stringify(value)}.`);
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A value of the SDK as JSON: bytes as base64, members that are not set left out. */
function toWire(value: object): JsonObject {
  const given = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(given.map(([key, member]) => [key, toJson(member)]));
}

function toJson(value: unknown): JsonValue {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === "object" && value !== null) return toWire(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return null;
}

interface OpenBlock {
  readonly index: number | undefined;
  readonly start: ContentBlockStart | undefined;
  readonly deltas: ContentBlockDelta[];
  isOpen: boolean;
}

/** The events of the official SDK put together, as a caller of it would. Blocks stand in the order of their first event. */
export function foldEvents(events: readonly ConverseStreamOutput[]): OfficialAnswer {
  const blocks: OpenBlock[] = [];
  const answer: OfficialAnswer = {};
  const openAt = (index: number | undefined, start?: ContentBlockStart): OpenBlock => {
    const found = blocks.findLast((block) => block.index === index && block.isOpen);
    if (found && !start) return found;
    const opened: OpenBlock = { index, start, deltas: [], isOpen: true };
    blocks.push(opened);
    return opened;
  };
  for (const { contentBlockStart, contentBlockDelta, contentBlockStop, messageStop, metadata } of events) {
    if (contentBlockStart) openAt(contentBlockStart.contentBlockIndex, contentBlockStart.start);
    if (contentBlockDelta?.delta) openAt(contentBlockDelta.contentBlockIndex).deltas.push(contentBlockDelta.delta);
    if (contentBlockStop) {
      for (const block of blocks) if (block.index === contentBlockStop.contentBlockIndex) block.isOpen = false;
    }
    Object.assign(answer, messageStop, metadata);
  }
  return { ...answer, output: { message: { role: "assistant", content: blocks.map(foldBlock) } } };
}

function foldBlock({ start, deltas }: OpenBlock): ContentBlock {
  const text = deltas.map((delta) => delta.text ?? "").join("");
  if (start?.toolUse) {
    const input = deltas.map(({ toolUse }) => toolUse?.input ?? "").join("");
    return { toolUse: { ...start.toolUse, input: JSON.parse(input || "{}") } };
  }
  if (start?.toolResult) {
    return { toolResult: { ...start.toolResult, content: deltas.flatMap(({ toolResult }) => toolResult ?? []) } };
  }
  if (start?.image) return { image: Object.assign({ source: undefined }, start.image, ...deltas.map((d) => d.image)) };
  const reasoning = deltas.flatMap(({ reasoningContent }) => reasoningContent ?? []);
  if (reasoning.length > 0) return foldReasoning(reasoning);
  const citations = deltas.flatMap(({ citation }) => (citation ? foldCitation(citation) : []));
  return citations.length > 0 ? { citationsContent: { content: [{ text }], citations } } : { text };
}

function foldCitation({ sourceContent, ...citation }: CitationsDelta): Citation {
  return { ...citation, sourceContent: sourceContent?.map(({ text = "" }) => ({ text })) };
}

function foldReasoning(deltas: readonly NonNullable<ContentBlockDelta["reasoningContent"]>[]): ContentBlock {
  const redacted = deltas.flatMap(({ redactedContent }) => redactedContent ?? []);
  if (redacted.length > 0) return { reasoningContent: { redactedContent: Buffer.concat(redacted) } };
  const signatures = deltas.flatMap(({ signature }) => signature ?? []);
  return {
    reasoningContent: {
      reasoningText: {
        text: deltas.map((delta) => delta.text ?? "").join(""),
        signature: signatures.length > 0 ? signatures.join("") : undefined,
      },
    },
  };
}
