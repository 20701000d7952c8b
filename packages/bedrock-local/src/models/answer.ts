/**
 * The built-in model: deterministic rules that give a demo something to say.
 *
 * A request goes through `turn -> thinking -> calls | format | citations | results | skills -> limits -> usage`.
 */
import type { ContentBlock, ConverseRequest, Json, StopReason, TokenUsage } from "../wire.ts";
import { citeSources } from "./citations/cite.ts";
import { limitDrafts, type Draft, type LimitedAnswer } from "./drafts.ts";
import { resolveModel } from "./families.ts";
import { answerFormat } from "./format.ts";
import { answerTurn } from "./skills.ts";
import { applyStyle } from "./style.ts";
import { createSigner } from "./thinking/signatures.ts";
import { think } from "./thinking/think.ts";
import { findThinking } from "./thinking/thinking.ts";
import { countRequestTokens } from "./tokens.ts";
import { answerResults } from "./tools/answer-results.ts";
import { createToolUse, planCalls, type PlannedCall } from "./tools/plan-calls.ts";
import { readTools } from "./tools/read-tools.ts";
import { createTurn, type Turn } from "./turn.ts";

/** What a model has to say to one request. */
export interface Answer {
  readonly message: { role: "assistant"; content: ContentBlock[] };
  /** For each text block of `message.content`, in order, its text cut into pieces for streaming. */
  readonly pieces: string[][];
  readonly stopReason: StopReason;
  readonly usage: TokenUsage;
  /** Values for the request's `additionalModelResponseFieldPaths`, when the model has any. */
  readonly additionalModelResponseFields?: Json;
  /** The JSON text of the last call's input as far as it came, when `maxTokens` cut it: what a stream sends of it. */
  readonly cutInput?: string;
}

/** What an answer may depend on besides the request. */
export interface AnswerContext {
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
  /** The server's seed, from which the key for signatures is made. Default 1. */
  readonly seed?: number;
  /** Whether the answer is streamed: one family then tells its thinking first. Default `false`. */
  readonly isStreaming?: boolean;
}

/**
 * Answers a valid request. The same request, seed and random numbers give the same answer.
 *
 * @param modelId the id from the path; its family decides how the model thinks, not what it says.
 */
export function answerConverse(request: ConverseRequest, modelId: string, context: AnswerContext): Answer {
  const turn = createTurn(request, modelId, context.random);
  const calls = planCalls(turn, readTools(request));
  const said = calls.length > 0 ? composeCalls(calls, request, turn) : composeWords(request, turn);
  const limited = limitDrafts(addThinking(said, calls, request, turn, context), request.inferenceConfig ?? {});
  const fields = answerPaths(request, limited);
  return {
    message: { role: "assistant", content: limited.content },
    pieces: limited.pieces,
    stopReason: limited.stopReason,
    usage: createUsage(request, limited),
    ...(fields === undefined ? {} : { additionalModelResponseFields: fields }),
    ...(limited.cutInput === undefined ? {} : { cutInput: limited.cutInput }),
  };
}

/** A model that may choose says a word before it calls; one that must call does not. */
function composeCalls(calls: readonly PlannedCall[], request: ConverseRequest, { random }: Turn): Draft[] {
  const choice = request.toolConfig?.toolChoice;
  const isFree = choice === undefined || "auto" in choice;
  const names = [...new Set(calls.map(({ name }) => name))].join(" and ");
  const drafts = calls.map((call): Draft => {
    const toolUse = createToolUse(call, random);
    return { block: { toolUse }, text: JSON.stringify(toolUse.input) };
  });
  return isFree ? [draftText(`I will use ${names}.`), ...drafts] : drafts;
}

function composeWords(request: ConverseRequest, turn: Turn): Draft[] {
  const format = answerFormat(request, turn);
  if (format !== undefined) return [draftText(continuePrefill(format, turn.prefill))];
  const cited = citeSources(request, turn);
  if (cited !== undefined) return cited.map((block) => ({ block, text: readShown(block) }));
  const words = answerResults(turn) ?? answerTurn(turn);
  return [draftText(continuePrefill(applyStyle(words, turn, request), turn.prefill))];
}

/** Thinking stands before what it leads to. After tool results only some models think again. */
function addThinking(
  said: readonly Draft[],
  calls: readonly PlannedCall[],
  request: ConverseRequest,
  turn: Turn,
  { seed = 1, isStreaming = false }: AnswerContext,
): readonly Draft[] {
  const model = resolveModel(turn.modelId);
  const thinking = model === undefined ? undefined : findThinking(request, model);
  const isBetweenCalls = turn.outcomes.some(({ isLast }) => isLast);
  if (thinking === undefined || (isBetweenCalls && !thinking.isInterleaved)) return said;
  const plan = calls.length > 0 ? `call ${calls.map(({ name }) => name).join(", ")}` : "answer in words";
  const { block, thought } = think(turn, thinking, plan, createSigner(seed));
  const draft: Draft = { block: { reasoningContent: block }, text: thought };
  return thinking.isLast && !isStreaming ? [...said, draft] : [draft, ...said];
}

function draftText(text: string): Draft {
  return { block: { text }, text };
}

function readShown(block: ContentBlock): string {
  if ("text" in block) return block.text;
  return "citationsContent" in block ? (block.citationsContent.content ?? []).map(({ text }) => text).join("") : "";
}

/** A begun answer is continued, not repeated. */
function continuePrefill(text: string, prefill: string): string {
  return prefill !== "" && text.startsWith(prefill) ? text.slice(prefill.length) : text;
}

function createUsage(request: ConverseRequest, { outputTokens }: LimitedAnswer): TokenUsage {
  const inputTokens = countRequestTokens(request);
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
}

/** Of the model's own response fields, the built-in model knows the stop sequence. Other paths are left out, as AWS does. */
function answerPaths(request: ConverseRequest, { stopSequence }: LimitedAnswer): Json | undefined {
  if (stopSequence === undefined || request.additionalModelResponseFieldPaths === undefined) return undefined;
  return request.additionalModelResponseFieldPaths.includes("/stop_sequence")
    ? { stop_sequence: stopSequence }
    : undefined;
}
