import type { EmbedBatchRequest, EmbedItem, EmbedPurpose, Truncation } from "../../requests/embed.ts";
import { compact, isObject, type JsonObject } from "../../types/json.ts";
import { PLAIN, type EmbeddingFamily } from "./family.ts";
import { dataUrlOf } from "./image-source.ts";

const PURPOSES: Readonly<Record<EmbedPurpose, string>> = {
  document: "search_document",
  query: "search_query",
  classification: "classification",
  clustering: "clustering",
};

const COHERE: Omit<EmbeddingFamily, "dimensions" | "render"> = {
  ...PLAIN,
  maxItems: 96,
  outputTypes: ["float", "int8", "uint8", "binary", "ubinary"],
  truncations: ["none", "start", "end"],
  hasPurposes: true,
  parse: ({ embeddings }, outputType) =>
    isObject(embeddings) ? embeddings[outputType] : outputType === "float" ? embeddings : undefined,
};

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v3.html */
export const cohere3: EmbeddingFamily = {
  ...COHERE,
  maxTextLength: 2048,
  images: { formats: ["png", "jpeg"], maxBytes: 5 * 1024 * 1024 },
  dimensions: [1024],
  render: (request) => {
    const input = renderItems(request.items);
    const purpose = "images" in input ? "image" : PURPOSES[request.inputType ?? "document"];
    return {
      input_type: purpose,
      ...input,
      ...renderTypes(request),
      ...compact({ truncate: request.truncate?.toUpperCase() }),
    };
  },
};

/** The new model tells sides, not ends. */
const SIDES: Readonly<Record<Truncation, string>> = { none: "NONE", start: "LEFT", end: "RIGHT" };

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v4.html */
export const cohere4: EmbeddingFamily = {
  ...COHERE,
  maxImages: 96,
  images: { formats: ["png", "jpeg", "gif", "webp"] },
  readsBoth: true,
  dimensions: [1536, 1024, 512, 256],
  render: (request) => {
    const { items, inputType = "document", dimensions, truncate } = request;
    return {
      input_type: PURPOSES[inputType],
      ...renderItems(items),
      ...renderTypes(request),
      ...compact({ output_dimension: dimensions, truncate: truncate && SIDES[truncate] }),
    };
  },
};

function renderTypes({ outputType }: EmbedBatchRequest): JsonObject {
  return outputType === undefined ? {} : { embedding_types: [outputType] };
}

/** All items are of one kind. */
function renderItems(items: readonly EmbedItem[]): JsonObject {
  const texts = items.flatMap(({ text }) => (text === undefined ? [] : [text]));
  const images = items.flatMap(({ image }) => (image === undefined ? [] : [dataUrlOf(image)]));
  if (images.length === 0) return { texts };
  if (texts.length === 0) return { images };
  const inputs = images.map((url, at) => ({
    content: [
      { type: "text", text: texts[at] },
      { type: "image_url", image_url: url },
    ],
  }));
  return { inputs };
}
