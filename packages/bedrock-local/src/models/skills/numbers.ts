/** Small numbers in words. */

const WORDS: readonly string[] =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(
    " ",
  );

/** The whole number that `text` names, in digits or (up to twenty) in English words; `undefined` when it names none. */
export function parseNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const index = WORDS.indexOf(text.toLowerCase());
  return index < 0 ? undefined : index;
}
