/** Reads the text of simple PDF files, page by page. */
import { inflateSync } from "node:zlib";

/** Larger pages are cut, so that a small file cannot become a large text. */
const MAX_PAGE_BYTES = 5_000_000;
/** A dictionary before a stream is shorter than this. */
const MAX_DICTIONARY_CHARACTERS = 500;
const SHOWN_TEXT =
  /\(((?:\\[\s\S]|[^\\()])*)\)\s*(?:Tj|'|")|\[((?:\((?:\\[\s\S]|[^\\()])*\)|[^\][(])*)\]\s*TJ|\b(?:Td|TD|T\*|ET)\b/g;

/**
 * The text of each page, in the order of the file: every content stream that shows text is a page. Understands literal
 * strings in plain and deflated streams; other files have no pages.
 *
 * Specification: ISO 32000-1, 7.3.8 and 9.4.3.
 */
export function readPdfPages(bytes: Buffer): string[] {
  const file = bytes.toString("latin1");
  const pages: string[] = [];
  for (let at = findStream(file, 0); at !== undefined; at = findStream(file, at.end)) {
    const data = bytes.subarray(at.start, at.end);
    const text = readShownText(at.isDeflated ? inflate(data) : data.toString("latin1"));
    if (text !== "") pages.push(text);
  }
  return pages;
}

/** The next stream at or after `from`; one without an end is none. */
function findStream(file: string, from: number): { start: number; end: number; isDeflated: boolean } | undefined {
  const opening = /\bstream\r?\n/g;
  opening.lastIndex = from;
  const match = opening.exec(file);
  if (match === null) return undefined;
  const before = file.slice(Math.max(from, match.index - MAX_DICTIONARY_CHARACTERS), match.index);
  const isDeflated =
    before
      .split(/\bobj\b/)
      .at(-1)
      ?.includes("/FlateDecode") === true;
  const start = match.index + match[0].length;
  const end = file.indexOf("endstream", start);
  return end < 0 ? undefined : { start, end, isDeflated };
}

function inflate(data: Buffer): string {
  try {
    return inflateSync(data, { maxOutputLength: MAX_PAGE_BYTES }).toString("latin1");
  } catch {
    return "";
  }
}

function readShownText(content: string): string {
  if (!/\bBT\b/.test(content)) return "";
  const parts = [...content.matchAll(SHOWN_TEXT)].map(([, single, several]) => {
    if (single !== undefined) return unescape(single);
    if (several === undefined) return "\n";
    return [...several.matchAll(/\(((?:\\[\s\S]|[^\\()])*)\)/g)].map(([, text = ""]) => unescape(text)).join("");
  });
  return parts.join("").replace(/\n+/g, "\n").trim();
}

function unescape(text: string): string {
  return text.replace(/\\(?:([0-7]{1,3})|([\s\S]))/g, (_all, octal: string | undefined, character: string = "") => {
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
    return character === "n" ? "\n" : /[rtbf\r\n]/.test(character) ? " " : character;
  });
}
