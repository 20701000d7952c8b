import { InputError } from "../../errors.ts";
import type { ChatRequest } from "../../provider.ts";
import type { Warning } from "../../types/response.ts";
import type { BedrockOptions } from "../config.ts";
import { resolveKnownModel } from "../known-models.ts";
import { createCacheCheck, planCache } from "./cache-plan.ts";
import { applyGuardrail } from "./guardrail.ts";
import { fitMedia } from "./fit-media.ts";
import { checkMedia } from "./media-limits.ts";
import { legalize } from "./legalize/legalize.ts";
import { applyOutput } from "./output.ts";
import { renderParams } from "./params.ts";
import { renderBody } from "./plain-request.ts";
import { createAnswerReader } from "./read-answer.ts";
import { renderConversation } from "./render.ts";
import { fitInference } from "./sampling.ts";
import { applyThinking } from "./thinking.ts";
import { applyTools } from "./tool-config.ts";
import type { RenderedRequest, WireMessage, WireRequest } from "./wire.ts";

/**
 * Renders a chat request for Converse, whatever it holds, and makes it one that Bedrock accepts. Pure.
 *
 * @param wires renderings of the first messages that are known; those of the others are added
 * @throws {InputError} `ERR_INPUT` when it holds something that cannot be made acceptable
 * @throws {CapabilityError} `ERR_CAPABILITY` when the model cannot do what it asks for
 */
export function renderRequest(
  request: ChatRequest,
  client: BedrockOptions,
  isStreaming: boolean,
  wires?: WireMessage[],
): RenderedRequest {
  const { params } = request;
  const model = resolveKnownModel(request.model, request.baseModel);
  const warnings: Warning[] = [];
  const warn = (code: string, message: string): unknown => warnings.push({ code, message });
  const messages = fitMedia(request.messages, model, warn);
  const mediaLength = checkMedia(messages, model);
  const known = messages === request.messages ? wires : undefined;
  let wire: WireRequest = { ...renderConversation(messages, known), ...renderParams(params) };
  wire = fitInference(wire, model, warn);
  wire = applyTools(wire, request, model, warn);
  wire = applyThinking(wire, params, model, warn);
  const structured = applyOutput(wire, request.output, model, isStreaming);
  wire = applyGuardrail(structured.request, params.guardrailConfig, client, isStreaming, warn);
  const legal = legalize(wire, model, warn);
  wire = planCache(legal.request, params.cache, model, warn);
  // A stored prompt brings messages of its own.
  if (!wire.messages.some(({ role }) => role !== "system") && !model.isPrompt) {
    throw new InputError(
      "There is nothing to answer, as every message is blank or only changes the tools: give some text.",
    );
  }
  const reader = createAnswerReader(legal.toolNames, structured.plan);
  return {
    model,
    body: renderBody(wire),
    mediaLength,
    warnings,
    reader,
    checkCache: wire === legal.request ? undefined : createCacheCheck(model),
    isUnstreamable: wire.toolConfig !== undefined && model.traits.tools === "not-in-streams",
  };
}
