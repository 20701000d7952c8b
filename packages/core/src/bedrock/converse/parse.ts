import { isBase64 } from "../../media/base64.ts";
import { FORMATS } from "../../media/formats.ts";
import type { Citation, ContentPart } from "../../types/content.ts";
import { compact, isObject, numberOf, objectOf, objectsOf, stringOf, type JsonObject } from "../../types/json.ts";
import type { ResponseMetadata } from "../../types/response.ts";
import { addTokens, type TokensByTtl, type Usage } from "../../types/usage.ts";

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
  return {
    parts: objectsOf(message["content"]).map(parseBlock),
    finishReason,
    ...compact({ usage: parseUsage(raw["usage"]) }),
    metadata: parseMetadata(raw),
  };
}

/** One content block; a kind that this version does not know comes back as it is. */
export function parseBlock(block: JsonObject): ContentPart {
  const { text, reasoningContent, toolUse, citationsContent, image } = block;
  if (typeof text === "string") return { type: "text", text };
  const parsed =
    (isObject(reasoningContent) && parseReasoning(reasoningContent)) ||
    (isObject(toolUse) && parseToolUse(toolUse)) ||
    (isObject(citationsContent) && parseCitations(citationsContent)) ||
    (isObject(image) && parseImage(image));
  return parsed || { type: "raw", block };
}

function parseReasoning({ reasoningText, redactedContent }: JsonObject): ContentPart | undefined {
  if (typeof redactedContent === "string") return { type: "thinking", text: "", redacted: redactedContent };
  if (!isObject(reasoningText)) return undefined;
  const { text, signature } = reasoningText;
  return { type: "thinking", text: stringOf(text) ?? "", ...compact({ signature: stringOf(signature) }) };
}

function parseToolUse({ toolUseId, name, input, type, invalidInput }: JsonObject): ContentPart | undefined {
  if (typeof toolUseId !== "string" || typeof name !== "string") return undefined;
  const optional = compact({ kind: stringOf(type), invalidArguments: stringOf(invalidInput) });
  return { type: "tool_call", id: toolUseId, name, arguments: input ?? {}, ...optional };
}

function parseCitations({ content, citations }: JsonObject): ContentPart {
  const pieces = objectsOf(content).map((piece) => stringOf(piece["text"]) ?? "");
  return {
    type: "text",
    text: pieces.join(""),
    citations: objectsOf(citations).map(parseCitation),
    ...(pieces.length > 1 && { pieces }),
  };
}

/** One citation, with the members that are not of their documented type left out. */
export function parseCitation({ title, source, sourceContent, location, ...others }: JsonObject): Citation {
  return compact({
    ...others,
    title: stringOf(title),
    source: stringOf(source),
    sourceContent: Array.isArray(sourceContent)
      ? objectsOf(sourceContent).map(({ text, ...rest }) => compact({ ...rest, text: stringOf(text) }))
      : undefined,
    location: objectOf(location),
  });
}

/** An image in a format that can be sent back; anything else stays as it is. */
function parseImage({ format, source, error }: JsonObject): ContentPart | undefined {
  const base64 = stringOf(objectOf(source)?.["bytes"]);
  const known = FORMATS.image.find((each) => each === format);
  if (error !== undefined || !known || base64 === undefined || !isBase64(base64)) return undefined;
  return { type: "image", source: { base64 }, format: known };
}

/** Token counts; `undefined` when Bedrock reported none. */
export function parseUsage(value: unknown): Usage | undefined {
  const usage = objectOf(value) ?? {};
  const read = (name: string): number | undefined => countOf(usage[name]);
  const inputTokens = read("inputTokens");
  const outputTokens = read("outputTokens");
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const cacheReadTokens = read("cacheReadInputTokens") ?? 0;
  const cacheWriteTokens = read("cacheWriteInputTokens") ?? 0;
  let byTtl: TokensByTtl | undefined;
  for (const { ttl, inputTokens: tokens } of objectsOf(usage["cacheDetails"])) {
    if (typeof ttl === "string") byTtl = addTokens(byTtl, { [ttl]: countOf(tokens) ?? 0 });
  }
  return {
    inputTokens,
    outputTokens,
    totalTokens: read("totalTokens") ?? inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    ...compact({ cacheWriteTokensByTtl: byTtl }),
  };
}

function countOf(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 && value < Infinity ? value : undefined;
}

function parseMetadata(raw: JsonObject): ResponseMetadata {
  const { metrics, trace, performanceConfig, serviceTier, additionalModelResponseFields } = raw;
  return compact({
    latencyMs: numberOf(objectOf(metrics)?.["latencyMs"]),
    trace: objectOf(trace),
    performanceConfig: objectOf(performanceConfig),
    serviceTier: objectOf(serviceTier),
    additionalModelResponseFields,
  });
}
