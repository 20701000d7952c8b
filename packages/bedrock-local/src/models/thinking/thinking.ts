/** Whether and how a model thinks before it answers. */
import { isPlainObject } from "../../json.ts";
import type { ConverseRequest } from "../../wire.ts";
import type { Model } from "../families.ts";

/** How thinking comes out. */
export interface Thinking {
  /** `omitted` leaves an empty text, `redacted` the word that Nova puts in its place. */
  readonly display: "text" | "omitted" | "redacted";
  readonly isSigned: boolean;
  /** Whether Converse (not the stream) puts the thinking after the answer. */
  readonly isLast: boolean;
  /** Whether the model thinks again after each tool result. */
  readonly isInterleaved: boolean;
  /** Sentences: more effort, more of them. */
  readonly sentences: number;
}

const PLAIN: Thinking = { display: "text", isSigned: false, isLast: false, isInterleaved: true, sentences: 2 };
const SENTENCES: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  ["low", 1],
  ["medium", 2],
  ["high", 3],
  ["xhigh", 4],
  ["max", 4],
]);
const INTERLEAVED_BETA = "interleaved-thinking-2025-05-14";

/** How the model thinks about this request; `undefined` when it does not think. */
export function findThinking(request: ConverseRequest, model: Model): Thinking | undefined {
  const fields = readFields(request);
  const plain = withEffort(PLAIN, fields["reasoning_effort"] ?? request.outputConfig?.effort);
  switch (model.family) {
    case "claude":
    case "opaque":
      return findClaudeThinking(request, model);
    case "nova":
      return findNovaThinking(fields);
    case "deepseek":
      if (model.id.startsWith("deepseek.r1")) return { ...plain, isLast: true };
      return isEffort(fields["reasoning_effort"]) ? plain : undefined;
    case "openai":
      return model.id.startsWith("openai.gpt-oss") ? plain : undefined;
    case "minimax":
      return plain;
    case "qwen":
      return typeof fields["reasoning_config"] === "string" ? withEffort(plain, fields["reasoning_config"]) : undefined;
    case "kimi":
      return model.id.includes("thinking") || isEffort(fields["reasoning_effort"]) ? plain : undefined;
    default:
      return undefined;
  }
}

/** Whether thinking is on in the way that asks for it back in tool loops: with a budget. */
export function isThinkingEnabled(request: ConverseRequest): boolean {
  return readClaudeConfig(request)["type"] === "enabled";
}

function findClaudeThinking(request: ConverseRequest, model: Model): Thinking | undefined {
  const config = readClaudeConfig(request);
  const isAdaptive = config["type"] === "adaptive";
  const isOpaque = model.family === "opaque";
  if ((model.thinking === "none" && !isOpaque) || (!isAdaptive && config["type"] !== "enabled")) return undefined;
  const fields = readFields(request);
  const output = fields["output_config"];
  const effort = (isPlainObject(output) ? output["effort"] : undefined) ?? request.outputConfig?.effort;
  const display = config["display"] ?? (model.thinking === "adaptive" ? "omitted" : "summarized");
  const betas = fields["anthropic_beta"];
  const thinking: Thinking = {
    ...PLAIN,
    display: display === "omitted" ? "omitted" : "text",
    isSigned: true,
    isInterleaved: isAdaptive || (Array.isArray(betas) && betas.includes(INTERLEAVED_BETA)),
  };
  return withEffort(thinking, effort);
}

function readClaudeConfig(request: ConverseRequest): Record<string, unknown> {
  const fields = readFields(request);
  const config = fields["thinking"] ?? fields["reasoning_config"];
  return isPlainObject(config) ? config : {};
}

function findNovaThinking(fields: Record<string, unknown>): Thinking | undefined {
  const config = fields["reasoningConfig"];
  if (!isPlainObject(config) || config["type"] !== "enabled") return undefined;
  return withEffort({ ...PLAIN, display: "redacted" }, config["maxReasoningEffort"]);
}

/** An effort that is not known leaves the sentences as they are. */
function withEffort(thinking: Thinking, effort: unknown): Thinking {
  return { ...thinking, sentences: SENTENCES.get(effort) ?? thinking.sentences };
}

function isEffort(value: unknown): boolean {
  return typeof value === "string" && value !== "none";
}

function readFields({ additionalModelRequestFields: fields }: ConverseRequest): Record<string, unknown> {
  return isPlainObject(fields) ? fields : {};
}
