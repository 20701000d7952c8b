import type { StreamStep } from "@node-llm/bedrock-local";
import type { Chunk } from "../../src/types/chunk.ts";

/** The usage that the events below report. */
const WIRE_USAGE = { inputTokens: 11, outputTokens: 7, totalTokens: 18 } as const;

/** The same, as the library tells it. */
export const USAGE = { ...WIRE_USAGE, cacheReadTokens: 0, cacheWriteTokens: 0 } as const;

/** One event, with the padding that every real one has. */
export function event(name: string, payload: object): StreamStep {
  return { event: name, payload: { ...payload, p: "abcdefghijk" } };
}

/** `messageStart` */
export const start: StreamStep = event("messageStart", { role: "assistant" });

/** A `contentBlockDelta` of any kind. */
export function delta(delta: object, index = 0): StreamStep {
  return event("contentBlockDelta", { contentBlockIndex: index, delta });
}

/** A delta of text. */
export function text(text: string, index = 0): StreamStep {
  return delta({ text }, index);
}

/** A `contentBlockStart`. */
export function open(start: object, index = 0): StreamStep {
  return event("contentBlockStart", { contentBlockIndex: index, start });
}

/** The start of a tool call. */
export function openTool(toolUseId: string, name: string, index = 0): StreamStep {
  return open({ toolUse: { toolUseId, name } }, index);
}

/** A delta of a tool call's arguments. */
export function toolInput(input: string, index = 0): StreamStep {
  return delta({ toolUse: { input } }, index);
}

/** A `contentBlockStop`. */
export function close(index = 0): StreamStep {
  return event("contentBlockStop", { contentBlockIndex: index });
}

/** `messageStop` */
export function stop(stopReason = "end_turn", more: object = {}): StreamStep {
  return event("messageStop", { stopReason, ...more });
}

/** `metadata` */
export function metadata(more: object = {}): StreamStep {
  return event("metadata", { metrics: { latencyMs: 321 }, usage: WIRE_USAGE, ...more });
}

/** The events of a complete text answer, one delta per piece. */
export function textAnswer(...pieces: string[]): StreamStep[] {
  return [start, ...pieces.map((piece) => text(piece)), close(), stop(), metadata()];
}

/** A Converse response with the given blocks. */
export function converseResponse(content: readonly object[], more: object = {}): Record<string, unknown> {
  return {
    output: { message: { role: "assistant", content } },
    stopReason: "end_turn",
    usage: WIRE_USAGE,
    metrics: { latencyMs: 321 },
    ...more,
  };
}

/** All chunks of a stream. */
export async function collect(stream: AsyncIterable<Chunk>): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}
