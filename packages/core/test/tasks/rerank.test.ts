import { describe, expect, test } from "vitest";
import type { RerankOptions } from "../../src/tasks/rerank.ts";
import { bodyOf, createClient, failureOf, useServer } from "../support/bedrock.ts";

const COHERE = "cohere.rerank-v3-5:0";
const AMAZON = "amazon.rerank-v1:0";
const ARN = "arn:aws:bedrock:us-east-1::foundation-model/amazon.rerank-v1:0";
const QUERY = "Which animal barks?";
const DOCUMENTS = ["The stock market fell.", "A dog is an animal that barks.", "An animal of the sea."];

const server = useServer();

describe.each([COHERE, AMAZON])("%s", (model) => {
  test.each(["invoke", "agent"] as const)("orders documents, the best first, via %s", async (via) => {
    const { results, ...rest } = await createClient(server()).rerank(QUERY, DOCUMENTS, { model, via });
    expect(results.map(({ index }) => index)).toEqual([1, 2, 0]);
    expect(results.map(({ document }) => document)).toEqual([DOCUMENTS[1], DOCUMENTS[2], DOCUMENTS[0]]);
    const scores = results.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(rest).toMatchObject({ model, requestId: server().requests[0]?.id });
  });

  test.each(["invoke", "agent"] as const)("gives the best only, via %s", async (via) => {
    const { results } = await createClient(server()).rerank(QUERY, DOCUMENTS, { model, via, topN: 1 });
    expect(results).toMatchObject([{ index: 1, document: DOCUMENTS[1] }]);
  });
});

test("documents may be objects, and come back as they were given", async () => {
  const documents = DOCUMENTS.map((text, id) => ({ id, text }));
  for (const via of ["invoke", "agent"] as const) {
    const { results } = await createClient(server()).rerank(QUERY, documents, { model: COHERE, via });
    expect(results[0]?.document).toBe(documents[1]);
  }
});

describe("the body sent is the documented one", () => {
  const answer = { status: 200, body: { results: [{ index: 0, relevance_score: 0.5, relevanceScore: 0.5 }] } };

  test.each<readonly [string, RerankOptions, object]>([
    [COHERE, {}, { query: "q", documents: ["a", '{"b":1}'], top_n: 2, api_version: 2 }],
    [
      COHERE,
      { topN: 1, params: { api_version: 3 } },
      { query: "q", documents: ["a", '{"b":1}'], top_n: 1, api_version: 3 },
    ],
    [AMAZON, { topN: 9 }, { query: "q", documents: ["a", '{"b":1}'], top_n: 2 }],
  ])("InvokeModel with %s %j", async (model, options, body) => {
    server().enqueue(answer);
    await createClient(server()).rerank("q", ["a", { b: 1 }], { model, ...options });
    expect(bodyOf(server())).toEqual(body);
    expect(server().requests[0]).toMatchObject({ method: "POST", path: `/model/${encodeURIComponent(model)}/invoke` });
  });

  test("Rerank", async () => {
    server().enqueue(answer);
    const params = { max_tokens_per_doc: 100 };
    await createClient(server()).rerank("q", ["a", { b: 1 }], { model: AMAZON, via: "agent", topN: 1, params });
    expect(server().requests[0]).toMatchObject({
      method: "POST",
      path: "/rerank",
      operation: "Rerank",
      authorized: true,
    });
    expect(bodyOf(server())).toEqual({
      queries: [{ type: "TEXT", textQuery: { text: "q" } }],
      sources: [
        { type: "INLINE", inlineDocumentSource: { type: "TEXT", textDocument: { text: "a" } } },
        { type: "INLINE", inlineDocumentSource: { type: "JSON", jsonDocument: { b: 1 } } },
      ],
      rerankingConfiguration: {
        type: "BEDROCK_RERANKING_MODEL",
        bedrockRerankingConfiguration: {
          numberOfResults: 1,
          modelConfiguration: { modelArn: ARN, additionalModelRequestFields: params },
        },
      },
    });
  });

  test.each([
    [AMAZON, "eu-central-1", "arn:aws:bedrock:eu-central-1::foundation-model/amazon.rerank-v1:0"],
    [AMAZON, "us-gov-west-1", "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/amazon.rerank-v1:0"],
    [ARN, "us-west-2", ARN],
  ])("Rerank names %s in %s by its ARN", async (model, bedrockRegion, arn) => {
    server().enqueue(answer);
    await createClient(server(), { bedrockRegion }).rerank("q", ["a"], { model, via: "agent" });
    expect(JSON.stringify(bodyOf(server()))).toContain(`"modelArn":"${arn}"`);
  });
});

test("Rerank's pages are put together", async () => {
  const page = (index: number, nextToken?: string): object => ({
    status: 200,
    body: { results: [{ index, relevanceScore: 1 / (2 + index) }], nextToken },
  });
  server().enqueue(page(0, "more") as { status: 200 }, page(1, "last") as { status: 200 }, page(2) as { status: 200 });
  const { results } = await createClient(server()).rerank("q", ["a", "b", "c"], { model: AMAZON, via: "agent" });
  expect(results.map(({ index }) => index)).toEqual([0, 1, 2]);
  expect([0, 1, 2].map((at) => bodyOf(server(), at)["nextToken"])).toEqual([undefined, "more", "last"]);
});

test("pages without an end are left", async () => {
  const empty = { status: 200, body: { results: [], nextToken: "again" } };
  server().enqueue(...Array.from({ length: 20 }, () => empty));
  const { results } = await createClient(server()).rerank("q", ["a", "b"], { model: AMAZON, via: "agent" });
  expect(results).toEqual([]);
  expect(server().requests.length).toBeLessThan(5);
});

test("without a region, Rerank cannot name its model", async () => {
  const env = { AWS_ENDPOINT_URL: server().url };
  const llm = createClient(server(), { bedrockAuth: "none" }, { env });
  const error = await failureOf(llm.rerank("q", ["a"], { model: AMAZON, via: "agent" }));
  expect(error).toMatchObject({ code: "ERR_CONFIGURATION", message: expect.stringContaining("region") });
});

test.each([
  {},
  { results: [{}] },
  { results: [{ index: "0", relevance_score: 1 }] },
  { results: [{ index: 7, relevance_score: 1 }] },
  { results: [0.9, 0.8].map((relevance_score) => ({ index: 0, relevance_score })) },
])("an answer that is none fails: %j", async (body) => {
  server().enqueue({ status: 200, body });
  const error = await failureOf(createClient(server()).rerank("q", ["a"], { model: COHERE }));
  expect(error).toMatchObject({ code: "ERR_RESPONSE", requestId: server().requests[0]?.id, model: COHERE });
});

test("an answer in another order is put in order", async () => {
  const results = [0.1, 0.9, 0.5].map((relevance_score, index) => ({ index, relevance_score }));
  server().enqueue({ status: 200, body: { results } });
  const ranked = await createClient(server()).rerank("q", ["a", "b", "c"], { model: COHERE });
  expect(ranked.results.map(({ document }) => document)).toEqual(["b", "c", "a"]);
  expect(ranked.raw).toEqual({ results });
});

describe("bad input fails before anything is sent", () => {
  const many = Array.from({ length: 1001 }, () => "a");
  test.each<readonly [string, string, readonly string[], RerankOptions, string]>([
    ["no model", "q", ["a"], {}, "ERR_CONFIGURATION No model is set"],
    ["a chat model", "q", ["a"], { model: "amazon.nova-lite-v1:0" }, "ERR_CAPABILITY It is not known how"],
    ["a blank query", " ", ["a"], { model: COHERE }, "ERR_INPUT The query is blank"],
    ["no query", 7 as unknown as string, ["a"], { model: COHERE }, "ERR_INPUT The query is number"],
    ["a long query", "x".repeat(32_001), ["a"], { model: COHERE }, "32001 characters: give at most 32000"],
    ["no documents", "q", [], { model: COHERE }, "ERR_INPUT documents is a list of 0"],
    ["too many documents", "q", many, { model: COHERE }, "a list of 1001: give a list of 1 to 1000"],
    ["no list", "q", "a" as unknown as string[], { model: COHERE }, "documents is string"],
    ["an empty document", "q", ["a", ""], { model: COHERE }, "ERR_INPUT documents[1] is empty"],
    ["a bigint", "q", ["a", { id: 1n } as unknown as string], { model: COHERE }, "ERR_INPUT documents[1] holds"],
    [
      "what is no JSON",
      "q",
      [{ toJSON: () => undefined } as unknown as string],
      { model: COHERE },
      "documents[0] holds",
    ],
    ["a number", "q", [7 as unknown as string], { model: COHERE }, "documents[0] is number"],
    ["a long document", "q", ["x".repeat(32_001)], { model: COHERE, via: "agent" }, "ERR_INPUT documents[0] has 32001"],
    ["topN", "q", ["a"], { model: COHERE, topN: 0 }, "ERR_INPUT topN is 0"],
    ["via", "q", ["a"], { model: COHERE, via: "x" as "agent" }, 'ERR_INPUT via is "x"'],
    ["params", "q", ["a"], { model: COHERE, params: [] as unknown as Record<string, never> }, "ERR_INPUT params"],
    [
      "an option",
      "q",
      ["a"],
      { model: COHERE, top: 1 } as RerankOptions,
      "ERR_INPUT rerank() does not know the option top",
    ],
  ])("%s", async (_name, query, documents, options, expected) => {
    const error = await failureOf(createClient(server()).rerank(query, documents, options));
    expect(`${error.code} ${error.message}`).toContain(expected);
    expect(server().requests).toHaveLength(0);
  });
});

test("is retried, and stands among middlewares", async () => {
  server().enqueue({ error: "ThrottlingException" });
  const seen: unknown[] = [];
  const llm = createClient(server(), {
    middlewares: [
      {
        task(context, next) {
          seen.push(context.operation);
          return next();
        },
      },
    ],
  });
  expect((await llm.rerank(QUERY, DOCUMENTS, { model: COHERE })).results[0]?.index).toBe(1);
  expect(seen).toEqual(["rerank"]);
  expect(server().requests).toHaveLength(2);
});

test.each([{}, { results: [{ index: "length", score: 1 }], raw: {} }])(
  "what a middleware gives in place of results is looked at: %j",
  async (given) => {
    // The wrong types are the point.
    const llm = createClient(server(), { middlewares: [{ task: () => Promise.resolve(given as never) }] });
    expect(await failureOf(llm.rerank("q", ["a"], { model: COHERE }))).toMatchObject({ code: "ERR_RESPONSE" });
  },
);
