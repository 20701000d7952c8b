import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { resolveModel } from "../../src/models/families.ts";

const CLAUDE = "anthropic.claude-sonnet-4-5-20250929-v1:0";
const account = "arn:aws:bedrock:us-east-1:123456789012";

describe("resolving a model id", () => {
  it.each(["us-gov", "us", "eu", "apac", "jp", "au", "ca", "in", "global"])(
    "takes the prefix %s for a profile",
    (prefix) => {
      expect(resolveModel(`${prefix}.${CLAUDE}`)).toMatchObject({ id: CLAUDE, family: "claude", isProfile: true });
    },
  );

  it("takes a bare id for the model itself", () => {
    expect(resolveModel(CLAUDE)).toMatchObject({ id: CLAUDE, family: "claude", isProfile: false });
  });

  it.each([
    ["arn:aws:bedrock:us-east-1::foundation-model/", CLAUDE, false],
    ["arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/", CLAUDE, false],
    [`${account}:inference-profile/us.`, CLAUDE, true],
    [`${account}:custom-model/`, "amazon.nova-lite-v1:0/abcdefghijkl", true],
  ])("reads the model out of %s", (start, id, isProfile) => {
    expect(resolveModel(start + id)).toMatchObject({ id, isProfile });
  });

  it.each([
    `${account}:application-inference-profile/abc123`,
    `${account}:provisioned-model/abcdefghijkl`,
    `${account}:imported-model/abcdefghijkl`,
    `${account}:custom-model-deployment/abcdefghijkl`,
    `${account}:prompt-router/anthropic.claude:1`,
    `${account}:default-prompt-router/anthropic.claude:1`,
    `${account}:prompt/ABCDEFGHIJ:1`,
    "arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-model",
  ])("accepts %s without knowing its model", (arn) => {
    expect(resolveModel(arn)).toMatchObject({ family: "opaque", chats: true });
  });

  it.each([
    "",
    "claude",
    "uk.anthropic.claude-sonnet-4-6",
    "us.us.anthropic.claude-sonnet-4-6",
    `${account}:inference-profile/x`,
  ])("knows nothing of %j", (id) => {
    expect(resolveModel(id)).toBeUndefined();
  });

  it.each([
    ["anthropic.claude-3-haiku-20240307-v1:0", { maxOutputTokens: 4_096, continuesAssistant: true, thinking: "none" }],
    ["anthropic.claude-opus-4-20250514-v1:0", { maxOutputTokens: 32_000, thinking: "budget", sampling: "both" }],
    ["anthropic.claude-opus-4-1-20250805-v1:0", { maxOutputTokens: 32_000, sampling: "either" }],
    ["anthropic.claude-opus-4-6-v1", { maxOutputTokens: 128_000, thinking: "any", continuesAssistant: false }],
    ["anthropic.claude-opus-5", { contextTokens: 1_000_000, thinking: "adaptive", sampling: "neither" }],
    ["amazon.nova-pro-v1:0", { maxOutputTokens: 10_000, readsS3: true, needsProfile: false }],
    ["amazon.nova-2-lite-v1:0", { needsProfile: true, cachePoints: "not-in-tools" }],
    ["amazon.nova-canvas-v1:0", { chats: false }],
    ["cohere.embed-v4:0", { chats: false }],
    ["cohere.command-r-v1:0", { chats: true, family: "cohere" }],
    ["meta.llama4-scout-17b-instruct-v1:0", { needsProfile: true, maxImages: 8, mixesToolResults: false }],
    ["anthropic.claude-haiku-4-5-20251001-v1:0", { minCacheTokens: 4_096, schemas: true, efforts: [] }],
    ["anthropic.claude-opus-4-7", { minCacheTokens: 2_048, schemas: "from-the-model" }],
    ["anthropic.claude-sonnet-5", { minCacheTokens: 1_024, schemas: true }],
    ["amazon.nova-micro-v1:0", { media: [], cacheTtls: false }],
    ["amazon.nova-2-omni-v1:0", { chats: true, media: ["image", "document", "video", "audio"] }],
    ["openai.gpt-oss-120b-1:0", { sampling: "both", stopSequences: false, media: ["document"] }],
    ["mistral.mistral-large-3-675b-instruct", { toolChoices: ["auto", "any", "tool"], schemas: true }],
    ["mistral.mistral-large-2407-v1:0", { toolChoices: ["auto", "any"], schemas: false }],
    ["meta.llama3-3-70b-instruct-v1:0", { tools: "not-in-streams", schemas: false }],
  ])("gives %s the traits of its row", (id, traits) => {
    expect(resolveModel(id)).toMatchObject(traits);
  });
});

const table = new URL("../../../../../shared/reference/models.json", import.meta.url);

interface KnownModel {
  id: string;
  input: string[];
  toolCall: boolean;
  contextTokens: number;
  maxOutputTokens: number;
}

describe.skipIf(!existsSync(table))("the public model table", () => {
  const { models }: { models: KnownModel[] } = existsSync(table)
    ? JSON.parse(readFileSync(table, "utf8"))
    : { models: [] };

  it.each(models)("$id is known and allowed at least its published output", ({ id, maxOutputTokens }) => {
    const model = resolveModel(id);
    // The table gives one region's Sonnet 4.6 more than the others'.
    const published = id.endsWith("claude-sonnet-4-6") ? 64_000 : maxOutputTokens;
    expect(model?.maxOutputTokens).toBeGreaterThanOrEqual(published);
  });

  it.each(models)("$id takes all media that are published for it", ({ id, input }) => {
    const media: readonly string[] = resolveModel(id)?.media ?? [];
    expect(media).toEqual(expect.arrayContaining(input.filter((medium) => medium !== "text" && medium !== "pdf")));
  });

  // Bedrock refuses tools for DeepSeek R1, whatever the model itself can do.
  it.each(models.filter(({ id, toolCall }) => toolCall && !id.includes("deepseek.r1")))(
    "$id uses tools as is published for it",
    ({ id }) => expect(resolveModel(id)?.tools).not.toBe("nowhere"),
  );
});
