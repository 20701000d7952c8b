import { InputError } from "../errors.ts";
import { isObject, type JsonObject } from "../types/json.ts";
import { joinPath } from "./path.ts";
import {
  isStandardSchema,
  type Schema,
  type StandardIssue,
  type StandardSchema,
  type Validation,
} from "./standard-schema.ts";
import { isDeeper, MAX_DEPTH, resolveReference, validateJson } from "./validate.ts";

/**
 * The JSON Schema of what a model shall write: of a library's schema that is its input, before defaults and
 * transformations. Draft 2020-12 where the library knows it, else draft 7.
 *
 * @throws {InputError} `ERR_INPUT` when it cannot tell its JSON Schema, refers to what it does not hold, or is nested too
 *   deeply
 * @see https://standardschema.dev/json-schema
 */
export function toJsonSchema(schema: Schema): JsonObject {
  if (!isStandardSchema(schema)) checkReferences(schema);
  const { $schema: _, ...json } = isStandardSchema(schema) ? convert(schema) : schema;
  if (!isDeeper(json, MAX_DEPTH)) return json;
  throw new InputError(`The schema is nested deeper than ${MAX_DEPTH} levels: give it with fewer, or with references.`);
}

/** Before anything is sent: a reference that leads nowhere would show only when the answer is checked. */
function checkReferences(schema: JsonObject): void {
  const open = new Set<unknown>([schema]);
  for (const part of open) {
    if (typeof part !== "object" || part === null) continue;
    if (isObject(part) && typeof part["$ref"] === "string") resolveReference(schema, part["$ref"]);
    const children: unknown[] = Object.values(part);
    for (const child of children) open.add(child);
  }
}

function convert({ "~standard": standard }: StandardSchema): JsonObject {
  const { vendor, jsonSchema }: { vendor: string; jsonSchema?: StandardSchema["~standard"]["jsonSchema"] } = standard;
  if (!jsonSchema) {
    throw new InputError(
      `This ${vendor} schema cannot tell its JSON Schema: take zod 4.2 or arktype 2.1.28 or later, wrap a valibot schema ` +
        "with toStandardJsonSchema of @valibot/to-json-schema, or give JSON Schema.",
    );
  }
  try {
    return readJson(() => jsonSchema.input({ target: "draft-2020-12" }));
  } catch (cause) {
    try {
      return readJson(() => jsonSchema.input({ target: "draft-07" }));
    } catch {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new InputError(`This ${vendor} schema has no JSON Schema: use only what JSON can hold. ${why}`, { cause });
    }
  }
}

/** Plain data; libraries may put more beside it. */
function readJson(create: () => unknown): JsonObject {
  const json: unknown = JSON.parse(JSON.stringify(create()));
  if (!isObject(json)) throw new TypeError("Its JSON Schema is no object.");
  return json;
}

/**
 * Checks a value that a model wrote: by the library's own check, or by JSON Schema.
 *
 * @throws what the library's own check throws; {InputError} `ERR_INPUT` for a JSON Schema that is wrong itself
 * @see https://standardschema.dev
 */
export async function validateInput(schema: Schema, value: unknown): Promise<Validation> {
  if (isStandardSchema(schema)) {
    const result = await schema["~standard"].validate(value);
    return result.issues
      ? { issues: result.issues.map(({ path = [], message }) => ({ path: renderPath(path), message })) }
      : { value: result.value };
  }
  const issues = validateJson(schema, value);
  return issues.length > 0 ? { issues } : { value };
}

function renderPath(path: NonNullable<StandardIssue["path"]>): string {
  // Not `map`: a library's list may be of a class that makes its own kind of list.
  let text = "";
  for (const segment of path) text = joinPath(text, typeof segment === "object" ? segment.key : segment);
  return text;
}
