/** Cuts an answer of several blocks at its limits. */
import type { ContentBlock, InferenceConfiguration, StopReason } from "../wire.ts";
import { limitText } from "./limits.ts";

/** A block before the limits. `text` is what counts as output: for thinking that is not shown it is in no block. */
export interface Draft {
  readonly block: ContentBlock;
  readonly text: string;
}

/** An answer after its limits. */
export interface LimitedAnswer {
  readonly content: ContentBlock[];
  /** For each text block, in order, its pieces. */
  readonly pieces: string[][];
  readonly outputTokens: number;
  readonly stopReason: StopReason;
  /** The stop sequence that ended the answer, if one did. */
  readonly stopSequence?: string;
  /** The JSON text of the last call as far as it came, when `maxTokens` cut it. */
  readonly cutInput?: string;
}

/** Lets blocks through until a stop sequence in a text, or `maxTokens`; the block in which that happens is cut. */
export function limitDrafts(drafts: readonly Draft[], config: InferenceConfiguration): LimitedAnswer {
  const { maxTokens = Infinity, stopSequences } = config;
  const content: ContentBlock[] = [];
  const pieces: string[][] = [];
  let outputTokens = 0;
  for (const { block, text } of drafts) {
    const left = maxTokens - outputTokens;
    const isText = "text" in block;
    const limits = { maxTokens: left, ...(isText && stopSequences !== undefined ? { stopSequences } : {}) };
    const { pieces: kept, stopReason, stopSequence } = limitText(text, limits);
    outputTokens += kept.length;
    if (isText && kept.length > 0) pieces.push(kept);
    if (stopReason === "end_turn" && (!isText || kept.length > 0))
      content.push(isText ? { text: kept.join("") } : block);
    if (stopReason === "end_turn") continue;
    const cut = kept.length === 0 ? {} : cutBlock(block, kept.join(""));
    if (cut.block !== undefined) content.push(cut.block);
    const told = stopSequence === undefined ? {} : { stopSequence };
    return {
      content,
      pieces,
      outputTokens,
      stopReason,
      ...told,
      ...(cut.input === undefined ? {} : { cutInput: cut.input }),
    };
  }
  const isCall = content.some((block) => "toolUse" in block);
  return { content, pieces, outputTokens, stopReason: isCall ? "tool_use" : "end_turn" };
}

/** What is left of a block. A call keeps no arguments, thinking loses its signature, a quotation its source. */
function cutBlock(block: ContentBlock, text: string): { block?: ContentBlock; input?: string } {
  if ("text" in block) return { block: { text } };
  if ("toolUse" in block) return { block: { toolUse: { ...block.toolUse, input: {} } }, input: text };
  if ("citationsContent" in block) return { block: { citationsContent: { content: [{ text }], citations: [] } } };
  const isShown =
    "reasoningContent" in block &&
    "reasoningText" in block.reasoningContent &&
    block.reasoningContent.reasoningText.text.startsWith(text);
  return isShown ? { block: { reasoningContent: { reasoningText: { text } } } } : {};
}
