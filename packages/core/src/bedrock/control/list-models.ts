import { compact, objectOf, objectsOf, stringOf, type JsonObject } from "../../types/json.ts";
import type { BedrockClient } from "../client.ts";
import { findPrice } from "../cost.ts";
import { createModelInfo } from "../model-info.ts";
import { nameModel } from "../models.ts";
import { listNearProfiles } from "../profile-hint.ts";
import type { InferenceProfile, ListedModel, ListModelsOptions } from "./types.ts";
import { checkListOptions, dateOf, listPages } from "./pages.ts";

const FILTERS: readonly string[] = [
  "provider",
  "family",
  "input",
  "output",
  "status",
  "isInvocable",
] satisfies (keyof ListModelsOptions)[];

/**
 * Lists the models of a region, joined with the inference profiles that lead to them. A model that only a profile names is
 * listed, too.
 *
 * @throws {InputError} `ERR_INPUT` when an option is unknown or wrong
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html
 */
export async function listModels(client: BedrockClient, options: ListModelsOptions): Promise<readonly ListedModel[]> {
  checkListOptions(options, FILTERS, "models.list()");
  const { provider, family, input, output, status, isInvocable, limit, ...rest } = options;
  const [models, profiles] = await Promise.all([
    listPages(client, { ...FOUNDATION_MODELS, isPaged: false }, rest),
    listPages(client, INFERENCE_PROFILES, rest),
  ]);
  const { region } = models;
  const summaries = new Map(models.entries.map((summary) => [stringOf(summary["modelId"]) ?? "", summary]));
  const ways = groupProfiles(profiles.entries, region);
  // An entry without an id is of no use.
  const ids = [...new Set([...summaries.keys(), ...ways.keys()])].filter(Boolean).sort();
  const isFit = (wanted: unknown, received: unknown): boolean => wanted === undefined || wanted === received;
  return ids
    .map((id) => joinModel(id, summaries.get(id), ways.get(id) ?? [], region))
    .filter(
      (model) =>
        (provider === undefined || isOf(model, provider.toLowerCase())) &&
        isFit(family, model.family) &&
        (input === undefined || !!model.input?.includes(input)) &&
        (output === undefined || !!model.output?.includes(output)) &&
        isFit(status, model.status) &&
        isFit(isInvocable, model.isInvocable),
    )
    .slice(0, limit);
}

const FOUNDATION_MODELS = { operation: "ListFoundationModels", path: "/foundation-models", member: "modelSummaries" };
const INFERENCE_PROFILES = {
  operation: "ListInferenceProfiles",
  path: "/inference-profiles",
  member: "inferenceProfileSummaries",
};

function isOf({ provider, bareId }: ListedModel, wanted: string): boolean {
  return provider?.toLowerCase() === wanted || bareId.startsWith(`${wanted}.`);
}

/** The profiles by the id of the model that they lead to, the nearest first. */
function groupProfiles(entries: readonly JsonObject[], region: string): Map<string, InferenceProfile[]> {
  const groups = new Map<string, InferenceProfile[]>();
  for (const entry of entries) {
    const arns = objectsOf(entry["models"]).map(({ modelArn }) => stringOf(modelArn) ?? "");
    const profile = parseProfile(entry, arns);
    const { bareId } = nameModel(arns[0] ?? profile.id);
    const group = groups.get(bareId);
    if (group) group.push(profile);
    else groups.set(bareId, [profile]);
  }
  const near = listNearProfiles(region);
  const distance = ({ id, isApplication }: InferenceProfile): number => {
    const at = near.indexOf(nameModel(id).profile ?? "");
    return isApplication ? near.length + 1 : at < 0 ? near.length : at;
  };
  for (const group of groups.values()) group.sort((a, b) => distance(a) - distance(b));
  return groups;
}

function parseProfile(entry: JsonObject, arns: readonly string[]): InferenceProfile {
  const arn = stringOf(entry["inferenceProfileArn"]) ?? "";
  const isApplication = entry["type"] === "APPLICATION";
  return {
    id: isApplication ? arn : (stringOf(entry["inferenceProfileId"]) ?? arn),
    arn,
    isApplication,
    regions: [...new Set(arns.map((each) => each.split(":")[3] ?? ""))].filter(Boolean),
    ...compact({ name: stringOf(entry["inferenceProfileName"]) }),
  };
}

function joinModel(
  bareId: string,
  summary: JsonObject | undefined,
  profiles: readonly InferenceProfile[],
  region: string,
): ListedModel {
  const inferenceTypes = textsOf(summary?.["inferenceTypesSupported"]);
  const isOnDemand = inferenceTypes.includes("ON_DEMAND");
  const id = (isOnDemand ? undefined : profiles[0]?.id) ?? bareId;
  const { price: _, input, ...known } = createModelInfo(id, bareId);
  const lifecycle = objectOf(summary?.["modelLifecycle"]);
  const { profile } = nameModel(id);
  const modalities = (name: string): string[] | undefined => {
    const list = textsOf(summary?.[name]).map((each) => each.toLowerCase());
    return list.length > 0 ? list : undefined;
  };
  const { responseStreamingSupported: isStreaming } = summary ?? {};
  return {
    ...known,
    bareId,
    isInvocable: isOnDemand || profiles.length > 0,
    inferenceTypes,
    profiles,
    ...compact({
      profile,
      arn: stringOf(summary?.["modelArn"]),
      name: stringOf(summary?.["modelName"]),
      provider: stringOf(summary?.["providerName"]),
      input: modalities("inputModalities") ?? input,
      output: modalities("outputModalities"),
      isStreaming: typeof isStreaming === "boolean" ? isStreaming : undefined,
      status: stringOf(lifecycle?.["status"])?.toLowerCase(),
      endOfLifeAt: dateOf(lifecycle?.["endOfLifeTime"]),
      // Of a bare id the list price holds in some regions only.
      price: findPrice({ bareId, ...(profile !== undefined && { profile }) }, region),
      raw: summary,
    }),
  };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
