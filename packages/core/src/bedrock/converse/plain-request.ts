import type { ChatRequest } from "../../provider.ts";
import type { ContentPart } from "../../types/content.ts";
import type { JsonObject } from "../../types/json.ts";
import type { Message } from "../../types/message.ts";
import type { Warning } from "../../types/response.ts";
import type { BedrockOptions } from "../config.ts";
import { resolveModel } from "../models.ts";
import { renderParams } from "./params.ts";
import { fitInference } from "./sampling.ts";
import type { RenderedRequest, WireBlock, WireConversation, WireMessage, WireRequest } from "./wire.ts";

/** Parameters that more depends on than the member that they set. */
const INVOLVED = ["thinking", "effort", "cache", "guardrailConfig", "additionalModelRequestFields", "outputConfig"];

/**
 * Renders a request that is a plain conversation: what user and assistant said in turns, in text. That is all that most
 * requests hold, and every model takes it, so that nothing else has to be loaded for it.
 *
 * @returns `undefined` for any other request
 * @throws {InputError} `ERR_INPUT` when model or parameters cannot be right
 */
export function renderPlainRequest(request: ChatRequest, client: BedrockOptions): RenderedRequest | undefined {
  const { params, tools, output } = request;
  const isInvolved = INVOLVED.some((name) => params[name as keyof typeof params] !== undefined);
  const hasGuardrail = (client.bedrockGuardrailIdentifier ?? client.bedrockGuardrailVersion) !== undefined;
  if (tools?.length || output || isInvolved || hasGuardrail) return undefined;
  const conversation = renderPlainMessages(request.messages);
  if (!conversation) return undefined;
  const model = resolveModel(request.model, request.baseModel);
  if (conversation.system.length > 0 && !model.traits.hasSystem) return undefined;
  const warnings: Warning[] = [];
  const warn = (code: string, message: string): unknown => warnings.push({ code, message });
  const wire = fitInference({ ...conversation, ...renderParams(params) }, model, warn);
  return { model, body: renderBody(wire), warnings };
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

function renderPlainMessages(messages: readonly Message[]): WireConversation | undefined {
  const system: WireBlock[] = [];
  const turns: WireMessage[] = [];
  for (const { role, content } of messages) {
    const blocks = renderTexts(content);
    if (!blocks) return undefined;
    if (role === "system") system.push(...blocks);
    else if (role === (turns.length % 2 === 0 ? "user" : "assistant")) turns.push({ role, content: blocks });
    else return undefined;
  }
  return turns.length % 2 === 1 ? { system, messages: turns } : undefined;
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
