import { encodeBase64, encodeUtf8 } from "#bytes";
import { heldBytes, holdBase64 } from "../bytes/held-bytes.ts";
import { InputError } from "../errors.ts";
import type { Base64Source, BlockSource, S3Source, TextSource } from "../types/media.ts";
import { isObject } from "../types/json.ts";
import { isBase64 } from "./is-base64.ts";
import { keepSource } from "./keep-source.ts";

/** A source as a history keeps it: plain data. */
export type StoredSource = Base64Source | S3Source | TextSource | BlockSource;

/** What is known of a medium's source. */
export interface FoundSource {
  /** A string is the path or URL of what must be read first. */
  readonly source: StoredSource | string;
  /** The file's name. */
  readonly name?: string | undefined;
  /** What a `data:` URL says of itself. */
  readonly mediaType?: string | undefined;
}

/**
 * Reads a source as users give it: bytes and `data:` URLs become base64 at once, `s3://` URIs an S3 source.
 *
 * @param where how the source is named in errors
 * @throws {InputError} `ERR_INPUT` when it is none
 */
export function readSource(given: unknown, where: string): FoundSource {
  const source = keepSource(given);
  if (typeof source === "string") return readLocation(source, where);
  if (isObject(source)) {
    const held = heldBytes(source);
    // Its base64 needs no check, and need not be made for one.
    if (held && held.length > 0) return { source: holdBase64(held) };
    const { base64, uri, bucketOwner, text, content } = source;
    if (base64 !== undefined) return readBase64(base64, where);
    if (uri !== undefined) return readS3(uri, bucketOwner, where);
    if (typeof text === "string" && text !== "") return { source: { text } };
    if (isStrings(content)) return { source: { content: [...content] } };
  }
  const received =
    source === null ? "null" : isObject(source) ? `{ ${Object.keys(source).join(", ")} }` : typeof source;
  throw new InputError(
    `${where} is ${received}: give bytes, a path, a URL, { base64 }, { uri: "s3://…" }, or for a document { text } or { content: [text, …] }.`,
  );
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string" && item !== "");
}

function readBase64(base64: unknown, where: string, mediaType?: string): FoundSource {
  if (base64 === "") throw new InputError(`${where} is empty: give some content.`);
  if (typeof base64 === "string" && isBase64(base64)) return { source: { base64 }, mediaType };
  throw new InputError(`${where} is no base64: give the standard alphabet, padded, without white space, or the bytes.`);
}

function readLocation(location: string, where: string): FoundSource {
  const [, scheme = ""] = /^([a-z][a-z0-9+.-]+):/i.exec(location) ?? [];
  switch (scheme.toLowerCase()) {
    case "data":
      return readDataUrl(location, where);
    case "s3":
      return readS3(location, undefined, where);
    case "":
    case "file":
    case "http":
    case "https":
      if (location !== "" && location.length < 8192 && !location.includes("\0")) break;
      throw new InputError(
        `${where} is a text of ${location.length} characters, which is no path: base64 goes as { base64 }.`,
      );
    default:
      throw new InputError(`${where} begins with ${scheme}: — give http:, https:, file:, data:, s3: or a path.`);
  }
  return { source: location, name: nameOf(location) };
}

/** @see https://www.rfc-editor.org/rfc/rfc2397 */
function readDataUrl(url: string, where: string): FoundSource {
  const comma = url.indexOf(",");
  if (comma < 0)
    throw new InputError(`${where} is a data: URL without a comma: give data:<media type>;base64,<content>.`);
  const type = url.slice(5, Math.max(5, comma));
  let data = url.slice(comma + 1);
  try {
    if (data.includes("%")) data = decodeURIComponent(data);
  } catch (cause) {
    throw new InputError(`${where} is a data: URL whose percent-encoding is no UTF-8: give { base64 }.`, { cause });
  }
  const isEncoded = /;\s*base64\s*$/i.test(type);
  const base64 = isEncoded ? data.replaceAll(/\s/g, "") : encodeBase64(encodeUtf8(data));
  return readBase64(isEncoded ? base64.padEnd(Math.ceil(base64.length / 4) * 4, "=") : base64, where, type);
}

function readS3(uri: unknown, bucketOwner: unknown, where: string): FoundSource {
  if (typeof uri !== "string" || !/^s3:\/\/[a-z0-9][-.a-z0-9]{1,61}[a-z0-9]\/.+$/.test(uri) || uri.length > 1024) {
    throw new InputError(`${where} is no object in S3: give "s3://bucket/key".`);
  }
  if (bucketOwner === undefined) return { source: { uri }, name: nameOf(uri) };
  if (typeof bucketOwner !== "string" || !/^\d{12}$/.test(bucketOwner)) {
    throw new InputError(`${where} has a bucketOwner that is no AWS account: give its 12 digits.`);
  }
  return { source: { uri, bucketOwner }, name: nameOf(uri) };
}

/** The last piece of a path or URL, without query. */
function nameOf(location: string): string {
  const path = /^[a-z][a-z0-9+.-]+:/i.test(location) ? location.replace(/[?#].*$/s, "") : location;
  const name = path.slice(1 + Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")));
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** A path or URL for an error message: without query, which may hold a signature. */
export function describeLocation(location: string): string {
  return JSON.stringify(
    location
      .replace(/[?#].*$/s, "")
      // As URLs are read: without line breaks, and with any slashes or none before the user.
      .replaceAll(/[\t\r\n]/g, "")
      .replace(/^(https?:[/\\]*)[^/\\]*@/i, "$1")
      .slice(0, 200),
  );
}
