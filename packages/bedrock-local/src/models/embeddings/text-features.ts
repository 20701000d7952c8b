/** What a text is about, as weighted features: words, what they stand for, and their parts. */
import { findGroups } from "./synonyms.ts";

/** Weights by the name of the feature. */
export type Features = Map<string, number>;

const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{M}\p{N}]+/gu;

const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    "a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it its " +
    "me my of on or our she should so than that the their them then there these they this to us was we were what when " +
    "where which who whom whose why will with would you your"
  ).split(" "),
);

const WEIGHTS = { word: 1, stopWord: 0.15, group: 1.1, pair: 0.4, parts: 0.6 } as const;
/** Length of the parts of words, in UTF-16 units; a word has a mark at either end. */
const PART_LENGTH = 3;

/** The features of a text. A word that comes again counts less each time. No text is without any. */
export function listTextFeatures(text: string): Features {
  const features: Features = new Map();
  const words = (text.normalize("NFKC").toLowerCase().match(WORD) ?? []).map(stem);
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  for (const [word, count] of counts) addWord(features, word, 1 + Math.log(count));
  const telling = words.filter((word) => !STOP_WORDS.has(word));
  for (const [index, word] of telling.slice(1).entries()) {
    addFeature(features, `pair:${telling[index]} ${word}`, WEIGHTS.pair);
  }
  if (features.size === 0) addFeature(features, `text:${text.trim()}`, 1);
  return features;
}

/** Adds a feature that stands for the meaning of a word, such as the colour of an image. */
export function addMeaning(features: Features, word: string, weight: number): void {
  addFeature(features, `word:${word}`, WEIGHTS.word * weight);
  for (const group of findGroups(word)) addFeature(features, `group:${group}`, WEIGHTS.group * weight);
}

/** Adds to the weight of a feature. */
export function addFeature(features: Features, name: string, weight: number): void {
  features.set(name, (features.get(name) ?? 0) + weight);
}

function addWord(features: Features, word: string, weight: number): void {
  if (STOP_WORDS.has(word)) {
    addFeature(features, `word:${word}`, WEIGHTS.stopWord * weight);
    return;
  }
  addMeaning(features, word, weight);
  const parts = listParts(`^${word}$`);
  // The parts of a word weigh the same together, however long it is.
  for (const part of parts) addFeature(features, `part:${part}`, (WEIGHTS.parts * weight) / Math.sqrt(parts.length));
}

function listParts(word: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at + PART_LENGTH <= word.length; at += 1) parts.push(word.slice(at, at + PART_LENGTH));
  return parts;
}

/** Cuts the commonest endings of English words, when enough is left. */
function stem(word: string): string {
  if (findGroups(word).length > 0 || STOP_WORDS.has(word)) return word;
  if (word.length > 4 && word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (word.length > 3 && word.endsWith("s") && !word.endsWith("ss")) return restore(word, 1);
  if (word.length > 5 && word.endsWith("ing")) return restore(word, 3);
  return word.length > 4 && word.endsWith("ed") ? restore(word, 2) : word;
}

/** `cars` is `car`, `boxes` `box`, `running` `run`, `baked` `bake`: the first that a group knows, else the shortest. */
function restore(word: string, ending: number): string {
  const short = word.slice(0, -ending);
  const candidates = [short, `${short}e`, short.replace(/(.)\1$/, "$1"), short.replace(/e$/, "")];
  return candidates.find((candidate) => findGroups(candidate).length > 0) ?? short;
}
