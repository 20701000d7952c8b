import { S3Error, type XmlValue } from "./s3-error.ts";
import type { StoredEntry } from "./store.ts";

const MAX_KEYS = 1000;

type Row = { readonly name: string; readonly entry: StoredEntry | undefined };

/**
 * The members of `ListBucketResult` for all objects of a bucket (sorted) and a query of ListObjectsV2: `prefix`,
 * `delimiter`, `max-keys`, `start-after`, `continuation-token`, `encoding-type`.
 *
 * @throws S3Error `InvalidArgument` for a `max-keys` or token that is none.
 */
export function listObjects(
  entries: readonly StoredEntry[],
  bucket: string,
  query: URLSearchParams,
): Readonly<Record<string, XmlValue>> {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const token = query.get("continuation-token");
  const after = token === null ? (query.get("start-after") ?? "") : readToken(token);
  const limit = readLimit(query.get("max-keys"));
  const encode = query.get("encoding-type") === "url" ? encodeKey : (text: string): string => text;

  const rows = foldRows(entries, prefix, delimiter).filter(({ name }) => isAfter(name, after));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const isTruncated = limit > 0 && rows.length > limit;
  return {
    Name: bucket,
    Prefix: encode(prefix),
    ...(delimiter === "" ? {} : { Delimiter: encode(delimiter) }),
    ...(token === null ? {} : { ContinuationToken: token }),
    MaxKeys: limit,
    KeyCount: page.length,
    IsTruncated: isTruncated,
    ...(isTruncated && last !== undefined ? { NextContinuationToken: renderToken(last.name) } : {}),
    ...(query.get("encoding-type") === "url" ? { EncodingType: "url" } : {}),
    Contents: page.flatMap(({ entry }) => (entry === undefined ? [] : [renderEntry(entry, encode)])),
    CommonPrefixes: page.flatMap(({ name, entry }) => (entry === undefined ? [{ Prefix: encode(name) }] : [])),
  };
}

/** What the delimiter cuts off becomes one row for all that share the same beginning. */
function foldRows(entries: readonly StoredEntry[], prefix: string, delimiter: string): Row[] {
  const rows = new Map<string, Row>();
  for (const entry of entries) {
    if (!entry.key.startsWith(prefix)) continue;
    const cut = delimiter === "" ? -1 : entry.key.indexOf(delimiter, prefix.length);
    const name = cut < 0 ? entry.key : entry.key.slice(0, cut + delimiter.length);
    rows.set(cut < 0 ? `key ${name}` : `prefix ${name}`, { name, entry: cut < 0 ? entry : undefined });
  }
  return [...rows.values()];
}

function renderEntry(entry: StoredEntry, encode: (text: string) => string): Record<string, XmlValue> {
  return {
    Key: encode(entry.key),
    LastModified: new Date(entry.modifiedAt).toISOString(),
    ETag: `"${entry.etag}"`,
    Size: entry.size,
    StorageClass: "STANDARD",
  };
}

function isAfter(name: string, after: string): boolean {
  return Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0;
}

function readLimit(text: string | null): number {
  if (text === null) return MAX_KEYS;
  if (/^\d{1,9}$/.test(text)) return Math.min(MAX_KEYS, Number(text));
  throw new S3Error("InvalidArgument", "Provided max-keys not an integer or within integer range");
}

function renderToken(name: string): string {
  return Buffer.from(`after:${name}`).toString("base64url");
}

function readToken(token: string): string {
  const text = Buffer.from(token, "base64url").toString();
  if (text.startsWith("after:")) return text.slice(6);
  throw new S3Error("InvalidArgument", "The continuation token provided is incorrect");
}

function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll("%2F", "/");
}
