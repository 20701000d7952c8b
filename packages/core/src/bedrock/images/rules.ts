import { countCharacters } from "../../types/characters.ts";
import { isObject, type JsonValue } from "../../types/json.ts";

/** What an option may be. */
export interface Rule {
  /** For an error: what is allowed. */
  readonly allowed: string;
  /** The value on the wire; `undefined` when it is not allowed. */
  readonly toWire: (value: unknown) => JsonValue | undefined;
}

/** A number from `min` to `max`. */
export function range(min: number, max: number): Rule {
  return {
    allowed: `a number from ${min} to ${max}`,
    toWire: (value) => (typeof value === "number" && value >= min && value <= max ? value : undefined),
  };
}

/** A whole number from `min` to `max`. */
export function wholeRange(min: number, max: number): Rule {
  return {
    allowed: min === max ? `${min}` : `a whole number from ${min} to ${max}`,
    toWire: (value) => (Number.isInteger(value) ? range(min, max).toWire(value) : undefined),
  };
}

/** A text of up to `max` characters that is not blank. */
export function text(max: number): Rule {
  return {
    allowed: `a text of 1 to ${max} characters`,
    toWire: (value) =>
      typeof value === "string" && value.trim() !== "" && countCharacters(value) <= max ? value : undefined,
  };
}

/**
 * One of some words.
 *
 * @param words with a space between
 * @param render how a word goes on the wire
 */
export function oneOf(words: string, render: (word: string) => string = (word) => word): Rule {
  const list = words.split(" ");
  return {
    allowed: list.join(", "),
    toWire: (value) => (typeof value === "string" && list.includes(value) ? render(value) : undefined),
  };
}

/** One of some words, which are in capitals on the wire. */
export function oneOfCapitals(words: string): Rule {
  return oneOf(words, (word) => word.toUpperCase());
}

/** Colours, like `"#ff9900"`. */
export const colorList: Rule = {
  allowed: 'a list of 1 to 10 colours like "#ff9900"',
  toWire: (value) =>
    Array.isArray(value) && value.length > 0 && value.length <= 10 && Array.from(value).every(isColor)
      ? value
      : undefined,
};

/** A number from 0 to 1 that the model counts the other way round. */
export const inverted: Rule = {
  ...range(0, 1),
  toWire: (value) => {
    const given = range(0, 1).toWire(value);
    // 1 - 0.7 is 0.30000000000000004.
    return typeof given === "number" ? Number((1 - given).toFixed(6)) : undefined;
  },
};

/** A boolean. */
export const flag: Rule = {
  allowed: "true or false",
  toWire: (value) => (typeof value === "boolean" ? value : undefined),
};

/** An object whose members `renderMore` checks. */
export const someObject: Rule = { allowed: "an object", toWire: (value) => (isObject(value) ? value : undefined) };

function isColor(value: unknown): value is string {
  return typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value);
}
