/** Makes a text for a simple regular expression: the first one that the expression allows. */

/** More repetitions than these are not tried to reach a length. */
const MAX_EXTRA = 64;
/** Longer texts are not made. */
const MAX_CHARACTERS = 10_000;
/** Longer expressions can be nested too deeply for the stack. */
const MAX_PATTERN_CHARACTERS = 2_000;
/** Where characters that an expression does not name are taken from. */
const SAMPLES = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ .:/@#";
const CLASSES: Readonly<Record<string, string>> = {
  d: "0123456789",
  w: SAMPLES.slice(0, 62),
  s: " ",
  n: "\n",
  t: "\t",
};

interface Reader {
  readonly pattern: string;
  at: number;
  /** How often an atom is repeated beyond its least number. */
  readonly extra: number;
}

/**
 * A text that matches `pattern` (ECMA-262, not anchored) and is from `minLength` to `maxLength` code units long.
 *
 * Understands literals, classes, groups, alternatives and quantifiers.
 * @returns `undefined` when it finds none: the expression looks around, refers back, is too long or invalid.
 */
export function createMatch(pattern: string, minLength: number, maxLength: number): string | undefined {
  const expression = parseExpression(pattern);
  if (expression === undefined) return undefined;
  for (let extra = 0; extra <= MAX_EXTRA; extra += 1) {
    const text = readAlternatives({ pattern, at: 0, extra });
    if (text === undefined || text.length > maxLength) return undefined;
    if (text.length >= minLength && expression.test(text)) return text;
  }
  return undefined;
}

/** The expression, or `undefined` when it is none or longer than 2,000 characters. */
export function parseExpression(pattern: string): RegExp | undefined {
  if (pattern.length > MAX_PATTERN_CHARACTERS) return undefined;
  try {
    return new RegExp(pattern, "u");
  } catch {
    return undefined;
  }
}

/** Reads to the end of the group and gives the text of its first alternative. */
function readAlternatives(reader: Reader): string | undefined {
  const first = readSequence(reader);
  while (peek(reader) === "|") {
    reader.at += 1;
    if (readSequence(reader) === undefined) return undefined;
  }
  return first;
}

function readSequence(reader: Reader): string | undefined {
  let text = "";
  while (reader.at < reader.pattern.length && !"|)".includes(peek(reader))) {
    const atom = readAtom(reader);
    if (atom === undefined) return undefined;
    const repetitions = readRepetitions(reader);
    if (text.length + atom.length * repetitions > MAX_CHARACTERS) return undefined;
    text += atom.repeat(repetitions);
  }
  return text;
}

function readAtom(reader: Reader): string | undefined {
  const character = peek(reader);
  reader.at += character.length;
  if (character === "^" || character === "$") return "";
  if (character === ".") return SAMPLES[0];
  if (character === "[") return readClass(reader);
  if (character === "\\") return readEscape(reader)[0];
  if (character !== "(") return character;
  const [opening = ""] = /^\?(?::|<\w+>)/.exec(reader.pattern.slice(reader.at)) ?? [];
  reader.at += opening.length;
  if (peek(reader) === "?") return undefined;
  const text = readAlternatives(reader);
  reader.at += 1;
  return text;
}

/** Every character that an escape stands for; none for a boundary or a reference. */
function readEscape(reader: Reader): string {
  const character = peek(reader);
  reader.at += character.length;
  if (/[bB1-9kpPux]/.test(character)) return "";
  if (/[DWS]/.test(character)) return invert(CLASSES[character.toLowerCase()] ?? "");
  return CLASSES[character] ?? character;
}

function readClass(reader: Reader): string | undefined {
  const isNegated = peek(reader) === "^";
  if (isNegated) reader.at += 1;
  let characters = "";
  while (reader.at < reader.pattern.length && peek(reader) !== "]") {
    const one = readMember(reader);
    const isRange = peek(reader) === "-" && reader.pattern[reader.at + 1] !== "]";
    if (!isRange) {
      characters += one;
      continue;
    }
    reader.at += 1;
    characters += expandRange(one, readMember(reader));
  }
  reader.at += 1;
  return (isNegated ? invert(characters) : characters)[0];
}

function readMember(reader: Reader): string {
  const character = peek(reader);
  reader.at += character.length;
  return character === "\\" ? readEscape(reader) : character;
}

/** The samples within the range, and always its first character. */
function expandRange(from: string, to: string): string {
  return (
    from +
    Array.from(SAMPLES)
      .filter((character) => character > from && character <= to)
      .join("")
  );
}

function invert(characters: string): string {
  return Array.from(SAMPLES)
    .filter((character) => !characters.includes(character))
    .join("");
}

function readRepetitions(reader: Reader): number {
  const [quantifier = "", least, comma, most] =
    /^(?:[?*+]|\{(\d+)(,?)(\d*)\})\??/.exec(reader.pattern.slice(reader.at)) ?? [];
  reader.at += quantifier.length;
  const { extra } = reader;
  if (quantifier === "") return 1;
  if (least === undefined)
    return quantifier.startsWith("?") ? Math.min(1, extra) : extra + Number(quantifier[0] === "+");
  if (comma === "") return Number(least);
  return Math.min(Number(least) + extra, most === "" ? Infinity : Number(most));
}

/** The character under the reader, empty at the end. Never half of a surrogate pair. */
function peek({ pattern, at }: Reader): string {
  const point = pattern.codePointAt(at);
  return point === undefined ? "" : String.fromCodePoint(point);
}
