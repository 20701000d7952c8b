/** Answers from the text it was given. */
import type { Skill } from "../turn.ts";

const COMMON_WORDS: ReadonlySet<string> = new Set(
  (
    "a about an and are as at be by can could did do does for from has have how i in is it me my of on or please " +
    "should tell that the their there they this to was were what when where which who why will with would you your"
  ).split(" "),
);

/** Fewer shared words than this part of the question's own words are no answer. */
const MIN_SHARE = 0.4;

/** The sentence, from documents, tool results, the system prompt or the question's own text, that fits the question best. */
export const facts: Skill = ({ question, system, earlier, sources }) => {
  const sentences = splitSentences(question);
  const asked = sentences.filter((sentence) => sentence.endsWith("?")).at(-1) ?? sentences.at(-1) ?? "";
  const words = findMeaning(asked);
  if (words.size === 0) return undefined;
  const given = [sources, system, ...sentences.filter((sentence) => sentence !== asked), ...earlier].flatMap(
    splitSentences,
  );
  const best = given
    .filter((sentence) => !sentence.endsWith("?"))
    .map((sentence) => ({ sentence, shared: countShared(words, findMeaning(sentence)) }))
    .reduce((top, next) => (next.shared > top.shared ? next : top), { sentence: "", shared: 0 });
  return best.shared / words.size >= MIN_SHARE ? best.sentence : undefined;
};

function splitSentences(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+|\n+/)
    .map((sentence) => sentence.trim())
    .filter(Boolean);
}

/** The words that carry meaning, cut to their stem so that "cities" meets "city". */
export function findMeaning(sentence: string): Set<string> {
  const words = sentence.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(
    words.filter((word) => !COMMON_WORDS.has(word)).map((word) => word.replace(/(?:ies|es|s|ed|ing|y)$/, "")),
  );
}

function countShared(wanted: ReadonlySet<string>, found: ReadonlySet<string>): number {
  return [...wanted].filter((word) => found.has(word)).length;
}
