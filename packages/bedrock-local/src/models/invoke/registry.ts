import { isPlainObject } from "../../json.ts";
import { createRefusal } from "../../validations/refusal.ts";
import { EMBEDDING_FAMILIES } from "../embeddings/families.ts";
import { parseModelId } from "../families.ts";
import { AMAZON_IMAGES } from "../images/amazon.ts";
import { SDXL_IMAGES } from "../images/sdxl.ts";
import { STABILITY_IMAGES } from "../images/stability.ts";
import { RERANK_FAMILIES } from "../rerank/families.ts";
import { textModels } from "../text-invoke/answer.ts";
import type { InvokeAnswer, InvokeContext, InvokeFamily } from "./family.ts";

/** Every family that InvokeModel answers for. The first that matches answers. */
const FAMILIES: readonly InvokeFamily[] = [
  AMAZON_IMAGES,
  SDXL_IMAGES,
  STABILITY_IMAGES,
  ...EMBEDDING_FAMILIES,
  ...RERANK_FAMILIES,
  textModels,
];

/**
 * Lets the family of `context.modelId` answer `body`.
 *
 * @throws AwsError `ValidationException` for a model that is not known and for a body that is no object or is refused.
 */
export async function invokeFamily(context: InvokeContext, body: unknown): Promise<InvokeAnswer> {
  const { id } = parseModelId(context.modelId);
  const family = FAMILIES.find(({ matches }) => matches(id));
  if (family === undefined) throw createRefusal("The provided model identifier is invalid.");
  if (!isPlainObject(body)) {
    throw createRefusal("Malformed input request, please reformat your input and try again.");
  }
  return family.invoke(context, body, id);
}
