/** Words that every image model refuses. */
const BLOCKED = /\b(nude|naked|nsfw|porn\w*|gore|gory|behead\w*|mutilat\w*|bloodbath)\b/i;
/** A prompt with these words loses its last image to the filter of what was painted. */
const PARTLY_BLOCKED = /\bpartly blocked\b/i;

/** Whether one of the texts is refused. */
export function isBlocked(...texts: readonly (string | undefined)[]): boolean {
  return texts.some((text) => text !== undefined && BLOCKED.test(text));
}

/** Whether the last image of a request with one of these texts is withheld. */
export function isPartlyBlocked(...texts: readonly (string | undefined)[]): boolean {
  return texts.some((text) => text !== undefined && PARTLY_BLOCKED.test(text));
}
