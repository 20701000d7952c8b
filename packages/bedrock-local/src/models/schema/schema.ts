/** JSON Schemas as the built-in model reads them: references followed, `allOf` merged. */
import { isJsonObject } from "../../json.ts";
import type { Json } from "../../wire.ts";

/** A schema object. The boolean schemas count as the empty one. */
export type Schema = Readonly<Record<string, Json>>;

/** Longer chains of references, and deeper parts of parts, are not followed. */
const MAX_DEPTH = 20;

/**
 * Follows `$ref` (JSON Pointers into `root`) and merges `allOf`, so that the result holds only keywords of its own.
 * A reference that leads nowhere, or that was followed before on the way (`seen`), counts as the empty schema.
 */
export function resolveSchema(
  schema: Json | undefined,
  root: Schema,
  depth = 0,
  seen: Set<string> = new Set(),
): Schema {
  if (!isSchema(schema) || depth > MAX_DEPTH) return {};
  const { $ref, allOf, ...own } = schema;
  const parts: Json[] = Array.isArray(allOf) ? [...allOf] : [];
  if (typeof $ref === "string" && !seen.has($ref)) {
    seen.add($ref);
    parts.unshift(followPointer($ref, root));
  }
  return parts.map((part) => resolveSchema(part, root, depth + 1, seen)).reduce(mergeSchemas, own);
}

/** Whether a value can be read as a schema with members. */
export function isSchema(value: unknown): value is Schema {
  return isJsonObject(value);
}

/** The member `key` as a list of values; empty when it is none. */
export function readList(schema: Schema, key: string): readonly Json[] {
  const value = schema[key];
  return Array.isArray(value) ? value : [];
}

/** The member `key` as a number, when it is one. */
export function readNumber(schema: Schema, key: string): number | undefined {
  const value = schema[key];
  return typeof value === "number" ? value : undefined;
}

/** The member `key` as text, empty when it is none. */
export function readText(schema: Schema, key: string): string {
  const value = schema[key];
  return typeof value === "string" ? value : "";
}

/** The properties of an object schema, each with its name. */
export function readProperties(schema: Schema): [name: string, schema: Json][] {
  const { properties } = schema;
  return isSchema(properties) ? Object.entries(properties) : [];
}

function followPointer(pointer: string, root: Schema): Json {
  let value: Json | undefined = root;
  for (const part of decodeURIComponent(pointer.replace(/^#\/?/, "")).split("/").filter(Boolean)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) value = value[Number(key)];
    else value = isSchema(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value ?? {};
}

function mergeSchemas(one: Schema, other: Schema): Schema {
  const merged: Record<string, Json> = { ...other, ...one };
  if (isSchema(one["properties"]) && isSchema(other["properties"])) {
    merged["properties"] = mergeProperties(one["properties"], other["properties"]);
  }
  const required = [...readList(one, "required"), ...readList(other, "required")];
  if (required.length > 0) merged["required"] = [...new Set(required)];
  return merged;
}

function mergeProperties(one: Schema, other: Schema): Record<string, Json> {
  const merged: Record<string, Json> = { ...one };
  for (const [name, schema] of Object.entries(other)) {
    const known = merged[name];
    merged[name] = known === undefined ? schema : { allOf: [known, schema] };
  }
  return merged;
}
