import type { ChatResult } from "../provider.ts";
import { compact } from "../types/json.ts";
import type { Message } from "../types/message.ts";
import type { Warning } from "../types/response.ts";
import { addUsage, type Cost, type Usage } from "../types/usage.ts";

/** What came of a turn: its last answer, with what all of its requests used. */
export interface TurnResult extends ChatResult {
  /** The answers of all requests, when there may have been several. */
  readonly steps?: readonly ChatResult[];
  /** The conversation that the turn was added to. Default: as it was. */
  readonly before?: readonly Message[];
  /** All that the turn added to the conversation, the question included. */
  readonly messages?: readonly Message[];
  /** The answer read by its schema. */
  readonly data?: unknown;
}

/** The last answer of a turn, with usage and cost of all, and each warning once. */
export function sumUp(steps: readonly ChatResult[], last: ChatResult, warnings: readonly Warning[]): ChatResult {
  const { usage: _usage, cost: _cost, ...rest } = last;
  const all = [...steps.flatMap((step) => step.warnings), ...warnings];
  const byText = new Map(all.map((warning) => [`${warning.code} ${warning.message}`, warning]));
  return {
    ...rest,
    ...compact({ usage: sumUsage(steps.map(({ usage }) => usage)), cost: sumCost(steps) }),
    warnings: [...byText.values()],
  };
}

/** The tokens of all; `undefined` when none was counted. */
export function sumUsage(usages: readonly (Usage | undefined)[]): Usage | undefined {
  return usages.reduce((sum, usage) => (sum && usage ? addUsage(sum, usage) : (sum ?? usage)), undefined);
}

/** The cost of all; `undefined` when that of one is not known. */
function sumCost(steps: readonly ChatResult[]): Cost | undefined {
  const sum = { totalUsd: 0, inputUsd: 0, outputUsd: 0, cacheReadUsd: 0, cacheWriteUsd: 0 };
  for (const { cost } of steps) {
    if (!cost) return undefined;
    sum.totalUsd += cost.totalUsd;
    sum.inputUsd += cost.inputUsd;
    sum.outputUsd += cost.outputUsd;
    sum.cacheReadUsd += cost.cacheReadUsd;
    sum.cacheWriteUsd += cost.cacheWriteUsd;
  }
  return sum;
}
