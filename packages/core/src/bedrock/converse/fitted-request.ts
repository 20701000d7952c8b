import type { ChatRequest } from "../../provider.ts";
import type { Warning } from "../../types/response.ts";
import { resolveKnownModel } from "../known-models.ts";
import { renderParams } from "./params.ts";
import { renderBody } from "./plain-request.ts";
import { fitInference } from "./sampling.ts";
import type { RenderedRequest, WireConversation } from "./wire.ts";

/**
 * A plain conversation with instructions or parameters as a request that its model takes.
 *
 * @returns `undefined` when the model takes no instructions
 * @throws {InputError} `ERR_INPUT` when model or parameters cannot be right
 */
export function renderFittedRequest(
  { model: id, baseModel, params }: ChatRequest,
  conversation: WireConversation,
): RenderedRequest | undefined {
  const model = resolveKnownModel(id, baseModel);
  if (conversation.system.length > 0 && !model.traits.hasSystem) return undefined;
  const warnings: Warning[] = [];
  const warn = (code: string, message: string): unknown => warnings.push({ code, message });
  const wire = fitInference({ ...conversation, ...renderParams(params) }, model, warn);
  return { model, body: renderBody(wire), warnings };
}
