import { addFacts, BadRequestError, ContentFilteredError } from "../../errors.ts";
import type { PaintRequest, PaintResult } from "../../requests/paint.ts";
import type { BedrockClient } from "../client.ts";
import { invokeJson } from "../invoke/invoke-json.ts";
import { resolveModel } from "../models.ts";
import { findImageModel } from "./models.ts";
import { completeAnswer, isFiltered } from "./parse.ts";
import { renderPaint } from "./render.ts";

/**
 * Makes images.
 *
 * @throws {LLMError} `ERR_INPUT` and `ERR_CAPABILITY` before anything is sent; `ERR_CONTENT_FILTERED` when the model refuses
 *   the prompt; what the pipeline throws
 */
export async function paint(client: BedrockClient, request: PaintRequest): Promise<PaintResult> {
  const { baseModel, options } = request;
  const model = resolveModel(request.model, baseModel);
  try {
    const known = findImageModel(model.bareId, model.id);
    const { body, warnings, ...asked } = renderPaint(known, request);
    const { json, requestId } = await invokeJson(client, { model, body, options });
    return { model: model.id, ...completeAnswer(known.parse(json), asked, json), requestId, warnings, raw: json };
  } catch (error) {
    throw addFacts(toFiltered(error), { model: model.id });
  }
}

/** A refusal for what the prompt shows comes as an invalid request. */
function toFiltered(error: unknown): unknown {
  if (!(error instanceof BadRequestError) || !isFiltered(error.message)) return error;
  const { code: _code, retryable: _retryable, ...facts } = error;
  return new ContentFilteredError(error.message, { ...facts, cause: error });
}
