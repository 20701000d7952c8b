/** Checks of single values: JSON types, bounds, patterns and enumerations, in the words of AWS's front door. */
import { AwsError } from "../errors.ts";
import { isPlainObject } from "../json.ts";
import type { ScalarShape, Shape, StringShape } from "./shapes/types.ts";

/** Whether `shape` is a single value, so that a list or map of it is reported as a whole. */
export function isScalar(shape: Shape): shape is ScalarShape {
  return shape.kind in TARGET_NAMES;
}

/**
 * Checks the JSON type of a single value.
 *
 * @throws AwsError `SerializationException`, also for text that is not base64 where a blob is due.
 */
export function checkType(shape: ScalarShape, value: unknown): void {
  if (!hasType(shape, value)) throw createTypeError(shape, value);
  if (shape.kind === "blob" && typeof value === "string" && !isBase64(value)) {
    throw new AwsError("SerializationException", "STRING_VALUE can not be converted to a Blob: it is not base64");
  }
}

/** The rules that a single value of the right type breaks, each as AWS words it. */
export function findBrokenRules(shape: ScalarShape, value: unknown): string[] {
  if (typeof value === "number" && (shape.kind === "integer" || shape.kind === "float")) {
    return findBrokenBounds("value", shape, value);
  }
  if (typeof value !== "string") return [];
  if (shape.kind === "blob") return findBrokenBounds("length", shape, countBytes(value));
  return shape.kind === "string" ? findBrokenStringRules(shape, value) : [];
}

/** The bounds that `size` breaks. `what` is `value` for numbers and `length` for anything that is counted. */
export function findBrokenBounds(
  what: "value" | "length",
  bounds: { readonly min?: number | undefined; readonly max?: number | undefined },
  size: number,
): string[] {
  const rules: string[] = [];
  if (bounds.max !== undefined && size > bounds.max) {
    rules.push(`Member must have ${what} less than or equal to ${bounds.max}`);
  }
  if (bounds.min !== undefined && size < bounds.min) {
    rules.push(`Member must have ${what} greater than or equal to ${bounds.min}`);
  }
  return rules;
}

/** The error for a value of the wrong JSON type: a `SerializationException` that names what was read. */
export function createTypeError(shape: Shape, value: unknown): AwsError {
  return new AwsError("SerializationException", describeTypeError(shape, value));
}

/** Recorded answers list the upper bound before the pattern, and the pattern before the lower bound. */
function findBrokenStringRules(shape: StringShape, value: string): string[] {
  if (shape.values !== undefined && !shape.values.includes(value)) {
    return [`Member must satisfy enum value set: [${shape.values.join(", ")}]`];
  }
  const matches = shape.pattern === undefined || new RegExp(`^(?:${shape.pattern})$`).test(value);
  return [
    ...findBrokenBounds("length", { max: shape.max }, value.length),
    ...(matches ? [] : [`Member must satisfy regular expression pattern: ${shape.pattern}`]),
    ...findBrokenBounds("length", { min: shape.min }, value.length),
  ];
}

const TARGET_NAMES: Readonly<Record<ScalarShape["kind"], string>> = {
  string: "a String",
  integer: "an Integer",
  float: "a Float",
  boolean: "a Boolean",
  blob: "a Blob",
};

function hasType(shape: ScalarShape, value: unknown): boolean {
  switch (shape.kind) {
    case "boolean":
      return typeof value === "boolean";
    case "integer":
      return Number.isSafeInteger(value);
    case "float":
      return typeof value === "number";
    default:
      return typeof value === "string";
  }
}

function describeTypeError(shape: Shape, value: unknown): string {
  if (shape.kind === "list") return "Expected list or null";
  if (Array.isArray(value)) return "Start of list found where not expected";
  if (!isScalar(shape)) return "Expected null";
  if (isPlainObject(value)) return "Start of structure or map found where not expected.";
  return `${nameToken(value)} can not be converted to ${TARGET_NAMES[shape.kind]}`;
}

function nameToken(value: unknown): string {
  if (typeof value === "string") return "STRING_VALUE";
  if (typeof value === "boolean") return value ? "TRUE_VALUE" : "FALSE_VALUE";
  return Number.isInteger(value) ? "NUMBER_VALUE" : "DECIMAL_VALUE";
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function countBytes(base64: string): number {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}
