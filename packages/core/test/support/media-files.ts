import { crc32, deflateSync } from "node:zlib";

/** Bytes of a text whose characters are 0 to 255. */
export const bytes = (text: string): Buffer => Buffer.from(text, "latin1");

const u16le = (value: number): Buffer => Buffer.from([value & 255, value >> 8]);
const u16be = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const u24le = (value: number): Buffer => Buffer.from([value & 255, (value >> 8) & 255, value >> 16]);

function u32(value: number, isBig = true): Buffer {
  const buffer = Buffer.alloc(4);
  if (isBig) buffer.writeUInt32BE(value);
  else buffer.writeUInt32LE(value);
  return buffer;
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([bytes(type), data]);
  return Buffer.concat([u32(data.length), body, u32(crc32(body))]);
}

/** A black picture; `padding` bytes of text make it larger. One of more than a megapixel is cut off. */
export function createPng(width = 2, height = 1, padding = 0): Buffer {
  const rows = width * height > 2 ** 20 ? 1 : height;
  const header = Buffer.concat([u32(width), u32(height), Buffer.from([8, 0, 0, 0, 0])]);
  return Buffer.concat([
    bytes("\x89PNG\r\n\x1a\n"),
    pngChunk("IHDR", header),
    pngChunk("tEXt", Buffer.concat([bytes("Comment\0"), Buffer.alloc(padding, "x")])),
    pngChunk("IDAT", deflateSync(Buffer.alloc((width + 1) * rows))),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The head of a JPEG, with a comment of any length in front of its size. */
export function createJpeg(width = 2, height = 1, commentBytes = 10): Buffer {
  return Buffer.concat([
    bytes("\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
    bytes("\xff\xfe"),
    u16be(commentBytes + 2),
    Buffer.alloc(commentBytes, "c"),
    bytes("\xff\xc4\0\x05abc\xff\xff\xc0\0\x0b\x08"),
    u16be(height),
    u16be(width),
    bytes("\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0\0\xff\xd9"),
  ]);
}

/** The head of a GIF. */
export function createGif(width = 2, height = 1): Buffer {
  return Buffer.concat([bytes("GIF89a"), u16le(width), u16le(height), bytes("\0\0\0"), Buffer.alloc(20), bytes(";")]);
}

/** The head of a WebP of one of its three kinds. */
export function createWebp(width = 2, height = 1, kind: "VP8 " | "VP8L" | "VP8X" = "VP8 "): Buffer {
  const lossless = u32((width - 1) | ((height - 1) << 14), false);
  const data = {
    "VP8 ": Buffer.concat([bytes("\0\0\0\x9d\x01\x2a"), u16le(width), u16le(height)]),
    VP8L: Buffer.concat([bytes("\x2f"), lossless]),
    VP8X: Buffer.concat([Buffer.alloc(4), u24le(width - 1), u24le(height - 1)]),
  }[kind];
  const chunk = Buffer.concat([bytes(kind), u32(data.length, false), data, Buffer.alloc(16)]);
  return Buffer.concat([bytes("RIFF"), u32(chunk.length + 4, false), bytes("WEBP"), chunk]);
}

/** A zip file of empty members; `paddingBytes` stand in front of the list of names. */
export function createZip(names: readonly string[], paddingBytes = 0): Buffer {
  const local = Buffer.concat([bytes("PK\x03\x04"), Buffer.alloc(22), u16le(3), u16le(0), bytes("abc")]);
  const entries = names.map((name) =>
    Buffer.concat([bytes("PK\x01\x02"), Buffer.alloc(24), u16le(name.length), Buffer.alloc(16), bytes(name)]),
  );
  return Buffer.concat([local, Buffer.alloc(paddingBytes, "z"), ...entries, bytes("PK\x05\x06"), Buffer.alloc(18)]);
}

/** An OLE compound file whose directory, in the third sector, names a stream. */
function createCompoundFile(stream: string): Buffer {
  const file = Buffer.alloc(512 * 6);
  bytes("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").copy(file);
  file.writeUInt16LE(9, 30);
  file.writeUInt32LE(2, 48);
  Buffer.from("Root Entry", "utf16le").copy(file, 512 * 3);
  Buffer.from(stream, "utf16le").copy(file, 512 * 3 + 128);
  return file;
}

/** A PDF of one empty page. */
export const PDF: Buffer = bytes(
  "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
);

const isoFile = (brand: string): Buffer => bytes(`\0\0\0\x14ftyp${brand}\0\0\0\0isom`);

/** The beginning of a file of each format that content tells, by format. */
export const SAMPLES: Readonly<Record<string, Buffer>> = {
  png: createPng(),
  jpeg: createJpeg(),
  gif: createGif(),
  webp: createWebp(),
  pdf: PDF,
  docx: createZip(["[Content_Types].xml", "word/document.xml"]),
  xlsx: createZip(["[Content_Types].xml", "xl/workbook.xml"]),
  doc: createCompoundFile("WordDocument"),
  xls: createCompoundFile("Workbook"),
  html: bytes("\xef\xbb\xbf<!-- a page -->\n<!DOCTYPE html>\n<html><body>Hi</body></html>"),
  csv: bytes('name,age\n"Ada, L.",36\nAlan,41\n'),
  md: bytes("# Title\n\nSome *text*.\n"),
  txt: bytes("The free text of a file.\n"),
  mkv: bytes("\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska"),
  webm: bytes("\x1a\x45\xdf\xa3\x93\x42\x82\x84webm"),
  mov: isoFile("qt  "),
  mp4: isoFile("isom"),
  three_gp: isoFile("3gp5"),
  m4a: isoFile("M4A "),
  flv: bytes("FLV\x01\x05\0\0\0\x09"),
  mpeg: bytes("\0\0\x01\xba\x44\0\x04"),
  wmv: bytes("\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9"),
  mp3: bytes("ID3\x04\0\0\0\0\0\0\xff\xfb\x90"),
  aac: bytes("\xff\xf1\x50\x80\0\x1f\xfc"),
  wav: bytes("RIFF\x24\0\0\0WAVEfmt "),
  flac: bytes("fLaC\0\0\0\x22"),
  ogg: bytes("OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x1e\x01vorbis"),
  opus: bytes("OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead"),
};
