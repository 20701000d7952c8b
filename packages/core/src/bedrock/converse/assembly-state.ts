import { StreamError } from "../../errors.ts";
import type { Chunk } from "../../types/chunk.ts";
import type { JsonObject, JsonValue } from "../../types/json.ts";

/** What a content block is while its deltas arrive. */
type BlockKind = "text" | "reasoning" | "redacted" | "tool" | "raw";

/** A content block while its deltas arrive. */
export interface OpenBlock {
  readonly kind: BlockKind;
  closed: boolean;
  /** Text, thinking, or the JSON text of a tool's arguments. */
  text: string;
  signature: string | undefined;
  redacted: string[];
  readonly citations: JsonObject[];
  /** What `contentBlockStart` said. */
  readonly start: JsonObject;
  /** Deltas of a kind that this version has no type for. */
  readonly deltas: JsonObject[];
}

/** A stream's events, as far as they have come. */
export interface AssemblyState {
  readonly blocks: OpenBlock[];
  /** The block that each index stands for now. */
  readonly byIndex: Map<number, OpenBlock>;
  /** The response's members beside the message. */
  readonly response: Record<string, JsonValue | undefined>;
  role: string | undefined;
}

/** Opens a block at an index. */
export function openBlock(state: AssemblyState, index: number, kind: BlockKind, start: JsonObject = {}): OpenBlock {
  const block: OpenBlock = {
    kind,
    closed: false,
    text: "",
    signature: undefined,
    redacted: [],
    citations: [],
    start,
    deltas: [],
  };
  state.blocks.push(block);
  state.byIndex.set(index, block);
  return block;
}

/** The open block at an index; a new one when the last one there ended or was of another kind. */
export function reachBlock(state: AssemblyState, index: number, kind: BlockKind): OpenBlock {
  const block = state.byIndex.get(index);
  return block && block.kind === kind && !block.closed ? block : openBlock(state, index, kind);
}

/** `ERR_STREAM_PROTOCOL`, for events in an order that no complete answer has. */
export function protocolError(what: string): StreamError {
  return new StreamError(`The stream is wrong: ${what}. Ask again.`, { code: "ERR_STREAM_PROTOCOL" });
}

/** The chunk of an event that this version has no type for. */
export function createRawChunk(event: string, raw: JsonObject): Chunk {
  return { type: "raw", content: "", event, raw };
}

/**
 * The block that an event is about.
 *
 * @throws {StreamError} `ERR_STREAM_PROTOCOL` when it names none
 */
export function indexOf({ contentBlockIndex: index }: JsonObject): number {
  if (typeof index === "number" && Number.isInteger(index) && index >= 0) return index;
  throw protocolError(`contentBlockIndex is ${typeof index === "number" ? index : typeof index}`);
}
