import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPassages } from "../../../src/models/citations/passages.ts";
import { readPdfPages } from "../../../src/models/citations/pdf.ts";
import { answerConverse } from "../../../src/models/answer.ts";
import { createRandom } from "../../../src/random.ts";
import type { Citation, ContentBlock, DocumentBlock, SearchResultBlock } from "../../../src/wire.ts";
import { CLAUDE } from "../tools/support.ts";

const POLICY = "Company leave policy: Employees get 20 days annual leave. Consult with your manager for details.";
const QUESTION = "How many days of annual leave do employees get?";
const citations = { enabled: true };
const base64 = (text: string | Buffer): string => Buffer.from(text).toString("base64");

function ask(blocks: ContentBlock[], question = QUESTION): ContentBlock[] {
  const messages = [{ role: "user" as const, content: [...blocks, { text: question }] }];
  return answerConverse({ messages }, CLAUDE, { random: createRandom(1) }).message.content;
}

function cite(blocks: ContentBlock[], question = QUESTION): Citation[] {
  return ask(blocks, question).flatMap((block) =>
    "citationsContent" in block ? (block.citationsContent.citations ?? []) : [],
  );
}

const document = (source: DocumentBlock["source"], more: Partial<DocumentBlock> = {}): ContentBlock => ({
  document: { name: "policy", format: "txt", source, citations, ...more },
});

/** A PDF without what only a viewer needs: two pages, the second one deflated. */
function createPdf(first: string, second: string): Buffer {
  const deflated = deflateSync(Buffer.from(`BT /F1 12 Tf [(${second.slice(0, 5)}) -20 (${second.slice(5)})] TJ ET`));
  return Buffer.concat([
    Buffer.from(`%PDF-1.4\n1 0 obj\n<</Length 9>>\nstream\nBT (${first}) Tj ET\nendstream\nendobj\n`),
    Buffer.from(`2 0 obj\n<</Filter /FlateDecode>>\nstream\n`),
    deflated,
    Buffer.from(`\nendstream\nendobj\n%%EOF`),
  ]);
}

describe("citing", () => {
  it("gives the characters of a text, in a block of its own beside plain text", () => {
    const content = ask([document({ text: POLICY })]);
    expect(content).toEqual([
      { text: "According to the sources: " },
      {
        citationsContent: {
          content: [{ text: "Company leave policy: Employees get 20 days annual leave." }],
          citations: [
            {
              title: "policy",
              sourceContent: [{ text: "Company leave policy: Employees get 20 days annual leave. " }],
              location: { documentChar: { documentIndex: 0, start: 0, end: 58 } },
            },
          ],
        },
      },
    ]);
  });

  it("gives the part of a source in parts, the page of a PDF, the place of a search result", () => {
    const parts = document({
      content: [{ text: "Cats are not allowed." }, { text: "Employees get 20 days annual leave." }],
    });
    expect(cite([parts])).toMatchObject([{ location: { documentChunk: { documentIndex: 0, start: 1, end: 2 } } }]);
    const pdf = createPdf("Cats are \\(never\\) allowed.", "Employees get 20 days annual leave.");
    expect(readPdfPages(pdf)).toEqual(["Cats are (never) allowed.", "Employees get 20 days annual leave."]);
    expect(cite([document({ bytes: base64(pdf) }, { format: "pdf" })])).toMatchObject([
      { location: { documentPage: { documentIndex: 0, start: 2, end: 3 } } },
    ]);
    const result: SearchResultBlock = {
      source: "https://example.com/leave",
      title: "Leave",
      content: [{ text: "Cats sleep." }, { text: "Employees get 20 days annual leave." }],
      citations,
    };
    const expected = [
      {
        title: "Leave",
        source: "https://example.com/leave",
        location: { searchResultLocation: { searchResultIndex: 0, start: 1, end: 2 } },
      },
    ];
    expect(cite([{ searchResult: result }])).toMatchObject(expected);
  });

  it("reads search results in tool results", () => {
    const searchResult: SearchResultBlock = {
      source: "s",
      title: "t",
      content: [{ text: "Ruby was created by Matz." }],
      citations,
    };
    const content = answerConverse(
      {
        toolConfig: { tools: [{ toolSpec: { name: "kb", inputSchema: { json: { type: "object" } } } }] },
        messages: [
          { role: "user", content: [{ text: "Who created Ruby?" }] },
          { role: "assistant", content: [{ toolUse: { toolUseId: "a", name: "kb", input: {} } }] },
          { role: "user", content: [{ toolResult: { toolUseId: "a", content: [{ searchResult }] } }] },
        ],
      },
      CLAUDE,
      { random: createRandom(1) },
    ).message.content;
    expect(JSON.stringify(content)).toContain("searchResultLocation");
  });

  it("counts all documents, cites only those that have citations on", () => {
    const silent = document({ text: POLICY }, { name: "silent", citations: { enabled: false } });
    const cited = cite([silent, document({ bytes: base64(POLICY) })]);
    expect(cited).toMatchObject([{ title: "policy", location: { documentChar: { documentIndex: 1 } } }]);
    expect(ask([silent])).toEqual([{ text: "Company leave policy: Employees get 20 days annual leave." }]);
  });

  it("cites the beginning when nothing fits or a summary is asked for", () => {
    const source = document({ text: POLICY });
    expect(cite([source], "Who won the cup?")).toMatchObject([{ location: { documentChar: { start: 0, end: 58 } } }]);
    expect(cite([source], "Summarize this.")).toHaveLength(2);
    const [first] = ask([document({ text: "" })]);
    expect(first).toHaveProperty("text");
  });

  it("gives true offsets into any text", () => {
    const anyText = fc
      .array(fc.constantFrom("Cats ", "sleep. ", "Ünïcödé 👍! ", "(really?) ", "\n\n", "3.5 km", "…"))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string()), (text) => {
        const passages = readPassages({ messages: [{ role: "user", content: [document({ text })] }] });
        for (const { citation } of passages) {
          const { location, sourceContent } = citation;
          if (location === undefined || !("documentChar" in location)) throw new Error("No characters.");
          const { start, end } = location.documentChar;
          expect(text.slice(start, end)).toBe(sourceContent?.[0]?.text);
        }
        expect(passages.length > 0).toBe(text.trim() !== "");
      }),
    );
  });

  it("is done soon for a long text and for what is no PDF", () => {
    const long = ".".repeat(300_000);
    expect(readPassages({ messages: [{ role: "user", content: [document({ text: long })] }] })).toHaveLength(1);
    expect(readPdfPages(Buffer.from("<<".repeat(100_000) + "stream\nBT ((((".repeat(10_000)))).toEqual([]);
  });
});
