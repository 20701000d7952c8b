import { isObject, type JsonObject } from "../types/json.ts";
import type { SchemaIssue } from "./validate.ts";

/** A failed check, as Standard Schema tells it. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The outcome of a check, as Standard Schema tells it: the value, or what is wrong with it. */
export type StandardResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };

/**
 * A schema of any library that implements Standard Schema with its JSON Schema companion: zod from 4.2 on, arktype from
 * 2.1.28 on, valibot with `toStandardJsonSchema` of `@valibot/to-json-schema`.
 *
 * @see https://standardschema.dev/json-schema
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly jsonSchema: {
      readonly input: (options: { readonly target: "draft-2020-12" | "draft-07" }) => Record<string, unknown>;
    };
  };
}

/** JSON Schema, or a schema of a library that implements Standard Schema with its JSON Schema companion. */
export type Schema = JsonObject | StandardSchema;

/**
 * JSON Schema as it may be typed elsewhere: as an interface, or with members that may be anything, like the tools of an
 * MCP server. It must be plain data.
 */
export type JsonSchema =
  | { readonly [keyword: string]: unknown; readonly "~standard"?: undefined }
  | {
      readonly "~standard"?: undefined;
      readonly $schema?: unknown;
      readonly $ref?: unknown;
      readonly type?: unknown;
      readonly properties?: unknown;
      readonly items?: unknown;
      readonly enum?: unknown;
      readonly const?: unknown;
      readonly anyOf?: unknown;
      readonly oneOf?: unknown;
      readonly allOf?: unknown;
    };

/** A schema as it is given. */
export type SchemaInput = JsonSchema | StandardSchema;

/** What a value is after its check. JSON Schema has no type of its own: a JSON object. */
export type Infer<S> = S extends StandardSchema
  ? NonNullable<S["~standard"]["types"]> extends { readonly output: infer Output }
    ? Output
    : unknown
  : JsonObject;

/** A checked value, as its schema gives it back (with defaults and transformations), or what is wrong with it. */
export type Validation = { readonly value: unknown } | { readonly issues: readonly SchemaIssue[] };

/** Whether it is a schema of a library. arktype's are functions. */
export function isStandardSchema(schema: object): schema is StandardSchema {
  return "~standard" in schema && isObject(schema["~standard"]);
}
