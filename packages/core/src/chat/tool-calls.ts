import { copyError, LLMError, ToolError } from "../errors.ts";
import type { ChatRequest, ChatResult } from "../provider.ts";
import { validateInput } from "../schema/json-schema.ts";
import type { Schema, Validation } from "../schema/standard-schema.ts";
import { renderIssues } from "../schema/validate.ts";
import type { ToolCallPart, ToolResultPart } from "../types/content.ts";
import type { Warning } from "../types/response.ts";
import { createMessage, freezeDeep } from "./history.ts";
import { completeResult } from "./media.ts";
import type { Middleware } from "./middleware.ts";
import { runToolCall } from "./run-middleware.ts";
import type { ToolExecution, ToolHooks } from "./tool-hooks.ts";
import { createErrorResult, createToolResult } from "./tool-result.ts";
import type { Toolbox } from "./tools.ts";

/** What is to be done with the tool calls of an answer. */
export interface CallPlan {
  /** The calls to make; none when the answer is the last. */
  readonly calls: readonly ToolCallPart[];
  /** Whether the answer holds calls that are for the caller to make. */
  readonly isForCaller: boolean;
  readonly warning?: Warning;
}

/**
 * Decides what is done with the tool calls of an answer: all of them are made, or none. Pure.
 *
 * None are made in a dry run, when one of them is of a tool without `execute`, and when the answer did not come to its
 * own end.
 */
export function planCalls(
  { parts, finishReason }: Pick<ChatResult, "parts" | "finishReason">,
  toolbox: Toolbox | undefined,
  execution: ToolExecution,
): CallPlan {
  const calls = parts.filter((part) => part.type === "tool_call").filter(({ kind }) => kind !== "server_tool_use");
  if (!toolbox || calls.length === 0) return { calls: [], isForCaller: false };
  const isForCaller = calls.some(({ name }) => {
    const tool = toolbox.byName.get(name);
    return tool && !tool.run;
  });
  if (isForCaller || execution === "dry-run") return { calls: [], isForCaller: true };
  if (finishReason === "tool_use" || finishReason === "end_turn") return { calls, isForCaller: false };
  const names = calls.map(({ name }) => name).join(", ");
  const message = `The answer stopped by ${finishReason}, so its tool calls (${names}) were not run: they are in toolCalls.`;
  return { calls: [], isForCaller: false, warning: { code: "tool_calls_not_run", message } };
}

/** What the calls of one answer are made with. */
export interface CallEnvironment {
  readonly toolbox: Toolbox;
  readonly hooks: ToolHooks;
  readonly middlewares: readonly Middleware[];
  readonly request: ChatRequest;
  /** Its reason is what the turn fails with. */
  readonly signal: AbortSignal;
  /** Asks the user, one call after the other. */
  readonly confirm: (call: ToolCallPart) => Promise<boolean | string>;
  /** Takes what a tool gave at once: whatever fails after it, the tool did run. */
  readonly record: (result: ToolResultPart) => unknown;
}

/**
 * Makes one call, hooks and middlewares included.
 *
 * @returns the result; an error result when the call is wrong, denied, or the tool threw
 * @throws {LLMError} when the turn must end: `ToolError` for what a hook or middleware threw, or a tool as fatal
 */
export async function runCall(call: ToolCallPart, env: CallEnvironment): Promise<ToolResultPart> {
  const { hooks, middlewares, request, signal } = env;
  const { id: toolCallId, name: toolName } = call;
  try {
    for (const hook of hooks.onStart) await hook(call);
    const context = { operation: "tool_call", call, request, signal } as const;
    const made = await runToolCall(middlewares, context, (changed) => makeCall(changed, env));
    const result = keepResult({ ...made, type: "tool_result", id: toolCallId });
    signal.throwIfAborted();
    for (const hook of hooks.onEnd) await hook(call, result);
    return result;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof LLMError)
      throw error instanceof ToolError ? copyError(error, { toolName, toolCallId }) : error;
    throw new ToolError(
      `A hook or middleware around the call of ${toolName} threw, which ended the turn: ${messageOf(error)}`,
      { toolName, toolCallId, fatal: true, cause: error },
    );
  }
}

async function makeCall(call: ToolCallPart, env: CallEnvironment): Promise<ToolResultPart> {
  const { id, name } = call;
  const { toolbox, hooks, signal, record } = env;
  const { schema, run } = toolbox.byName.get(name) ?? {};
  if (!run) {
    return createErrorResult(
      id,
      `There is no tool ${JSON.stringify(name)}. Call one of: ${[...toolbox.byName.keys()].join(", ")}.`,
    );
  }
  if (call.invalidArguments !== undefined) {
    return createErrorResult(id, "The arguments are no JSON. Call the tool again with a JSON object.");
  }
  const checked = await checkArguments(schema, call);
  if ("issues" in checked) {
    return createErrorResult(
      id,
      `The arguments do not fit the tool's schema: ${renderIssues(checked.issues)}. Correct them and call it again.`,
    );
  }
  const verdict = hooks.execution === "confirm" ? await env.confirm(call) : true;
  if (verdict !== true) {
    return createErrorResult(
      id,
      typeof verdict === "string" && verdict.trim() ? verdict : "The user denied this call.",
    );
  }
  signal.throwIfAborted();
  try {
    const result = keepResult(createToolResult(id, await run(checked.value, { call, signal })));
    record(result);
    return result;
  } catch (error) {
    const result = createErrorResult(id, messageOf(error));
    const isFatal = error instanceof ToolError && error.fatal;
    if (isFatal || !signal.aborted) record(result);
    if (signal.aborted || isFatal) throw error;
    return result;
  }
}

/** The arguments as the tool gets them. */
async function checkArguments(schema: Schema | undefined, call: ToolCallPart): Promise<Validation> {
  try {
    // A copy: the call is part of the history, and a tool may change what it is given.
    const value: unknown = structuredClone(call.arguments);
    return schema === undefined ? { value } : await validateInput(schema, value);
  } catch (error) {
    return { issues: [{ path: "", message: `they cannot be checked (${messageOf(error)})` }] };
  }
}

/** The result as the history keeps it; one that it cannot keep becomes an error result. */
function keepResult(result: ToolResultPart): ToolResultPart {
  try {
    const [kept] = createMessage("tool", [result]).content;
    return typeof kept === "object" && kept.type === "tool_result"
      ? freezeDeep(completeResult(kept, "content[0]"))
      : result;
  } catch (error) {
    return createErrorResult(result.id, `The tool ran, but its result cannot be shown: ${messageOf(error)}`);
  }
}

/** What was thrown, in words that a model can use; anything may be thrown. */
function messageOf(error: unknown): string {
  const message: unknown = error instanceof Error ? error.message : error;
  const text = typeof message === "string" ? message : (toText(message) ?? "It gave no reason.");
  return text.length > MAX_MESSAGE_CHARS ? `${text.slice(0, MAX_MESSAGE_CHARS)}…` : text;
}

const MAX_MESSAGE_CHARS = 10_000;

function toText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** Runs at most `limit` pieces of work at a time, first come, first served. */
export function createLimiter(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = limit;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The place goes straight to the next in line, so that nobody can slip in between.
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
