/** The limits that a schema sets for numbers and texts, and values within them. */
import { createMatch, parseExpression } from "./pattern.ts";
import { readNumber, readText, type Schema } from "./schema.ts";

/** Forms of the formats that can be checked; other formats pass. */
const FORMATS: Readonly<Record<string, RegExp>> = {
  date: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d)$|^\d{4}-(?:(?:0[13-9]|1[0-2])-30|(?:0[13578]|1[02])-31)$/,
  "date-time": /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/,
  time: /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/,
  email: /^[\w+-]+(?:\.[\w+-]+)*@[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)+$/i,
  uri: /^[a-z][a-z\d+.-]*:\/\/[\w.~:/?#@!$&()*+,;=%-]+$/i,
  uuid: /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i,
  duration: /^P(?=.)(?:\d+[YMWD])*(?:T(?:\d+[HMS])+)?$/,
  hostname: /^[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)+$/i,
  ipv6: /^(?=.*:.*:)(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}$/i,
  ipv4: /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/,
};

/** Whether a number keeps the limits of its schema. */
export function fitsNumber(schema: Schema, value: number): boolean {
  const { least, most } = readBounds(schema);
  const step = readNumber(schema, "multipleOf");
  if (schema["type"] === "integer" && !Number.isInteger(value)) return false;
  if (value < least || value > most) return false;
  if (value === readNumber(schema, "exclusiveMinimum") || value === readNumber(schema, "exclusiveMaximum"))
    return false;
  return step === undefined || Number.isInteger(value / step);
}

/** Whether a text keeps the limits of its schema. Lengths count code points. */
export function fitsText(schema: Schema, value: string): boolean {
  const length = Array.from(value).length;
  const { least, most } = readLengths(schema);
  const pattern = readText(schema, "pattern");
  if (length < least || length > most) return false;
  if (FORMATS[readText(schema, "format")]?.test(value) === false) return false;
  return pattern === "" || parseExpression(pattern)?.test(value) !== false;
}

/** The number within the limits that is nearest to `wanted`, and `index` steps on from there, as far as they go. */
export function createNumber(schema: Schema, wanted: number, index = 0): number {
  const isWhole = schema["type"] === "integer";
  const step = readNumber(schema, "multipleOf") ?? (isWhole ? 1 : undefined);
  const { least, most } = readBounds(schema);
  const start = Math.min(Math.max(wanted, least), most);
  if (step !== undefined) {
    const candidates = [
      Math.ceil(start / step),
      Math.floor(start / step),
      Math.ceil(start / step) + 1,
      Math.floor(start / step) - 1,
    ];
    const first = candidates.find((count) => fitsNumber(schema, count * step)) ?? candidates[0] ?? 0;
    const other = [first + index, first - index].find((count) => fitsNumber(schema, count * step));
    return (other ?? first) * step;
  }
  if (index === 0 && fitsNumber(schema, start)) return start;
  const high = Number.isFinite(most) ? most : Math.max(least, start) + index + 2;
  const low = Number.isFinite(least) ? least : Math.min(high, start) - index - 2;
  return low + ((high - low) * (index + 1)) / (index + 2);
}

/** Longer texts are not made, whatever a schema asks for. */
const MAX_CHARACTERS = 10_000;

/** A text within the limits, made from `wanted` by cutting and filling up, or from the pattern. */
export function createText(schema: Schema, wanted: string, index = 0): string {
  const { most, ...lengths } = readLengths(schema);
  const least = Math.min(lengths.least, MAX_CHARACTERS);
  const varied = [`${wanted} ${index + 1}`, `${index + 1}${wanted}`, wanted.replace(/\d(?=\D*$)/, String(index % 10))];
  const fitting = [...(index === 0 ? [] : varied), wanted].find((text) => fitsText(schema, text));
  if (fitting !== undefined) return fitting;
  const pattern = readText(schema, "pattern");
  if (pattern !== "") {
    const matches = [createMatch(pattern, least + index, most), createMatch(pattern, least, most)];
    const padded = padText(createMatch(pattern, 0, most) ?? "", least);
    return [...matches, padded].find((match) => match !== undefined && fitsText(schema, match)) ?? wanted;
  }
  return Array.from(padText(index === 0 ? wanted : `${index + 1} ${wanted}`, least))
    .slice(0, most)
    .join("");
}

function padText(text: string, length: number): string {
  return text + ".".repeat(Math.max(0, length - Array.from(text).length));
}

function readBounds(schema: Schema): { least: number; most: number } {
  return {
    least: Math.max(readNumber(schema, "minimum") ?? -Infinity, readNumber(schema, "exclusiveMinimum") ?? -Infinity),
    most: Math.min(readNumber(schema, "maximum") ?? Infinity, readNumber(schema, "exclusiveMaximum") ?? Infinity),
  };
}

function readLengths(schema: Schema): { least: number; most: number } {
  return { least: readNumber(schema, "minLength") ?? 0, most: readNumber(schema, "maxLength") ?? Infinity };
}
