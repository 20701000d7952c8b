import { CapabilityError } from "../../errors.ts";
import type { Model } from "../models.ts";
import { nova, titanImage, titanText1, titanText2 } from "./amazon.ts";
import { cohere3, cohere4 } from "./cohere.ts";
import type { EmbeddingFamily } from "./family.ts";
import { marengo2, marengo3 } from "./marengo.ts";

/** By the beginnings of model ids. */
const FAMILIES: readonly (readonly [beginning: string, family: EmbeddingFamily])[] = [
  ["amazon.titan-embed-text-v2", titanText2],
  ["amazon.titan-embed-text-v1", titanText1],
  ["amazon.titan-embed-g1-text-", titanText1],
  ["amazon.titan-embed-image-v1", titanImage],
  ["amazon.nova-2-multimodal-embeddings", nova],
  ["cohere.embed-english-v3", cohere3],
  ["cohere.embed-multilingual-v3", cohere3],
  ["cohere.embed-v4", cohere4],
  ["twelvelabs.marengo-embed-2-7", marengo2],
  ["twelvelabs.marengo-embed-3-0", marengo3],
];

/** @throws {CapabilityError} `ERR_CAPABILITY` when it is not known how the model embeds */
export function findEmbeddingFamily({ id, bareId }: Model): EmbeddingFamily {
  const family = FAMILIES.find(([beginning]) => bareId.startsWith(beginning))?.[1];
  if (family) return family;
  throw new CapabilityError(
    `It is not known how ${id} embeds: give one of ${FAMILIES.map(([beginning]) => `${beginning}…`).join(", ")}, ` +
      "as baseModel for an ARN that hides its model, or ask it with llm.invoke().",
    { model: id },
  );
}
