/**
 * The built-in model: deterministic rules that give a demo something to say.
 *
 * A request goes through `turn -> skills -> style -> limits -> usage`.
 */
import type { ContentBlock, ConverseRequest, Json, StopReason, TokenUsage } from "../wire.ts";
import { limitText } from "./limits.ts";
import type { LimitedText } from "./limits.ts";
import { answerTurn } from "./skills.ts";
import { applyStyle } from "./style.ts";
import { countRequestTokens } from "./tokens.ts";
import { createTurn } from "./turn.ts";

/** What a model has to say to one request. */
export interface Answer {
  readonly message: { role: "assistant"; content: ContentBlock[] };
  /** For each text block of `message.content`, in order, its text cut into pieces for streaming. */
  readonly pieces: string[][];
  readonly stopReason: StopReason;
  readonly usage: TokenUsage;
  /** Values for the request's `additionalModelResponseFieldPaths`, when the model has any. */
  readonly additionalModelResponseFields?: Json;
}

/** What an answer may depend on besides the request. */
export interface AnswerContext {
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
}

/**
 * Answers a valid request. The same request and random numbers give the same answer.
 *
 * @param modelId the id from the path; the built-in model answers the same under every name and only mentions it.
 */
export function answerConverse(request: ConverseRequest, modelId: string, context: AnswerContext): Answer {
  const turn = createTurn(request, modelId, context.random);
  const text = continuePrefill(applyStyle(answerTurn(turn), turn, request), turn.prefill);
  const limited = limitText(text, request.inferenceConfig ?? {});
  const fields = answerPaths(request, limited);
  const isEmpty = limited.pieces.length === 0;
  return {
    message: { role: "assistant", content: isEmpty ? [] : [{ text: limited.pieces.join("") }] },
    pieces: isEmpty ? [] : [limited.pieces],
    stopReason: limited.stopReason,
    usage: createUsage(request, limited),
    ...(fields === undefined ? {} : { additionalModelResponseFields: fields }),
  };
}

/** A begun answer is continued, not repeated. */
function continuePrefill(text: string, prefill: string): string {
  return prefill !== "" && text.startsWith(prefill) ? text.slice(prefill.length) : text;
}

function createUsage(request: ConverseRequest, { pieces }: LimitedText): TokenUsage {
  const inputTokens = countRequestTokens(request);
  return { inputTokens, outputTokens: pieces.length, totalTokens: inputTokens + pieces.length };
}

/** Of the model's own response fields, the built-in model knows the stop sequence. Other paths are left out, as AWS does. */
function answerPaths(request: ConverseRequest, { stopSequence }: LimitedText): Json | undefined {
  if (stopSequence === undefined || request.additionalModelResponseFieldPaths === undefined) return undefined;
  return request.additionalModelResponseFieldPaths.includes("/stop_sequence")
    ? { stop_sequence: stopSequence }
    : undefined;
}
