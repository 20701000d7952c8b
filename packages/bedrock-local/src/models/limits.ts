/** Cuts an answer at a stop sequence and at the token limit. */
import type { InferenceConfiguration, StopReason } from "../wire.ts";
import { splitTokens } from "./tokens.ts";

/** An answer after its limits. `pieces` joined are the text. */
export interface LimitedText {
  readonly pieces: string[];
  readonly stopReason: StopReason;
  /** The stop sequence that ended the text, if one did. */
  readonly stopSequence?: string;
}

/**
 * Cuts `text` before the first stop sequence in it, and after `maxTokens` pieces; whichever comes first gives the reason.
 */
export function limitText(text: string, { maxTokens, stopSequences = [] }: InferenceConfiguration): LimitedText {
  const stop = stopSequences
    .map((sequence) => ({ sequence, index: text.indexOf(sequence) }))
    .filter(({ index }) => index >= 0)
    .reduce<{ sequence: string; index: number } | undefined>(
      (first, next) => (first === undefined || next.index < first.index ? next : first),
      undefined,
    );
  const pieces = splitTokens(stop === undefined ? text : text.slice(0, stop.index));
  if (maxTokens !== undefined && pieces.length > maxTokens) {
    return { pieces: pieces.slice(0, maxTokens), stopReason: "max_tokens" };
  }
  return stop === undefined
    ? { pieces, stopReason: "end_turn" }
    : { pieces, stopReason: "stop_sequence", stopSequence: stop.sequence };
}
