import { InputError } from "../errors.ts";
import { bytesAt, contentOf } from "./base64.ts";
import { FORMATS, formatOf, type MediaType } from "./formats.ts";
import { sniffFormats } from "./sniff.ts";
import type { StoredSource } from "./source.ts";

/** What may be sent when nothing says what kind of medium it is. */
const ALL: readonly string[] = [...new Set(Object.values(FORMATS).flat())];

/** Formats that the content of each such file tells. */
const TOLD: readonly string[] = [...FORMATS.image, "pdf", "docx", "xlsx"];

/**
 * The format of a medium: as stated, if the content does not contradict it; else by its content; else by its name or
 * media type.
 *
 * @param type `undefined`: any kind
 * @param hints file names and media types, the best first
 * @returns `undefined` for a document that needs none: text, or an object in S3
 * @throws {InputError} `ERR_INPUT` when it is unknown, contradicts the content, or is none of the kind's
 */
export function findFormat(
  type: MediaType | undefined,
  source: StoredSource,
  stated: string | undefined,
  hints: readonly (string | undefined)[],
  where: string,
): string | undefined {
  const allowed: readonly string[] = type ? FORMATS[type] : ALL;
  const fail = (problem: string, advice: string): never => {
    throw new InputError(`${where}: ${problem}. ${advice} ${allowed.join(", ")}.`);
  };
  if (stated !== undefined && !allowed.includes(stated)) fail(`its format is ${JSON.stringify(stated)}`, "Give one of");
  if ("text" in source || "content" in source) return stated;
  const content = "base64" in source ? sniffFormats(contentOf(source)) : undefined;
  const isPossible = (format: string): boolean => content?.includes(format) ?? mayHide(format, source);
  // Raw samples may look like anything.
  if (stated !== undefined && (stated === "pcm" || isPossible(stated))) return stated;
  if (stated !== undefined) {
    const received = content ? `its content is ${content[0]}` : describe(source, hints);
    fail(`its format is said to be ${stated}, but ${received}`, "Possible are");
  }
  const hint = hints.map(formatOf).find((name) => name !== undefined && allowed.includes(name) && isPossible(name));
  if (hint !== undefined) return hint;
  const format = content?.find((each) => allowed.includes(each));
  if (format !== undefined || (type === "document" && "uri" in source)) return format;
  if (content) return fail(`its content is ${content[0]}`, "Possible are");
  return fail(`its format is unknown, ${describe(source, hints)}`, "Give format, one of");
}

/** Whether a source that does not tell its format may be of this one. */
function mayHide(format: string, source: StoredSource): boolean {
  if (!("base64" in source)) return true;
  // An old Office file begins as all compound files do; what else it holds may lie anywhere.
  return /^(doc|xls)$/.test(format)
    ? bytesAt(contentOf(source), 0, 7) === "\xd0\xcf\x11\xe0\xa1\xb1\x1a"
    : !TOLD.includes(format);
}

function describe(source: StoredSource, hints: readonly (string | undefined)[]): string {
  const names = hints.filter((hint) => !!hint).map((hint) => JSON.stringify(hint?.slice(0, 100)));
  const bytes = "base64" in source ? Array.from(bytesAt(contentOf(source), 0, 8)) : [];
  const hex = bytes.map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return [...(hex ? [`its bytes begin with 0x${hex}`] : []), ...names].join(", ");
}
