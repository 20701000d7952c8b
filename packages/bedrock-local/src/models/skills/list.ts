/** Lists things of a few well-known kinds. */
import type { Skill } from "../turn.ts";
import { parseNumber } from "./numbers.ts";

/** Things of well-known kinds, by the singular of the kind. */
export const THINGS: Readonly<Record<string, readonly string[]>> = {
  animal: ["dog", "cat", "horse", "elephant", "fox", "owl", "whale", "bee", "turtle", "wolf"],
  city: ["Paris", "Tokyo", "Nairobi", "Lima", "Sydney", "Oslo", "Cairo", "Mumbai", "Toronto", "Lisbon"],
  color: ["red", "green", "blue", "yellow", "orange", "purple", "black", "white", "brown", "pink"],
  continent: ["Africa", "Antarctica", "Asia", "Australia", "Europe", "North America", "South America"],
  country: ["France", "Japan", "Kenya", "Peru", "Australia", "Norway", "Egypt", "India", "Canada", "Portugal"],
  day: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
  fruit: ["apple", "banana", "cherry", "grape", "lemon", "mango", "orange", "pear", "plum", "strawberry"],
  language: ["English", "Spanish", "French", "German", "Japanese", "Swahili", "Hindi", "Arabic"],
  month: "January February March April May June July August September October November December".split(" "),
  planet: ["Mercury", "Venus", "Earth", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune"],
  season: ["spring", "summer", "autumn", "winter"],
  vegetable: ["carrot", "potato", "tomato", "onion", "spinach", "pea", "leek", "pumpkin"],
};

/** Words that are not the name of a kind of thing, or such a name with an s. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ["cities", "city"],
  ["colour", "color"],
  ["colours", "color"],
  ["countries", "country"],
]);

const ASKED = /\b(?:list|name(?!\s+of\b)|give me|tell me|show me)\s+([\w\s]+)/i;

const DEFAULT_LENGTH = 3;

/** "list three colours", "name the planets", "give me 5 fruits", "name a city". */
export const list: Skill = ({ question }) => {
  const [, asked = ""] = ASKED.exec(question) ?? [];
  const words = asked.toLowerCase().split(/\s+/);
  for (const [index, word] of words.entries()) {
    const things = findThings(KINDS.get(word) ?? word.replace(/s$/, ""));
    if (things === undefined) continue;
    if (word.endsWith("s")) return renderList(things.slice(0, findLength(words.slice(0, index), things.length)));
    if (/^(?:an?|one)$/.test(words[index - 1] ?? "")) return things[0];
  }
  return undefined;
};

function findThings(singular: string): readonly string[] | undefined {
  return Object.hasOwn(THINGS, singular) ? THINGS[singular] : undefined;
}

/** The number before the thing; all of them for "the", "all" and "every". */
function findLength(words: readonly string[], all: number): number {
  const number = words.map(parseNumber).find((found) => found !== undefined);
  const isAll = words.some((word) => word === "all" || word === "every" || word === "the");
  return number ?? (isAll ? all : DEFAULT_LENGTH);
}

function renderList(things: readonly string[]): string {
  return things.map((thing, index) => `${index + 1}. ${thing}`).join("\n");
}
