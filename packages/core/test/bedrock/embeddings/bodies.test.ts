import { describe, expect, test } from "vitest";
import type { EmbedBatchRequest } from "../../../src/requests/embed.ts";
import type { JsonObject } from "../../../src/types/json.ts";
import { findEmbeddingFamily } from "../../../src/bedrock/embeddings/families.ts";
import { resolveModel } from "../../../src/bedrock/models.ts";
import { errorOf } from "../../support/bedrock.ts";

const PNG = { image: { source: { base64: "iVBORw0KGgo=" }, format: "png" } } as const;
const IN_S3 = { image: { source: { uri: "s3://bucket/a.png", bucketOwner: "123456789012" }, format: "png" } } as const;
const NOVA_TEXT = { truncationMode: "NONE", value: "hi" };

function nova(params: JsonObject): JsonObject {
  return { schemaVersion: "nova-multimodal-embed-v1", taskType: "SINGLE_EMBEDDING", singleEmbeddingParams: params };
}

type Asked = Omit<Partial<EmbedBatchRequest>, "items"> & Pick<EmbedBatchRequest, "items">;

// Written from the pages on each model in AWS's documentation.
const BODIES: readonly (readonly [model: string, asked: Asked, body: JsonObject])[] = [
  ["amazon.titan-embed-text-v1", { items: [{ text: "hi" }] }, { inputText: "hi" }],
  ["amazon.titan-embed-g1-text-02", { items: [{ text: "hi" }] }, { inputText: "hi" }],
  ["amazon.titan-embed-text-v2:0", { items: [{ text: "hi" }] }, { inputText: "hi" }],
  [
    "amazon.titan-embed-text-v2:0",
    {
      items: [{ text: "hi" }],
      dimensions: 256,
      normalize: false,
      outputType: "float",
      inputType: "query",
      truncate: "none",
    },
    { inputText: "hi", dimensions: 256, normalize: false },
  ],
  [
    "amazon.titan-embed-text-v2:0",
    { items: [{ text: "hi" }], outputType: "binary" },
    { inputText: "hi", embeddingTypes: ["binary"] },
  ],
  [
    "amazon.titan-embed-text-v2:0",
    { items: [{ text: "hi" }], outputType: "ubinary" },
    { inputText: "hi", embeddingTypes: ["binary"] },
  ],
  ["amazon.titan-embed-image-v1", { items: [{ text: "hi" }] }, { inputText: "hi" }],
  [
    "amazon.titan-embed-image-v1",
    { items: [{ text: "hi", ...PNG }], dimensions: 384 },
    { inputText: "hi", inputImage: "iVBORw0KGgo=", embeddingConfig: { outputEmbeddingLength: 384 } },
  ],
  ["amazon.titan-embed-image-v1", { items: [PNG] }, { inputImage: "iVBORw0KGgo=" }],
  [
    "cohere.embed-english-v3",
    { items: [{ text: "a" }, { text: "b" }] },
    { input_type: "search_document", texts: ["a", "b"] },
  ],
  [
    "cohere.embed-multilingual-v3",
    { items: [{ text: "a" }], inputType: "query", truncate: "start", outputType: "int8" },
    { input_type: "search_query", texts: ["a"], truncate: "START", embedding_types: ["int8"] },
  ],
  [
    "cohere.embed-english-v3",
    { items: [{ text: "a" }], inputType: "classification", truncate: "end" },
    { input_type: "classification", texts: ["a"], truncate: "END" },
  ],
  [
    "cohere.embed-english-v3",
    { items: [{ text: "a" }], inputType: "clustering", truncate: "none" },
    { input_type: "clustering", texts: ["a"], truncate: "NONE" },
  ],
  [
    "cohere.embed-english-v3",
    { items: [PNG], inputType: "query" },
    { input_type: "image", images: ["data:image/png;base64,iVBORw0KGgo="] },
  ],
  [
    "us.cohere.embed-v4:0",
    { items: [{ text: "a" }, { text: "b" }] },
    { input_type: "search_document", texts: ["a", "b"] },
  ],
  [
    "cohere.embed-v4:0",
    { items: [{ text: "a" }], dimensions: 512, inputType: "query", truncate: "start", outputType: "ubinary" },
    { input_type: "search_query", texts: ["a"], output_dimension: 512, truncate: "LEFT", embedding_types: ["ubinary"] },
  ],
  [
    "cohere.embed-v4:0",
    { items: [{ text: "a" }], truncate: "end" },
    { input_type: "search_document", texts: ["a"], truncate: "RIGHT" },
  ],
  [
    "cohere.embed-v4:0",
    { items: [PNG, PNG], inputType: "clustering" },
    { input_type: "clustering", images: ["data:image/png;base64,iVBORw0KGgo=", "data:image/png;base64,iVBORw0KGgo="] },
  ],
  [
    "global.cohere.embed-v4:0",
    { items: [{ text: "a", ...PNG }] },
    {
      input_type: "search_document",
      inputs: [
        {
          content: [
            { type: "text", text: "a" },
            { type: "image_url", image_url: "data:image/png;base64,iVBORw0KGgo=" },
          ],
        },
      ],
    },
  ],
  [
    "amazon.nova-2-multimodal-embeddings-v1:0",
    { items: [{ text: "hi" }] },
    nova({ embeddingPurpose: "GENERIC_INDEX", text: NOVA_TEXT }),
  ],
  [
    "amazon.nova-2-multimodal-embeddings-v1:0",
    { items: [{ text: "hi" }], inputType: "query", dimensions: 384, truncate: "end" },
    nova({
      embeddingPurpose: "GENERIC_RETRIEVAL",
      embeddingDimension: 384,
      text: { truncationMode: "END", value: "hi" },
    }),
  ],
  [
    "amazon.nova-2-multimodal-embeddings-v1:0",
    { items: [{ text: "hi" }], inputType: "classification", truncate: "start" },
    nova({ embeddingPurpose: "CLASSIFICATION", text: { truncationMode: "START", value: "hi" } }),
  ],
  [
    "amazon.nova-2-multimodal-embeddings-v1:0",
    { items: [PNG], inputType: "clustering" },
    nova({ embeddingPurpose: "CLUSTERING", image: { format: "png", source: { bytes: "iVBORw0KGgo=" } } }),
  ],
  [
    "amazon.nova-2-multimodal-embeddings-v1:0",
    { items: [IN_S3] },
    nova({
      embeddingPurpose: "GENERIC_INDEX",
      image: { format: "png", source: { s3Location: { uri: "s3://bucket/a.png", bucketOwner: "123456789012" } } },
    }),
  ],
  ["us.twelvelabs.marengo-embed-2-7-v1:0", { items: [{ text: "hi" }] }, { inputType: "text", inputText: "hi" }],
  [
    "us.twelvelabs.marengo-embed-2-7-v1:0",
    { items: [{ text: "hi" }], truncate: "none" },
    { inputType: "text", inputText: "hi", textTruncate: "none" },
  ],
  [
    "us.twelvelabs.marengo-embed-2-7-v1:0",
    { items: [PNG] },
    { inputType: "image", mediaSource: { base64String: "iVBORw0KGgo=" } },
  ],
  ["twelvelabs.marengo-embed-3-0-v1:0", { items: [{ text: "hi" }] }, { inputType: "text", text: { inputText: "hi" } }],
  [
    "twelvelabs.marengo-embed-3-0-v1:0",
    { items: [PNG] },
    { inputType: "image", image: { mediaSource: { base64String: "iVBORw0KGgo=" } } },
  ],
  [
    "twelvelabs.marengo-embed-3-0-v1:0",
    { items: [{ text: "hi", ...IN_S3 }] },
    {
      inputType: "text_image",
      text_image: {
        inputText: "hi",
        mediaSource: { s3Location: { uri: "s3://bucket/a.png", bucketOwner: "123456789012" } },
      },
    },
  ],
];

describe("the body sent is the documented one", () => {
  test.each(BODIES)("%s %j", (model, asked, body) => {
    const { render } = findEmbeddingFamily(resolveModel(model));
    expect(JSON.parse(JSON.stringify(render({ model, options: {}, ...asked })))).toEqual(body);
  });
});

test.each([
  "us.amazon.titan-embed-text-v2:0",
  "amazon.titan-embed-text-v1:2:8k",
  "arn:aws:bedrock:us-east-1::foundation-model/cohere.embed-english-v3",
  "arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.cohere.embed-v4:0",
])("%s is known", (id) => {
  expect(findEmbeddingFamily(resolveModel(id)).dimensions.length).toBeGreaterThan(0);
});

test("an ARN that hides its model is known by its base model", () => {
  const arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123";
  expect(findEmbeddingFamily(resolveModel(arn, "cohere.embed-v4:0")).maxItems).toBe(96);
  expect(errorOf(() => findEmbeddingFamily(resolveModel(arn)))).toMatchObject({ code: "ERR_CAPABILITY", model: arn });
});

test("a model that is not known is refused, and the known ones are named", () => {
  const { message } = errorOf(() => findEmbeddingFamily(resolveModel("amazon.nova-lite-v1:0")));
  expect(message).toContain("amazon.titan-embed-text-v2");
  expect(message).toContain("twelvelabs.marengo-embed-3-0");
  expect(message).toContain("llm.invoke()");
});
