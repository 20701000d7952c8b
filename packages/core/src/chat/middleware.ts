import { InputError } from "../errors.ts";
import type { ChatRequest, ChatResult } from "../provider.ts";
import type { TaskContext, TaskResult } from "../requests/tasks.ts";
import type { ToolCallPart, ToolResultPart } from "../types/content.ts";

/** A request of a chat to a model, as a middleware sees it. */
export interface RequestContext {
  readonly operation: "chat";
  /** Whether the caller reads a stream. */
  readonly isStreaming: boolean;
  readonly request: ChatRequest;
}

/** A tool call that is about to be made, as a middleware sees it. */
export interface ToolCallContext {
  readonly operation: "tool_call";
  readonly call: ToolCallPart;
  /** The request whose answer holds the call. */
  readonly request: ChatRequest;
  /** Aborted when the turn is. */
  readonly signal: AbortSignal;
}

/**
 * Stands around each request and each tool call: what it does before `next` sees what goes in, what it does after sees
 * what came out. The first that was added is the outermost; those of the client are around those of a chat.
 */
export interface Middleware {
  /**
   * Around each request to a model; a turn with tools makes several. `next` sends the request, or the one it is given.
   *
   * In a stream, `next` resolves when the answer is complete; its chunks go to the caller meanwhile. Without a call of
   * `next` (an answer from a cache) the stream gives the result's text. After a failure `next` may be called again as
   * long as no chunk was handed over; then the failure stands, whatever the middleware does.
   */
  request?(context: RequestContext, next: (request?: ChatRequest) => Promise<ChatResult>): Promise<ChatResult>;
  /** Around each tool call. `next` makes the call, or the one it is given. What is thrown here ends the turn. */
  toolCall?(context: ToolCallContext, next: (call?: ToolCallPart) => Promise<ToolResultPart>): Promise<ToolResultPart>;
  /** Around each request of a task beside chats: paint, embed (each batch), moderate, rerank, count_tokens. */
  task?(context: TaskContext, next: (request?: TaskContext["request"]) => Promise<TaskResult>): Promise<TaskResult>;
}

/** @throws {InputError} `ERR_INPUT` when it is no middleware */
export function checkMiddleware(middleware: Middleware | null): Middleware {
  const kinds = [typeof middleware?.request, typeof middleware?.toolCall, typeof middleware?.task];
  if (middleware && kinds.includes("function") && kinds.every((kind) => kind === "function" || kind === "undefined")) {
    return middleware;
  }
  throw new InputError(
    "A middleware is an object with a function request, toolCall, task, or several of them: give one.",
  );
}
