/**
 * Makes a value that is valid for a JSON Schema, out of what was said wherever it can be found there.
 *
 * Keywords: `type` (also a list), `enum`, `const`, `default`, `examples`, `properties`, `required`,
 * `additionalProperties`, `minProperties`, `items`, `prefixItems`, `minItems`, `maxItems`, `uniqueItems`, `minLength`,
 * `maxLength`, `pattern`, `format`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`, `anyOf`,
 * `oneOf`, `allOf` and `$ref` within the schema. Others are not looked at.
 * Specification: https://json-schema.org/draft/2020-12
 */
import type { Json } from "../../wire.ts";
import { createNumber, createText, fitsNumber, fitsText } from "./constraints.ts";
import { findValue, findValues, type Evidence, type Prompt } from "./find-value.ts";
import { createFallback, findKind } from "./kinds.ts";
import { isSchema, readList, readNumber, readProperties, readText, resolveSchema, type Schema } from "./schema.ts";
import { hasPhrase } from "./words.ts";

interface Filling {
  readonly prompt: Prompt;
  readonly root: Schema;
  readonly depth: number;
  /** How many values and alternatives enclose this one. */
  readonly level: number;
  /** How many more values are made and alternatives looked at. Shared by the whole filling. */
  readonly effort: { left: number };
}

/** Below this depth only what is required is filled, as plainly as can be. */
const MAX_DEPTH = 6;
/** Most members of a list of objects that are read out of a text. */
const MAX_OBJECTS = 10;
/** Most members of a list or an object that are made up, whatever a schema asks for. */
const MAX_MEMBERS = 1_000;
/** Where a schema can need itself without end, values are no longer valid from here on. */
const MAX_LEVEL = 100;
const MAX_EFFORT = 20_000;

/**
 * A value for `schema`. Values are looked for in `prompt`; where there are none, a plausible one stands.
 *
 * A schema that asks for thousands of members or characters, or that needs itself without end, gets fewer: such a value
 * is not valid.
 */
export function fillSchema(schema: Schema, prompt: Prompt): Json {
  return fill(schema, "", { prompt, root: schema, depth: 0, level: 0, effort: { left: MAX_EFFORT } });
}

function fill(source: Json | undefined, name: string, outer: Filling, index = 0): Json {
  const filling = { ...outer, level: outer.level + 1 };
  const schema = resolveSchema(source, filling.root);
  if (schema["const"] !== undefined) return schema["const"];
  if (!spend(filling)) return schema["type"] === "object" ? {} : schema["type"] === "array" ? [] : null;
  const branches = [...readList(schema, "anyOf"), ...readList(schema, "oneOf")];
  if (branches.length > 0) return fill(chooseBranch(schema, branches, name, filling), name, filling, index);
  const types = schema["type"];
  if (Array.isArray(types)) return fill(chooseType(schema, types, name, filling), name, filling, index);
  const typed = typeof types === "string" ? schema : { ...schema, type: guessType(schema) };
  if (typed["type"] === "object" && !("enum" in typed)) return fillObject(typed, filling);
  if (typed["type"] === "array" && !("enum" in typed)) return fillList(typed, name, filling);
  return fillSimple(typed, name, filling, index);
}

/** Whether there is effort left for one more step. */
function spend({ effort, level }: Filling): boolean {
  effort.left -= 1;
  return effort.left >= 0 && level <= MAX_LEVEL;
}

function guessType(schema: Schema): string {
  if ("properties" in schema) return "object";
  if ("items" in schema || "prefixItems" in schema) return "array";
  return "minimum" in schema || "maximum" in schema || "multipleOf" in schema ? "number" : "string";
}

/** The alternative that the prompt speaks for; else null where it may be, else the first. */
function chooseBranch(schema: Schema, branches: readonly Json[], name: string, filling: Filling): Json {
  const { anyOf: _any, oneOf: _one, ...base } = schema;
  const merged = branches.map((branch) => ({ allOf: [base, branch] }));
  const isDeep = filling.depth > MAX_DEPTH;
  const found = isDeep ? undefined : merged.find((branch) => hasEvidence(branch, name, filling));
  const resolved = merged.map((branch) => resolveSchema(branch, filling.root));
  const plain = resolved.find(({ type }) => type === "null") ?? (isDeep ? resolved.find(isShallow) : undefined);
  return found ?? plain ?? merged[0] ?? {};
}

function isShallow(schema: Schema): boolean {
  const { type = "object" } = schema;
  return "const" in schema || "enum" in schema || (type !== "object" && type !== "array");
}

function chooseType(schema: Schema, types: readonly Json[], name: string, filling: Filling): Schema {
  const options = types.map((type) => ({ ...schema, type }));
  const found = options.find((option) => option.type !== "null" && hasEvidence(option, name, filling));
  return found ?? options.find(({ type }) => type === "null") ?? options[0] ?? schema;
}

/** Whether something in the prompt speaks for a value of this schema. Takes nothing. */
function hasEvidence(source: Json, name: string, filling: Filling): boolean {
  if (filling.depth > MAX_DEPTH || !spend(filling)) return false;
  const schema = resolveSchema(source, filling.root);
  const deeper = { ...filling, depth: filling.depth + 1 };
  if (typeof schema["const"] === "string") {
    const word = schema["const"];
    return filling.prompt.texts.some((text) => hasPhrase(text, word));
  }
  const branches = [...readList(schema, "anyOf"), ...readList(schema, "oneOf")];
  if (branches.length > 0) return branches.some((branch) => hasEvidence(branch, name, deeper));
  if (schema["type"] === "object") {
    const tags = readProperties(schema).filter(([, member]) => "const" in resolveSchema(member, filling.root));
    const looked = tags.length > 0 ? tags : readProperties(schema);
    return looked.some(([key, member]) => hasEvidence(member, key, deeper));
  }
  if (schema["type"] === "array") return hasEvidence(schema["items"] ?? {}, toSingular(name), deeper);
  return findValue(schema, name, filling.prompt) !== undefined;
}

/** Required properties always; others when the prompt speaks for them beyond doubt. */
function fillObject(schema: Schema, filling: Filling): Json {
  const required = new Set(readList(schema, "required"));
  const deeper = { ...filling, depth: filling.depth + 1 };
  const filled: Record<string, Json> = {};
  const least = Math.min(MAX_MEMBERS, readNumber(schema, "minProperties") ?? 0);
  const properties = readProperties(schema);
  const sure = properties.filter(([name, member]) => !required.has(name) && isSure(member, name, deeper));
  const wanted = properties.filter((property) => required.has(property[0]) || sure.includes(property));
  const missing = properties
    .filter((property) => !wanted.includes(property))
    .slice(0, Math.max(0, least - wanted.length));
  for (const [name, member] of properties) {
    if ([...wanted, ...missing].some(([key]) => key === name)) define(filled, name, fill(member, name, deeper));
  }
  for (const name of required) {
    if (typeof name === "string" && !Object.hasOwn(filled, name)) {
      define(filled, name, fill(schema["additionalProperties"], name, deeper));
    }
  }
  for (let index = 1; Object.keys(filled).length < least; index += 1) {
    define(filled, `key${index}`, fill(schema["additionalProperties"], `key${index}`, deeper));
  }
  return filled;
}

/** Sets an own member, also one with a name that assignment treats in its own way. */
function define(target: Record<string, Json>, name: string, value: Json): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

function isSure(source: Json, name: string, filling: Filling): boolean {
  if (filling.depth > MAX_DEPTH || !spend(filling)) return false;
  const schema = resolveSchema(source, filling.root);
  const branches = [...readList(schema, "anyOf"), ...readList(schema, "oneOf")];
  const deeper = { ...filling, depth: filling.depth + 1 };
  if (branches.length > 0) return branches.some((branch) => isSure(branch, name, deeper));
  if (schema["type"] === "object") return readProperties(schema).some(([key, member]) => isSure(member, key, deeper));
  if (schema["type"] === "array") return isSure(schema["items"] ?? {}, toSingular(name), deeper);
  const types = Array.isArray(schema["type"]) ? schema["type"] : [schema["type"] ?? "string"];
  return types.some((type) => findValue({ ...schema, type }, name, filling.prompt)?.isSure === true);
}

function fillList(schema: Schema, name: string, filling: Filling): Json {
  const deeper = { ...filling, depth: filling.depth + 1 };
  const first = readList(schema, "prefixItems").map((item, index) => fill(item, `${name} ${index + 1}`, deeper));
  const least = Math.min(MAX_MEMBERS, readNumber(schema, "minItems") ?? 0);
  const most = readNumber(schema, "maxItems") ?? Infinity;
  if (schema["items"] === false) return first.slice(0, most);
  const items = resolveSchema(schema["items"], filling.root);
  const isUnique = schema["uniqueItems"] === true;
  const list: Json[] = [...first.slice(0, most), ...readItems(items, name, deeper, most - first.length)].slice(0, most);
  const unique = isUnique ? list.filter((value, index) => !holds(list.slice(0, index), value)) : list;
  const wanted = Math.min(most, Math.max(least, filling.depth < MAX_DEPTH && unique.length === 0 ? 1 : 0));
  for (let index = 0; unique.length < wanted && index < wanted + 1_000; index += 1) {
    const value = fill(varyItem(items, index), toSingular(name), deeper, index);
    if (!isUnique || !holds(unique, value)) unique.push(value);
  }
  return unique;
}

/** What the prompt holds for a list: every value of a simple kind, or objects as long as there is something new. */
function readItems(items: Schema, name: string, outer: Filling, most: number): Json[] {
  const singular = toSingular(name);
  const filling = { ...outer, prompt: { ...outer.prompt, isCounting: true } };
  if (items["type"] === "object") {
    const objects: Json[] = [];
    while (objects.length < Math.min(most, MAX_OBJECTS) && hasEvidence(items, singular, filling)) {
      const before = filling.prompt.taken.size;
      objects.push(fill(items, singular, filling));
      if (filling.prompt.taken.size === before) break;
    }
    return objects;
  }
  const found = findValues(items, singular, outer.prompt).filter(({ key }) => !key.endsWith("whole"));
  const listed = found.length > 0 ? found : findEnumeration(items, outer.prompt);
  const all = listed.length > 0 ? listed : findValues(items, singular, filling.prompt);
  return all
    .slice(0, most === Infinity ? undefined : Math.max(0, most))
    .map((evidence) => take(evidence, filling.prompt));
}

/** "tags: a, b and c": what is listed after a colon. */
function findEnumeration(items: Schema, { texts }: Prompt): Evidence[] {
  if (items["type"] !== "string" || "enum" in items) return [];
  const listed = texts.map((text) => /:\s*([^:.?!\n]+(?:,|\band\b)[^:.?!\n]+)/.exec(text)?.[1]).find(Boolean) ?? "";
  return listed
    .split(/\s*,\s*(?:and\s+)?|\s+and\s+/)
    .map((part) => part.trim().replace(/^["']|["']$/g, ""))
    .filter((part) => part !== "" && fitsText(items, part))
    .map((value) => ({ value, key: `listed ${value}`, isSure: false }));
}

/** In a list of enumerated or alternative values each place prefers another one. */
function varyItem(items: Schema, index: number): Schema {
  const listed = readList(items, "enum");
  const choice = listed[index];
  return listed.length > 0 && choice !== undefined ? { const: choice } : items;
}

function holds(list: readonly Json[], value: Json): boolean {
  const text = JSON.stringify(value);
  return list.some((other) => JSON.stringify(other) === text);
}

function fillSimple(schema: Schema, name: string, { prompt }: Filling, index: number): Json {
  const found = index === 0 ? findValue(schema, name, prompt) : undefined;
  if (found !== undefined) return take(found, prompt);
  const listed = readList(schema, "enum");
  const preset = [schema["default"], ...readList(schema, "examples")].find((value) => value !== undefined);
  if (index === 0 && preset !== undefined && isPreset(schema, preset)) return preset;
  if (listed[0] !== undefined) return listed[index % listed.length] ?? listed[0];
  switch (readText(schema, "type")) {
    case "null":
      return null;
    case "boolean":
      return index % 2 === 1;
    case "integer":
    case "number":
      return createNumber(schema, 1, index);
    default:
      return createText(schema, createFallback(findKind(name, schema), name, schema), index);
  }
}

/** A default or an example counts only when it is valid itself. */
function isPreset(schema: Schema, value: Json): boolean {
  const listed = readList(schema, "enum");
  if (listed.length > 0) return listed.includes(value);
  const type = schema["type"];
  if (typeof value === "string") return type === "string" && fitsText(schema, value);
  if (typeof value === "number") return (type === "number" || type === "integer") && fitsNumber(schema, value);
  return typeof value === "boolean" ? type === "boolean" : value === null && type === "null";
}

function take({ value, key }: Evidence, { taken }: Prompt): Json {
  if (!key.endsWith("whole")) taken.add(key);
  return value;
}

function toSingular(name: string): string {
  return name.replace(/ies$/, "y").replace(/(?<=[^s])s$/, "");
}

/** Whether a value is a schema of an object with properties, as a structured answer needs. */
export function isObjectSchema(value: unknown): value is Schema {
  return isSchema(value) && isSchema(value["properties"]);
}
