import { StreamError } from "../../errors.ts";
import type { Chunk } from "../../types/chunk.ts";
import { textOf } from "../../types/content.ts";
import { compact, isObject, objectOf, stringOf, tryParse, type JsonObject, type JsonValue } from "../../types/json.ts";
import type { PartialResponse } from "../../types/response.ts";
import { parseBlock, parseCitation, parseUsage } from "./parse.ts";

type Kind = "text" | "reasoning" | "redacted" | "tool" | "raw";

/** A content block while its deltas arrive. */
interface OpenBlock {
  readonly kind: Kind;
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

/**
 * Puts a stream's events together into the response that Converse would have sent, so that both ways are read by the
 * same parser and cannot differ. Gives a chunk for each event that the caller should see. No I/O.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
export class ConverseAssembly {
  readonly #blocks: OpenBlock[] = [];
  /** The block that each index stands for now. */
  readonly #byIndex = new Map<number, OpenBlock>();
  readonly #response: Record<string, JsonValue | undefined> = {};
  #role: string | undefined;

  /** Whether `messageStop` came: the answer is complete. */
  get isComplete(): boolean {
    return this.#response["stopReason"] !== undefined;
  }

  /**
   * Takes one event.
   *
   * @throws {StreamError} `ERR_STREAM_PROTOCOL` when events come in an order that no complete answer has
   */
  accept(event: string, payload: JsonObject): Chunk | undefined {
    if (this.isComplete && /^(contentBlock|message)/.test(event)) throw protocolError(`${event} after messageStop`);
    switch (event) {
      case "contentBlockDelta":
        return this.#acceptDelta(payload);
      case "messageStart":
        if (this.#role !== undefined) throw protocolError("a second messageStart");
        this.#role = stringOf(payload["role"]) ?? "";
        return undefined;
      case "contentBlockStart":
        return this.#acceptStart(payload);
      case "contentBlockStop":
        return this.#acceptStop(payload);
      case "messageStop":
        return this.#acceptMessageStop(payload);
      case "metadata":
        return this.#keep(payload, "usage", "metrics", "trace", "performanceConfig", "serviceTier");
      default:
        return createRawChunk(event, payload);
    }
  }

  /** The response in Converse's shape, as far as it has come. */
  get response(): JsonObject {
    const content = this.#blocks.map(renderBlock);
    return { output: { message: { role: this.#role || "assistant", content } }, ...this.#response };
  }

  /** What came so far, without tool calls that did not finish. */
  get partial(): PartialResponse {
    const parts = this.#blocks
      .filter((block) => block.kind !== "tool" || block.closed)
      .map((block) => parseBlock(renderBlock(block)));
    const { stopReason, usage } = this.#response;
    return {
      content: textOf(parts),
      parts,
      ...compact({ finishReason: stringOf(stopReason), usage: parseUsage(usage) }),
    };
  }

  #keep(payload: JsonObject, ...members: string[]): undefined {
    for (const member of members) if (payload[member] !== undefined) this.#response[member] = payload[member];
  }

  #open(index: number, kind: Kind, start: JsonObject = {}): OpenBlock {
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
    this.#blocks.push(block);
    this.#byIndex.set(index, block);
    return block;
  }

  /** The open block at an index; a new one when the last one there ended or was of another kind. */
  #at(index: number, kind: Kind): OpenBlock {
    const block = this.#byIndex.get(index);
    return block && block.kind === kind && !block.closed ? block : this.#open(index, kind);
  }

  #acceptStart(payload: JsonObject): Chunk | undefined {
    const start = objectOf(payload["start"]) ?? {};
    const tool = objectOf(start["toolUse"]);
    if (Object.keys(start).length === 0) return undefined;
    this.#open(indexOf(payload), tool ? "tool" : "raw", tool ?? start);
    if (!tool) return createRawChunk("contentBlockStart", payload);
    return {
      type: "tool_call_start",
      content: "",
      id: stringOf(tool["toolUseId"]) ?? "",
      name: stringOf(tool["name"]) ?? "",
    };
  }

  #acceptDelta(payload: JsonObject): Chunk | undefined {
    const index = indexOf(payload);
    const delta = objectOf(payload["delta"]) ?? {};
    const { text, reasoningContent, toolUse, citation } = delta;
    if (typeof text === "string") {
      this.#at(index, "text").text += text;
      return text === "" ? undefined : { type: "text", content: text };
    }
    if (isObject(reasoningContent)) return this.#acceptReasoning(index, reasoningContent);
    if (isObject(toolUse)) return this.#acceptToolInput(index, stringOf(toolUse["input"]) ?? "");
    if (isObject(citation)) {
      this.#at(index, "text").citations.push(citation);
      return { type: "citation", content: "", citation: parseCitation(citation) };
    }
    this.#at(index, "raw").deltas.push(delta);
    return createRawChunk("contentBlockDelta", payload);
  }

  #acceptReasoning(index: number, { text, signature, redactedContent }: JsonObject): Chunk | undefined {
    if (typeof redactedContent === "string") {
      this.#at(index, "redacted").redacted.push(redactedContent);
      return { type: "thinking", content: "", thinking: "", redacted: redactedContent };
    }
    const block = this.#at(index, "reasoning");
    if (typeof signature === "string") block.signature = (block.signature ?? "") + signature;
    const thinking = stringOf(text) ?? "";
    block.text += thinking;
    if (thinking === "" && !signature) return undefined;
    return { type: "thinking", content: "", thinking, ...(typeof signature === "string" && { signature }) };
  }

  #acceptToolInput(index: number, input: string): Chunk | undefined {
    const block = this.#byIndex.get(index);
    if (block?.kind !== "tool" || block.closed) {
      throw protocolError(`block ${index} is no open tool call`);
    }
    block.text += input;
    return input === ""
      ? undefined
      : { type: "tool_call_delta", content: "", id: stringOf(block.start["toolUseId"]) ?? "", delta: input };
  }

  #acceptStop(payload: JsonObject): Chunk | undefined {
    const block = this.#byIndex.get(indexOf(payload));
    if (!block || block.closed) return undefined;
    block.closed = true;
    const part = block.kind === "tool" ? parseBlock(renderBlock(block)) : undefined;
    return part?.type === "tool_call" ? { type: "tool_call", content: "", toolCall: part } : undefined;
  }

  #acceptMessageStop(payload: JsonObject): undefined {
    const stopReason = stringOf(payload["stopReason"]);
    if (!stopReason) throw protocolError("messageStop has no stopReason");
    if (stopReason === "tool_use" && this.#blocks.some((block) => block.kind === "tool" && !block.closed)) {
      throw protocolError("a tool call has no end");
    }
    return this.#keep(payload, "stopReason", "additionalModelResponseFields");
  }
}

function protocolError(what: string): StreamError {
  return new StreamError(`The stream is wrong: ${what}. Ask again.`, { code: "ERR_STREAM_PROTOCOL" });
}

function createRawChunk(event: string, raw: JsonObject): Chunk {
  return { type: "raw", content: "", event, raw };
}

function indexOf({ contentBlockIndex: index }: JsonObject): number {
  if (typeof index === "number" && Number.isInteger(index) && index >= 0) return index;
  throw protocolError(`contentBlockIndex is ${JSON.stringify(index)}`);
}

/** A block in Converse's shape. */
function renderBlock(block: OpenBlock): JsonObject {
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
  const merged: Record<string, JsonValue | undefined> = { ...objectOf(start[kind]) };
  const content: JsonValue[] = [];
  const pieces: string[] = [];
  for (const delta of deltas) {
    const value = delta[kind];
    if (Array.isArray(value)) for (const piece of value as readonly JsonValue[]) content.push(piece);
    else Object.assign(merged, objectOf(value));
    const bytes = objectOf(objectOf(value)?.["source"])?.["bytes"];
    if (typeof bytes === "string") pieces.push(bytes);
  }
  if (pieces.length > 1) merged["source"] = { ...objectOf(merged["source"]), bytes: joinBase64(pieces) };
  return { [kind]: content.length > 0 ? { ...merged, content } : merged };
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
