import type { BedrockLocal, ScriptedReply, StreamStep } from "@node-llm/bedrock-local";
import type { Chat } from "../../src/chat/chat.ts";
import type { AskOptions } from "../../src/chat/options.ts";
import type { ChatResponse } from "../../src/chat/response.ts";
import { bodyOf } from "./bedrock.ts";
import { close, converseResponse, delta, metadata, openTool, start, stop, text, toolInput } from "./events.ts";

/** The two ways to take a turn. What holds for one must hold for the other. */
export type Way = "ask" | "stream";

/** Both ways, for `describe.each`. */
export const WAYS: readonly Way[] = ["ask", "stream"];

/** A block of a scripted answer: text, thinking, or a tool call. */
export type Block =
  | string
  | { readonly thinking: string; readonly signature: string }
  | { readonly id: string; readonly name: string; readonly input?: object | string; readonly type?: string };

/** A scripted answer that fits the way. A call's `input` that is a string is what the model wrote, in a stream. */
export function answer(way: Way, blocks: readonly Block[], stopReason?: string): ScriptedReply {
  const hasCall = blocks.some((block) => typeof block !== "string" && "id" in block && block.type === undefined);
  const reason = stopReason ?? (hasCall ? "tool_use" : "end_turn");
  if (way === "ask") return { status: 200, body: converseResponse(blocks.map(renderBlock), { stopReason: reason }) };
  return { events: [start, ...blocks.flatMap(renderEvents), stop(reason), metadata()] };
}

/** Queues answers, one per request. */
export function script(server: BedrockLocal, way: Way, ...answers: (readonly Block[])[]): void {
  server.enqueue(...answers.map((blocks) => answer(way, blocks)));
}

/** Takes a turn. */
export function take<Data>(
  way: Way,
  chat: Chat<Data>,
  content?: Parameters<Chat["ask"]>[0],
  options: AskOptions = {},
): Promise<ChatResponse<Data>> {
  return way === "ask" ? chat.ask(content, options) : chat.stream(content, options).response();
}

/** The content of the last message of a request: after tool calls, their results. */
export function lastContent(server: BedrockLocal, index = server.requests.length - 1): unknown {
  const { messages } = bodyOf(server, index);
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  return typeof last === "object" && last !== null && "content" in last ? last.content : undefined;
}

/** A promise and how to fulfil it. */
export function createGate<T = void>(): { readonly promise: Promise<T>; open(value: T): void } {
  let open: ((value: T) => void) | undefined;
  const promise = new Promise<T>((resolve) => (open = resolve));
  return { promise, open: (value) => open?.(value) };
}

function renderBlock(block: Block): object {
  if (typeof block === "string") return { text: block };
  if ("thinking" in block) {
    return { reasoningContent: { reasoningText: { text: block.thinking, signature: block.signature } } };
  }
  const { id, name, input = {}, type } = block;
  return { toolUse: { toolUseId: id, name, input, ...(type && { type }) } };
}

function renderEvents(block: Block, index: number): StreamStep[] {
  if (typeof block === "string") return [text(block, index), close(index)];
  if ("thinking" in block) {
    const pieces = [{ text: block.thinking }, { signature: block.signature }];
    return [...pieces.map((piece) => delta({ reasoningContent: piece }, index)), close(index)];
  }
  const { id, name, input = {}, type } = block;
  const written = typeof input === "string" ? input : JSON.stringify(input);
  const opening: StreamStep = type
    ? {
        event: "contentBlockStart",
        payload: { contentBlockIndex: index, start: { toolUse: { toolUseId: id, name, type } } },
      }
    : openTool(id, name, index);
  return [opening, toolInput(written, index), close(index)];
}
