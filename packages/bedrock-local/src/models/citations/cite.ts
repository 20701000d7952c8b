/** Answers a question out of passages that may be cited. */
import { findMeaning } from "../skills/facts.ts";
import type { ContentBlock, ConverseRequest } from "../../wire.ts";
import type { Turn } from "../turn.ts";
import { readPassages, type Passage } from "./passages.ts";

const MAX_CITED = 3;
const WHOLE = /\b(?:summari[sz]e|summary|overview|what (?:is|does) (?:this|the) (?:document|text|file)|about)\b/i;

/**
 * The passages that answer the question best, each in a block with its citation, with plain text between them as real
 * answers have it; `undefined` when the request has nothing to cite.
 */
export function citeSources(request: ConverseRequest, turn: Turn): ContentBlock[] | undefined {
  const passages = readPassages(request);
  if (passages.length === 0 || turn.question === "") return undefined;
  const chosen = choosePassages(passages, turn.question);
  const cited = chosen.map(({ text, citation }): ContentBlock => ({
    citationsContent: { content: [{ text: text.trim() }], citations: [citation] },
  }));
  return [
    { text: "According to the sources: " },
    ...cited.flatMap((block, index) => (index === 0 ? [block] : [{ text: " " }, block])),
  ];
}

/** Those that share most words with the question, in the order of the sources; the beginning when none shares any. */
function choosePassages(passages: readonly Passage[], question: string): readonly Passage[] {
  const asked = findMeaning(question);
  const scores = passages.map(({ text }) => [...findMeaning(text)].filter((word) => asked.has(word)).length);
  const best = Math.max(...scores);
  if (best === 0 || WHOLE.test(question)) return passages.slice(0, best === 0 && !WHOLE.test(question) ? 1 : MAX_CITED);
  return passages.filter((_passage, index) => scores[index] === best).slice(0, MAX_CITED);
}
