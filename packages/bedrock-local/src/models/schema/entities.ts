/** Finds things in a text by their form: numbers, names, dates, addresses, quotations. */
import { parseNumber } from "../skills/numbers.ts";
import { THINGS } from "../skills/list.ts";
import { CITIES, COUNTRIES, findCapital } from "./gazetteer.ts";
import { findPhrase } from "./words.ts";

/** One found thing. `at` is where it begins in the text. */
export interface Found<Value> {
  readonly value: Value;
  readonly at: number;
  readonly end: number;
}

const NUMBER =
  /(?<![\w.]|\d[-:])(?:-(?<![\d)]\s{0,9}-))?\d+(?:,\d{3})*(?:\.\d+)?(?![\w:]|\.\d|-\d)|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b/gi;
const QUOTED = /"([^"]+)"|“([^”]+)”|(?<!\p{L})'([^']+)'(?!\p{L})|`([^`]+)`/gu;
const CAPITALISED = /\p{Lu}[\p{L}\p{N}'’-]*(?:(?:\s+(?:de|da|di|del|la|of|van|von|the))?\s+\p{Lu}[\p{L}\p{N}'’-]*)*/gu;

/** Up to three words behind a number, to the end of the phrase. */
const COUNTED =
  /^\s+(?!(?:years?|months?|weeks?|days?|nights?|hours?|minutes?|seconds?|times?|percent|dollars?|euros?|pounds?|[ap]m)\b)(?:\p{L}+\s+of\s+)?(\p{L}[\p{L}'’-]*(?:\s+\p{L}[\p{L}'’-]*){0,2}?)(?=\s*(?:[,.;!?)\n]|$)|\s+(?:and|or|by|for|to|at|in|on|from|with|per|until|before|today|tomorrow|please)\b)/iu;

/** Words with a capital letter that are no names. */
const NO_NAMES: ReadonlySet<string> = new Set(
  (
    "I Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August " +
    "September October November December What Who Where When Which Why How Is Are Do Does Did Can Could Would Will " +
    "Please The A An And Or If My Your It This That JSON"
  ).split(" "),
);

/**
 * Kinds of text with a form of their own, most telling first. What comes before a mark that may be missing is bounded, so that
 * the time grows with the length of the text only.
 */
const FORMS = {
  email: /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g,
  url: /\bhttps?:\/\/[^\s"'<>)\]]*[^\s"'<>)\].,;:!?]/g,
  uuid: /\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi,
  "date-time": /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?/g,
  date: /\b\d{4}-\d{2}-\d{2}\b/g,
  day: /\b\d{4}-\d{2}-\d{2}\b|\b(?:today|tomorrow|yesterday|tonight)\b|\b(?:next |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b/gi,
  time: /\b\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]m)?\b|\b\d{1,2}\s?[ap]m\b/gi,
  ipv4: /\b(?:\d{1,3}\.){3}\d{1,3}\b/g,
  phone: /\+?\d[\d\s()-]{6,}\d/g,
  path: /(?:[\w./~-]{0,200}\/)?[\w-]{1,100}\.[A-Za-z]\w{0,4}\b/g,
  code: /\b[A-Z]{1,5}-?\d[\w-]*\b|#?\b\d{2,}\b/g,
  currency: /\b(?:USD|EUR|GBP|JPY|CHF|CNY|INR|CAD|AUD|BRL|MXN|SEK|NOK)\b/g,
  symbol: /\b[A-Z]{2,5}\b/g,
  expression:
    /(?:\(\s{0,9}){0,9}-?(?<!\d)\d+(?:\.\d+)?(?:[\s()]{0,9}[-+*/^×÷%][\s()]{0,9}-?\d+(?:\.\d+)?)+(?:\s{0,9}\))*/g,
} as const;

/**
 * What can be looked for in a text: a form (`email`, `date`, …), `quoted`, `place`, `city`, `country`, `name`, or a list of
 * well-known things by its singular (`color`). Any other kind is found nowhere.
 */
export type Kind = string;

/** What stands before a place in a text, or behind a number, as far as it can matter. */
const LOOK_BACK_CHARACTERS = 120;
const LOOK_AHEAD_CHARACTERS = 80;

/** Every number in digits, or in words from two to twelve, in the order of the text. */
export function findNumbers(text: string): Found<number>[] {
  return [...text.matchAll(NUMBER)].flatMap((match) => {
    const value = parseNumber(match[0]) ?? Number(match[0].replaceAll(",", ""));
    return Number.isFinite(value) ? [{ value, ...place(match) }] : [];
  });
}

/** What is counted: "2 notebooks", "3 boxes of red pens". Spans of time and sums of money are no things. */
export function findCounted(text: string): Found<string>[] {
  return findNumbers(text).flatMap(({ end }) => {
    const match = COUNTED.exec(text.slice(end, end + LOOK_AHEAD_CHARACTERS));
    const [whole = "", value] = match ?? [];
    return value === undefined ? [] : [{ value, at: end + whole.length - value.length, end: end + whole.length }];
  });
}

/** Everything of one kind in the text, in its order. */
export function findEntities(text: string, kind: Kind): Found<string>[] {
  if (isForm(kind)) return [...text.matchAll(FORMS[kind])].map((match) => ({ value: match[0], ...place(match) }));
  if (kind === "quoted") {
    return [...text.matchAll(QUOTED)].map((match) => ({
      value: match.slice(1).find((group) => group !== undefined) ?? "",
      ...place(match),
    }));
  }
  if (kind === "city" || kind === "place") return findPlaces(text, kind);
  if (kind === "country") return findListed(text, COUNTRIES);
  if (kind === "name") return findNames(text);
  return Object.hasOwn(THINGS, kind) ? findListed(text, THINGS[kind] ?? []) : [];
}

/** Known cities first; else what follows a preposition of place; else the capital of a country that is named. */
function findPlaces(text: string, kind: Kind): Found<string>[] {
  const listed = [...findListed(text, CITIES), ...(kind === "place" ? findListed(text, COUNTRIES) : [])];
  const countries = findListed(text, COUNTRIES);
  const named = findNames(text).filter(
    ({ value, at }) => !countries.some((country) => country.value === value) && isAfterPreposition(text, at),
  );
  const places = removeOverlaps([...named, ...listed].sort((a, b) => a.at - b.at));
  if (places.length > 0) return places;
  const capitals = countries.flatMap((country) => {
    const capital = findCapital(country.value);
    return capital === undefined ? [] : [{ value: capital, at: country.end, end: country.end }];
  });
  return capitals.length > 0 ? capitals : findLowerCasePlace(text);
}

/** A name in a list of names counts as being where the first of them is. */
function isAfterPreposition(text: string, at: number): boolean {
  return /\b(?:in|at|near|from|to|for|of|around)\s+(?:the\s+)?(?:\p{Lu}[\p{L}\s'’-]*(?:,|\band\b|\bor\b|&)\s*)*$/u.test(
    text.slice(Math.max(0, at - LOOK_BACK_CHARACTERS), at),
  );
}

function findLowerCasePlace(text: string): Found<string>[] {
  const match = /\b(?:in|near|at)\s+(?!the\b|my\b|a\b|an\b|this\b|it\b|json\b)(\p{Ll}{3,})(?=\s*(?:[?.!,]|$))/u.exec(
    text,
  );
  const [, value] = match ?? [];
  return match === null || value === undefined ? [] : [{ value, at: match.index, end: match.index + match[0].length }];
}

function findListed(text: string, list: readonly string[]): Found<string>[] {
  const found = list.flatMap((value) => {
    const at = findPhrase(text, value);
    return at < 0 ? [] : [{ value, at, end: at + value.length }];
  });
  return removeOverlaps(found.sort((a, b) => a.at - b.at || b.end - a.end));
}

/** Names: words with capitals, except where a sentence begins and nothing speaks for a name. */
function findNames(text: string): Found<string>[] {
  return [...text.matchAll(CAPITALISED)].flatMap((match) => {
    const words = match[0].split(/\s+/);
    const isFirst = /(?:^|[.!?:\n]\s*|["“'(]\s*)$/.test(
      match.index === 0 ? "" : text.slice(Math.max(0, match.index - 9), match.index).padStart(9, "x"),
    );
    const isLoneFirst = isFirst && words.length === 1 && !isSubject(text.slice(match.index + match[0].length));
    const skipped = isLoneFirst ? 1 : words.findIndex((word) => !NO_NAMES.has(word));
    const value = words.slice(skipped < 0 ? words.length : skipped).join(" ");
    if (value === "" || NO_NAMES.has(value)) return [];
    const end = match.index + match[0].length;
    return [{ value: value.replace(/['’]s$/, ""), at: end - value.length, end }];
  });
}

function isSubject(rest: string): boolean {
  return /^(?:['’]s\b|,|\s+(?:is|was|are|were|and|has|lives|works|bought|ordered|wants)\b)/.test(rest);
}

function removeOverlaps(found: readonly Found<string>[]): Found<string>[] {
  const kept: Found<string>[] = [];
  for (const next of found) if (next.at >= (kept.at(-1)?.end ?? 0)) kept.push(next);
  return kept;
}

function place(match: RegExpExecArray): { at: number; end: number } {
  return { at: match.index, end: match.index + match[0].length };
}

function isForm(kind: string): kind is keyof typeof FORMS {
  return Object.hasOwn(FORMS, kind);
}
