const WORDS = { image: "An image", document: "A document", video: "A video", audio: "A sound", searchResult: "A search result" };

/** What is said in place of a medium that cannot be sent, for a block or part that has (or is of) its kind. */
export function tellMedium(block: object): string {
  const kind = Object.entries(WORDS).find(([name]) => name in block)?.[1] ?? "Something else";
  return `(${kind} stood here.)`;
}
