import { InputError } from "../errors.ts";
import { isObject, objectOf, type JsonObject } from "../types/json.ts";
import { joinPath } from "./path.ts";

/** What is wrong with a value, and where. */
export interface SchemaIssue {
  /** Like `items[0].name`; `""` is the whole value. */
  readonly path: string;
  /** Like `must be at least 1`. */
  readonly message: string;
}

/** As many issues as a model or a reader can use, as one text. */
export function renderIssues(issues: readonly SchemaIssue[]): string {
  const some = issues.slice(0, 10).map(({ path, message }) => (path ? `${path}: ${message}` : message));
  return `${some.join("; ")}${issues.length > 10 ? `; and ${issues.length - 10} more` : ""}`;
}

interface Run {
  readonly root: JsonObject;
  readonly patterns: Map<string, RegExp | undefined>;
  /** What was found already, by the schema that a `$ref` leads to and the place in the value. */
  readonly known: Map<unknown, Map<string, readonly SchemaIssue[]>>;
}

/** Deeper values and schemas are refused, so that none can exhaust the stack. */
export const MAX_DEPTH = 256;
/** As many issues of one reference go on: schemas that refer to each other twice would double them at each step. */
const MAX_REFERRED = 100;

/**
 * Checks a value by JSON Schema (draft 2020-12, and draft 7 where it differs). Known: `type`, `enum`, `const`,
 * `properties`, `required`, `additionalProperties`, `patternProperties`, `propertyNames`, `items`, `prefixItems`,
 * `uniqueItems`, `pattern`, all limits, `anyOf`, `oneOf`, `allOf`, `not`, `if`, and `$ref` within the schema. Other
 * keywords, `format` among them, are not checked, and neither is a pattern that is no regular expression of JavaScript.
 *
 * @returns what is wrong; empty when the value fits
 * @throws {InputError} `ERR_INPUT` when a `$ref` leads nowhere, or too many lead to each other
 * @see https://json-schema.org/draft/2020-12/json-schema-validation
 */
export function validateJson(schema: JsonObject, value: unknown): readonly SchemaIssue[] {
  if (isDeeper(value, MAX_DEPTH)) return [{ path: "", message: `must not be nested deeper than ${MAX_DEPTH} levels` }];
  const issues: SchemaIssue[] = [];
  try {
    check({ root: schema, patterns: new Map(), known: new Map() }, schema, value, "", issues);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new InputError("The schema has too many references to references: give it with fewer.", { cause });
  }
  return issues;
}

/** Whether a value has more levels; one that holds itself has. */
export function isDeeper(value: unknown, levels: number): boolean {
  let layer = new Set([value]);
  for (let depth = 0; layer.size > 0; depth++) {
    if (depth > levels) return true;
    const next = new Set<unknown>();
    for (const item of layer) {
      if (typeof item !== "object" || item === null) continue;
      const children: unknown[] = Object.values(item);
      for (const child of children) next.add(child);
    }
    layer = next;
  }
  return false;
}

function check(run: Run, schema: unknown, value: unknown, path: string, issues: SchemaIssue[]): void {
  const report = (message: string, at = path): unknown => issues.push({ path: at, message });
  if (schema === false) report("is not allowed");
  if (!isObject(schema)) return;
  const { $ref, type, enum: allowed } = schema;
  if (typeof $ref === "string") for (const issue of checkReference(run, $ref, value, path)) issues.push(issue);
  if (type !== undefined) {
    const types = Array.isArray(type) ? type : [type];
    if (!types.some((name) => isOfType(value, name))) {
      report(`must be ${types.join(" or ")}, not ${kindOf(value)}`);
      return;
    }
  }
  if (Array.isArray(allowed)) {
    const key = keyOf(value);
    if (!allowed.some((each) => keyOf(each) === key)) report(`must be one of ${JSON.stringify(allowed)}`);
  }
  if ("const" in schema && keyOf(schema["const"]) !== keyOf(value)) {
    report(`must be ${JSON.stringify(schema["const"])}`);
  }
  checkLimits(schema, value, report);
  if (typeof value === "string" && typeof schema["pattern"] === "string") {
    if (patternOf(run, schema["pattern"])?.test(value) === false) report(`must match the pattern ${schema["pattern"]}`);
  }
  if (Array.isArray(value)) checkItems(run, schema, value, path, issues);
  else if (isObject(value)) checkProperties(run, schema, value, path, issues);
  checkCombinations(run, schema, value, path, issues);
}

function checkReference(run: Run, ref: string, value: unknown, path: string): readonly SchemaIssue[] {
  const target = resolveReference(run.root, ref);
  let known = run.known.get(target);
  if (!known) run.known.set(target, (known = new Map<string, readonly SchemaIssue[]>()));
  const found = known.get(path);
  if (found) return found.slice(0, MAX_REFERRED);
  const issues: SchemaIssue[] = [];
  // Set before the check: a schema that comes back to itself at the same place has nothing to add.
  known.set(path, issues);
  check(run, target, value, path, issues);
  return issues.slice(0, MAX_REFERRED);
}

/**
 * The part of a schema that a reference leads to.
 *
 * @throws {InputError} `ERR_INPUT` when it leads nowhere, or out of the schema
 * @see https://www.rfc-editor.org/rfc/rfc6901
 */
export function resolveReference(root: JsonObject, ref: string): unknown {
  let found: unknown = /^#(\/|$)/.test(ref) ? root : undefined;
  for (const step of ref.split("/").slice(1)) {
    const key = decodePointer(step);
    const isThere = typeof found === "object" && found !== null && Object.hasOwn(found, key);
    found = isThere ? (found as Readonly<Record<string, unknown>>)[key] : undefined;
  }
  if (found !== undefined) return found;
  throw new InputError(`The schema refers to ${ref}, which it does not hold: refer to "#" or to one of its "$defs".`);
}

function decodePointer(step: string): string {
  const text = step.replaceAll("~1", "/").replaceAll("~0", "~");
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

function isOfType(value: unknown, type: unknown): boolean {
  return type === "integer" ? Number.isInteger(value) : kindOf(value) === type;
}

/** A text that is the same for equal values, whatever the order of their members. */
function keyOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(keyOf).join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "";
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${keyOf(value[name])}`).join()}}`;
}

type Limit = readonly [keyword: string, kind: string, fits: (size: number, limit: number) => boolean, text: string];

const atLeast = (size: number, limit: number): boolean => size >= limit;
const atMost = (size: number, limit: number): boolean => size <= limit;

/** Not exact, because 0.07 / 0.01 is not. */
const isMultiple = (size: number, step: number): boolean =>
  Math.abs(size / step - Math.round(size / step)) <= 1e-9 * Math.max(1, Math.abs(size / step));

const LIMITS: readonly Limit[] = [
  ["minLength", "string", atLeast, "must have at least # characters"],
  ["maxLength", "string", atMost, "must have at most # characters"],
  ["minItems", "array", atLeast, "must have at least # items"],
  ["maxItems", "array", atMost, "must have at most # items"],
  ["minProperties", "object", atLeast, "must have at least # properties"],
  ["maxProperties", "object", atMost, "must have at most # properties"],
  ["minimum", "number", atLeast, "must be at least #"],
  ["maximum", "number", atMost, "must be at most #"],
  ["exclusiveMinimum", "number", (size, limit) => size > limit, "must be more than #"],
  ["exclusiveMaximum", "number", (size, limit) => size < limit, "must be less than #"],
  ["multipleOf", "number", isMultiple, "must be a multiple of #"],
];

function checkLimits(schema: JsonObject, value: unknown, report: (message: string) => unknown): void {
  const kind = kindOf(value);
  for (const [keyword, ofKind, fits, text] of LIMITS) {
    const limit = schema[keyword];
    if (ofKind === kind && typeof limit === "number" && !fits(sizeOf(value), limit)) {
      report(text.replace("#", String(limit)));
    }
  }
}

/** A number itself, a text's characters, a list's items, an object's members. */
function sizeOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "string") return Array.from(value).length;
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}

/** `undefined` where it is none: other languages know others, like `(?i)^a`. */
function patternOf({ patterns }: Run, source: string): RegExp | undefined {
  if (!patterns.has(source)) patterns.set(source, tryPattern(source, "u") ?? tryPattern(source, ""));
  return patterns.get(source);
}

function tryPattern(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

function checkItems(
  run: Run,
  schema: JsonObject,
  value: readonly unknown[],
  path: string,
  issues: SchemaIssue[],
): void {
  const { items, prefixItems, additionalItems, uniqueItems } = schema;
  // Draft 7 lists the first items in `items` itself.
  const [first, rest] = Array.isArray(items) ? [items, additionalItems] : [prefixItems, items];
  const firsts: readonly unknown[] = Array.isArray(first) ? first : [];
  if (firsts.length > 0 || rest !== undefined) {
    for (const [index, item] of value.entries()) {
      check(run, index < firsts.length ? firsts[index] : rest, item, joinPath(path, index), issues);
    }
  }
  if (uniqueItems === true && new Set(value.map(keyOf)).size < value.length) {
    issues.push({ path, message: "must hold no item twice" });
  }
}

function checkProperties(run: Run, schema: JsonObject, value: JsonObject, path: string, issues: SchemaIssue[]): void {
  const { required, additionalProperties: rest, propertyNames } = schema;
  const properties = objectOf(schema["properties"]) ?? {};
  const patterns = Object.entries(objectOf(schema["patternProperties"]) ?? {});
  for (const name of Array.isArray(required) ? required : []) {
    if (typeof name === "string" && (!Object.hasOwn(value, name) || value[name] === undefined)) {
      issues.push({ path: joinPath(path, name), message: "is missing" });
    }
  }
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const at = joinPath(path, name);
    let isKnown = Object.hasOwn(properties, name);
    if (isKnown) check(run, properties[name], member, at, issues);
    for (const [source, pattern] of patterns) {
      const fits = patternOf(run, source)?.test(name);
      // Whether it fits a pattern that is none, nobody knows: then it may be there.
      if (fits !== false) isKnown = true;
      if (fits) check(run, pattern, member, at, issues);
    }
    if (!isKnown) check(run, rest, member, at, issues);
    // The name stands at the same place as its value: what is known of that is not known of the name.
    if (propertyNames !== undefined) check({ ...run, known: new Map() }, propertyNames, name, at, issues);
  }
}

function checkCombinations(run: Run, schema: JsonObject, value: unknown, path: string, issues: SchemaIssue[]): void {
  const { anyOf, oneOf, allOf, not, if: condition } = schema;
  const issuesBy = (part: unknown): SchemaIssue[] => {
    const found: SchemaIssue[] = [];
    check(run, part, value, path, found);
    return found;
  };
  if (Array.isArray(allOf)) for (const part of allOf) check(run, part, value, path, issues);
  for (const parts of [anyOf, oneOf]) {
    if (!Array.isArray(parts)) continue;
    const results = parts.map(issuesBy);
    const count = results.filter(({ length }) => length === 0).length;
    if (count === 0) {
      issues.push({ path, message: "fits none of the alternatives" });
      // What the closest alternative misses is what helps most.
      const [closest = []] = results.toSorted((a, b) => a.length - b.length);
      for (const issue of closest) issues.push(issue);
    } else if (count > 1 && parts === oneOf) issues.push({ path, message: "fits more than one alternative" });
  }
  if (not !== undefined && issuesBy(not).length === 0) issues.push({ path, message: "is what it must not be" });
  if (condition !== undefined) {
    check(run, schema[issuesBy(condition).length === 0 ? "then" : "else"], value, path, issues);
  }
}
