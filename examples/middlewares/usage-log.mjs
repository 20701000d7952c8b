// One line per request and per tool call: model, tokens, cost, time.

/**
 * Of a request: model, tokens by kind and cost where they are known. Of a tool call: name and outcome.
 *
 * @typedef {{
 *   operation: "chat" | "tool_call", ms: number, error?: string,
 *   model?: string, isStreaming?: boolean, finishReason?: string, requestId?: string | undefined,
 *   costUsd?: number | undefined, name?: string, isError?: boolean,
 * } & Partial<import("@node-llm/core").Usage>} Entry
 */

/**
 * @param {(entry: Entry) => void} write takes one entry; default: a line of JSON on standard output
 * @returns {import("@node-llm/core").Middleware}
 */
export function createUsageLog(write = (entry) => console.log(JSON.stringify(entry))) {
  return {
    async request({ operation, isStreaming, request: { model } }, next) {
      const startedAt = performance.now();
      const entry = { operation, isStreaming, model };
      try {
        const result = await next();
        const { usage, cost, finishReason, requestId } = result;
        write({ ...entry, ms: since(startedAt), finishReason, requestId, ...usage, costUsd: cost?.totalUsd });
        return result;
      } catch (error) {
        write({ ...entry, ms: since(startedAt), error: String(error) });
        throw error;
      }
    },
    async toolCall({ operation, call: { name } }, next) {
      const startedAt = performance.now();
      const result = await next();
      write({ operation, name, ms: since(startedAt), isError: result.isError ?? false });
      return result;
    },
  };
}

/** @param {number} startedAt */
function since(startedAt) {
  return Math.round(performance.now() - startedAt);
}
