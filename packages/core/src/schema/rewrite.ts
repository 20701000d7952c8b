import { isObject, stringOf, type JsonObject, type JsonValue } from "../types/json.ts";
import { resolveReference } from "./validate.ts";

/** The member that holds the answer where its schema is no object. */
const WRAPPER = "value";

const COMBINATIONS: readonly string[] = ["anyOf", "oneOf", "allOf", "$ref", "not", "if"];

/** A schema whose root is an object. */
export interface ObjectSchema {
  readonly schema: JsonObject;
  /** The member that holds what fits the schema that it was made from; absent when that is the object itself. */
  readonly wrapper?: string;
}

/**
 * Makes a schema one of an object, as Bedrock takes no other: any other, and one that is a choice on its top level,
 * becomes that of the member `value`.
 */
export function toObjectSchema(schema: JsonObject): ObjectSchema {
  if (schema["type"] === "object" && !COMBINATIONS.some((keyword) => keyword in schema)) return { schema };
  const { $defs, definitions, ...rest } = schema;
  const move = (ref: string): string =>
    /^#\/(\$defs|definitions)\//.test(ref) ? ref : ref.replace(/^#(?=\/|$)/, `#/properties/${WRAPPER}`);
  const moved = (part: JsonValue): JsonValue => moveReferences(part, move);
  const wrapped: JsonObject = {
    type: "object",
    properties: { [WRAPPER]: moved(rest) },
    required: [WRAPPER],
    additionalProperties: false,
    ...($defs !== undefined && { $defs: moved($defs) }),
    ...(definitions !== undefined && { definitions: moved(definitions) }),
  };
  return { schema: wrapped, wrapper: WRAPPER };
}

function moveReferences(schema: JsonValue, move: (ref: string) => string): JsonValue {
  if (Array.isArray(schema)) return schema.map((item: JsonValue) => moveReferences(item, move));
  if (!isObject(schema)) return schema;
  return mapMembers(schema, (value, name) =>
    name === "$ref" && typeof value === "string" ? move(value) : moveReferences(value, move),
  );
}

/** A copy with other values; not by assignment, as a name may be `__proto__`. */
function mapMembers(object: JsonObject, map: (value: JsonValue, name: string) => JsonValue): JsonObject {
  const entries = Object.entries(object).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, map(value, name)] as const],
  );
  return Object.fromEntries(entries);
}

/** A schema that Bedrock can hold a model to, or why there is none. */
export type StrictSchema =
  | {
      readonly schema: JsonObject;
      /** Whether it has more optional members or choices than Claude takes. */
      readonly isLarge: boolean;
    }
  | { readonly reason: string };

interface Rewriting {
  readonly root: JsonObject;
  /** The definitions that are referred to, by their reference; `undefined` while one is being rewritten. */
  readonly definitions: Map<string, JsonObject | undefined>;
  optional: number;
  choices: number;
}

/** The message is why a schema cannot be rewritten. */
class Inexpressible extends Error {}

const ANYTHING = "a place where anything may stand";
const ANY_NAMES = "an object whose members may have any names";
const FORMATS: readonly unknown[] = "date-time time date duration email hostname uri ipv4 ipv6 uuid".split(" ");

/**
 * Rewrites a schema with an object as root for native structured output and strict tools, which know only a part of JSON
 * Schema. Constraints that they refuse go into `description`, and every object gets `additionalProperties: false`. What
 * the model writes is still to be checked by the schema itself.
 *
 * There is none where an answer could not have its shape any more: for recursion, objects whose members may have any
 * names, lists with a schema for each place, `allOf`, and places where anything may stand.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 */
export function toStrictSchema(root: JsonObject): StrictSchema {
  const run: Rewriting = { root, definitions: new Map(), optional: 0, choices: 0 };
  try {
    const schema = rewrite(run, root);
    const definitions = [...run.definitions].map(([ref, definition]) => [ref.slice("#/$defs/".length), definition]);
    return {
      schema: definitions.length > 0 ? { ...schema, $defs: Object.fromEntries(definitions) as JsonObject } : schema,
      isLarge: run.optional > 24 || run.choices > 16,
    };
  } catch (error) {
    if (error instanceof Inexpressible) return { reason: error.message };
    throw error;
  }
}

function rewrite(run: Rewriting, schema: JsonValue | undefined): JsonObject {
  if (!isObject(schema)) refuse(ANYTHING);
  const kept: Record<string, JsonValue> = {};
  const notes: string[] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    if (value === undefined || SILENT.includes(keyword)) continue;
    const replacement = (RULES.get(keyword) ?? toNote)(value, run, schema);
    if (replacement) Object.assign(kept, replacement);
    else if (Math.abs(Number(value)) !== Number.MAX_SAFE_INTEGER) notes.push(`${keyword}: ${JSON.stringify(value)}`);
  }
  complete(kept);
  const hint = notes.length > 0 ? `(${notes.join(", ")})` : "";
  const description = [stringOf(kept["description"]) ?? "", hint].filter(Boolean).join(" ");
  if (description !== "") kept["description"] = description;
  const { $ref, ...others } = kept;
  // A reference stands alone.
  return $ref === undefined || Object.keys(others).length === 0 ? kept : { ...others, anyOf: [{ $ref }] };
}

/** Closes objects, and refuses what has no shape. */
function complete(kept: Record<string, JsonValue>): void {
  if ("properties" in kept) kept["type"] ??= "object";
  if (!["type", "enum", "const", "anyOf", "$ref"].some((keyword) => keyword in kept)) refuse(ANYTHING);
  const types = [kept["type"]].flat();
  if (types.includes("array") && !("items" in kept)) refuse(ANYTHING);
  if (!types.includes("object")) return;
  if (!("properties" in kept)) refuse(ANY_NAMES);
  kept["additionalProperties"] = false;
}

/** What says nothing about the answer, or stands elsewhere. */
const SILENT: readonly string[] =
  "$schema $id $comment $anchor $defs definitions title deprecated readOnly writeOnly propertyNames".split(" ");

/** What becomes of a keyword; `undefined` when it only goes into the description. */
type Rule = (value: JsonValue, run: Rewriting, schema: JsonObject) => JsonObject | undefined;

const toNote: Rule = () => undefined;
const isPrimitive = (value: unknown): boolean => typeof value !== "object" || value === null;

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["description", (description) => ({ description })],
  [
    "type",
    (type, run) => {
      if (Array.isArray(type)) run.choices++;
      return { type };
    },
  ],
  ["enum", (values) => (Array.isArray(values) && values.every(isPrimitive) ? { enum: values } : undefined)],
  ["const", (value) => (isPrimitive(value) ? { const: value } : undefined)],
  ["format", (format) => (FORMATS.includes(format) ? { format } : undefined)],
  ["anyOf", rewriteChoice],
  ["oneOf", rewriteChoice],
  ["$ref", (ref, run) => ({ $ref: rewriteReference(run, stringOf(ref) ?? "") })],
  ["properties", rewriteProperties],
  ["required", (required) => ({ required })],
  [
    "additionalProperties",
    (rest, _, { properties }) => {
      const isFree = rest === true || (isObject(rest) && Object.keys(rest).length === 0);
      if (rest !== false && !(isFree && properties)) refuse(ANY_NAMES);
      return {};
    },
  ],
  ["items", (items, run) => ({ items: rewrite(run, items) })],
  ["minItems", (count) => (count === 0 || count === 1 ? { minItems: count } : undefined)],
  ["patternProperties", () => refuse(ANY_NAMES)],
  ["prefixItems", () => refuse("a list with a schema for each place")],
  ["allOf", () => refuse("allOf")],
]);

function refuse(reason: string): never {
  throw new Inexpressible(reason);
}

function rewriteChoice(parts: JsonValue, run: Rewriting, { anyOf, oneOf }: JsonObject): JsonObject {
  if (!Array.isArray(parts) || (anyOf && oneOf)) refuse("anyOf beside oneOf");
  run.choices++;
  return { anyOf: parts.map((part: JsonValue) => rewrite(run, part)) };
}

function rewriteProperties(properties: JsonValue, run: Rewriting, { required }: JsonObject): JsonObject {
  if (!isObject(properties)) refuse(ANY_NAMES);
  const names: readonly unknown[] = Array.isArray(required) ? required : [];
  if (!names.every((name) => typeof name === "string" && Object.hasOwn(properties, name))) refuse(ANY_NAMES);
  run.optional += Object.keys(properties).length - names.length;
  return { properties: mapMembers(properties, (property) => rewrite(run, property)) };
}

/** Definitions are rewritten where they are referred to, so that recursion shows. */
function rewriteReference(run: Rewriting, ref: string): string {
  const strict = ref.replace(/^#\/definitions\//, "#/$defs/");
  if (!/^#\/\$defs\/[^/]+$/.test(strict)) refuse(`the reference ${ref}`);
  if (run.definitions.has(strict)) {
    if (!run.definitions.get(strict)) refuse("recursion");
    return strict;
  }
  run.definitions.set(strict, undefined);
  run.definitions.set(strict, rewrite(run, resolveReference(run.root, ref) as JsonValue | undefined));
  return strict;
}
