/**
 * Reads the body of a model of InvokeModel against a schema, in the words of the validator that Bedrock puts before its
 * models: `#/texts/0: expected maxLength: 2048, actual: 19882`. It differs from the front door's (`shape.ts`) in words and
 * in that `null` is a value of its own.
 */
import { isPlainObject } from "../json.ts";
import { createRefusal } from "./refusal.ts";

interface TextSchema<T extends string> {
  readonly type: "string";
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly enum?: readonly T[];
}

interface NumberSchema<T extends number> {
  readonly type: "integer" | "number";
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly T[];
}

interface ListSchema<T> {
  readonly type: "array";
  readonly items: BodySchema<T>;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** An object with just these members. */
interface ObjectSchema<T> {
  readonly type: "object";
  readonly members: { readonly [K in keyof T]-?: BodySchema<Exclude<T[K], undefined>> };
  readonly required?: readonly (keyof T & string)[];
  /** Whether members that are not listed pass. Default `false`. */
  readonly isOpen?: boolean;
}

/** Describes a body that is read as a `T`. `any` is for what is read later, or as it comes. */
export type BodySchema<T> = unknown extends T
  ? { readonly type: "any" }
  : [T] extends [string]
    ? TextSchema<T>
    : [T] extends [number]
      ? NumberSchema<T>
      : [T] extends [boolean]
        ? { readonly type: "boolean" }
        : [T] extends [readonly (infer Item)[]]
          ? ListSchema<Item>
          : ObjectSchema<T>;

type AnySchema =
  | TextSchema<string>
  | NumberSchema<number>
  | { readonly type: "boolean" | "any" }
  | {
      readonly type: "array";
      readonly items: AnySchema;
      readonly minItems?: number;
      readonly maxItems?: number;
    }
  | {
      readonly type: "object";
      readonly members: Readonly<Record<string, AnySchema>>;
      readonly required?: readonly string[];
      readonly isOpen?: boolean;
    };

/**
 * The body, when it is what the schema says.
 *
 * @throws AwsError `ValidationException` with everything that is wrong with it.
 */
export function readBody<T>(schema: BodySchema<T>, body: unknown): T {
  assertBody(schema, body);
  return body;
}

/** The type of the schema says what the body is when nothing is wrong with it. */
function assertBody<T>(schema: BodySchema<T>, body: unknown): asserts body is T {
  if (!isSchema(schema)) throw new TypeError("A schema is an object with a type.");
  refuseMalformed(listProblems(schema, body, "#"));
}

function isSchema(schema: object): schema is AnySchema {
  return "type" in schema;
}

/** Throws the refusal of a body with these problems; returns when there are none. */
export function refuseMalformed(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw createRefusal(`Malformed input request: ${problems.join("")}, please reformat your input and try again.`);
}

function listProblems(schema: AnySchema, value: unknown, at: string): string[] {
  switch (schema.type) {
    case "any":
      return [];
    case "string":
      return typeof value === "string" ? listTextProblems(schema, value, at) : [nameType("String", value, at)];
    case "boolean":
      return typeof value === "boolean" ? [] : [nameType("Boolean", value, at)];
    case "array":
      return Array.isArray(value) ? listItemProblems(schema, value, at) : [nameType("JSONArray", value, at)];
    case "object":
      return isPlainObject(value) ? listMemberProblems(schema, value, at) : [nameType("JSONObject", value, at)];
    default: {
      const isGood = typeof value === "number" && (schema.type === "number" || Number.isInteger(value));
      return isGood
        ? listNumberProblems(schema, value, at)
        : [nameType(schema.type === "integer" ? "Integer" : "Number", value, at)];
    }
  }
}

function listTextProblems(schema: TextSchema<string>, value: string, at: string): string[] {
  const { minLength = 0, maxLength = Infinity } = schema;
  const length = Array.from(value).length;
  if (length > maxLength) return [`${at}: expected maxLength: ${maxLength}, actual: ${length}`];
  if (length < minLength) return [`${at}: expected minLength: ${minLength}, actual: ${length}`];
  return listEnumProblems(schema.enum, value, at);
}

function listNumberProblems(schema: NumberSchema<number>, value: number, at: string): string[] {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  if (value > maximum) return [`${at}: ${value} is not less or equal to ${maximum}`];
  if (value < minimum) return [`${at}: ${value} is not greater or equal to ${minimum}`];
  return listEnumProblems(schema.enum, value, at);
}

function listEnumProblems<T extends string | number>(values: readonly T[] | undefined, value: T, at: string): string[] {
  return values === undefined || values.includes(value) ? [] : [`${at}: ${value} is not a valid enum value`];
}

function listItemProblems(
  { items, minItems = 0, maxItems = Infinity }: Extract<AnySchema, { type: "array" }>,
  value: readonly unknown[],
  at: string,
): string[] {
  if (value.length > maxItems) return [`${at}: expected maximum item count: ${maxItems}, found: ${value.length}`];
  if (value.length < minItems) return [`${at}: expected minimum item count: ${minItems}, found: ${value.length}`];
  return value.flatMap((item, index) => listProblems(items, item, `${at}/${index}`));
}

function listMemberProblems(
  { members, required = [], isOpen = false }: Extract<AnySchema, { type: "object" }>,
  value: Readonly<Record<string, unknown>>,
  at: string,
): string[] {
  const names = Object.keys(value);
  const missing = required.filter((name) => !Object.hasOwn(value, name));
  const extraneous = isOpen ? [] : names.filter((name) => !Object.hasOwn(members, name));
  return [
    ...missing.map((name) => `${at}: required key [${name}] not found`),
    ...extraneous.map((name) => `${at}: extraneous key [${name}] is not permitted`),
    ...names.flatMap((name) => {
      const schema = Object.hasOwn(members, name) ? members[name] : undefined;
      return schema === undefined ? [] : listProblems(schema, value[name], `${at}/${name}`);
    }),
  ];
}

function nameType(expected: string, value: unknown, at: string): string {
  return `${at}: expected type: ${expected}, found: ${nameFound(value)}`;
}

/** The validator runs on the JVM, and tells types by the names of its classes. */
function nameFound(value: unknown): string {
  if (value === null) return "Null";
  if (Array.isArray(value)) return "JSONArray";
  if (typeof value === "number") return Number.isInteger(value) ? "Integer" : "BigDecimal";
  if (typeof value === "string") return "String";
  return typeof value === "boolean" ? "Boolean" : "JSONObject";
}
