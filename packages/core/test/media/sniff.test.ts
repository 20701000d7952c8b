import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findFormat } from "../../src/media/find-format.ts";
import { FORMATS, formatOf, kindOf } from "../../src/media/formats.ts";
import { sniffFormats } from "../../src/media/sniff.ts";
import { errorOf } from "../support/bedrock.ts";
import { bytes, createZip, PDF, SAMPLES } from "../support/media-files.ts";

const sniff = (content: Buffer): readonly string[] | undefined => sniffFormats(content.toString("base64"));

describe("the format of content", () => {
  test.each(Object.entries(SAMPLES))("is told: %s", (format, content) => {
    expect(sniff(content)?.[0]).toBe(format);
  });

  test("is told however large the file is", () => {
    const zip = createZip(["[Content_Types].xml", "word/document.xml"], 100_000);
    expect(sniff(zip)).toEqual(["docx"]);
    expect(sniff(Buffer.concat([PDF, Buffer.alloc(1_000_000)]))).toEqual(["pdf"]);
    expect(sniff(Buffer.from("Ä, ö und ü. ".repeat(100_000)))?.[0]).toBe("txt");
    expect(sniff(Buffer.from("a,b\n1,2\n".repeat(10_000)))?.[0]).toBe("csv");
  });

  test("is not guessed where nothing tells it", () => {
    expect(sniff(bytes("\0\x01\x02\x03"))).toBeUndefined();
    expect(sniff(createZip(["[Content_Types].xml", "ppt/presentation.xml"]))).toBeUndefined();
    expect(sniff(createZip(["password/list.txt", "axl/b", "old/word/c"]))).toBeUndefined();
    expect(sniff(createZip(["[Content_Types].xml", "password/list.txt", "axl/b", "old/word/c"]))).toBeUndefined();
    expect(sniff(createZip(["word/list.txt"]))).toBeUndefined();
    expect(sniff(bytes("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))).toBeUndefined();
  });

  test.each([
    "The free lunch",
    "ID3 tags are",
    "RIFF of 1970",
    "Hello, Bob\nBye, Ann",
    "See the PDF-1.4 specification",
  ])("of prose is text, whatever words it begins with: %j", (text) => {
    expect(sniff(bytes(text))?.[0]).toBe("txt");
  });

  test.each([
    ["HEIC", "\0\0\0\x18ftypheic\0\0\0\0mif1heic"],
    ["HEIC", "\0\0\0\x18ftypmif1\0\0\0\0mif1heic"],
    ["AVIF", "\0\0\0\x1cftypavif\0\0\0\0avifmif1"],
    ["gzip", "\x1f\x8b\x08\0\0\0\0\0\0\x03"],
    ["zstd", "\x28\xb5\x2f\xfd\x04\0\x41"],
  ])("is told where no model takes it: %s", (name, content) => {
    expect(sniff(bytes(content))?.join()).toContain(name);
    const source = { base64: bytes(content).toString("base64") };
    for (const hint of ["a.png", "a.csv", "a.mp4", ""]) {
      const error = errorOf(() => findFormat(undefined, source, undefined, [hint], "files[0]"));
      expect(error).toMatchObject({ code: "ERR_INPUT", message: expect.stringContaining(name) as unknown });
    }
  });

  test("is PDF only where nothing but white space or what is no text stands in front", () => {
    const mention = bytes("# Formats\n\nA file begins with %PDF-1.4 there.\n");
    expect(sniff(mention)).toEqual(["md", "txt", "csv", "html", "pdf"]);
    expect(sniff(Buffer.concat([bytes("\xef\xbb\xbf\r\n"), PDF]))).toEqual(["pdf"]);
    expect(sniff(Buffer.concat([Buffer.alloc(128), PDF]))).toEqual(["pdf"]);
    expect(sniff(Buffer.concat([Buffer.alloc(1017), PDF]))).toBeUndefined();
    expect(sniff(Buffer.concat([createZip(["a.pdf"]), PDF]))).toBeUndefined();
  });

  test("is found in any bytes without failing", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(SAMPLES)),
        fc.nat(40),
        fc.uint8Array({ maxLength: 200 }),
        (head, cut, rest) => {
          const found = sniff(Buffer.concat([head.subarray(0, cut), rest]));
          for (const format of found ?? []) expect(kindOf(format)).toBeDefined();
        },
      ),
    );
  });
});

describe("the format that a name or media type tells", () => {
  test.each([
    ["report.final.PDF", "pdf"],
    ["a.jpg", "jpeg"],
    ["application/pdf", "pdf"],
    ["text/html; charset=utf-8", "html"],
    ["text/plain;charset=us-ascii", "txt"],
    ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"],
    ["application/vnd.ms-excel", "xls"],
    ["video/quicktime", "mov"],
    ["video/x-matroska", "mkv"],
    ["video/3gpp", "three_gp"],
    ["video/mpeg", "mpeg"],
    ["audio/mpeg", "mp3"],
    ["audio/x-wav", "wav"],
    ["image/svg+xml", undefined],
    ["application/octet-stream", undefined],
    ["README", undefined],
    ["constructor.constructor", undefined],
    ["", undefined],
  ])("%s: %s", (hint, format) => {
    expect(formatOf(hint)).toBe(format);
  });

  test("is found in time whatever a server sends", () => {
    expect(formatOf(`${".".repeat(100_000)}!`)).toBeUndefined();
  });
});

describe("the format of a medium", () => {
  const find = (content: Buffer, stated?: string, ...hints: string[]): string | undefined =>
    findFormat("document", { base64: content.toString("base64") }, stated, hints, "files[0]");

  test("is that of its content, not that of its name", () => {
    expect(find(PDF, undefined, "report.docx")).toBe("pdf");
    expect(findFormat("image", { base64: SAMPLES["png"]?.toString("base64") ?? "" }, undefined, ["a.jpg"], "")).toBe(
      "png",
    );
  });

  test("of text is what its name tells, else what it looks like", () => {
    expect(find(bytes("a,b\n1,2\n"), undefined, "notes.md")).toBe("md");
    expect(find(bytes("a,b\n1,2\n"))).toBe("csv");
    expect(find(bytes("Plain."), undefined, "https.csv", "text/plain")).toBe("csv");
  });

  test("is what is stated when the content does not tell it", () => {
    const source = { base64: Buffer.alloc(64).toString("base64") };
    expect(findFormat("audio", source, "pcm", [], "")).toBe("pcm");
    expect(findFormat("audio", source, undefined, ["a.pcm"], "")).toBe("pcm");
    expect(findFormat("audio", { base64: PDF.toString("base64") }, "pcm", [], "")).toBe("pcm");
    // A moving picture in another container of the same family.
    expect(findFormat("video", { base64: SAMPLES["mp4"]?.toString("base64") ?? "" }, "mov", [], "")).toBe("mov");
  });

  test("of a text that mentions PDF is what its name tells", () => {
    const mention = bytes("A file begins with %PDF-1.4 there.");
    expect(find(mention)).toBe("txt");
    expect(find(mention, undefined, "x.md")).toBe("md");
    expect(find(mention, undefined, "x.pdf")).toBe("pdf");
    expect(find(mention, "pdf")).toBe("pdf");
  });

  test.each([
    ["png", "BM\x36\0\0\0\0\0"],
    ["jpeg", "\0\0\0"],
    ["pdf", "\0\x01\x02\x03"],
    ["docx", createZip(["password/list.txt"]).toString("latin1")],
    ["xls", "\0\x01\x02\x03"],
  ])("must be in the content where all of its files tell it: %s", (format, content) => {
    const source = { base64: bytes(content).toString("base64") };
    const hex = bytes(content).subarray(0, 3).toString("hex");
    for (const [stated, hint] of [[format], [undefined, `a.${format}`]]) {
      const error = errorOf(() => findFormat(undefined, source, stated, [hint], "files[0]"));
      expect(error).toMatchObject({ code: "ERR_INPUT", message: expect.stringContaining(`0x${hex}`) as unknown });
      expect(error.message).toContain(format);
    }
  });

  test.each(["txt", "md", "csv", "html", "pcm", "mp3", "mpeg", "mov"])(
    "may be in no way told by the content where not all of its files tell it: %s",
    (format) => {
      const source = { base64: bytes("\0\x01\x02\x03").toString("base64") };
      expect(findFormat(undefined, source, format, [], "")).toBe(format);
      expect(findFormat(undefined, source, undefined, [`a.${format}`], "")).toBe(format);
    },
  );

  test("of an old Office file whose directory is out of the usual order is what its name tells", () => {
    const file = bytes("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    expect(find(file, undefined, "a.doc")).toBe("doc");
    expect(find(file, "xls")).toBe("xls");
    expect(errorOf(() => find(file, undefined, "a.docx")).code).toBe("ERR_INPUT");
  });

  test("may not contradict the content", () => {
    const error = errorOf(() => find(PDF, "docx"));
    expect(error).toMatchObject({ code: "ERR_INPUT", message: expect.stringMatching(/files\[0\].*docx.*pdf/) });
  });

  test("must be one of its kind, and the error names all of them", () => {
    for (const stated of ["jpg", undefined]) {
      const error = errorOf(() => findFormat("image", { base64: PDF.toString("base64") }, stated, [], "images[0]"));
      expect(error.message).toMatch(/images\[0\].*png, jpeg, gif, webp/);
    }
  });

  test("that nobody knows is an error that tells what was received", () => {
    const error = errorOf(() => find(bytes("\0\x01\x02"), undefined, "data.bin"));
    expect(error.message).toMatch(/0x000102.*data\.bin/);
    for (const format of FORMATS.document) expect(error.message).toContain(format);
  });
});
