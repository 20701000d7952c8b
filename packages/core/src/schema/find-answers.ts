import { isObject, tryParse, type JsonValue } from "../types/json.ts";
import { findJson } from "./partial-json.ts";

/** As many as are checked: the rest is no answer any more, but a text about JSON. */
const MAX_ANSWERS = 16;

/**
 * What may be the answer in the texts of a model, the likeliest first: the whole text; a text that is JSON alone; what
 * stands in a code fence; an object or array between other words. Of each kind the last comes first, as a model tells its
 * drafts before its answer; where the last is cut off, the others are drafts, and there is no answer.
 *
 * @param wrapper the member that holds the answer; a model may leave it out. Without one, the answer is an object.
 */
export function* findAnswers(texts: readonly string[], wrapper: string | undefined): Generator<JsonValue, void> {
  let count = 0;
  for (const found of findAll(texts, wrapper)) {
    const answer = wrapper === undefined ? undefined : memberOf(found, wrapper);
    if (answer !== undefined) yield answer;
    yield found;
    if (++count === MAX_ANSWERS) return;
  }
}

/** A value's own member. */
export function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function* findAll(texts: readonly string[], wrapper: string | undefined): Generator<JsonValue, void> {
  const whole = texts.join("");
  const json = tryParse(whole);
  if (json !== undefined) {
    yield json;
    return;
  }
  const mayBe = (value: JsonValue | undefined): value is JsonValue =>
    value !== undefined && (wrapper !== undefined || isObject(value));
  const [last, ...drafts] = texts.toReversed().map(tryParse);
  if (mayBe(last)) yield last;
  const found = findJson(whole)?.toReversed();
  if (!found) return;
  const fences = whole.split("```").filter((text, index) => index % 2 === 1 && text.includes("\n"));
  // The first line of a fence names its language.
  const fenced = fences.toReversed().map((text) => tryParse(text.slice(text.indexOf("\n"))));
  const isWrapped = (value: JsonValue): boolean => wrapper !== undefined && memberOf(value, wrapper) !== undefined;
  const rest = [...drafts, ...fenced, ...found.filter(isWrapped), ...found.filter((value) => !isWrapped(value))];
  yield* rest.filter(mayBe);
}
