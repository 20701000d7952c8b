import type { JsonObject, JsonValue } from "./json.ts";

/** Marks the end of a prefix that Bedrock may cache. `ttl` is `"5m"` (the default) or `"1h"`. */
export interface CacheControl {
  readonly type: "ephemeral";
  readonly ttl?: "5m" | "1h";
}

/** Plain text. */
export interface TextPart {
  readonly type: "text";
  readonly text: string;
  /** The sources of this text, when the model cited any. */
  readonly citations?: readonly Citation[];
  /** Ends a cacheable prefix after this part. */
  readonly cache_control?: CacheControl;
}

/**
 * What the model thought before it answered. Send it back exactly as it came: `signature` proves the text to the model.
 * `redacted` (base64, as received) stands in for thinking that the provider encrypted; `text` is then empty.
 */
export interface ThinkingPart {
  readonly type: "thinking";
  readonly text: string;
  readonly signature?: string;
  readonly redacted?: string;
}

/** A call that the model wants made. `arguments` is the complete JSON that the model wrote. */
export interface ToolCallPart {
  readonly type: "tool_call";
  readonly id: string;
  readonly name: string;
  readonly arguments: JsonValue;
  /** `server_tool_use` when Bedrock runs the tool itself. */
  readonly kind?: string;
  /** The text that the model wrote in place of JSON; `arguments` is then `{}` and the call must not be run. */
  readonly invalidArguments?: string;
}

/** A content block that this version has no type for, exactly as Bedrock sends or takes it. */
export interface RawPart {
  readonly type: "raw";
  readonly block: JsonObject;
}

/** One piece of a message. */
export type ContentPart = TextPart | ThinkingPart | ToolCallPart | RawPart;

/**
 * Where a statement of the answer comes from.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Citation.html
 */
export interface Citation {
  readonly title?: string;
  readonly source?: string;
  /** The cited passages. */
  readonly sourceContent?: readonly { readonly text?: string }[];
  /** One member names the kind: `web`, `documentChar`, `documentPage`, `documentChunk`, `searchResultLocation`. */
  readonly location?: JsonObject;
}

/** The text of some parts, put together. */
export function textOf(parts: readonly ContentPart[]): string {
  return parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}
