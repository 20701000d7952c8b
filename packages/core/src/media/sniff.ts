// oxlint-disable no-control-regex -- formats are told by bytes, and many of those are control characters.
import { bytesAt, sizeOf, uint, type Content } from "./base64.ts";

const TEXT = ["txt", "md", "csv", "html"];
const HEAD_BYTES = 6144;
const TAIL_BYTES = 24_576;

/**
 * What content may be, by its first bytes.
 *
 * @param content the whole of it
 * @returns names of formats, the likeliest first, also of formats that nobody takes; `undefined` when it cannot be told
 * @see https://mimesniff.spec.whatwg.org/ and the formats' own specifications
 */
export function sniffFormats(content: Content): readonly string[] | undefined {
  const head = bytesAt(content, 0, HEAD_BYTES);
  for (const [signature, formats] of SIGNATURES) if (signature.test(head)) return formats;
  if (head.startsWith("PK\x03\x04")) return sniffZip(head + bytesAt(content, sizeOf(content) - TAIL_BYTES, TAIL_BYTES));
  if (head.startsWith("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) return sniffCompoundFile(content, head);
  const formats = isText(head) ? sniffText(head) : [];
  // Readers of PDFs take up to 1,024 bytes in front of it. A text may just mention it.
  if (/^[^]{0,1016}%PDF-\d\.\d/.test(head)) return [...formats, "pdf"];
  return formats.length > 0 ? formats : undefined;
}

/** On bytes as characters 0 to 255. */
const SIGNATURES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^\x89PNG\r\n\x1a\n/, ["png"]],
  [/^\xff\xd8\xff/, ["jpeg"]],
  [/^GIF8[79]a/, ["gif"]],
  [/^RIFF[^]{4}WEBP/, ["webp"]],
  [/^(\xef\xbb\xbf)?\s*%PDF-\d\.\d/, ["pdf"]],
  [/^\x1f\x8b/, ["gzip"]],
  [/^\x28\xb5\x2f\xfd/, ["zstd"]],
  [/^\0[^]{3}ftyp(hei|hev|mif1|msf1|avi[fs])/, ["HEIC or AVIF"]],
  [/^\0[^]{3}ftypM4[AB]/, ["m4a", "mp4"]],
  [/^\0[^]{3}ftypqt/, ["mov", "mp4"]],
  [/^\0[^]{3}ftyp3g/, ["three_gp", "mp4"]],
  [/^\0[^]{3}ftyp/, ["mp4", "mov", "m4a", "three_gp"]],
  [/^\0[^]{3}(moov|mdat|wide|free|skip)/, ["mov", "mp4", "m4a"]],
  [/^\x1a\x45\xdf\xa3[^]{0,64}webm/, ["webm", "mkv", "mka"]],
  [/^\x1a\x45\xdf\xa3/, ["mkv", "mka", "webm"]],
  [/^FLV\x01/, ["flv"]],
  [/^\0\0\x01[\xba\xb3]/, ["mpeg", "mpg"]],
  [/^\x30\x26\xb2\x75\x8e\x66\xcf\x11/, ["wmv"]],
  [/^RIFF[^]{4}WAVE/, ["wav"]],
  [/^fLaC/, ["flac"]],
  [/^OggS[^]{0,80}OpusHead/, ["opus", "ogg"]],
  [/^OggS/, ["ogg", "opus"]],
  [/^\xff[\xf0\xf1\xf8\xf9]/, ["aac", "x-aac"]],
  [/^(ID3[\x02-\x04]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb])/, ["mp3", "mpeg", "mpga", "aac", "x-aac"]],
];

/**
 * Word and Excel files are told apart by the names of what is in them; the list of all names is at the end. In front of a
 * name stands a number below 2^29, lowest byte first.
 */
function sniffZip(names: string): readonly string[] | undefined {
  const folder = names.includes("[Content_Types].xml") && /[\0-\x1f](word|xl)\//.exec(names);
  return folder ? [folder[1] === "word" ? "docx" : "xlsx"] : undefined;
}

/**
 * Old Word and Excel files: the directory, whose place the header tells, names the main stream in UTF-16.
 *
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb
 */
function sniffCompoundFile(content: Content, head: string): readonly string[] | undefined {
  const directory = (1 + uint(head, 48, 4)) * 2 ** uint(head, 30, 2);
  const names = bytesAt(content, directory, 4096).replaceAll("\0", "");
  if (names.includes("WordDocument")) return ["doc"];
  return /Workbook|Book/.test(names) ? ["xls"] : undefined;
}

function isText(head: string): boolean {
  // UTF-16 is text with a byte order mark; other text holds no control characters but white space and escape.
  return /^(\xff\xfe|\xfe\xff)/.test(head) || /^[^\0-\x08\x0e-\x1a\x1c-\x1f]+$/.test(head);
}

function sniffText(head: string): readonly string[] {
  const text = head.replace(/^\xef\xbb\xbf/, "");
  const first = /^\s*(<!--(?:(?!-->)[^])*-->\s*)*<(!doctype html|html|head|body)\b/i.test(text)
    ? "html"
    : isTable(text)
      ? "csv"
      : /^(#{1,6} \S|```|[ \t]*[-*] \[[ x]\] )/m.test(text)
        ? "md"
        : "txt";
  return [first, ...TEXT.filter((format) => format !== first)];
}

/** Whether all lines have as many commas or semicolons as the first, and none has a space behind one. */
function isTable(text: string): boolean {
  const lines = text
    .trimEnd()
    .replaceAll(/"[^"]*"/g, "")
    .split(/\r?\n/)
    .slice(0, 10);
  // The last line may be cut.
  if (text.length >= HEAD_BYTES && lines.length > 1) lines.pop();
  const [columns = 1, ...others] = lines.map((line) => line.split(/[,;]/).length);
  return columns > 1 && others.length > 0 && others.every((each) => each === columns) && !/[,;] /.test(lines.join(""));
}
