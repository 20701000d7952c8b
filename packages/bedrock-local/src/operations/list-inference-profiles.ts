import { cutPage } from "../control/pages.ts";
import { listProfiles } from "../control/profiles.ts";
import { readQuery } from "../validations/control-query.ts";
import { listInferenceProfilesRequest } from "../validations/shapes/control.ts";
import type { OperationContext } from "./operation.ts";
import { respondJson } from "./respond.ts";

/**
 * ListInferenceProfiles: those of AWS's own that the region has. None of type `APPLICATION` can be made here.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html
 */
export async function listInferenceProfiles(context: OperationContext): Promise<void> {
  const { query, region } = context;
  const { text, maxResults } = readQuery(listInferenceProfilesRequest, query, { typeEquals: "type" });
  const profiles = text["typeEquals"] === "APPLICATION" ? [] : listProfiles(region);
  const { items, nextToken } = cutPage("inference-profiles", profiles, { maxResults, nextToken: text["nextToken"] });
  respondJson(context, { inferenceProfileSummaries: items, nextToken });
}
