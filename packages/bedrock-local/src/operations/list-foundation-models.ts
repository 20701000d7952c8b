import { listModels } from "../control/models.ts";
import { readQuery } from "../validations/control-query.ts";
import { listFoundationModelsRequest } from "../validations/shapes/control.ts";
import type { OperationContext } from "./operation.ts";
import { respondJson } from "./respond.ts";

/**
 * ListFoundationModels: every model of the table that fits the filters, on one page.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html
 */
export async function listFoundationModels(context: OperationContext): Promise<void> {
  const { text } = readQuery(listFoundationModelsRequest, context.query);
  respondJson(context, { modelSummaries: listModels(context.region, text) });
}
