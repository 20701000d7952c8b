/** Remembers the user's name. */
import type { Skill } from "../turn.ts";

const INTRODUCTION = /\b(?:[Mm]y name is|[Cc]all me|I am called)\s+(?<name>\p{L}[\p{L}'’-]*(?:\s+\p{Lu}[\p{L}'’-]*)?)/u;

/** "My name is Ada" is greeted; "what is my name?" is answered from earlier messages. */
export const name: Skill = ({ question, earlier }) => {
  if (/\b(?:what(?:'s| is) my name|who am i|remember my name)\b/i.test(question)) {
    const known = [question, ...earlier.toReversed()].map(findName).find((found) => found !== undefined);
    return known === undefined ? "You have not told me your name yet." : `Your name is ${known}.`;
  }
  const introduced = findName(question);
  return introduced === undefined ? undefined : `Nice to meet you, ${introduced}!`;
};

function findName(text: string): string | undefined {
  return INTRODUCTION.exec(text)?.groups?.["name"];
}
