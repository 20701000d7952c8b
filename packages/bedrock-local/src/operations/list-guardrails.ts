import { renderGuardrailSummary } from "../control/guardrails.ts";
import { cutPage } from "../control/pages.ts";
import { readQuery } from "../validations/control-query.ts";
import { listGuardrailsRequest } from "../validations/shapes/control.ts";
import type { OperationContext } from "./operation.ts";
import { createUnknownGuardrail } from "./get-guardrail.ts";
import { respondJson } from "./respond.ts";

/**
 * ListGuardrails: the configured guardrails, each in its draft or newest version; or all versions of one.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListGuardrails.html
 */
export async function listGuardrails(context: OperationContext): Promise<void> {
  const { query, region, guardrails } = context;
  const { text, maxResults } = readQuery(listGuardrailsRequest, query);
  const identifier = text["guardrailIdentifier"];
  const list = guardrails.list(identifier, region);
  if (identifier !== undefined && list.length === 0) throw createUnknownGuardrail();
  const { items, nextToken } = cutPage(`guardrails/${identifier ?? ""}`, list, {
    maxResults,
    nextToken: text["nextToken"],
  });
  respondJson(context, { guardrails: items.map(renderGuardrailSummary), nextToken });
}
