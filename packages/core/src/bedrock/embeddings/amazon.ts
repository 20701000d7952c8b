import { compact, objectOf, objectsOf } from "../../types/json.ts";
import type { EmbedBatchRequest, EmbedItem, EmbedPurpose } from "../../requests/embed.ts";
import { base64Of, sourceOf } from "./image-source.ts";
import { PLAIN, type EmbeddingFamily } from "./family.ts";

const itemOf = ({ items: [item = {}] }: EmbedBatchRequest): EmbedItem => item;

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html */
export const titanText1: EmbeddingFamily = {
  ...PLAIN,
  maxTextLength: 50_000,
  dimensions: [1536],
  render: (request) => ({ inputText: itemOf(request).text }),
  parse: ({ embedding }) => [embedding],
};

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html */
export const titanText2: EmbeddingFamily = {
  ...titanText1,
  dimensions: [1024, 512, 256],
  outputTypes: ["float", "binary", "ubinary"],
  sendsBits: true,
  normalizes: true,
  render: (request) => ({
    inputText: itemOf(request).text,
    ...compact({
      dimensions: request.dimensions,
      normalize: request.normalize,
      embeddingTypes: isFloat(request) ? undefined : ["binary"],
    }),
  }),
  parse: ({ embedding, embeddingsByType }, outputType) => {
    const { float, binary } = objectOf(embeddingsByType) ?? {};
    return [outputType === "float" ? (embedding ?? float) : binary];
  },
};

function isFloat({ outputType = "float" }: EmbedBatchRequest): boolean {
  return outputType === "float";
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-mm.html */
export const titanImage: EmbeddingFamily = {
  ...PLAIN,
  images: { formats: ["png", "jpeg"] },
  readsBoth: true,
  dimensions: [1024, 384, 256],
  render: (request) => {
    const { text, image } = itemOf(request);
    const { dimensions } = request;
    return compact({
      inputText: text,
      inputImage: image && base64Of(image),
      embeddingConfig: dimensions === undefined ? undefined : { outputEmbeddingLength: dimensions },
    });
  },
  parse: ({ embedding }) => [embedding],
};

const PURPOSES: Readonly<Record<EmbedPurpose, string>> = {
  document: "GENERIC_INDEX",
  query: "GENERIC_RETRIEVAL",
  classification: "CLASSIFICATION",
  clustering: "CLUSTERING",
};

/** @see https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html */
export const nova: EmbeddingFamily = {
  ...PLAIN,
  maxTextLength: 50_000,
  images: { formats: ["png", "jpeg", "gif", "webp"], readsS3: true },
  dimensions: [3072, 1024, 384, 256],
  truncations: ["none", "start", "end"],
  hasPurposes: true,
  render: (request) => {
    const { text, image } = itemOf(request);
    const { dimensions, inputType = "document", truncate = "none" } = request;
    return {
      schemaVersion: "nova-multimodal-embed-v1",
      taskType: "SINGLE_EMBEDDING",
      singleEmbeddingParams: {
        embeddingPurpose: PURPOSES[inputType],
        ...compact({
          embeddingDimension: dimensions,
          text: text === undefined ? undefined : { truncationMode: truncate.toUpperCase(), value: text },
          image: image && { format: image.format, source: sourceOf(image, "bytes") },
        }),
      },
    };
  },
  parse: ({ embeddings }) => objectsOf(embeddings).map(({ embedding }) => embedding),
};
