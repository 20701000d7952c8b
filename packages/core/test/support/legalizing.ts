import { legalize } from "../../src/bedrock/converse/legalize/legalize.ts";
import type { WireBlock, WireMessage, WireRequest } from "../../src/bedrock/converse/wire.ts";
import { resolveKnownModel } from "../../src/bedrock/known-models.ts";

export const CLAUDE = "us.anthropic.claude-sonnet-4-6";
/** Continues an answer that was begun for it. */
export const CLAUDE_EARLY = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
export const NOVA = "amazon.nova-lite-v1:0";
export const LLAMA = "us.meta.llama3-3-70b-instruct-v1:0";
/** Knows neither tools nor system prompts. */
export const TITAN = "amazon.titan-text-express-v1";
/** Takes no thinking back. */
export const DEEPSEEK = "deepseek.v3-v1:0";

/** What became of a request. */
export interface Outcome {
  readonly request: WireRequest;
  readonly messages: readonly WireMessage[];
  readonly toolNames: ReadonlyMap<string, string>;
  readonly codes: readonly string[];
  readonly warnings: readonly string[];
}

/** Legalizes a request, of which only what matters is given. */
export function legalizeFor(modelId: string, given: Partial<WireRequest>): Outcome {
  const codes: string[] = [];
  const warnings: string[] = [];
  const warn = (code: string, message: string): void => {
    codes.push(code);
    warnings.push(message);
  };
  const { request, toolNames } = legalize(
    { messages: [], system: [], rest: {}, ...given },
    resolveKnownModel(modelId),
    warn,
  );
  return { request, messages: request.messages, toolNames, codes, warnings };
}

export const user = (...content: WireBlock[]): WireMessage => ({ role: "user", content });
export const assistant = (...content: WireBlock[]): WireMessage => ({ role: "assistant", content });
export const system = (...content: WireBlock[]): WireMessage => ({ role: "system", content });
export const text = (words: string): WireBlock => ({ text: words });
export const call = (toolUseId: string, name = "weather", input: WireBlock = {}): WireBlock => ({
  toolUse: { toolUseId, name, input },
});
export const result = (toolUseId: string, words = "warm"): WireBlock => ({
  toolResult: { toolUseId, content: [{ text: words }] },
});
export const signed: WireBlock = { reasoningContent: { reasoningText: { text: "Hm.", signature: "c2ln" } } };
export const unsigned: WireBlock = { reasoningContent: { reasoningText: { text: "Hm." } } };
export const point = (ttl?: string): WireBlock => ({ cachePoint: { type: "default", ...(ttl && { ttl }) } });
export const document = (name: string, more: WireBlock = {}): WireBlock => ({
  document: { format: "pdf", name, source: { text: "Words." }, ...more },
});
export const image: WireBlock = { image: { format: "png", source: { bytes: "iVBORw0KGgo=" } } };
export const weather: WireBlock = { toolSpec: { name: "weather", inputSchema: { json: { type: "object" } } } };
