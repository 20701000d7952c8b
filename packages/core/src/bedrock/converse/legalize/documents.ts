import { isObject, objectOf, stringOf } from "../../../types/json.ts";
import type { ModelTraits } from "../../traits.ts";
import { cleanDocumentName } from "../document-names.ts";
import type { Warn, WireBlock, WireMessage } from "../wire.ts";
import { mapContent, mapInside, textOfBlock } from "./blocks.ts";

const MAX_NAME_LENGTH = 200;

/**
 * Gives every document a clean name that no other has, and every message with documents a text. The first keeps its
 * name, the next gets `" (2)"`, so that names stay the same when a conversation grows.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html
 */
export function nameDocuments(messages: readonly WireMessage[], warn: Warn): readonly WireMessage[] {
  const taken = new Set<string>();
  const rename = (block: WireBlock): WireBlock => {
    const { document } = block;
    if (!isObject(document)) return block;
    const given = stringOf(document["name"]) ?? "";
    const name = findFreeName(cleanDocumentName(given), taken);
    taken.add(name);
    if (name === given) return block;
    warn(
      "document_renamed",
      `The document ${JSON.stringify(given)} is called ${JSON.stringify(name)} in the request: names must be plain and unique.`,
    );
    return { document: { ...document, name } };
  };
  return mapContent(messages, ({ content }) => {
    const hasText = content.some((block) => textOfBlock(block) !== undefined && !block["citationsContent"]);
    const isAlone = !hasText && content.some((block) => objectOf(block["document"]));
    if (isAlone)
      warn("text_added", "A text was put behind documents that stood without one: Bedrock wants one beside.");
    return [...content.map((block) => mapInside(block, rename)), ...(isAlone ? [{ text: "(See the document.)" }] : [])];
  });
}

function findFreeName(name: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count++) {
    const suffix = count > 1 ? ` (${count})` : "";
    const free = name.slice(0, MAX_NAME_LENGTH - suffix.length).trimEnd() + suffix;
    if (!taken.has(free)) return free;
  }
}

/**
 * Claude takes citations for all documents of a request or for none, and so for search results: where some ask for
 * them, all do.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/citations
 */
export function alignCitations(
  messages: readonly WireMessage[],
  { family }: ModelTraits,
  warn: Warn,
): readonly WireMessage[] {
  if (family !== "claude") return messages;
  return ["document", "searchResult"].reduce((aligned, kind) => align(aligned, kind, warn), messages);
}

function align(messages: readonly WireMessage[], kind: string, warn: Warn): readonly WireMessage[] {
  const isCited = (block: WireBlock): boolean => objectOf(objectOf(block[kind])?.["citations"])?.["enabled"] === true;
  let cited = 0;
  let uncited = 0;
  const map = (change: (block: WireBlock) => WireBlock): readonly WireMessage[] =>
    mapContent(messages, ({ content }) => content.map((block) => mapInside(block, change)));
  map((block) => {
    if (isCited(block)) cited++;
    else if (block[kind]) uncited++;
    return block;
  });
  if (cited === 0 || uncited === 0) return messages;
  warn(
    "citations_enabled",
    `Citations are on for every ${kind} of the request: Claude takes them for all or for none.`,
  );
  return map((block) => {
    const inner = objectOf(block[kind]);
    return inner && !isCited(block) ? { ...block, [kind]: { ...inner, citations: { enabled: true } } } : block;
  });
}
