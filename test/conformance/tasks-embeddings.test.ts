import type { EmbedInput, OutputType } from "@node-llm/core";
import { describe, expect, it, vi } from "vitest";

import { findEmbeddingFamily } from "../../packages/core/src/bedrock/embeddings/families.ts";
import { resolveModel } from "../../packages/core/src/bedrock/models.ts";
import { createPng } from "../../packages/core/test/support/media-files.ts";
import { itFitsAwsModel } from "../support/aws-model.ts";
import { bodyOf, only, useSideBySide } from "../support/side-by-side.ts";

// The first request of a cold SDK takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** One model of each family, and those whose ids look otherwise. */
const MODELS = [
  "amazon.titan-embed-text-v1",
  "amazon.titan-embed-g1-text-02",
  "amazon.titan-embed-text-v2:0",
  "amazon.titan-embed-image-v1",
  "amazon.nova-2-multimodal-embeddings-v1:0",
  "cohere.embed-english-v3",
  "cohere.embed-multilingual-v3",
  "us.cohere.embed-v4:0",
  "us.twelvelabs.marengo-embed-2-7-v1:0",
  "us.twelvelabs.marengo-embed-3-0-v1:0",
];

const TEXT = "A city on Mars, seen from above";
const IMAGE = { bytes: createPng(64, 48), mimeType: "image/png" };
const INPUTS: Readonly<Record<string, EmbedInput>> = {
  text: TEXT,
  image: { image: IMAGE.bytes },
  both: { text: TEXT, image: IMAGE.bytes },
};

interface Case {
  readonly model: string;
  readonly kind: string;
  readonly outputType: OutputType;
  /** The smallest that the model has. */
  readonly dimensions: number;
}

/** Everything that our client takes for a model. */
function listCases(model: string): Case[] {
  const { outputTypes, images, readsBoth, dimensions } = findEmbeddingFamily(resolveModel(model));
  const kinds = ["text", ...(images ? ["image"] : []), ...(readsBoth ? ["both"] : [])];
  const smallest = Math.min(...dimensions);
  return kinds.flatMap((kind) => outputTypes.map((outputType) => ({ model, kind, outputType, dimensions: smallest })));
}

/** What embedding models answer, all members of all of them. */
interface Body {
  readonly embedding?: number[];
  readonly embeddingsByType?: Readonly<Record<string, number[]>>;
  readonly embeddings?: number[][] | { embedding: number[] }[] | Readonly<Record<string, number[][]>>;
  readonly data?: { embedding: number[] } | { embedding: number[] }[];
  readonly inputTextTokenCount?: number;
}

/** The vectors of an answer, written down without a look at our parser. */
function readVectors(body: Body, type: OutputType): (number[] | undefined)[] {
  const { embedding, embeddingsByType, embeddings, data } = body;
  if (data) return [data].flat().map((each) => each.embedding);
  if (Array.isArray(embeddings)) return embeddings.map((each) => (Array.isArray(each) ? each : each.embedding));
  if (embeddings) return embeddings[type] ?? [];
  if (type === "float") return [embedding ?? embeddingsByType?.["float"]];
  return [packBits(embeddingsByType?.["binary"] ?? [], type === "binary" ? 128 : 0)];
}

/** Titan tells each bit; eight of them are a byte here, the first bit the highest. */
function packBits(bits: readonly number[], offset: number): number[] {
  const bytes = bits.join("").match(/.{8}/g) ?? [];
  return bytes.map((byte) => parseInt(byte, 2) - offset);
}

describe("vectors that our client asks for, asked for through the official SDK", () => {
  const both = useSideBySide();

  it.each(MODELS.flatMap(listCases))(
    "of $model for $kind as $outputType are the same",
    async ({ model, kind, outputType, dimensions }) => {
      const input = INPUTS[kind] ?? expect.unreachable();
      const { ours, requests, official } = await both().compare((llm) =>
        llm.embed(input, { model, outputType, ...(kind !== "image" && { dimensions }) }),
      );
      expect(only(requests)).toMatchObject({ operation: "InvokeModel", modelId: model });
      const body: Body = bodyOf(only(official));
      const expected = readVectors(body, outputType).map((vector) =>
        vector?.map((value) => (outputType === "float" ? Math.fround(value) : value)),
      );
      expect(ours.vectors.map((vector) => Array.from(vector))).toEqual(expected);
      expect(ours.vectors).toHaveLength(1);
      if (body.inputTextTokenCount !== undefined) expect(ours.usage?.inputTokens).toBe(body.inputTextTokenCount);
      if (kind !== "image") expect(ours.dimensions).toBe(dimensions);
    },
  );

  it.each([
    ["cohere.embed-english-v3", 1],
    ["us.cohere.embed-v4:0", 1],
    ["amazon.titan-embed-text-v2:0", 5],
  ])("of several texts by %s are the same, in %i requests", async (model, count) => {
    const texts = ["a cat", "a dog", "a house", "a boat", "a cat on a boat"];
    const { ours, requests, official } = await both().compare((llm) => llm.embed(texts, { model, concurrency: 1 }));
    expect(requests).toHaveLength(count);
    const expected = official.flatMap((output) => readVectors(bodyOf(output), "float"));
    expect(ours.vectors.map((vector) => Array.from(vector))).toEqual(
      expected.map((vector) => vector?.map(Math.fround)),
    );
    expect(ours.vectors).toHaveLength(texts.length);
  });

  it.each(["document", "query", "classification", "clustering"] as const)(
    "for the purpose %s are the same",
    async (inputType) => {
      for (const model of [
        "amazon.nova-2-multimodal-embeddings-v1:0",
        "cohere.embed-multilingual-v3",
        "cohere.embed-v4:0",
      ]) {
        const options = { model, inputType, truncate: "end" } as const;
        const { ours, official } = await both().compare((llm) => llm.embed(TEXT, options));
        const [expected] = readVectors(bodyOf(only(official)), "float");
        expect(Array.from(ours.vector)).toEqual(expected?.map(Math.fround));
      }
    },
  );

  itFitsAwsModel(() => both().server.requests);
});
