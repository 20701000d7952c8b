/**
 * How the built-in model counts tokens and cuts text for streaming: words with their leading space, punctuation, and
 * long words in parts, which comes to about four characters each.
 */
import { renderSortedJson } from "../json.ts";
import type { ContentBlock, ConverseRequest, ToolResultContent } from "../wire.ts";

/** Longest piece of a word, in code points without the leading space. */
const MAX_PIECE_CHARACTERS = 7;
/** Every message costs some tokens for its role. */
const MESSAGE_TOKENS = 4;
/** Images, sounds and videos cost a fixed number of tokens, documents one for so many bytes. */
const MEDIUM_TOKENS = 1_500;
const BYTES_PER_DOCUMENT_TOKEN = 20;

const TOKEN = new RegExp(
  `\\s?[\\p{L}\\p{M}\\p{N}'’]{1,${MAX_PIECE_CHARACTERS}}|\\s?[^\\s\\p{L}\\p{M}\\p{N}'’]{1,4}|\\s{1,8}`,
  "gu",
);

/** Cuts text into token-like pieces: none is empty, none cuts a surrogate pair, and joined they are the text. */
export function splitTokens(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** How many tokens a text has: the number of its pieces. */
export function countTokens(text: string): number {
  return splitTokens(text).length;
}

/**
 * How many tokens a request has: system prompt, messages and tools. The order of an object's members does not matter.
 *
 * @param exactAbove below this number a quick upper bound is enough and is returned instead; default 0, always exact.
 */
export function countRequestTokens(request: ConverseRequest, exactAbove = 0): number {
  const bound = sumRequest(request, (text) => text.length);
  return bound <= exactAbove ? bound : sumRequest(request, countTokens);
}

function sumRequest(
  { messages = [], system = [], toolConfig }: ConverseRequest,
  count: (text: string) => number,
): number {
  const systemTokens = system.map((block) => countBlock(block, count));
  const messageTokens = messages.flatMap(({ content }) => [
    MESSAGE_TOKENS,
    ...content.map((block) => countBlock(block, count)),
  ]);
  const toolTokens = toolConfig === undefined ? 0 : count(renderSortedJson(toolConfig));
  return [...systemTokens, ...messageTokens].reduce((sum, tokens) => sum + tokens, toolTokens);
}

function countBlock(block: ContentBlock | ToolResultContent, count: (text: string) => number): number {
  if ("text" in block) return count(block.text);
  if ("cachePoint" in block) return 0;
  if ("image" in block || "video" in block || "audio" in block) return MEDIUM_TOKENS;
  if ("document" in block && "bytes" in block.document.source) return countBinary(block.document.source.bytes);
  if (!("toolResult" in block)) return count(renderSortedJson(block));
  const { content, toolUseId } = block.toolResult;
  return content.reduce((sum, inner) => sum + countBlock(inner, count), count(toolUseId));
}

function countBinary(base64: string): number {
  return Math.ceil((base64.length * 3) / 4 / BYTES_PER_DOCUMENT_TOKEN);
}
