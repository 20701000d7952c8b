/** Words out of identifiers and sentences. */

/** The words of an identifier or a sentence in lower case: `getUserName`, `user-name` and "User name" alike. */
export function splitWords(text: string): string[] {
  return (
    text
      .replace(/(\p{Ll}|\d)(?=\p{Lu})/gu, "$1 ")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** A word without its ending, so that "cities" meets "city" and "converted" meets "converts". */
export function stemWord(word: string): string {
  return word.length <= 3 ? word : word.replace(/(?:ies|ied|ying|es|ed|ing|s|e|y)$/, "");
}

/** Whether `phrase` stands in `text` as whole words, without regard to case. */
export function hasPhrase(text: string, phrase: string): boolean {
  return findPhrase(text, phrase) >= 0;
}

/** Where `phrase` stands in `text` as whole words, without regard to case; -1 when it does not. */
export function findPhrase(text: string, phrase: string): number {
  if (phrase.trim() === "") return -1;
  const escaped = phrase
    .trim()
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replace(/[\s_-]+/g, "[\\s_-]+");
  return text.search(new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "iu"));
}
