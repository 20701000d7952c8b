/** The skills of the built-in model, in the order in which they are tried. */
import { arithmetic } from "./skills/arithmetic.ts";
import { count } from "./skills/count.ts";
import { facts } from "./skills/facts.ts";
import { fallback } from "./skills/fallback.ts";
import { greeting } from "./skills/greeting.ts";
import { list } from "./skills/list.ts";
import { describedMedia, media } from "./skills/media.ts";
import { name } from "./skills/name.ts";
import { repeat } from "./skills/repeat.ts";
import { story } from "./skills/story.ts";
import { translate } from "./skills/translate.ts";
import type { Skill, Turn } from "./turn.ts";

/** Their patterns are for short questions; on a long text some would take time that grows with its square. */
const SHORT_SKILLS: readonly Skill[] = [count, translate, story, list, arithmetic, name, greeting];
const MAX_SHORT_CHARACTERS = 10_000;

/** The answer of the first skill that has one, else a sentence that quotes the question. */
export function answerTurn(turn: Turn): string {
  const isShort = turn.question.length <= MAX_SHORT_CHARACTERS;
  const skills = [repeat, ...(isShort ? SHORT_SKILLS : []), facts, describedMedia, media];
  for (const skill of skills) {
    const answer = skill(turn);
    if (answer !== undefined) return answer;
  }
  return fallback(turn);
}
