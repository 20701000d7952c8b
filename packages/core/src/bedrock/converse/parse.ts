import type { Citation, ContentPart } from "../../types/content.ts";
import type { JsonObject } from "../../types/json.ts";
import type { ResponseMetadata } from "../../types/response.ts";
import type { Usage } from "../../types/usage.ts";
import { compact, isObject, numberOf, objectOf, objectsOf, stringOf } from "../json.ts";

/** What a Converse response says, in our terms. */
export interface ParsedResponse {
  readonly parts: readonly ContentPart[];
  readonly finishReason: string;
  readonly usage?: Usage;
  readonly metadata: ResponseMetadata;
}

/**
 * Reads a Converse response, or a stream's events put together in its shape. Members that are new stay in `raw`.
 *
 * @returns `undefined` when it holds no message or no stop reason: then it is no Converse response
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function parseConverse(raw: JsonObject): ParsedResponse | undefined {
  const message = objectOf(objectOf(raw["output"])?.["message"]);
  const finishReason = stringOf(raw["stopReason"]);
  if (!message || finishReason === undefined) return undefined;
  const usage = parseUsage(raw["usage"]);
  return {
    parts: objectsOf(message["content"]).map(parseBlock),
    finishReason,
    ...(usage && { usage }),
    metadata: parseMetadata(raw),
  };
}

/** One content block; a kind that this version does not know comes back as it is. */
export function parseBlock(block: JsonObject): ContentPart {
  const { text, reasoningContent, toolUse, citationsContent } = block;
  if (typeof text === "string") return { type: "text", text };
  const parsed =
    (isObject(reasoningContent) && parseReasoning(reasoningContent)) ||
    (isObject(toolUse) && parseToolUse(toolUse)) ||
    (isObject(citationsContent) && parseCitations(citationsContent));
  return parsed || { type: "raw", block };
}

function parseReasoning({ reasoningText, redactedContent }: JsonObject): ContentPart | undefined {
  if (typeof redactedContent === "string") return { type: "thinking", text: "", redacted: redactedContent };
  if (!isObject(reasoningText)) return undefined;
  const signature = compact({ signature: stringOf(reasoningText["signature"]) });
  return { type: "thinking", text: stringOf(reasoningText["text"]) ?? "", ...signature };
}

function parseToolUse({ toolUseId, name, input, type, invalidInput }: JsonObject): ContentPart | undefined {
  if (typeof toolUseId !== "string" || typeof name !== "string") return undefined;
  const optional = compact({ kind: stringOf(type), invalidArguments: stringOf(invalidInput) });
  return { type: "tool_call", id: toolUseId, name, arguments: input ?? {}, ...optional };
}

function parseCitations({ content, citations }: JsonObject): ContentPart {
  const text = objectsOf(content)
    .map((piece) => stringOf(piece["text"]) ?? "")
    .join("");
  return { type: "text", text, citations: objectsOf(citations).map(parseCitation) };
}

/** One citation, with the members that are not of their documented type left out. */
export function parseCitation(citation: JsonObject): Citation {
  return compact({
    title: stringOf(citation["title"]),
    source: stringOf(citation["source"]),
    sourceContent: Array.isArray(citation["sourceContent"])
      ? objectsOf(citation["sourceContent"]).map((piece) => compact({ text: stringOf(piece["text"]) }))
      : undefined,
    location: objectOf(citation["location"]),
  });
}

/** Token counts; `undefined` when Bedrock reported none. */
export function parseUsage(value: unknown): Usage | undefined {
  const usage = objectOf(value);
  const inputTokens = numberOf(usage?.["inputTokens"]);
  const outputTokens = numberOf(usage?.["outputTokens"]);
  if (!usage || inputTokens === undefined || outputTokens === undefined) return undefined;
  const cacheReadTokens = numberOf(usage["cacheReadInputTokens"]) ?? 0;
  const cacheWriteTokens = numberOf(usage["cacheWriteInputTokens"]) ?? 0;
  const byTtl: Record<string, number> = {};
  for (const detail of objectsOf(usage["cacheDetails"])) {
    const ttl = stringOf(detail["ttl"]);
    if (ttl !== undefined) byTtl[ttl] = (byTtl[ttl] ?? 0) + (numberOf(detail["inputTokens"]) ?? 0);
  }
  return {
    inputTokens,
    outputTokens,
    totalTokens: numberOf(usage["totalTokens"]) ?? inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    ...(Object.keys(byTtl).length > 0 && { cacheWriteTokensByTtl: byTtl }),
  };
}

function parseMetadata(raw: JsonObject): ResponseMetadata {
  return compact({
    latencyMs: numberOf(objectOf(raw["metrics"])?.["latencyMs"]),
    trace: objectOf(raw["trace"]),
    performanceConfig: objectOf(raw["performanceConfig"]),
    serviceTier: objectOf(raw["serviceTier"]),
    additionalModelResponseFields: raw["additionalModelResponseFields"],
  });
}
