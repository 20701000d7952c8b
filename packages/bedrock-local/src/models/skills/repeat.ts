/** Says what it is told to say. */
import type { Skill } from "../turn.ts";

const PATTERNS: readonly RegExp[] = [
  /\b(?:repeat|say)\s+(?:after me|the following|this|back)\b(?:[^:"“\n]{0,40}:|,)?\s*(?<words>\S[\s\S]*)$/i,
  /\b(?:reply|respond|answer)\s+(?:with\s+)?(?:exactly|only|just)\s*(?:with\s+)?:?\s*(?<words>\S[\s\S]*)$/i,
  /\b(?:reply|respond|answer)\s+with\s+(?:the word\s+)?(?<words>["“'][\s\S]+)$/i,
  /^(?:please\s+|can you\s+|could you\s+|just\s+)*(?:say|repeat|echo)\s*:?\s+(?<words>\S[\s\S]*)$/i,
];

/** "say X", "repeat after me: X", "reply with exactly X". */
export const repeat: Skill = ({ question }) => {
  for (const pattern of PATTERNS) {
    const words = pattern.exec(question)?.groups?.["words"];
    if (words !== undefined) return stripQuotes(words);
  }
  return undefined;
};

/** What stands in quotes when the words begin with a quote, else all of it. */
function stripQuotes(words: string): string {
  const quoted = /^["“'`](?<inner>[\s\S]+?)["”'`][.!?]?(?:\s|$)/.exec(words)?.groups?.["inner"];
  return (quoted ?? words).trim();
}
