import type { ContentPart } from "../../types/content.ts";
import { compact, numberOf, objectOf, objectsOf, stringOf, type JsonObject } from "../../types/json.ts";
import type { ResponseMetadata } from "../../types/response.ts";
import { addTokens, type TokensByTtl, type Usage } from "../../types/usage.ts";

/** What a Converse response says, in our terms. */
export interface ParsedResponse {
  readonly parts: readonly ContentPart[];
  readonly finishReason: string;
  readonly usage?: Usage;
  readonly metadata: ResponseMetadata;
}

/** The content blocks of a Converse response; `undefined` when it holds no message. */
export function contentOf(raw: JsonObject): JsonObject[] | undefined {
  const message = objectOf(objectOf(raw["output"])?.["message"]);
  return message && objectsOf(message["content"]);
}

/** The parts of an answer that is nothing but text; `undefined` for any other: what that holds, `parse.ts` tells. */
export function parseTexts(content: readonly JsonObject[]): ContentPart[] | undefined {
  const parts: ContentPart[] = [];
  for (const { text } of content) {
    if (typeof text !== "string") return undefined;
    parts.push({ type: "text", text });
  }
  return parts;
}

/**
 * What a response says beside its content.
 *
 * @returns `undefined` when it holds no stop reason: then it is no Converse response
 */
export function parseRest(raw: JsonObject): Omit<ParsedResponse, "parts"> | undefined {
  const finishReason = stringOf(raw["stopReason"]);
  if (finishReason === undefined) return undefined;
  const usage = parseUsage(raw["usage"]);
  return { finishReason, ...(usage && { usage }), metadata: parseMetadata(raw) };
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
    ...(byTtl && { cacheWriteTokensByTtl: byTtl }),
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
