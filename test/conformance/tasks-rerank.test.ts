import { expect, describe, it, vi } from "vitest";

import { itFitsAwsModel } from "../support/aws-model.ts";
import { bodyOf, only, useSideBySide } from "../support/side-by-side.ts";

// The first request of a cold SDK takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const MODELS = ["cohere.rerank-v3-5:0", "amazon.rerank-v1:0"];
const QUERY = "What is the capital of France?";
const DOCUMENTS = [
  "Bread is made of flour.",
  { title: "Paris", text: "The capital of France is Paris." },
  'ünïcödé 😀 \u2028 "quoted"',
  "Berlin is the capital of Germany.",
];

/** What Rerank and the models answer, as far as it is read. */
interface Body {
  readonly results?: readonly {
    readonly index: number;
    readonly relevance_score?: number;
    readonly relevanceScore?: number;
  }[];
}

describe("documents that our client has ordered, ordered through the official SDK", () => {
  const both = useSideBySide();
  const cases = MODELS.flatMap((model) =>
    (["invoke", "agent"] as const).flatMap((via) => [undefined, 2].map((topN) => ({ model, via, topN }))),
  );

  it.each(cases)("come back the same by $model via $via, topN $topN", async ({ model, via, topN }) => {
    const { ours, requests, official } = await both().compare((llm) =>
      llm.rerank(QUERY, DOCUMENTS, { model, via, topN }),
    );
    expect(only(requests).operation).toBe(via === "agent" ? "Rerank" : "InvokeModel");
    const answer = via === "agent" ? only(official) : bodyOf(only(official));
    expect(ours.raw).toEqual(answer);
    const { results = [] }: Body = answer;
    expect(results).toHaveLength(topN ?? DOCUMENTS.length);
    const expected = results.map(({ index, relevance_score, relevanceScore }) => {
      return { index, score: relevance_score ?? relevanceScore, document: DOCUMENTS[index] };
    });
    expect(ours.results).toEqual(expected);
    expect(expected[0]?.index).toBe(1);
  });

  it("come back the same with fields of the model's own, and by the ARN of a model", async () => {
    const model = "arn:aws:bedrock:us-east-1::foundation-model/cohere.rerank-v3-5:0";
    const options = { model, via: "agent", params: { max_tokens_per_doc: 100 } } as const;
    const { ours, official } = await both().compare((llm) => llm.rerank(QUERY, DOCUMENTS, options));
    expect(ours.raw).toEqual(only(official));
  });

  itFitsAwsModel(() => both().server.requests);
});
