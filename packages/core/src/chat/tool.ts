import type { Infer, JsonSchema, SchemaInput, StandardSchema } from "../schema/standard-schema.ts";
import type { CacheControl, ToolCallPart } from "../types/content.ts";
import type { JsonObject } from "../types/json.ts";

/** What a tool is told beside its arguments. */
export interface ToolContext {
  /** The call as the model wrote it. */
  readonly call: ToolCallPart;
  /** Aborted when the turn is: hand it to what the tool waits for. */
  readonly signal: AbortSignal;
}

/** A tool as a plain object. `defineTool` infers the type of the arguments from the schema. */
export interface ToolSpec<Args = never> {
  /** What the model calls it. */
  readonly name: string;
  /** What it does and when to call it: the model decides by this. */
  readonly description?: string | undefined;
  /** JSON Schema or Standard Schema of the arguments. Default: it takes none. */
  readonly schema?: SchemaInput | undefined;
  /** Whether the model must keep to the schema exactly. Only some models take it. */
  readonly strict?: boolean | undefined;
  /** Ends a cacheable prefix after this tool. */
  readonly cache_control?: CacheControl | undefined;
  /**
   * Does the work. Gives text, JSON, or content parts (text, image, document, …). What it throws goes to the model as an
   * error, unless it is a `ToolError` with `fatal: true`. Without `execute`, calls are handed back in `res.toolCalls`.
   */
  execute?(args: Args, context: ToolContext): unknown;
}

/**
 * A tool as a class: `class Weather extends Tool<{ city: string }> { … }`.
 *
 * @typeParam Args the arguments that `execute` gets: what the schema makes of them
 */
export abstract class Tool<Args = JsonObject> implements ToolSpec<Args> {
  /** What the model calls it. */
  abstract readonly name: string;
  /** What it does and when to call it: the model decides by this. */
  abstract readonly description: string;
  /** JSON Schema or Standard Schema of the arguments. */
  abstract readonly schema: SchemaInput;
  /** Whether the model must keep to the schema exactly. Only some models take it. */
  declare readonly strict?: boolean;
  /** Ends a cacheable prefix after this tool. */
  declare readonly cache_control?: CacheControl;

  /** Does the work; see {@link ToolSpec.execute}. */
  abstract execute(args: Args, context: ToolContext): unknown;
}

/** Gives a tool back as it is, with the type of its arguments inferred from its Standard Schema. */
export function defineTool<S extends StandardSchema>(
  tool: Omit<ToolSpec<Infer<S>>, "schema"> & { readonly schema: S },
): ToolSpec<Infer<S>>;
/**
 * Gives a tool back as it is, with the type of its arguments: with JSON Schema a `JsonObject`, or what is named, as in
 * `defineTool<{ city: string }>({ … })`.
 */
export function defineTool<Args = JsonObject>(
  tool: Omit<ToolSpec<Args>, "schema"> & { readonly schema?: JsonSchema | undefined },
): ToolSpec<Args>;
export function defineTool(tool: ToolSpec): ToolSpec {
  return tool;
}
