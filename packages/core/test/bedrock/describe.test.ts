import { describe, expect, test } from "vitest";
import { describeModel } from "../../src/bedrock/describe.ts";

describe("what is known of a model", () => {
  test("is its family, profile, limits, modalities and price", async () => {
    expect(await describeModel("eu.anthropic.claude-opus-4-8")).toEqual({
      id: "eu.anthropic.claude-opus-4-8",
      bareId: "anthropic.claude-opus-4-8",
      profile: "eu",
      family: "claude",
      contextTokens: 1_000_000,
      maxOutputTokens: 128_000,
      input: ["text", "image", "pdf"],
      price: { input: 5.5, output: 27.5, cacheRead: 0.55, cacheWrite: 6.875, cacheWrite1h: 11 },
    });
  });

  test("leaves out what is not known", async () => {
    expect(await describeModel("acme.model-1")).toEqual({
      id: "acme.model-1",
      bareId: "acme.model-1",
      family: "unknown",
    });
    expect(await describeModel("amazon.nova-2-lite-v1:0")).toEqual({
      id: "amazon.nova-2-lite-v1:0",
      bareId: "amazon.nova-2-lite-v1:0",
      family: "nova",
      input: ["text", "image", "video"],
    });
  });

  test("is found behind an ARN, and behind one that hides its model by baseModel", async () => {
    const arn = (rest: string): string => `arn:aws:bedrock:us-west-2:123456789012:${rest}`;
    const known = { bareId: "amazon.nova-lite-v1:0", profile: "us", region: "us-west-2", contextTokens: 300_000 };
    const profile = arn("inference-profile/us.amazon.nova-lite-v1:0");
    expect(await describeModel(profile)).toMatchObject({ ...known, id: profile, price: { input: 0.06, output: 0.24 } });
    const hidden = arn("application-inference-profile/a1b2c3d4e5f6");
    expect(await describeModel(hidden)).toEqual({ id: hidden, bareId: hidden, region: "us-west-2", family: "unknown" });
    expect(await describeModel(hidden, "us.amazon.nova-lite-v1:0")).toMatchObject({ ...known, id: hidden });
  });

  test("cannot be told of what is no model id", async () => {
    await expect(describeModel("no id")).rejects.toMatchObject({ code: "ERR_INPUT" });
  });
});
