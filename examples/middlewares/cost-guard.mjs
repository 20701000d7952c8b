// Stops before a budget is spent: for one client, or for one chat.
import { LLMError } from "@node-llm/core";

/**
 * Adds up what answers cost, and refuses further requests once the budget is used up. A turn that is stopped in the
 * middle tells what it had done in `error.partial`.
 *
 * @param {{ maxUsd: number }} options
 * @returns {import("@node-llm/core").Middleware & { readonly spentUsd: number }}
 */
export function createCostGuard({ maxUsd }) {
  let spentUsd = 0;
  return {
    get spentUsd() {
      return spentUsd;
    },
    async request({ request }, next) {
      if (spentUsd >= maxUsd) {
        const message = `The budget of $${maxUsd} is used up ($${spentUsd.toFixed(6)}): raise it to go on.`;
        throw new LLMError(message, { code: "ERR_BUDGET" });
      }
      const result = await next();
      if (!result.cost) {
        throw new LLMError(`No price is known for ${request.model}: give one to createLLM({ prices }).`, {
          code: "ERR_NO_PRICE",
        });
      }
      spentUsd += result.cost.totalUsd;
      return result;
    },
  };
}
