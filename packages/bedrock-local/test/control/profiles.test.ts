import { describe, expect, it } from "vitest";
import { findProfile, listProfiles } from "../../src/control/profiles.ts";
import { resolveModel } from "../../src/models/families.ts";

function listPrefixes(region: string): string[] {
  return [...new Set(listProfiles(region).map(({ inferenceProfileId }) => inferenceProfileId.split(".", 1)[0] ?? ""))];
}

describe("inference profiles", () => {
  it.each([
    ["us-east-1", ["global", "us"]],
    ["us-west-2", ["global", "us"]],
    ["us-gov-west-1", ["us-gov"]],
    ["ca-central-1", ["ca", "global"]],
    ["eu-central-1", ["eu", "global"]],
    ["ap-northeast-1", ["apac", "global", "jp"]],
    ["ap-northeast-2", ["apac", "global"]],
    ["ap-southeast-2", ["apac", "au", "global"]],
    ["ap-south-1", ["apac", "global", "in"]],
    ["sa-east-1", ["global"]],
    ["cn-north-1", []],
    ["us-iso-east-1", []],
  ])("of %s are %j", (region, prefixes) => {
    expect(listPrefixes(region).toSorted()).toEqual(prefixes);
  });

  it("name the model, its regions and themselves", () => {
    expect(findProfile("us.anthropic.claude-opus-5", "us-east-2")).toEqual({
      inferenceProfileName: "US Anthropic Claude Opus 5",
      description: "Routes requests to Anthropic Claude Opus 5 in us-east-1, us-east-2 and us-west-2.",
      createdAt: "2026-01-01T00:00:00Z",
      updatedAt: "2026-01-01T00:00:00Z",
      inferenceProfileArn: "arn:aws:bedrock:us-east-2:123456789012:inference-profile/us.anthropic.claude-opus-5",
      models: ["us-east-1", "us-east-2", "us-west-2"].map((place) => ({
        modelArn: `arn:aws:bedrock:${place}::foundation-model/anthropic.claude-opus-5`,
      })),
      inferenceProfileId: "us.anthropic.claude-opus-5",
      status: "ACTIVE",
      type: "SYSTEM_DEFINED",
    });
  });

  it("that are global name the caller's region and one ARN without a region", () => {
    expect(findProfile("global.anthropic.claude-opus-4-6-v1", "sa-east-1")?.models).toEqual([
      { modelArn: "arn:aws:bedrock:::foundation-model/anthropic.claude-opus-4-6-v1" },
      { modelArn: "arn:aws:bedrock:sa-east-1::foundation-model/anthropic.claude-opus-4-6-v1" },
    ]);
  });

  it("of the government's regions are in their partition", () => {
    const [profile] = listProfiles("us-gov-west-1");
    expect(profile?.inferenceProfileArn).toMatch(/^arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:/);
    expect(profile?.models[0]?.modelArn).toMatch(/^arn:aws-us-gov:bedrock:us-gov-east-1::foundation-model\//);
  });

  it("are found by id and ARN in their regions only", () => {
    const id = "eu.amazon.nova-lite-v1:0";
    const profile = findProfile(id, "eu-west-1");
    expect(findProfile(profile?.inferenceProfileArn ?? "", "eu-west-1")).toEqual(profile);
    expect(findProfile(id, "us-east-1")).toBeUndefined();
    expect(findProfile("amazon.nova-lite-v1:0", "eu-west-1")).toBeUndefined();
  });

  it("are taken for profiles by the models, with one to five models each and short names", () => {
    for (const region of ["us-east-1", "us-gov-west-1", "ca-central-1", "eu-west-1", "ap-northeast-1", "ap-south-1"]) {
      for (const { inferenceProfileId: id, inferenceProfileName: name, models } of listProfiles(region)) {
        expect(models.length).toBeGreaterThanOrEqual(1);
        expect(models.length).toBeLessThanOrEqual(5);
        expect(name.length).toBeLessThanOrEqual(64);
        if (resolveModel(id) !== undefined) expect([id, resolveModel(id)?.isProfile]).toEqual([id, true]);
      }
    }
  });
});
