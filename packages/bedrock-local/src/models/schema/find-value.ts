/** Looks for the value of one property in what was said. */
import type { Json } from "../../wire.ts";
import { findCounted, findEntities, findNumbers, type Found } from "./entities.ts";
import { findKind } from "./kinds.ts";
import { fitsNumber, fitsText } from "./constraints.ts";
import { isSchema, readList, type Schema } from "./schema.ts";
import { findPhrase, splitWords, stemWord } from "./words.ts";

/** What values are taken from while one schema is filled. */
export interface Prompt {
  /** Texts to look into, the most telling first. */
  readonly texts: readonly string[];
  /** Values that tools returned, by the name of the member. */
  readonly known: Readonly<Record<string, Json>>;
  /** Where taken numbers and texts stood, so that none is taken twice. Filled in on the way. */
  readonly taken: Set<string>;
  /** Whether what is counted ("2 notebooks") may stand for a text, as in a list. Default `false`. */
  readonly isCounting?: boolean;
}

/** A value with its place in the prompt. `isSure` when the text names the property or the form leaves no doubt. */
export interface Evidence {
  readonly value: Json;
  readonly key: string;
  readonly isSure: boolean;
}

/** Kinds whose form alone does not tell which property is meant. */
const VAGUE: ReadonlySet<string> = new Set(["name", "code", "text", "quoted", "symbol", "phone", "place"]);
const POLITE =
  /^(?:please\s+|can you\s+|could you\s+|would you\s+)*(?:(?:search|look up|look|find|google|query)\b(?:\s+(?:the web|the internet|online|the docs))?(?:\s+(?:for|about))?\s+)?/i;

/** Only the beginning of a longer text is looked at. */
const MAX_TEXT_CHARACTERS = 20_000;
/** How far from a number its name may stand. */
const NAME_DISTANCE = 60;

/** The prompt of these texts, nothing taken. */
export function createPrompt(texts: readonly string[], known: Readonly<Record<string, Json>> = {}): Prompt {
  const beginnings = texts.map((text) => text.slice(0, MAX_TEXT_CHARACTERS)).filter((text) => text.trim() !== "");
  return { texts: [...new Set(beginnings)], known, taken: new Set() };
}

/** The value for a property, best first found; `undefined` when nothing in the prompt speaks for one. */
export function findValue(schema: Schema, name: string, prompt: Prompt): Evidence | undefined {
  return findValues(schema, name, prompt)[0];
}

/** Every value that the prompt holds for a property of a simple type, not yet taken, those that are sure first. */
export function findValues(schema: Schema, name: string, prompt: Prompt): Evidence[] {
  const known = Object.hasOwn(prompt.known, name) ? prompt.known[name] : undefined;
  if (known !== undefined && fits(schema, known)) return [{ value: known, key: `known ${name}`, isSure: true }];
  const found = prompt.texts.flatMap((text, index) =>
    searchText(schema, name, text, prompt.isCounting).map((evidence) => ({
      ...evidence,
      key: `${index} ${evidence.key}`,
    })),
  );
  const free = found.filter(({ key, value }) => !prompt.taken.has(key) && fits(schema, value));
  return [...free.filter(({ isSure }) => isSure), ...free.filter(({ isSure }) => !isSure)];
}

function searchText(schema: Schema, name: string, text: string, isCounting = false): Evidence[] {
  const listed = readList(schema, "enum");
  if (listed.length > 0) return findListed(listed, text);
  const type = schema["type"];
  if (type === "boolean") return findSwitch(name, text);
  if (type === "integer" || type === "number") return findNumber(name, text);
  if (type !== "string") return [];
  const found = findText(schema, name, text);
  const kind = findKind(name, schema);
  if (!isCounting || found.length > 0 || (kind !== undefined && kind !== "name")) return found;
  return findCounted(text).map((counted) => toEvidence(counted, false));
}

function findListed(listed: readonly Json[], text: string): Evidence[] {
  return listed
    .filter((value) => value !== null && typeof value !== "object" && typeof value !== "boolean")
    .map((value) => ({ value, at: findEither(text, splitWords(String(value)).join(" ") || String(value)) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
    .map(({ value, at }) => ({ value, key: `enum ${at}`, isSure: true }));
}

/** Where a word stands, as it is or in the plural. */
function findEither(text: string, phrase: string): number {
  const forms = [phrase, `${phrase}s`, `${phrase}es`, phrase.replace(/y$/, "ies")];
  return forms.map((form) => findPhrase(text, form)).find((at) => at >= 0) ?? -1;
}

/** "with metadata", "without metadata", "metadata: false". */
function findSwitch(name: string, text: string): Evidence[] {
  const words = splitWords(name.replace(/^(?:is|has|include|with|should)(?=[_A-Z-])/, "")).join(" ");
  const at = findPhrase(text, words);
  if (at < 0) return [];
  const isOff =
    /\b(?:not|no|without|don't|never|isn't)\s+(?:\w+\s+)?$/i.test(text.slice(0, at)) ||
    /^[\w\s]{0,20}[:=]\s*(?:false|no|off)\b|^\w+\s+is\s+false/i.test(text.slice(at));
  return [{ value: !isOff, key: `switch ${at}`, isSure: true }];
}

/** Numbers beside the property's name are sure: "age 36", "36 years", "quantity of 3", "3 days". */
function findNumber(name: string, text: string): Evidence[] {
  const stems = splitWords(name)
    .map(stemWord)
    .filter((stem) => stem.length > 2);
  return findNumbers(text).map((number) => ({
    value: number.value,
    key: `number ${number.at}`,
    isSure: isNamed(stems, text, number) || (stems.includes("ag") && /^[\s-]*years?\b/i.test(text.slice(number.end))),
  }));
}

function isNamed(stems: readonly string[], text: string, { at, end }: Found<unknown>): boolean {
  const before = splitWords(text.slice(Math.max(0, at - NAME_DISTANCE), at))
    .slice(-3)
    .map(stemWord);
  const after = splitWords(text.slice(end, end + NAME_DISTANCE).split(/[,;.]/)[0] ?? "")
    .slice(0, 1)
    .map(stemWord);
  const isLinked = /(?:\bis|\bof|\bto|\bas|[:=#]|\p{L})\s*$/u.test(text.slice(Math.max(0, at - NAME_DISTANCE), at));
  return stems.some((stem) => after.includes(stem) || (isLinked && before.includes(stem)));
}

function findText(schema: Schema, name: string, text: string): Evidence[] {
  const stated = findStated(name, text);
  const kind = findKind(name, schema);
  if (kind === "text") {
    const quoted = findEntities(text, "quoted").map((found) => toEvidence(found, false));
    return [...stated, ...quoted, { value: text.replace(POLITE, "").trim(), key: "whole", isSure: false }];
  }
  const isVague = kind === undefined || VAGUE.has(kind);
  const formed = kind === undefined ? [] : findEntities(text, kind).map((found) => toEvidence(found, !isVague));
  const hasForm = typeof schema["format"] === "string" || kind === "email" || kind === "url";
  const quoted = hasForm ? [] : findEntities(text, "quoted").map((found) => toEvidence(found, false));
  return [...(hasForm ? [] : stated), ...formed, ...quoted];
}

/** "city: Paris", "title is The Moon", "a user named Ada". */
function findStated(name: string, text: string): Evidence[] {
  const label = splitWords(name).join("[\\s_-]*");
  if (label === "") return [];
  const isName = /name$/i.test(name);
  const marks = `\\b${label}["']?\\s*(?:[:=]|\\bis\\b|\\bof\\b(?=\\s+\\p{Lu}))\\s*${isName ? "|\\b(?:named|called)\\s+" : ""}`;
  const match = new RegExp(`(?:${marks})["“']?([^"”\\n,;.?!]+)`, "iu").exec(text);
  const value = match?.[1]?.split(/\s+(?:and|who|which|with|but|from|in)\s+/)[0]?.replace(/['\s]+$/, "");
  if (match === null || value === undefined || value === "") return [];
  const at = match.index + match[0].indexOf(value);
  return [{ value, key: `text ${at}`, isSure: true }];
}

function toEvidence({ value, at }: Found<string>, isSure: boolean): Evidence {
  return { value, key: `text ${at}`, isSure };
}

/** Whether a value may stand where the schema of a simple type does. */
function fits(schema: Schema, value: Json): boolean {
  const listed = readList(schema, "enum");
  if (listed.length > 0) return listed.includes(value);
  const type = schema["type"];
  if (typeof value === "number") return (type === "number" || type === "integer") && fitsNumber(schema, value);
  if (typeof value === "string") return type === "string" && fitsText(schema, value);
  return typeof value === "boolean" ? type === "boolean" : isSchema(value) && type === "object";
}
