import type { Chunk } from "../../types/chunk.ts";
import { compact, isObject, objectOf, stringOf, tryParse, type JsonObject, type JsonValue } from "../../types/json.ts";
import {
  createRawChunk,
  indexOf,
  openBlock,
  protocolError,
  reachBlock,
  type AssemblyState,
  type OpenBlock,
} from "./assembly-state.ts";
import { parseBlock, parseCitation } from "./parse.ts";

export { parseBlock };

/**
 * Takes what `contentBlockStart` says.
 *
 * @throws {StreamError} `ERR_STREAM_PROTOCOL` when a tool call begins where one has not ended
 */
export function acceptStart(state: AssemblyState, payload: JsonObject): Chunk | undefined {
  const start = objectOf(payload["start"]) ?? {};
  const tool = objectOf(start["toolUse"]);
  const open = state.byIndex.get(indexOf(payload));
  if (tool && open?.kind === "tool" && !open.closed) throw protocolError("a tool call begins within another");
  openBlock(state, indexOf(payload), tool ? "tool" : "raw", tool ?? start);
  if (!tool) return createRawChunk("contentBlockStart", payload);
  return {
    type: "tool_call_start",
    content: "",
    id: stringOf(tool["toolUseId"]) ?? "",
    name: stringOf(tool["name"]) ?? "",
  };
}

/**
 * Takes a delta that is no text.
 *
 * @throws {StreamError} `ERR_STREAM_PROTOCOL` when it belongs to no open tool call
 */
export function acceptDelta(state: AssemblyState, payload: JsonObject, delta: JsonObject): Chunk | undefined {
  const index = indexOf(payload);
  const { reasoningContent, toolUse, citation } = delta;
  if (isObject(reasoningContent)) return acceptReasoning(state, index, reasoningContent);
  if (isObject(toolUse)) return acceptToolInput(state, index, stringOf(toolUse["input"]) ?? "");
  if (isObject(citation)) {
    reachBlock(state, index, "text").citations.push(citation);
    return { type: "citation", content: "", citation: parseCitation(citation) };
  }
  reachBlock(state, index, "raw").deltas.push(delta);
  return createRawChunk("contentBlockDelta", payload);
}

function acceptReasoning(
  state: AssemblyState,
  index: number,
  { text, signature, redactedContent }: JsonObject,
): Chunk | undefined {
  if (typeof redactedContent === "string") {
    reachBlock(state, index, "redacted").redacted.push(redactedContent);
    return { type: "thinking", content: "", thinking: "", redacted: redactedContent };
  }
  const block = reachBlock(state, index, "reasoning");
  if (typeof signature === "string") block.signature = (block.signature ?? "") + signature;
  const thinking = stringOf(text) ?? "";
  block.text += thinking;
  if (thinking === "" && !signature) return undefined;
  return { type: "thinking", content: "", thinking, ...(typeof signature === "string" && { signature }) };
}

function acceptToolInput(state: AssemblyState, index: number, input: string): Chunk | undefined {
  const block = state.byIndex.get(index);
  if (block?.kind !== "tool" || block.closed) {
    throw protocolError(`block ${index} is no open tool call`);
  }
  block.text += input;
  return input === ""
    ? undefined
    : { type: "tool_call_delta", content: "", id: stringOf(block.start["toolUseId"]) ?? "", delta: input };
}

/** A block in Converse's shape. */
export function renderBlock(block: OpenBlock): JsonObject {
  const { kind, text, signature, redacted, citations, start, deltas } = block;
  switch (kind) {
    case "text":
      return citations.length > 0 ? { citationsContent: { content: [{ text }], citations } } : { text };
    case "redacted":
      return { reasoningContent: { redactedContent: joinBase64(redacted) } };
    case "reasoning":
      return { reasoningContent: { reasoningText: compact({ text, signature }) } };
    case "tool":
      // A call that never ended must not look complete, even if its text happens to be JSON.
      return { toolUse: { ...start, ...(block.closed ? parseInput(text) : { input: {}, invalidInput: text }) } };
    case "raw":
      return renderRaw(start, deltas);
  }
}

/** A call without arguments may come without a single delta. */
function parseInput(text: string): JsonObject {
  const input = text === "" ? {} : tryParse(text);
  return input === undefined ? { input: {}, invalidInput: text } : { input };
}

/** Start and deltas of one kind (`toolResult`, `image`, …) merged: lists and bytes are joined, other members overwritten. */
function renderRaw(start: JsonObject, deltas: readonly JsonObject[]): JsonObject {
  const [kind = "unknown"] = Object.keys({ ...start, ...deltas[0] });
  // A map: a member may be named `__proto__`.
  const merged = new Map(Object.entries(objectOf(start[kind]) ?? {}));
  const content: JsonValue[] = [];
  const pieces: string[] = [];
  for (const delta of deltas) {
    const value = delta[kind];
    if (Array.isArray(value)) for (const piece of value as readonly JsonValue[]) content.push(piece);
    else for (const [name, member] of Object.entries(objectOf(value) ?? {})) merged.set(name, member);
    const bytes = objectOf(objectOf(value)?.["source"])?.["bytes"];
    if (typeof bytes === "string") pieces.push(bytes);
  }
  if (pieces.length > 1) merged.set("source", { ...objectOf(merged.get("source")), bytes: joinBase64(pieces) });
  if (content.length > 0) merged.set("content", content);
  return { [kind]: Object.fromEntries(merged) };
}

/** Base64 pieces are decoded before they are joined: each may end in padding. */
function joinBase64(pieces: readonly string[]): string {
  if (pieces.length < 2) return pieces.join("");
  try {
    return btoa(pieces.map((piece) => atob(piece)).join(""));
  } catch {
    return pieces.join("");
  }
}
