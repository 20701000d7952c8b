/** Says what came with the question, so that one sees that it arrived. */
import type { Skill } from "../turn.ts";

const ASKED =
  /\b(?:describe|see|image|picture|photo|document|file|attachment|pdf|video|clip|audio|sound|recording|summari[sz]e|received?)\b/i;
const MAX_BEGINNING_CHARACTERS = 200;

/** "I received an image (png, 1×1 pixels, 70 bytes)." and how the text begins, when the question is about it. */
export const describedMedia: Skill = (turn) => (ASKED.test(turn.question) ? media(turn) : undefined);

/** The same whatever the question is. */
export const media: Skill = ({ media: items, sources }) => {
  if (items.length === 0) return undefined;
  const listed = items.length === 1 ? items[0] : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
  const beginning = sources.replace(/\s+/g, " ").trim();
  const quote =
    beginning.length > MAX_BEGINNING_CHARACTERS ? `${beginning.slice(0, MAX_BEGINNING_CHARACTERS)}…` : beginning;
  return `I received ${listed}.${quote === "" ? "" : ` The text begins: "${quote}"`}`;
};
