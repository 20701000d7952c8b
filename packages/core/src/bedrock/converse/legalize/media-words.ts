const WORDS: Readonly<Record<string, string>> = { document: "A document", video: "A video", audio: "A sound" };

/** What is said in place of a medium that cannot be sent. An image may be one for a guardrail. */
export function tellMedium(kind: string): string {
  return `(${WORDS[kind] ?? "An image"} stood here.)`;
}
