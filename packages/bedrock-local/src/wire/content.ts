/** The blocks of a message. A union is an object with exactly one member. */
import type { AudioBlock, Base64, CitationsConfig, DocumentBlock, ImageBlock, Json, VideoBlock } from "./media.ts";

/** Who speaks in a message. `system` is a message in the middle of a conversation. */
export type Role = "user" | "assistant" | "system";

/** A call of a tool by the model. The wire also carries `type` values that the service model does not list. */
export interface ToolUseBlock {
  toolUseId: string;
  name: string;
  input: Json;
  type?: string;
}

/** One part of what a tool returned. */
export type ToolResultContent =
  | { json: Json }
  | { text: string }
  | { image: ImageBlock }
  | { document: DocumentBlock }
  | { video: VideoBlock }
  | { searchResult: SearchResultBlock };

/** What a tool returned, for the call with the same id. */
export interface ToolResultBlock {
  toolUseId: string;
  content: ToolResultContent[];
  status?: string;
  type?: string;
}

/** Content that a guardrail looks at. */
export type GuardContentBlock =
  { text: { text: string; qualifiers?: string[] } } | { image: { format: string; source: { bytes: Base64 } } };

/** Everything before this point is a prefix to cache. */
export interface CachePointBlock {
  type: string;
  ttl?: string;
}

/** The model's thinking, in clear with an optional signature, or redacted. */
export type ReasoningContentBlock =
  { reasoningText: { text: string; signature?: string } } | { redactedContent: Base64 };

/** A span in a document, counted in characters, pages or chunks. */
export interface DocumentSpan {
  documentIndex?: number;
  start?: number;
  end?: number;
}

/** Where a cited passage stands. */
export type CitationLocation =
  | { web: { url?: string; domain?: string } }
  | { documentChar: DocumentSpan }
  | { documentPage: DocumentSpan }
  | { documentChunk: DocumentSpan }
  | { searchResultLocation: { searchResultIndex?: number; start?: number; end?: number } };

/** A source of generated text. In a stream it is also the `citation` delta. */
export interface Citation {
  title?: string;
  source?: string;
  sourceContent?: { text?: string }[];
  location?: CitationLocation;
}

/** Generated text with its sources. */
export interface CitationsContentBlock {
  content?: { text: string }[];
  citations?: Citation[];
}

/** One found passage that the model may cite. */
export interface SearchResultBlock {
  source: string;
  title: string;
  content: { text: string }[];
  citations?: CitationsConfig;
}

/** A tool named in the middle of a conversation. */
export interface ToolChange {
  tool: { type?: string; name?: string; serverName?: string };
}

/** One block of a message: exactly one member is present. */
export type ContentBlock =
  | { text: string }
  | { image: ImageBlock }
  | { document: DocumentBlock }
  | { video: VideoBlock }
  | { audio: AudioBlock }
  | { toolUse: ToolUseBlock }
  | { toolResult: ToolResultBlock }
  | { guardContent: GuardContentBlock }
  | { cachePoint: CachePointBlock }
  | { reasoningContent: ReasoningContentBlock }
  | { citationsContent: CitationsContentBlock }
  | { searchResult: SearchResultBlock }
  | { toolAddition: ToolChange }
  | { toolRemoval: ToolChange };

/** One turn of the conversation. */
export interface Message {
  role: Role;
  content: ContentBlock[];
}

/** One block of the system prompt. */
export type SystemContentBlock =
  { text: string } | { guardContent: GuardContentBlock } | { cachePoint: CachePointBlock };
