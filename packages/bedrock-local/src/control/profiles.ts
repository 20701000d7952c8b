/**
 * System-defined inference profiles: what a model is called by where it runs in several regions.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_InferenceProfileSummary.html
 */
import { renderArn } from "../arn.ts";
import { CREATED_AT } from "./created-at.ts";
import { findListedModel } from "./models.ts";
import { MODEL_ROWS } from "./model-table.ts";

/** A profile as on the wire. */
export interface InferenceProfile {
  readonly inferenceProfileName: string;
  readonly description: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly inferenceProfileArn: string;
  readonly models: readonly { readonly modelArn: string }[];
  readonly inferenceProfileId: string;
  readonly status: "ACTIVE";
  readonly type: "SYSTEM_DEFINED";
}

interface Geography {
  /** Begins the profile's name. */
  readonly name: string;
  /** The regions that may use it. */
  readonly from: RegExp;
  /** The regions in which it runs; empty for all of them. */
  readonly to: readonly string[];
}

const GEOGRAPHIES: Readonly<Record<string, Geography>> = {
  us: { name: "US", from: /^us-(?!gov-|iso)/, to: ["us-east-1", "us-east-2", "us-west-2"] },
  "us-gov": { name: "US-GOV", from: /^us-gov-/, to: ["us-gov-east-1", "us-gov-west-1"] },
  ca: { name: "CA", from: /^ca-/, to: ["ca-central-1", "ca-west-1"] },
  eu: { name: "EU", from: /^eu-(?!isoe)/, to: ["eu-central-1", "eu-north-1", "eu-west-1", "eu-west-3"] },
  apac: {
    name: "APAC",
    from: /^ap-/,
    to: ["ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2"],
  },
  jp: { name: "JP", from: /^ap-northeast-[13]$/, to: ["ap-northeast-1", "ap-northeast-3"] },
  au: { name: "AU", from: /^ap-southeast-[24]$/, to: ["ap-southeast-2", "ap-southeast-4"] },
  in: { name: "IN", from: /^ap-south-[12]$/, to: ["ap-south-1", "ap-south-2"] },
  global: { name: "Global", from: /^(?!us-gov-|us-iso|eu-isoe|eusc-|cn-)/, to: [] },
};

/** The profiles that can be used in a region, by model and geography. */
export function listProfiles(region: string): InferenceProfile[] {
  return MODEL_ROWS.flatMap(([id, , , geographies = ""]) =>
    geographies.split(" ").flatMap((prefix) => {
      const geography = GEOGRAPHIES[prefix];
      return geography?.from.test(region) === true ? [renderProfile(id, prefix, geography, region)] : [];
    }),
  );
}

/** The profile of this id or ARN; `undefined` when the region has none. */
export function findProfile(identifier: string, region: string): InferenceProfile | undefined {
  const id = identifier.replace(/^arn:.*:inference-profile\//, "");
  return listProfiles(region).find(({ inferenceProfileId }) => inferenceProfileId === id);
}

function renderProfile(modelId: string, prefix: string, { name, to }: Geography, region: string): InferenceProfile {
  const id = `${prefix}.${modelId}`;
  const model = findListedModel(modelId, region);
  const title = `${model?.providerName ?? ""} ${model?.modelName ?? ""}`;
  // A global profile names the caller's region, and every other one by an ARN without a region.
  const regions = to.length > 0 ? to : ["", region];
  const places = to.length > 0 ? `in ${joinNames(to)}` : "globally across all supported AWS Regions";
  return {
    inferenceProfileName: `${name} ${title}`,
    description: `Routes requests to ${title} ${places}.`,
    createdAt: CREATED_AT,
    updatedAt: CREATED_AT,
    inferenceProfileArn: renderArn(region, `inference-profile/${id}`),
    models: regions.map((place) => ({ modelArn: renderArn(place, `foundation-model/${modelId}`, "") })),
    inferenceProfileId: id,
    status: "ACTIVE",
    type: "SYSTEM_DEFINED",
  };
}

function joinNames(names: readonly string[]): string {
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
