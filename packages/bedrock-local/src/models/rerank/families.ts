import { type RankingInput, readAmazonRerank, readCohereRerank } from "../../validations/rerank.ts";
import type { InvokeAnswer, InvokeFamily } from "../invoke/family.ts";
import { rankDocuments } from "./rank.ts";

/** Whether a bare id is that of a ranking model. */
export function isRankingModel(id: string): boolean {
  return RERANK_FAMILIES.some(({ matches }) => matches(id));
}

/** Amazon Rerank and Cohere Rerank, through InvokeModel. */
export const RERANK_FAMILIES: readonly InvokeFamily[] = [
  { matches: (id) => id.startsWith("amazon.rerank-"), invoke: (_context, body) => answer(readAmazonRerank(body)) },
  { matches: (id) => id.startsWith("cohere.rerank-"), invoke: (_context, body) => answer(readCohereRerank(body)) },
];

function answer(input: RankingInput): InvokeAnswer {
  const results = rankDocuments(input).map(({ index, score }) => ({ index, relevance_score: score }));
  return { body: { results } };
}
