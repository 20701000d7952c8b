import type { Usage } from "../../types/usage.ts";

/** Counts as Bedrock tells them beside a body of a model's own. */
export interface InvokeCounts {
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly cacheRead: number | undefined;
  readonly cacheWrite: number | undefined;
}

/** The tokens of an invocation; `undefined` when nothing was counted, or what was told is no count. */
export function readUsage({ input, output, cacheRead = 0, cacheWrite = 0 }: InvokeCounts): Usage | undefined {
  if (input === undefined && output === undefined) return undefined;
  const counts = [input ?? 0, output ?? 0, cacheRead, cacheWrite] as const;
  if (!counts.every((count) => Number.isInteger(count) && count >= 0)) return undefined;
  const [inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens] = counts;
  const totalTokens = inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
  return { inputTokens, outputTokens, totalTokens, cacheReadTokens, cacheWriteTokens };
}
