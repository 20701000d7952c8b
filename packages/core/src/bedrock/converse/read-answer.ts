import type { Chunk } from "../../types/chunk.ts";
import { createOutputReader, readOutput, type OutputPlan } from "./output.ts";
import type { AnswerReader } from "./wire.ts";

/**
 * Creates what reads the answers to a request.
 *
 * @param toolNames the tools' own names by their names on the wire, for those that differ
 * @returns `undefined` when answers are right as they are
 */
export function createAnswerReader(
  toolNames: ReadonlyMap<string, string>,
  plan: OutputPlan | undefined,
): AnswerReader | undefined {
  if (toolNames.size === 0 && !plan) return undefined;
  return {
    read: (received, reason) => {
      const { parts, finishReason } = plan
        ? readOutput(plan, received, reason)
        : { parts: received, finishReason: reason };
      return {
        parts: parts.map((part) => (part.type === "tool_call" ? rename(part, toolNames) : part)),
        finishReason,
      };
    },
    createChunkReader: () => {
      const readOutputChunk = plan && createOutputReader(plan);
      return (received: Chunk) => {
        const chunk = readOutputChunk ? readOutputChunk(received) : received;
        if (chunk?.type === "tool_call_start") return rename(chunk, toolNames);
        return chunk?.type === "tool_call" ? { ...chunk, toolCall: rename(chunk.toolCall, toolNames) } : chunk;
      };
    },
  };
}

function rename<T extends { readonly name: string }>(named: T, names: ReadonlyMap<string, string>): T {
  const name = names.get(named.name);
  return name === undefined ? named : { ...named, name };
}
