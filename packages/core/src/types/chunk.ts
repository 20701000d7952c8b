import { textOf, type Citation, type ContentPart, type ToolCallPart, type ToolResultPart } from "./content.ts";
import { compact, type JsonObject, type JsonValue } from "./json.ts";
import type { FinishReason, PartialResponse } from "./response.ts";
import type { Usage } from "./usage.ts";

/** What all chunks have. */
export interface ChunkBase {
  /** The piece of answer text; `""` on every chunk that is not text, so that `write(chunk.content)` is always right. */
  readonly content: string;
}

/** A piece of the answer's text. */
export interface TextChunk extends ChunkBase {
  readonly type: "text";
}

/** A piece of the model's thinking: of its text, its signature, or what stands in for redacted thinking. */
export interface ThinkingChunk extends ChunkBase {
  readonly type: "thinking";
  /** `""` in a chunk of the other two. */
  readonly thinking: string;
  readonly signature?: string;
  /** Base64, as received. */
  readonly redacted?: string;
}

/** The model began to write a tool call. */
export interface ToolCallStartChunk extends ChunkBase {
  readonly type: "tool_call_start";
  readonly id: string;
  readonly name: string;
}

/** A piece of a tool call's arguments: JSON text that is not complete yet. */
export interface ToolCallDeltaChunk extends ChunkBase {
  readonly type: "tool_call_delta";
  readonly id: string;
  readonly delta: string;
}

/** A tool call arrived whole. */
export interface ToolCallChunk extends ChunkBase {
  readonly type: "tool_call";
  readonly toolCall: ToolCallPart;
}

/** A tool call was made, and this came of it. */
export interface ToolResultChunk extends ChunkBase {
  readonly type: "tool_result";
  /** The tool's name. */
  readonly name: string;
  readonly result: ToolResultPart;
}

/** The structured answer so far (`withSchema`): the JSON that has arrived, its open ends closed. Not validated yet. */
export interface DataChunk extends ChunkBase {
  readonly type: "data";
  readonly data: JsonValue;
}

/** A source of the text around it. */
export interface CitationChunk extends ChunkBase {
  readonly type: "citation";
  readonly citation: Citation;
}

/** The answer is complete. The last chunk of a stream. */
export interface FinishChunk extends ChunkBase {
  readonly type: "finish";
  readonly finishReason: FinishReason;
  readonly usage: Usage | undefined;
}

/** Something that this version has no type for, exactly as it was received. */
export interface RawChunk extends ChunkBase {
  readonly type: "raw";
  /** The event's name on the wire. */
  readonly event: string;
  readonly raw: JsonObject;
}

/** What a stream yields. Switch on `type`; new types may come in a minor version. */
export type Chunk =
  | TextChunk
  | ThinkingChunk
  | ToolCallStartChunk
  | ToolCallDeltaChunk
  | ToolCallChunk
  | ToolResultChunk
  | DataChunk
  | CitationChunk
  | FinishChunk
  | RawChunk;

/** The chunks of an answer that did not come as a stream, all but the last. */
export function chunksOf(parts: readonly ContentPart[]): Chunk[] {
  return parts.flatMap((part): Chunk[] => {
    if (part.type === "text") {
      const citations = (part.citations ?? []).map((citation): Chunk => ({ type: "citation", content: "", citation }));
      return part.text === "" ? citations : [{ type: "text", content: part.text }, ...citations];
    }
    if (part.type === "thinking") return [{ type: "thinking", content: "", thinking: part.text }];
    return part.type === "tool_call" ? [{ type: "tool_call", content: "", toolCall: part }] : [];
  });
}

/** A complete answer as what had arrived of it. */
export function partialOf(answer: Pick<PartialResponse, "parts" | "finishReason" | "usage">): PartialResponse {
  const { parts, finishReason, usage } = answer;
  return { content: textOf(parts), parts, ...compact({ finishReason, usage }) };
}
