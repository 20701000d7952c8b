/** Corrects the arguments of a call by what its error says. */
import { isJsonObject, renderSortedJson } from "../../json.ts";
import type { Json } from "../../wire.ts";
import { createPrompt } from "../schema/find-value.ts";
import { fillSchema } from "../schema/fill-schema.ts";
import { readList, readProperties, resolveSchema, type Schema } from "../schema/schema.ts";
import { hasPhrase } from "../schema/words.ts";

/**
 * New arguments, when the error names a property and what is allowed for it, or that it is missing.
 *
 * @returns `undefined` when the error names no property, or nothing better is known.
 */
export function correctInput(schema: Schema, input: Json, error: string, question: string): Json | undefined {
  const members = isJsonObject(input) ? input : {};
  const corrected: Record<string, Json> = { ...members };
  for (const [name, source] of readProperties(schema)) {
    if (!hasPhrase(error, name)) continue;
    const property = resolveSchema(source, schema);
    const value = findCorrection(property, name, error, members[name], question);
    if (value !== undefined) corrected[name] = value;
  }
  return renderSortedJson(corrected) === renderSortedJson(members) ? undefined : corrected;
}

function findCorrection(
  schema: Schema,
  name: string,
  error: string,
  present: Json | undefined,
  question: string,
): Json | undefined {
  const listed = readList(schema, "enum");
  const offered =
    listed.length > 0 ? listed.filter((value) => hasPhrase(error, renderText(value))) : findOffered(error);
  const other = offered.find((value) => value !== present && value !== name);
  if (other !== undefined && (listed.length > 0 || schema["type"] === "string")) return other;
  if (present === undefined || listed.length > 0) return fillProperty(schema, name, question);
  const isNumber = schema["type"] === "number" || schema["type"] === "integer";
  return isNumber ? readLimit(error, Number(present)) : undefined;
}

function renderText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function fillProperty(schema: Schema, name: string, question: string): Json | undefined {
  const filled = fillSchema(
    { type: "object", properties: { [name]: schema }, required: [name] },
    createPrompt([question]),
  );
  return isJsonObject(filled) ? filled[name] : undefined;
}

/** "must be one of celsius, fahrenheit", "expected 'a' or 'b'", "did you mean Paris?". */
function findOffered(error: string): string[] {
  const [, list = ""] =
    /\b(?:one of|either|expected|allowed|use|did you mean|try)\b[\s:]*([^.?!;\n]+)/i.exec(error) ?? [];
  return list
    .split(/\s*(?:,|\bor\b|\band\b)\s*/)
    .map((part) => part.replace(/^[\s"'`[(]+|[\s"'`\])]+$/g, ""))
    .filter((part) => part !== "" && !/^(?:an?\s|string$|number$|integer$|array$|object$|boolean$)/.test(part));
}

/** "must be at least 5", "must be <= 10", "must be between 1 and 5". */
function readLimit(error: string, present: number): number | undefined {
  const numbers = (error.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number).filter((number) => number !== present);
  return numbers[0];
}
