/** Ranks documents by the measure of the embeddings: how near they are to the query. */
import type { RankingInput } from "../../validations/rerank.ts";
import { embedParts } from "../embeddings/embed.ts";
import { measureCosine } from "../embeddings/vectors.ts";

/** One document by its place in the input. `score` lies between 0 and 1. */
export interface Ranked {
  readonly index: number;
  readonly score: number;
}

const DIMENSION = 1024;
/** The cosine that a document needs for a score of one half, and how quickly scores rise around it. */
const MIDDLE = 0.3;
const STEEPNESS = 12;

/** The best `limit` documents, best first; equal ones in the order of the input. */
export function rankDocuments({ query, documents, limit }: RankingInput): Ranked[] {
  const asked = embedParts([{ text: query }], DIMENSION);
  return documents
    .map((text, index) => ({ index, score: score(measureCosine(asked, embedParts([{ text }], DIMENSION))) }))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, limit);
}

/** As a number that a float of 32 bits holds exactly. */
function score(cosine: number): number {
  return Math.fround(1 / (1 + Math.exp(-STEEPNESS * (cosine - MIDDLE))));
}
