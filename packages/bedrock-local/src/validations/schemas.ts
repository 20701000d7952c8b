/**
 * Rules on JSON Schemas that the model has to follow to the letter: of `outputConfig.textFormat` and of `strict` tools.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html. What is refused was
 * observed for Claude; other models are let pass. The texts were observed on the wire, except that of broken JSON.
 */
import { isPlainObject } from "../json.ts";
import type { Model } from "../models/families.ts";
import type { ConverseRequest } from "../wire.ts";
import { createModelRefusal, createRefusal } from "./refusal.ts";

const NUMBER_KEYWORDS = ["exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"];
const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {
  number: NUMBER_KEYWORDS,
  integer: NUMBER_KEYWORDS,
  string: ["maxLength", "minLength"],
  array: ["maxItems"],
};
/** Keywords that hold one schema, a list of them, or a map of them. */
const IN_ONE = ["items", "additionalProperties", "not"];
const IN_LISTS = ["anyOf", "allOf", "oneOf", "prefixItems"];
const IN_MAPS = ["properties", "$defs", "definitions"];

/**
 * Checks the schemas of a request that its answer must follow.
 *
 * @throws AwsError `ValidationException`.
 */
export function checkSchemas({ outputConfig, toolConfig }: ConverseRequest, model: Model): void {
  const format = outputConfig?.textFormat;
  if (format !== undefined) {
    const schema = parseSchema(format.structure.jsonSchema.schema);
    if (model.family === "claude") checkSchema(schema, "output_config.format.schema");
  }
  if (model.family !== "claude") return;
  for (const [index, tool] of (toolConfig?.tools ?? []).entries()) {
    if ("toolSpec" in tool && tool.toolSpec.strict === true) {
      checkSchema(tool.toolSpec.inputSchema.json, `tools.${index}.custom`);
    }
  }
}

function parseSchema(text: string): unknown {
  try {
    const schema: unknown = JSON.parse(text);
    if (isPlainObject(schema)) return schema;
  } catch {
    // Told below, like JSON that is no object.
  }
  throw createRefusal(
    "The value at outputConfig.textFormat.structure.jsonSchema.schema is not a JSON Schema. " +
      "Provide a json object as a string and try again.",
  );
}

/** Walks without recursion, as a schema in a string may be nested to any depth. */
function checkSchema(root: unknown, path: string): void {
  const open: unknown[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!isPlainObject(node)) continue;
    const problem = findProblem(node);
    if (problem !== undefined) throw createModelRefusal(`${path}: ${problem}`);
    open.push(...listChildren(node).filter((child) => child !== undefined));
  }
}

function findProblem(schema: Record<string, unknown>): string | undefined {
  for (const type of listTypes(schema)) {
    if (type === "object" && schema["additionalProperties"] !== false) {
      return "For 'object' type, 'additionalProperties' must be explicitly set to false";
    }
    const found = (UNSUPPORTED[type] ?? []).filter((keyword) => Object.hasOwn(schema, keyword));
    if (found.length === 1) return `For '${type}' type, property '${found[0]}' is not supported`;
    if (found.length > 1) return `For '${type}' type, properties ${found.join(", ")} are not supported`;
    const { minItems = 0 } = schema;
    if (type === "array" && minItems !== 0 && minItems !== 1) {
      return "For 'array' type, 'minItems' values other than 0 or 1 are not supported";
    }
  }
  return undefined;
}

function listTypes({ type }: Record<string, unknown>): string[] {
  const types: unknown[] = Array.isArray(type) ? type : [type];
  return types.filter((name) => typeof name === "string");
}

function listChildren(schema: Record<string, unknown>): unknown[] {
  const children = IN_ONE.map((keyword) => schema[keyword]);
  for (const keyword of IN_LISTS) {
    const list = schema[keyword];
    const members: unknown[] = Array.isArray(list) ? list : [];
    children.push(...members);
  }
  for (const keyword of IN_MAPS) {
    const map = schema[keyword];
    if (isPlainObject(map)) children.push(...Object.values(map));
  }
  return children;
}
