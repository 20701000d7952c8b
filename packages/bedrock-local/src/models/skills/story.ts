/** Tells stories and haiku. */
import type { Skill, Turn } from "../turn.ts";
import { choose } from "./choose.ts";

const HEROES = [
  "a lighthouse keeper",
  "a young cartographer",
  "an old robot",
  "a curious otter",
  "a night baker",
] as const;
const PLACES = [
  "on a windy island",
  "in a city of bridges",
  "at the edge of the desert",
  "above a sleeping harbour",
] as const;
const FINDS = ["a humming stone", "a letter with no name", "a door in a hill", "a map of tomorrow"] as const;
const ENDINGS = [
  "And from then on, every evening, a second light could be seen from the shore.",
  "Nobody ever asked how it was done, and that was the best part.",
  "The next morning everything looked the same, and nothing was.",
] as const;

const HAIKU = [
  "Cold moon on the pond,\na frog thinks about jumping.\nThe whole night holds still.",
  "Packets in the dark,\neach one carries half a word.\nMorning spells it out.",
  "First rain on the roof:\nthe old cat opens one eye\nand goes back to sleep.",
] as const;

/** "tell me a story [about X]", "write a haiku". The words are the same for the same random numbers. */
export const story: Skill = (turn) => {
  if (/\bhaiku\b/i.test(turn.question)) return choose(HAIKU, turn.random);
  return /\b(?:story|tale)\b/i.test(turn.question) ? tellStory(turn) : undefined;
};

function tellStory({ question, random }: Turn): string {
  const topic = /\b(?:story|tale)\s+(?:about|of)\s+(?<topic>[^.?!\n]{1,80})/i.exec(question)?.groups?.["topic"]?.trim();
  const hero = topic ?? choose(HEROES, random);
  const find = choose(FINDS, random);
  return [
    `Once, ${choose(PLACES, random)}, there lived ${hero}. The days there were long and quiet, and most of them looked alike.`,
    `Then, one grey morning, there was something new: ${find}. It had not been there the evening before, and it did not look as if it meant to leave.`,
    `For three days nothing else was talked about. Some wanted to hide it, some wanted to sell it, and one small voice asked whether anybody had thought of asking it what it wanted.`,
    `So that is what happened. The answer came slowly, word after word, like rain that cannot decide whether to fall.`,
    choose(ENDINGS, random),
  ].join("\n\n");
}
