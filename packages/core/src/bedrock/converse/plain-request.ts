import type { ChatRequest } from "../../provider.ts";
import type { ContentPart } from "../../types/content.ts";
import type { JsonObject } from "../../types/json.ts";
import type { Message } from "../../types/message.ts";
import type { BedrockOptions } from "../config.ts";
import { resolveModel } from "../models.ts";
import type { RenderedRequest, WireBlock, WireConversation, WireMessage, WireRequest } from "./wire.ts";

/** Parameters that more depends on than the member that they set. */
const INVOLVED = ["thinking", "effort", "cache", "guardrailConfig", "additionalModelRequestFields", "outputConfig"];

/**
 * What a request says that is a plain conversation: what user and assistant said in turns, in text. That is all that most
 * requests hold, and every model takes it.
 *
 * @param wires renderings of the first messages that are known, from this very function; those of the others are added
 * @returns `undefined` for any other request
 */
export function renderPlainConversation(
  { messages, params, tools, output }: ChatRequest,
  client: BedrockOptions,
  wires?: WireMessage[],
): WireConversation | undefined {
  const isInvolved = INVOLVED.some((name) => params[name as keyof typeof params] !== undefined);
  const hasGuardrail = (client.bedrockGuardrailIdentifier ?? client.bedrockGuardrailVersion) !== undefined;
  return tools?.length || output || isInvolved || hasGuardrail ? undefined : renderPlainMessages(messages, wires);
}

/**
 * A plain conversation as a request, where nothing in it depends on the model.
 *
 * @param resolve default: one that remembers nothing
 * @returns `undefined` when there are instructions or parameters
 * @throws {InputError} `ERR_INPUT` when the model cannot be one
 */
export function renderPlainRequest(
  { model: id, baseModel, params }: ChatRequest,
  { messages, system }: WireConversation,
  resolve: typeof resolveModel = resolveModel,
): RenderedRequest | undefined {
  if (system.length > 0 || Object.values(params).some((value) => value !== undefined)) return undefined;
  return { model: resolve(id, baseModel), body: renderBody({ messages, system, rest: {} }), warnings: [] };
}

/** The body of a request. A member that is empty is left out. */
export function renderBody({ messages, system, rest, ...members }: WireRequest): JsonObject {
  return {
    ...(messages.length > 0 && { messages }),
    ...(system.length > 0 && { system }),
    ...members,
    ...rest,
  } as JsonObject;
}

function renderPlainMessages(messages: readonly Message[], wires?: WireMessage[]): WireConversation | undefined {
  const system: WireBlock[] = [];
  const turns: WireMessage[] = [];
  let index = 0;
  for (const message of messages) {
    const wire = wires?.[index] ?? renderPlainMessage(message);
    if (!wire) return undefined;
    if (index++ === wires?.length) wires.push(wire);
    if (wire.role === "system") system.push(...wire.content);
    else if (wire.role === (turns.length % 2 === 0 ? "user" : "assistant")) turns.push(wire);
    else return undefined;
  }
  return turns.length % 2 === 1 ? { system, messages: turns } : undefined;
}

function renderPlainMessage({ role, content }: Message): WireMessage | undefined {
  if (role === "tool") return undefined;
  const blocks = renderTexts(content);
  return blocks && { role, content: blocks };
}

/** Text as blocks; `undefined` when it is blank, or not all text. */
function renderTexts(content: string | readonly ContentPart[]): WireBlock[] | undefined {
  if (typeof content === "string") return /\S/.test(content) ? [{ text: content }] : undefined;
  const blocks: WireBlock[] = [];
  for (const part of content) {
    if (part.type !== "text" || part.citations || part.cache_control || !/\S/.test(part.text)) return undefined;
    blocks.push({ text: part.text });
  }
  return blocks.length > 0 ? blocks : undefined;
}
