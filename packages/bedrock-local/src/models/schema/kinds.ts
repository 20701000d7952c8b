/** What a property wants, by its name and format, and what to put there when the text holds nothing. */
import { THINGS } from "../skills/list.ts";
import { readText, type Schema } from "./schema.ts";
import type { Kind } from "./entities.ts";
import { splitWords } from "./words.ts";

const KINDS: readonly (readonly [Kind, readonly string[]])[] = [
  ["email", ["email", "mail"]],
  ["url", ["url", "uri", "link", "website", "href"]],
  ["uuid", ["uuid"]],
  ["phone", ["phone", "telephone"]],
  ["path", ["path", "file", "filename", "filepath"]],
  ["currency", ["currency"]],
  ["expression", ["expression", "formula", "equation", "calculation", "sum"]],
  ["city", ["city", "capital", "town"]],
  ["country", ["country", "nation"]],
  ["place", ["location", "place", "destination", "origin", "region", "where", "area"]],
  ["day", ["date", "day", "when", "deadline", "birthday"]],
  ["time", ["time", "hour"]],
  ["symbol", ["symbol", "ticker"]],
  ["code", ["id", "code", "number", "sku", "order", "reference"]],
  ["name", ["name", "person", "author", "user", "customer", "recipient", "who", "company", "employee", "owner"]],
];

/** Properties that want the words of the question themselves. */
const TEXTS: ReadonlySet<string> = new Set(
  "query question text message content body input prompt sentence search term keyword keywords phrase topic task".split(
    " ",
  ),
);

const FORMATS: Readonly<Record<string, Kind>> = {
  uri: "url",
  "date-time": "date-time",
  date: "date",
  hostname: "host",
};

const FALLBACKS: Readonly<Record<string, string>> = {
  city: "Paris",
  code: "1001",
  country: "France",
  currency: "USD",
  date: "2026-01-31",
  "date-time": "2026-01-31T12:00:00Z",
  day: "2026-01-31",
  duration: "PT1H",
  email: "ada@example.com",
  expression: "1 + 1",
  host: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  name: "Ada Lovelace",
  path: "notes.txt",
  phone: "+1 555 010 0100",
  place: "Paris",
  symbol: "AMZN",
  time: "12:00",
  url: "https://example.com/",
  uuid: "123e4567-e89b-42d3-a456-426614174000",
};

/** The kind of thing that a text property wants; `text` for words of the question, `undefined` when unknown. */
export function findKind(name: string, schema: Schema): Kind | undefined {
  const format = readText(schema, "format");
  if (format !== "") return FORMATS[format] ?? format;
  const words = splitWords(name).map((word) => word.replace(/(?<=\p{L}{3})s$/u, ""));
  const last = words.at(-1) ?? "";
  const listed = words.find((word) => Object.hasOwn(THINGS, word) && word !== "day" && word !== "city");
  const known = [last, ...words].map((word) => KINDS.find(([, names]) => names.includes(word))?.[0]);
  const isText = words.some((word) => TEXTS.has(word));
  return known.find((kind) => kind !== undefined) ?? listed ?? (isText ? "text" : undefined);
}

/** A text of the kind, for want of one in the question. `time` as a format has seconds and a zone. */
export function createFallback(kind: Kind | undefined, name: string, schema: Schema): string {
  if (kind === "time" && readText(schema, "format") === "time") return "12:00:00Z";
  const listed = kind === undefined || !Object.hasOwn(THINGS, kind) ? undefined : THINGS[kind]?.[0];
  return (kind === undefined ? undefined : FALLBACKS[kind]) ?? listed ?? (splitWords(name).join(" ") || "value");
}
