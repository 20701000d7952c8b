import { InputError } from "../errors.ts";
import type { ChatRequest, ChatResult } from "../provider.ts";
import type { ToolCallPart, ToolResultPart } from "../types/content.ts";
import { createMessage } from "./history.ts";
import type { Middleware, RequestContext, ToolCallContext } from "./middleware.ts";

/** Sends a request through all middlewares. */
export function runRequest(
  middlewares: readonly Middleware[],
  context: RequestContext,
  send: (request: ChatRequest) => Promise<ChatResult>,
): Promise<ChatResult> {
  const through = async (index: number, request: ChatRequest): Promise<ChatResult> => {
    const middleware = middlewares[index];
    if (!middleware) return send(request);
    const next = (changed: ChatRequest = request): Promise<ChatResult> => through(index + 1, changed);
    if (!middleware.request) return next();
    return completeResult(await middleware.request({ ...context, request }, next));
  };
  return through(0, context.request);
}

/** Makes a tool call through all middlewares. */
export function runToolCall(
  middlewares: readonly Middleware[],
  context: ToolCallContext,
  make: (call: ToolCallPart) => Promise<ToolResultPart>,
): Promise<ToolResultPart> {
  const through = async (index: number, call: ToolCallPart): Promise<ToolResultPart> => {
    const middleware = middlewares[index];
    if (!middleware) return make(call);
    const next = (changed: ToolCallPart = call): Promise<ToolResultPart> => through(index + 1, changed);
    if (!middleware.toolCall) return next();
    return checkResult(await middleware.toolCall({ ...context, call }, next), "content");
  };
  return through(0, context.call);
}

/** A result of a middleware's own need not tell more than its parts, but these must be some. */
function completeResult(given: ChatResult): ChatResult {
  const result = checkResult(given, "parts");
  createMessage("assistant", result.parts);
  return Object.assign({ finishReason: "end_turn", warnings: [], metadata: {}, raw: {} }, result);
}

/** A middleware that forgets to return is a mistake that should be told where it is made. */
function checkResult<T extends object>(result: T, member: keyof T & string): T {
  if (typeof result === "object" && result !== null && member in result) return result;
  throw new InputError(`A middleware gave no result with ${member}: return what next() gave, or a result of its own.`);
}
