import { describe, expect, test } from "vitest";
import type { ContentPart, DocumentPart } from "../../src/index.ts";
import { bodyOf, createClient, failureOf, MODEL, useServer } from "../support/bedrock.ts";
import { collect } from "../support/events.ts";
import { createPng, PDF, SAMPLES } from "../support/media-files.ts";
import { lastContent, take, WAYS } from "../support/turns.ts";
import { reload } from "./reload.ts";

const server = useServer();
const NOVA = "amazon.nova-lite-v1:0";

/** A PDF whose two pages show a text each. */
function createPdf(...pages: readonly string[]): Buffer {
  const streams = pages.map((text, index) => {
    const content = `BT /F1 12 Tf (${text}) Tj ET`;
    return `${index + 4} 0 obj<</Length ${content.length}>>stream\n${content}\nendstream endobj\n`;
  });
  return Buffer.from(`%PDF-1.4\n${streams.join("")}%%EOF\n`, "latin1");
}

describe.each(WAYS)("media (%s)", (way) => {
  test.each<[string, string, Buffer, object]>([
    ["an image", MODEL, createPng(), { image: { format: "png" } }],
    ["a PDF", MODEL, PDF, { document: { format: "pdf" } }],
    ["a table", MODEL, Buffer.from("a,b\n1,2\n3,4\n"), { document: { format: "csv" } }],
    ["a video", NOVA, SAMPLES["mp4"] ?? Buffer.alloc(0), { video: { format: "mp4" } }],
    ["a sound", "us.amazon.nova-2-omni-v1:0", SAMPLES["mp3"] ?? Buffer.alloc(0), { audio: { format: "mp3" } }],
  ])("may be %s, whose kind and format its content tells", async (_, model, file, block) => {
    const chat = createClient(server()).chat(model);
    await take(way, chat, "What is this?", { files: [file] });
    expect(lastContent(server())).toMatchObject([block, { text: "What is this?" }]);
    expect(JSON.stringify(lastContent(server()))).toContain(file.toString("base64"));
  });

  test("may lie in S3 where the model reads it, and nothing is fetched", async () => {
    const files = [
      "s3://bucket/film.mp4",
      { uri: "s3://bucket/report.pdf", bucketOwner: "123456789012" },
      { source: "s3://bucket/picture", type: "image", format: "webp" } as const,
    ];
    await take(way, createClient(server()).chat(NOVA), "Compare.", { files });
    expect(lastContent(server())).toMatchObject([
      { video: { format: "mp4", source: { s3Location: { uri: "s3://bucket/film.mp4" } } } },
      {
        document: {
          format: "pdf",
          source: { s3Location: { uri: "s3://bucket/report.pdf", bucketOwner: "123456789012" } },
        },
      },
      { image: { format: "webp", source: { s3Location: { uri: "s3://bucket/picture" } } } },
      { text: "Compare." },
    ]);
    const error = await failureOf(take(way, createClient(server()).chat(MODEL), "Compare.", { files }));
    expect(error).toMatchObject({ code: "ERR_CAPABILITY", message: expect.stringContaining("messages[0].content[0]") });
    expect(server().requests).toHaveLength(1);
  });

  test.each<[string, readonly ContentPart[], RegExp]>([
    [
      "too large an image",
      [{ type: "image", source: createPng(2, 1, 4_000_000) }],
      /messages\[2\]\.content\[0\] \(image\).*3\.75 MB/,
    ],
    ["too wide an image", [{ type: "image", source: createPng(8001, 1) }], /messages\[2\]\.content\[0\].*8001/],
    [
      "too large a document",
      [{ type: "document", source: Buffer.concat([PDF, Buffer.alloc(4_800_000)]) }],
      /\(document\).*4\.50 MB/,
    ],
    [
      "a sixth document",
      Array.from({ length: 6 }, (): DocumentPart => ({ type: "document", source: { text: "a" } })),
      /messages\[2\]\.content\[5\] \(document\)/,
    ],
    [
      "a 21st image",
      Array.from({ length: 21 }, () => ({ type: "image", source: createPng() }) as const),
      /messages\[2\]\.content\[20\] \(image\)/,
    ],
  ])("are checked before anything is sent: %s", async (_, content, message) => {
    const chat = createClient(server()).chat(NOVA).add("user", "Hi").add("assistant", "Hello");
    const error = await failureOf(take(way, chat, content));
    expect(error).toMatchObject({ code: "ERR_INPUT", message: expect.stringMatching(message) });
    expect(server().requests).toHaveLength(0);
    expect(chat.history).toHaveLength(2);
  });

  test("document names are cleaned, and unique over the whole conversation", async () => {
    const chat = createClient(server()).chat(MODEL);
    const named = (name: string) => ({ source: { text: "A text." }, name });
    await take(way, chat, "Read.", { files: [named("Bericht\u3000 Grüße_2.0"), named("x".repeat(300))] });
    await take(way, chat, "Read.", { files: [named("Bericht\u3000 Grüße_2.0")] });
    const names = [...JSON.stringify(bodyOf(server())["messages"]).matchAll(/"document":\{"name":"(.*?)"/g)].map(
      ([, name = ""]) => name,
    );
    expect(names).toHaveLength(3);
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^[\w ()[\]-]{1,200}$/);
    // The history keeps its own.
    expect(JSON.stringify(chat.history)).toContain("Grüße_2.0");
  });
});

const TERMS = "Returns are free for 30 days. The warranty lasts 24 months. Delivery takes three days.";
const WARRANTY = "The warranty lasts 24 months.";

function isRange(value: unknown): value is { readonly start: number; readonly end: number } {
  return typeof value === "object" && value !== null && "start" in value && "end" in value;
}

describe.each(WAYS)("citations (%s)", (way) => {
  test.each<[string, ContentPart, object]>([
    [
      "characters of a text",
      { type: "document", source: { text: TERMS }, name: "Terms", citations: true },
      { documentChar: { documentIndex: 0, start: 30 } },
    ],
    [
      "pieces of a document",
      { type: "document", source: { content: ["Returns are free.", WARRANTY] }, name: "Terms", citations: true },
      { documentChunk: { documentIndex: 0, start: 1, end: 2 } },
    ],
    [
      "pages of a PDF",
      { type: "document", source: createPdf("Returns are free.", WARRANTY), name: "Terms", citations: true },
      { documentPage: { documentIndex: 0, start: 2 } },
    ],
    [
      "search results",
      { type: "search_result", source: "s", title: "Terms", content: ["Returns are free.", WARRANTY], citations: true },
      { searchResultLocation: { searchResultIndex: 0, start: 1, end: 2 } },
    ],
  ])("are asked for and told with their places: %s", async (_, part, location) => {
    const chat = createClient(server()).chat(MODEL);
    const answer = await take(way, chat, [part, { type: "text", text: "How long does the warranty last?" }]);
    expect(answer.citations).toMatchObject([{ title: "Terms", location }]);
    expect(answer.citations[0]?.sourceContent?.[0]?.text?.trim()).toBe(WARRANTY);
    expect(answer.content).toContain(WARRANTY);
    const chars = answer.citations[0]?.location?.["documentChar"];
    if (isRange(chars)) expect(TERMS.slice(chars.start, chars.end).trim()).toBe(WARRANTY);
    else expect(location).not.toHaveProperty("documentChar");
    // They go back with the answer, after storage, too.
    const restored = createClient(server()).chat(MODEL, reload(chat));
    await take(way, restored, "And returns?");
    expect(JSON.stringify(bodyOf(server())["messages"])).toContain('"citationsContent"');
  });

  test("are not asked for by default", async () => {
    const files = [{ source: { text: TERMS }, name: "Terms" }];
    const answer = await take(way, createClient(server()).chat(MODEL), "How long is the warranty?", { files });
    expect(answer.citations).toEqual([]);
    expect(JSON.stringify(lastContent(server()))).not.toContain("citations");
  });
});

test("a stream gives each citation beside its text", async () => {
  const files = [{ source: { text: TERMS }, name: "Terms", citations: true }];
  const stream = createClient(server()).chat(MODEL).stream("How long does the warranty last?", { files });
  const chunks = await collect(stream);
  const cited = chunks.flatMap((chunk) => (chunk.type === "citation" ? [chunk.citation] : []));
  expect(cited).toEqual((await stream.response()).citations);
  expect(cited).toHaveLength(1);
});
