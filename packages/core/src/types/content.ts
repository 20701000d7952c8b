import type { JsonObject, JsonValue } from "./json.ts";
import type {
  AudioFormat,
  BlockSource,
  DocumentFormat,
  ImageFormat,
  MediaSource,
  TextSource,
  VideoFormat,
} from "./media.ts";

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
  /** The text as Bedrock sent it, where cited text came in several pieces. */
  readonly pieces?: readonly string[];
  /** Ends a cacheable prefix after this part. */
  readonly cache_control?: CacheControl;
}

/** A picture. Bedrock takes at most 20 in a request, each up to 3.75 MB and 8,000 pixels a side. */
export interface ImagePart {
  readonly type: "image";
  readonly source: MediaSource;
  /** Default: read from the content. */
  readonly format?: ImageFormat;
  /** Ends a cacheable prefix after this part. */
  readonly cache_control?: CacheControl;
}

/** A document. Bedrock takes at most 5 in a request, each up to 4.5 MB. */
export interface DocumentPart {
  readonly type: "document";
  readonly source: MediaSource | TextSource | BlockSource;
  /** Default: read from the content, then from the name. */
  readonly format?: DocumentFormat;
  /** What the model calls it; cleaned and made unique before it is sent. Default: the file's name. */
  readonly name?: string;
  /** What the model should know about it beside its content. */
  readonly context?: string;
  /** Whether the answer should say where in it each statement stands. Default `false`. */
  readonly citations?: boolean;
  /** Ends a cacheable prefix after this part. */
  readonly cache_control?: CacheControl;
}

/** A video, up to 25 MB, or up to 1 GB from S3. */
export interface VideoPart {
  readonly type: "video";
  readonly source: MediaSource;
  /** Default: read from the content. */
  readonly format?: VideoFormat;
  /** Ends a cacheable prefix after this part. */
  readonly cache_control?: CacheControl;
}

/** A sound. */
export interface AudioPart {
  readonly type: "audio";
  readonly source: MediaSource;
  /** Default: read from the content. */
  readonly format?: AudioFormat;
  /** Ends a cacheable prefix after this part. */
  readonly cache_control?: CacheControl;
}

/** A passage that was found elsewhere, for the model to answer from and cite. */
export interface SearchResultPart {
  readonly type: "search_result";
  /** Where it comes from, like a URL. */
  readonly source: string;
  readonly title: string;
  readonly content: readonly string[];
  /** Whether the answer should cite it. Default `false`. */
  readonly citations?: boolean;
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

/** JSON as a tool's result. */
export interface JsonPart {
  readonly type: "json";
  readonly json: JsonValue;
}

/** What a tool's result may hold. */
export type ToolResultContent = TextPart | JsonPart | ImagePart | DocumentPart | VideoPart | SearchResultPart | RawPart;

/** What came of a tool call. */
export interface ToolResultPart {
  readonly type: "tool_result";
  /** The `id` of the call that it answers. */
  readonly id: string;
  readonly content: string | readonly ToolResultContent[];
  /** Whether the call failed; the content then tells the model why. Default `false`. */
  readonly isError?: boolean;
  /** Set for the result of a tool that Bedrock ran itself, like `"nova_code_interpreter_result"`. */
  readonly kind?: string;
  /** Ends a cacheable prefix after this part. */
  readonly cache_control?: CacheControl;
}

/** What a guardrail looks at in a text or an image. */
export type GuardQualifier = "grounding_source" | "query" | "guard_content";

/** Text for the guardrail to look at. When any part of a conversation is one, the guardrail looks at nothing else. */
export interface GuardTextPart {
  readonly type: "guard_text";
  readonly text: string;
  readonly qualifiers?: readonly GuardQualifier[];
}

/** A picture (PNG or JPEG) for the guardrail to look at. */
export interface GuardImagePart {
  readonly type: "guard_image";
  readonly source: MediaSource;
  readonly format?: "png" | "jpeg";
}

/** Makes a tool available, or takes it away, from this message on, without breaking the cached tool prefix. */
export interface ToolChangePart {
  readonly type: "tool_addition" | "tool_removal";
  readonly tool: { readonly type?: string; readonly name?: string; readonly serverName?: string };
}

/** A content block that this version has no type for, exactly as Bedrock sends or takes it. */
export interface RawPart {
  readonly type: "raw";
  readonly block: JsonObject;
}

/** One piece of a message. */
export type ContentPart =
  | TextPart
  | ImagePart
  | DocumentPart
  | VideoPart
  | AudioPart
  | SearchResultPart
  | ThinkingPart
  | ToolCallPart
  | ToolResultPart
  | GuardTextPart
  | GuardImagePart
  | ToolChangePart
  | RawPart;

/**
 * Where a statement of the answer comes from. Members that are new to this version are kept, and sent back.
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
