import { type Random, randomInteger } from "../random.ts";
import type {
  CitationsContentBlock,
  ContentBlock,
  ContentBlockDelta,
  ReasoningContentBlock,
  StreamEvent,
  ToolResultBlock,
  ToolUseBlock,
} from "../wire.ts";

/** The longest piece that text other than the model's own pieces is cut into, in UTF-16 units. */
const MAX_PIECE_LENGTH = 24;

/**
 * Renders one block of an assistant message as stream events: a start for tool calls, tool results and images only, then
 * deltas, then a stop.
 *
 * `textPieces` is how the text of a text block is cut; other blocks are cut at random. `cutInput` is the JSON text of a
 * call that did not finish: it stands for the call's input. Throws `TypeError` for a block that
 * no assistant message holds.
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
export function* renderBlockEvents(
  block: ContentBlock,
  contentBlockIndex: number,
  textPieces: readonly string[],
  random: Random,
  cutInput?: string,
): Generator<StreamEvent> {
  if ("toolUse" in block) yield renderToolUseStart(block.toolUse, contentBlockIndex);
  if ("toolResult" in block) yield renderToolResultStart(block.toolResult, contentBlockIndex);
  if ("image" in block) {
    yield { contentBlockStart: { contentBlockIndex, start: { image: { format: block.image.format } } } };
  }
  for (const delta of renderDeltas(block, textPieces, random, cutInput)) {
    yield { contentBlockDelta: { contentBlockIndex, delta } };
  }
  yield { contentBlockStop: { contentBlockIndex } };
}

function renderDeltas(
  block: ContentBlock,
  textPieces: readonly string[],
  random: Random,
  cutInput?: string,
): ContentBlockDelta[] {
  if ("text" in block) return textPieces.map((text) => ({ text }));
  if ("toolUse" in block) return renderToolInputDeltas(cutInput ?? JSON.stringify(block.toolUse.input), random);
  if ("reasoningContent" in block) return renderReasoningDeltas(block.reasoningContent, random);
  if ("citationsContent" in block) return renderCitationDeltas(block.citationsContent, random);
  if ("toolResult" in block) return renderToolResultDeltas(block.toolResult);
  if ("image" in block) {
    const { source, error } = block.image;
    return [{ image: { source, ...(error === undefined ? {} : { error }) } }];
  }
  throw new TypeError(`A block with the member ${Object.keys(block).join(", ")} cannot be streamed by an assistant.`);
}

function renderToolUseStart({ toolUseId, name, type }: ToolUseBlock, contentBlockIndex: number): StreamEvent {
  const toolUse = { toolUseId, name, ...(type === undefined ? {} : { type }) };
  return { contentBlockStart: { contentBlockIndex, start: { toolUse } } };
}

function renderToolResultStart({ toolUseId, type, status }: ToolResultBlock, contentBlockIndex: number): StreamEvent {
  const toolResult = {
    toolUseId,
    ...(type === undefined ? {} : { type }),
    ...(status === undefined ? {} : { status }),
  };
  return { contentBlockStart: { contentBlockIndex, start: { toolResult } } };
}

/** The input as JSON text, cut anywhere between characters. A call without arguments is a single `{}`. */
function renderToolInputDeltas(text: string, random: Random): ContentBlockDelta[] {
  const pieces = text === "{}" ? [text] : cutText(text, random);
  return pieces.map((piece) => ({ toolUse: { input: piece } }));
}

function renderReasoningDeltas(reasoning: ReasoningContentBlock, random: Random): ContentBlockDelta[] {
  if ("redactedContent" in reasoning) {
    return [{ reasoningContent: { redactedContent: reasoning.redactedContent } }];
  }
  const { text, signature } = reasoning.reasoningText;
  const deltas: ContentBlockDelta[] = cutText(text, random).map((piece) => ({ reasoningContent: { text: piece } }));
  return signature === undefined ? deltas : [...deltas, { reasoningContent: { signature } }];
}

/** The sources first, then the text, as recorded: one block mixes both kinds of delta. */
function renderCitationDeltas({ content, citations }: CitationsContentBlock, random: Random): ContentBlockDelta[] {
  const texts = (content ?? []).flatMap(({ text }) => cutText(text, random)).map((text) => ({ text }));
  return [...(citations ?? []).map((citation) => ({ citation })), ...texts];
}

function renderToolResultDeltas({ content }: ToolResultBlock): ContentBlockDelta[] {
  return content.map((part) => {
    if ("text" in part) return { toolResult: [{ text: part.text }] };
    if ("json" in part) return { toolResult: [{ json: part.json }] };
    throw new TypeError(`A tool result with the member ${Object.keys(part).join(", ")} cannot be streamed.`);
  });
}

/** Cuts at random lengths, never inside a surrogate pair. The pieces joined are the text; the empty text has none. */
function cutText(text: string, random: Random): string[] {
  const pieces: string[] = [];
  let at = 0;
  while (at < text.length) {
    let end = Math.min(text.length, at + randomInteger(random, 1, MAX_PIECE_LENGTH));
    if (isHighSurrogate(text.charCodeAt(end - 1)) && end < text.length) end += 1;
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
