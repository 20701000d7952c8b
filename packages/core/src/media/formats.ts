import type { AudioFormat, DocumentFormat, ImageFormat, VideoFormat } from "../types/media.ts";
import { IMAGE_FORMATS } from "./image-formats.ts";

/** The types of parts that are media, and the formats of each. */
interface FormatsByType {
  readonly image: readonly ImageFormat[];
  readonly document: readonly DocumentFormat[];
  readonly video: readonly VideoFormat[];
  readonly audio: readonly AudioFormat[];
  readonly guard_image: readonly ("png" | "jpeg")[];
}

/** The type of a part that is a medium. */
export type MediaType = keyof FormatsByType;

/** What a file may be to a model. */
export type MediaKind = Exclude<MediaType, "guard_image">;

/**
 * The formats that Converse takes.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
 */
export const FORMATS: FormatsByType = {
  image: IMAGE_FORMATS,
  document: ["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"],
  video: ["mkv", "mov", "mp4", "webm", "flv", "mpeg", "mpg", "wmv", "three_gp"],
  audio: [
    "mp3",
    "opus",
    "wav",
    "aac",
    "flac",
    "mp4",
    "ogg",
    "mkv",
    "mka",
    "x-aac",
    "m4a",
    "mpeg",
    "mpga",
    "pcm",
    "webm",
  ],
  guard_image: ["png", "jpeg"],
};

const KINDS: readonly MediaKind[] = ["image", "document", "video", "audio"];

/** The kind of a format. One that several kinds have (`mp4`, `webm`) is the first's: a video. */
export function kindOf(format: string | undefined): MediaKind | undefined {
  return KINDS.find((kind) => FORMATS[kind].some((known) => known === format));
}

/** Other names of formats: of extensions, and of media types after their slash. */
const ALIASES: Readonly<Record<string, string>> = {
  jpg: "jpeg",
  jpe: "jpeg",
  pjpeg: "jpeg",
  htm: "html",
  "xhtml+xml": "html",
  text: "txt",
  plain: "txt",
  log: "txt",
  json: "txt",
  xml: "txt",
  markdown: "md",
  "comma-separated-values": "csv",
  msword: "doc",
  "vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "vnd.ms-excel": "xls",
  "vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  matroska: "mkv",
  quicktime: "mov",
  qt: "mov",
  m4v: "mp4",
  "ms-wmv": "wmv",
  "ms-asf": "wmv",
  "3gp": "three_gp",
  "3gpp": "three_gp",
  wave: "wav",
  oga: "ogg",
};

/**
 * The format that a file name's extension or a media type names.
 *
 * @param hint like `"report.pdf"`, `"application/pdf; charset=x"`
 * @returns `undefined` when it names none that is known
 */
export function formatOf(hint: string | undefined): string | undefined {
  const [, name = ""] = /(?:\/(?:x-)?|\.)([\w.+-]+)\s*(?:;.*)?$/.exec(hint?.slice(-255).toLowerCase() ?? "") ?? [];
  // A media type's subtype may hold dots, a file name's extension none.
  for (const found of [name, name.slice(name.lastIndexOf(".") + 1)]) {
    const format = Object.hasOwn(ALIASES, found) ? ALIASES[found] : found;
    if (kindOf(format)) return hint?.startsWith("audio/") && format === "mpeg" ? "mp3" : format;
  }
  return undefined;
}
