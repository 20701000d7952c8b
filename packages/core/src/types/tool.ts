import type { CacheControl } from "./content.ts";
import type { JsonObject } from "./json.ts";

/** A tool as the model is told about it. */
export interface FunctionTool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments; its root is an object. */
  readonly inputSchema: JsonObject;
  /** Whether the model must keep to the schema exactly. Only some models take it. */
  readonly strict?: boolean;
  /** Ends a cacheable prefix after this tool. */
  readonly cache_control?: CacheControl;
}

/** A tool that Bedrock runs itself, like `"nova_grounding"` or `"nova_code_interpreter"`. */
export interface SystemTool {
  readonly systemTool: string;
  /** Ends a cacheable prefix after this tool. */
  readonly cache_control?: CacheControl;
}

/** What a model may call. */
export type ToolDefinition = FunctionTool | SystemTool;

/**
 * Whether and what the model must call: `"auto"` lets it decide, `"required"` any tool, `"none"` no tool (where a model
 * knows no such choice, the tools are not declared), a name that tool.
 */
export type ToolChoice = "auto" | "required" | "none" | { readonly name: string };

/** The answer that is wanted: JSON of a schema. */
export interface OutputFormat {
  readonly schema: JsonObject;
  /** Letters, digits, `_` and `-`; default `"answer"`. */
  readonly name?: string;
  readonly description?: string;
  /**
   * How it is asked for. `"native"`: Bedrock holds the model to it. `"tool"`: as the arguments of a tool call.
   * `"prompt"`: by instruction. Default `"auto"`: the first of them that the model takes.
   */
  readonly mode?: "auto" | "native" | "tool" | "prompt";
}
