import type { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type BedrockLocal, startBedrockLocal } from "../../src/index.ts";
import { createCanvas } from "../../src/models/images/canvas.ts";
import { encodeImage } from "../../src/models/images/codec.ts";
import { rejection } from "../support.ts";
import { createRuntime, invoke, invokeStream } from "../support-invoke.ts";

const RED = Buffer.from(encodeImage(createCanvas(64, 64, [220, 20, 30]), "png")).toString("base64");
const RED_URI = `data:image/png;base64,${RED}`;

const TITAN = "amazon.titan-embed-text-v2:0";
const TITAN_IMAGE = "amazon.titan-embed-image-v1";
const COHERE_3 = "cohere.embed-english-v3";
const COHERE_4 = "us.cohere.embed-v4:0";
const NOVA = "amazon.nova-2-multimodal-embeddings-v1:0";
const MARENGO_2 = "twelvelabs.marengo-embed-2-7-v1:0";
const MARENGO_3 = "us.twelvelabs.marengo-embed-3-0-v1:0";

let server: BedrockLocal;
let client: BedrockRuntimeClient;
beforeAll(async () => {
  server = await startBedrockLocal();
  client = createRuntime(server.url);
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

/** A list of numbers as its length, so that a shape can be told in a line. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    return list.length > 0 && list.every((item) => typeof item === "number") ? list.length : list.map(shape);
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shape(member)]));
}

const nova = (params: object): object => ({
  taskType: "SINGLE_EMBEDDING",
  singleEmbeddingParams: { embeddingPurpose: "GENERIC_INDEX", ...params },
});

describe("the shape of answers", () => {
  const id = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  const text = { truncationMode: "END", value: "Hello world" };
  const source = { bytes: RED };

  it.each<[name: string, modelId: string, body: object, answer: object, tokens: string | undefined]>([
    [
      "Titan v1",
      "amazon.titan-embed-text-v1",
      { inputText: "Hello" },
      { embedding: 1536, inputTextTokenCount: 1 },
      "1",
    ],
    [
      "Titan v2",
      TITAN,
      { inputText: "Hello world" },
      { embedding: 1024, embeddingsByType: { float: 1024 }, inputTextTokenCount: 2 },
      "2",
    ],
    [
      "Titan v2, both types",
      TITAN,
      { inputText: "Hello world", dimensions: 256, embeddingTypes: ["binary", "float"] },
      { embedding: 256, embeddingsByType: { binary: 256, float: 256 }, inputTextTokenCount: 2 },
      "2",
    ],
    [
      "Titan v2, binary alone",
      TITAN,
      { inputText: "Hello world", embeddingTypes: ["binary"] },
      { embeddingsByType: { binary: 1024 }, inputTextTokenCount: 2 },
      "2",
    ],
    [
      "Titan Multimodal, an image",
      TITAN_IMAGE,
      { inputImage: RED, embeddingConfig: { outputEmbeddingLength: 384 } },
      { embedding: 384, inputTextTokenCount: 0, message: null },
      "0",
    ],
    [
      "Titan Multimodal, both",
      TITAN_IMAGE,
      { inputText: "red", inputImage: RED },
      { embedding: 1024, inputTextTokenCount: 1, message: null },
      "1",
    ],
    [
      "Cohere v3, floats",
      COHERE_3,
      { input_type: "search_query", texts: ["Hello World", "bye"] },
      { id, response_type: "embeddings_floats", embeddings: [1024, 1024], texts: ["hello world", "bye"] },
      "3",
    ],
    [
      "Cohere v3, by type",
      COHERE_3,
      {
        input_type: "clustering",
        texts: ["x"],
        embedding_types: ["float", "int8", "uint8", "binary", "ubinary"],
        truncate: "END",
      },
      {
        id,
        response_type: "embeddings_by_type",
        embeddings: { float: [1024], int8: [1024], uint8: [1024], binary: [128], ubinary: [128] },
        texts: ["x"],
      },
      "1",
    ],
    [
      "Cohere v3, an image",
      "cohere.embed-multilingual-v3",
      { input_type: "image", images: [RED_URI] },
      {
        id,
        response_type: "embeddings_floats",
        embeddings: [1024],
        texts: [],
        images: [{ width: 64, height: 64, format: "png", bit_depth: 24 }],
      },
      "0",
    ],
    [
      "Cohere v4, no type named",
      COHERE_4,
      { input_type: "search_document", texts: ["A", "B"] },
      { id, response_type: "embeddings_by_type", embeddings: { float: [1536, 1536] }, texts: ["A", "B"] },
      "2",
    ],
    [
      "Cohere v4, mixed",
      COHERE_4,
      {
        input_type: "search_document",
        inputs: [
          {
            content: [
              { type: "text", text: "red" },
              { type: "image_url", image_url: RED_URI },
            ],
          },
          { content: [{ type: "image_url", image_url: { url: RED_URI } }] },
        ],
        output_dimension: 256,
        embedding_types: ["ubinary"],
      },
      { id, response_type: "embeddings_by_type", embeddings: { ubinary: [32, 32] }, texts: [] },
      "1",
    ],
    ["Nova, text", NOVA, nova({ text }), { embeddings: [{ embeddingType: "TEXT", embedding: 3072 }] }, "2"],
    [
      "Nova, image",
      NOVA,
      nova({ embeddingDimension: 256, image: { format: "png", detailLevel: "STANDARD_IMAGE", source } }),
      { embeddings: [{ embeddingType: "IMAGE", embedding: 256 }] },
      undefined,
    ],
    [
      "Nova, sound in S3",
      NOVA,
      nova({ audio: { format: "mp3", source: { s3Location: { uri: "s3://b/a.mp3" } } } }),
      { embeddings: [{ embeddingType: "AUDIO", embedding: 3072 }] },
      undefined,
    ],
    [
      "Nova, video in two",
      NOVA,
      nova({ embeddingDimension: 384, video: { format: "mp4", embeddingMode: "AUDIO_VIDEO_SEPARATE", source } }),
      {
        embeddings: [
          { embeddingType: "VIDEO", embedding: 384 },
          { embeddingType: "AUDIO", embedding: 384 },
        ],
      },
      undefined,
    ],
    [
      "Marengo 2.7",
      MARENGO_2,
      { inputType: "image", mediaSource: { base64String: RED } },
      { data: [{ embedding: 1024 }] },
      undefined,
    ],
    [
      "Marengo 3, text and image",
      MARENGO_3,
      { inputType: "text_image", text_image: { inputText: "red", mediaSource: { base64String: RED } } },
      { data: [{ embedding: 512 }] },
      undefined,
    ],
    [
      "Marengo 3, several images",
      MARENGO_3,
      {
        inputType: "multi_input",
        multi_input: {
          inputText: "<@a> beside a car",
          mediaSources: [{ name: "a", mediaType: "image", base64String: RED }],
        },
      },
      { data: [{ embedding: 512 }] },
      undefined,
    ],
  ])("%s", async (_name, modelId, body, answer, tokens) => {
    const given = await invoke(client, modelId, body);
    expect(shape(given.body)).toEqual(answer);
    expect(given.headers["x-amzn-bedrock-input-token-count"]).toBe(tokens);
    expect(given.headers["content-type"]).toBe("application/json");
  });
});

describe("the numbers", () => {
  const numbers = (value: unknown): number[] => (Array.isArray(value) ? value.map(Number) : []);
  const length = (vector: number[]): number => Math.hypot(...vector);

  it("are normalised in Titan v2 unless told otherwise, and never in v1", async () => {
    const inputText = "A longer text about a red car in the city.";
    const embed = async (modelId: string, more: object = {}): Promise<number[]> =>
      numbers((await invoke(client, modelId, { inputText, ...more })).body["embedding"]);
    expect(length(await embed(TITAN))).toBeCloseTo(1, 5);
    expect(length(await embed(TITAN, { normalize: false }))).toBeGreaterThan(2);
    expect(length(await embed("amazon.titan-embed-text-v1"))).toBeGreaterThan(2);
  });

  it("of the binary types are the signs of the floats", async () => {
    const { body } = await invoke(client, TITAN, { inputText: "signs", embeddingTypes: ["float", "binary"] });
    const { float, binary } = Object(body["embeddingsByType"]);
    expect(binary).toEqual(numbers(float).map((value) => (value > 0 ? 1 : 0)));
  });

  it("of an image and of the word for its colour are near in multimodal models", async () => {
    const embed = async (body: object): Promise<number[]> =>
      numbers((await invoke(client, TITAN_IMAGE, body)).body["embedding"]);
    const image = await embed({ inputImage: RED });
    const near = async (inputText: string): Promise<number> =>
      (await embed({ inputText })).reduce((sum, value, at) => sum + value * (image[at] ?? 0), 0);
    expect(await near("red")).toBeGreaterThan((await near("blue")) + 0.3);
  });

  it("tell how much of a text Nova took", async () => {
    const value = "word ".repeat(9_000).trim();
    const { body, headers } = await invoke(client, NOVA, nova({ text: { truncationMode: "START", value } }));
    expect(body).toMatchObject({ embeddings: [{ truncatedCharLength: 8_192 * 5 }] });
    expect(headers["x-amzn-bedrock-input-token-count"]).toBe("8192");
  });
});

describe("what is refused", () => {
  const malformed = (problem: string): string =>
    `Malformed input request: ${problem}, please reformat your input and try again.`;
  const texts = Array.from({ length: 97 }, () => "x");

  it.each<[modelId: string, body: object, message: string]>([
    [TITAN, {}, malformed("#: required key [inputText] not found")],
    [TITAN, { inputText: "" }, malformed("#/inputText: expected minLength: 1, actual: 0")],
    [TITAN, { inputText: "a".repeat(50_001) }, malformed("#/inputText: expected maxLength: 50000, actual: 50001")],
    [
      TITAN,
      { inputText: "a ".repeat(9_000) },
      "400 Bad Request: Too many input tokens. Max input tokens: 8192, request input token count: 9001 ",
    ],
    [TITAN, { inputText: "a", dimensions: 300 }, malformed("#/dimensions: 300 is not a valid enum value")],
    [
      "amazon.titan-embed-text-v1",
      { inputText: "a", dimensions: 256 },
      malformed("#: extraneous key [dimensions] is not permitted"),
    ],
    [TITAN_IMAGE, {}, malformed("#: required key [inputText] not found#: required key [inputImage] not found")],
    [TITAN_IMAGE, { inputImage: "%" }, malformed("#/inputImage: the value is not base64")],
    [
      COHERE_3,
      { inputText: "a" },
      malformed(
        "#: required key [images] not found#: required key [texts] not found" +
          "#: required key [input_type] not found#: extraneous key [inputText] is not permitted",
      ),
    ],
    [COHERE_3, { texts: ["a"] }, malformed("#: required key [input_type] not found")],
    [COHERE_3, { input_type: "search_query", texts }, malformed("#/texts: expected maximum item count: 96, found: 97")],
    [
      COHERE_3,
      { input_type: "search_query", texts: ["a", "b".repeat(2049)] },
      malformed("#/texts/1: expected maxLength: 2048, actual: 2049"),
    ],
    [
      COHERE_3,
      { input_type: "search_query", texts: ["a"], images: [RED_URI] },
      malformed("#: 2 subschemas matched instead of one"),
    ],
    [COHERE_3, { input_type: "query", texts: ["a"] }, malformed("#/input_type: query is not a valid enum value")],
    [
      COHERE_4,
      { input_type: "search_query", texts: ["a"], output_dimension: 100 },
      malformed("#/output_dimension: 100 is not a valid enum value"),
    ],
    [
      COHERE_4,
      { input_type: "search_query", texts: ["one two three"], max_tokens: 2, truncate: "NONE" },
      "too many tokens: total number of tokens in the input cannot exceed 2 - received 3",
    ],
    [
      NOVA,
      { taskType: "SEGMENTED_EMBEDDING", singleEmbeddingParams: { embeddingPurpose: "CLUSTERING" } },
      malformed("#/taskType: SEGMENTED_EMBEDDING is not a valid enum value"),
    ],
    [NOVA, nova({}), malformed("#/singleEmbeddingParams: 0 of text, image, audio and video are set instead of one")],
    [
      MARENGO_2,
      { inputType: "video", mediaSource: { base64String: RED } },
      "The inputType video is not supported by InvokeModel. Use StartAsyncInvoke and try again.",
    ],
    [MARENGO_3, { inputType: "text" }, malformed("#: required key [text] not found")],
  ])("%s: case %#", async (modelId, body, message) => {
    const error = await rejection(invoke(client, modelId, body));
    expect(error).toMatchObject({ name: "ValidationException", message });
  });

  it("is a stream of what does not stream", async () => {
    const error = await rejection(invokeStream(client, TITAN, { inputText: "a" }));
    expect(error).toMatchObject({ name: "ValidationException", message: "The model is unsupported for streaming." });
  });
});
