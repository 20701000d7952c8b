import {
  type BedrockAgentRuntimeClient,
  RerankCommand,
  type RerankSource,
} from "@aws-sdk/client-bedrock-agent-runtime";
import type { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type BedrockLocal, startBedrockLocal } from "../../src/index.ts";
import { rejection } from "../support.ts";
import { createAgentRuntime, createRuntime, invoke } from "../support-invoke.ts";

const ARN = "arn:aws:bedrock:us-west-2::foundation-model/amazon.rerank-v1:0";
const QUERY = "What is the capital of France?";
const DOCUMENTS = [
  "The rocket reached the orbit of Mars.",
  "Paris is the capital of France.",
  "France is a country in Europe.",
  "Bread is baked in an oven.",
];

let server: BedrockLocal;
let runtime: BedrockRuntimeClient;
let agent: BedrockAgentRuntimeClient;
beforeAll(async () => {
  server = await startBedrockLocal({ deniedModels: ["cohere.rerank-v3-5:0"] });
  runtime = createRuntime(server.url);
  agent = createAgentRuntime(server.url);
});
afterAll(async () => {
  runtime.destroy();
  agent.destroy();
  await server.close();
});

const textSource = (text: string): RerankSource => ({
  type: "INLINE",
  inlineDocumentSource: { type: "TEXT", textDocument: { text } },
});

function command(
  sources: RerankSource[],
  more: { limit?: number; nextToken?: string; modelArn?: string } = {},
): RerankCommand {
  const { limit, nextToken, modelArn = ARN } = more;
  return new RerankCommand({
    queries: [{ type: "TEXT", textQuery: { text: QUERY } }],
    sources,
    rerankingConfiguration: {
      type: "BEDROCK_RERANKING_MODEL",
      bedrockRerankingConfiguration: {
        modelConfiguration: { modelArn },
        ...(limit === undefined ? {} : { numberOfResults: limit }),
      },
    },
    ...(nextToken === undefined ? {} : { nextToken }),
  });
}

describe("InvokeModel of ranking models", () => {
  it("puts the document that answers the query first, and the next best after it", async () => {
    const { body } = await invoke(runtime, "amazon.rerank-v1:0", { query: QUERY, documents: DOCUMENTS });
    const results: unknown = body["results"];
    expect(results).toMatchObject([{ index: 1 }, { index: 2 }, {}, {}]);
    expect(results).toEqual(expect.arrayContaining([{ index: 1, relevance_score: expect.closeTo(0.9, 0) }]));
  });

  it("gives no more than top_n results", async () => {
    const { body } = await invoke(runtime, "amazon.rerank-v1:0", { query: QUERY, documents: DOCUMENTS, top_n: 1 });
    expect(body).toEqual({ results: [{ index: 1, relevance_score: expect.any(Number) }] });
  });

  it.each([
    [{ documents: DOCUMENTS }, "#: required key [query] not found"],
    [{ query: QUERY, documents: [] }, "#/documents: expected minimum item count: 1, found: 0"],
    [{ query: QUERY, documents: DOCUMENTS, top_n: 0 }, "#/top_n: 0 is not greater or equal to 1"],
    [{ query: QUERY, documents: DOCUMENTS, api_version: 2 }, "#: extraneous key [api_version] is not permitted"],
  ])("refuses %j", async (body, problem) => {
    const message = `Malformed input request: ${problem}, please reformat your input and try again.`;
    const error = await rejection(invoke(runtime, "amazon.rerank-v1:0", body));
    expect(error).toMatchObject({ name: "ValidationException", message });
  });

  it("needs the version of the API for Cohere", async () => {
    const open = await startBedrockLocal();
    const client = createRuntime(open.url);
    try {
      const body = { query: QUERY, documents: DOCUMENTS, top_n: 2 };
      const error = await rejection(invoke(client, "cohere.rerank-v3-5:0", body));
      expect(error.message).toContain("#: required key [api_version] not found");
      const answer = await invoke(client, "cohere.rerank-v3-5:0", { ...body, api_version: 2 });
      expect(answer.body).toMatchObject({ results: [{ index: 1 }, { index: 2 }] });
    } finally {
      client.destroy();
      await open.close();
    }
  });
});

describe("Rerank", () => {
  it("ranks texts and JSON alike", async () => {
    const json: RerankSource = {
      type: "INLINE",
      inlineDocumentSource: { type: "JSON", jsonDocument: { title: "Paris", text: "The capital of France." } },
    };
    const { results, nextToken } = await agent.send(
      command([textSource("Bread is baked in an oven."), json, textSource("Cats sleep a lot.")], { limit: 2 }),
    );
    expect(results).toHaveLength(2);
    expect(results?.[0]).toMatchObject({ index: 1, relevanceScore: expect.any(Number) });
    expect(nextToken).toBeUndefined();
  });

  it("gives every result once, best first, over its pages", async () => {
    const sources = Array.from({ length: 250 }, (_, index) => textSource(`${DOCUMENTS[index % 4] ?? ""} ${index}`));
    const indexes: unknown[] = [];
    const scores: number[] = [];
    let nextToken: string | undefined;
    let pages = 0;
    do {
      const page = await agent.send(command(sources, nextToken === undefined ? {} : { nextToken }));
      indexes.push(...(page.results ?? []).map(({ index }) => index));
      scores.push(...(page.results ?? []).map(({ relevanceScore = NaN }) => relevanceScore));
      ({ nextToken } = page);
      pages += 1;
    } while (nextToken !== undefined);
    expect(pages).toBe(3);
    expect(new Set(indexes).size).toBe(250);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it.each([
    ["a token that is not its own", command([textSource("a")], { nextToken: "x" }), "ValidationException"],
    [
      "a model that does not rank",
      command([textSource("a")], { modelArn: "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0" }),
      "ValidationException",
    ],
    [
      "a model that is denied",
      command([textSource("a")], { modelArn: "cohere.rerank-v3-5:0" }),
      "AccessDeniedException",
    ],
    ["an empty text", command([textSource("")]), "ValidationException"],
    [
      "a document without its member",
      command([{ type: "INLINE", inlineDocumentSource: { type: "JSON", textDocument: { text: "a" } } }]),
      "ValidationException",
    ],
  ])("refuses %s", async (_name, refused, name) => {
    expect((await rejection(agent.send(refused))).name).toBe(name);
  });
});
