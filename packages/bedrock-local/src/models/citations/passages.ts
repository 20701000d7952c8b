/** The passages that a model may cite, each with its place in its source. */
import type {
  Citation,
  CitationLocation,
  ContentBlock,
  ConverseRequest,
  DocumentBlock,
  SearchResultBlock,
  ToolResultContent,
} from "../../wire.ts";
import { readSource } from "../turn.ts";
import { readPdfPages } from "./pdf.ts";

/** A sentence of a source, or a part of one. */
export interface Passage {
  readonly text: string;
  readonly citation: Citation;
}

/** A sentence with the space after it, so that sentences joined are the text. */
const SENTENCE = /[\s\S]+?(?:[.!?]["')\]]{0,3}(?:\s+|$)|\n+|$)/g;

/**
 * Every passage of the documents and search results that have citations on, in their order. Documents are counted over
 * the whole request from 0, search results likewise, also those in tool results.
 *
 * Characters are counted as in JavaScript strings, pages from 1, parts from 0; ends are exclusive.
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CitationLocation.html
 */
export function readPassages({ messages = [] }: ConverseRequest): Passage[] {
  const blocks = messages.flatMap(({ content }) => content).flatMap(listParts);
  const documents = blocks.flatMap((block) => ("document" in block ? [block.document] : []));
  const results = blocks.flatMap((block) => ("searchResult" in block ? [block.searchResult] : []));
  return [...documents.flatMap(readDocument), ...results.flatMap(readSearchResult)];
}

function listParts(block: ContentBlock): (ContentBlock | ToolResultContent)[] {
  return "toolResult" in block ? block.toolResult.content : [block];
}

function readDocument(document: DocumentBlock, documentIndex: number): Passage[] {
  if (document.citations?.enabled !== true) return [];
  const { source, name: title } = document;
  if ("content" in source) {
    return source.content.map(({ text }, start) =>
      createPassage(text, { title }, { documentChunk: { documentIndex, start, end: start + 1 } }),
    );
  }
  if (document.format === "pdf" && "bytes" in source) {
    return readPdfPages(Buffer.from(source.bytes, "base64")).flatMap((page, index) =>
      splitSentences(page).map(({ text }) =>
        createPassage(text, { title }, { documentPage: { documentIndex, start: index + 1, end: index + 2 } }),
      ),
    );
  }
  return splitSentences(readSource({ document })).map(({ text, start }) =>
    createPassage(text, { title }, { documentChar: { documentIndex, start, end: start + text.length } }),
  );
}

function readSearchResult(result: SearchResultBlock, searchResultIndex: number): Passage[] {
  if (result.citations?.enabled !== true) return [];
  const { source, title } = result;
  return result.content.map(({ text }, start) =>
    createPassage(text, { title, source }, { searchResultLocation: { searchResultIndex, start, end: start + 1 } }),
  );
}

function createPassage(text: string, origin: Pick<Citation, "title" | "source">, location: CitationLocation): Passage {
  return { text, citation: { ...origin, sourceContent: [{ text }], location } };
}

function splitSentences(text: string): { text: string; start: number }[] {
  return [...text.matchAll(SENTENCE)]
    .map((match) => ({ text: match[0], start: match.index }))
    .filter((sentence) => sentence.text.trim() !== "");
}
