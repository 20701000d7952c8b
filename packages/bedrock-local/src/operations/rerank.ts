import { parseModelId } from "../models/families.ts";
import { isRankingModel } from "../models/rerank/families.ts";
import { rankDocuments } from "../models/rerank/rank.ts";
import { checkModelAccess } from "../validations/model-access.ts";
import { createRefusal } from "../validations/refusal.ts";
import { readRerank } from "../validations/rerank.ts";
import type { OperationContext } from "./operation.ts";
import { respondJson } from "./respond.ts";

/** More results than this come in several pages. */
const PAGE_SIZE = 100;

/**
 * Rerank of the agent runtime: ranks documents by their nearness to a query, best first, a hundred to a page.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Rerank.html
 */
export async function rerank(context: OperationContext): Promise<void> {
  const input = readRerank(context.body);
  checkModelAccess(input.modelArn, context.deniedModels);
  if (!isRankingModel(parseModelId(input.modelArn).id)) {
    throw createRefusal("The provided model identifier is invalid.");
  }
  const start = readToken(input.nextToken);
  const ranked = rankDocuments(input);
  const end = start + PAGE_SIZE;
  respondJson(context, {
    results: ranked.slice(start, end).map(({ index, score }) => ({ index, relevanceScore: score })),
    ...(end < ranked.length ? { nextToken: renderToken(end) } : {}),
  });
}

function renderToken(start: number): string {
  return Buffer.from(`rerank:${start}`).toString("base64url");
}

function readToken(token: string | undefined): number {
  if (token === undefined) return 0;
  const [, start] = /^rerank:(\d+)$/.exec(Buffer.from(token, "base64url").toString("latin1")) ?? [];
  if (start === undefined) throw createRefusal("The provided nextToken is invalid.");
  return Number(start);
}
