import { describe, expect, test } from "vitest";
import { resolveKnownModel } from "../../src/bedrock/known-models.ts";
import { resolveModel } from "../../src/bedrock/models.ts";
import { bodyOf, createClient, errorOf, useServer } from "../support/bedrock.ts";

const arn = (rest: string): string => `arn:aws:bedrock:eu-west-3:${rest}`;
const account = (rest: string): string => arn(`123456789012:${rest}`);

describe("a model id", () => {
  test.each([
    ["amazon.nova-lite-v1:0", "amazon.nova-lite-v1%3A0", undefined],
    ["us.anthropic.claude-sonnet-4-6", "us.anthropic.claude-sonnet-4-6", undefined],
    ["global.anthropic.claude-opus-4-5-20251101-v1:0", "global.anthropic.claude-opus-4-5-20251101-v1%3A0", undefined],
    [
      account("inference-profile/us.amazon.nova-micro-v1:0"),
      "arn%3Aaws%3Abedrock%3Aeu-west-3%3A123456789012%3Ainference-profile%2Fus.amazon.nova-micro-v1%3A0",
      "eu-west-3",
    ],
    [arn(":foundation-model/a.b"), "arn%3Aaws%3Abedrock%3Aeu-west-3%3A%3Afoundation-model%2Fa.b", "eu-west-3"],
    [
      "arn:aws-us-gov:sagemaker:us-gov-west-1:123456789012:endpoint/e",
      "arn%3Aaws-us-gov%3Asagemaker%3Aus-gov-west-1%3A123456789012%3Aendpoint%2Fe",
      "us-gov-west-1",
    ],
    ["arn:aws:bedrock:::foundation-model/a.b", "arn%3Aaws%3Abedrock%3A%3A%3Afoundation-model%2Fa.b", undefined],
  ])("%s is one path segment, and tells its region", (id, pathSegment, region) => {
    const model = resolveModel(id);
    expect(model).toMatchObject({ id, pathSegment, isPrompt: false });
    expect(model.region).toBe(region);
  });

  test.each([
    ["amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0", undefined, "nova"],
    ["zai.glm-4.7", "zai.glm-4.7", undefined, "zai"],
    ["us.anthropic.claude-sonnet-4-6", "anthropic.claude-sonnet-4-6", "us", "claude"],
    ["eu.meta.llama3-2-3b-instruct-v1:0", "meta.llama3-2-3b-instruct-v1:0", "eu", "llama"],
    ["apac.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0", "apac", "nova"],
    ["jp.anthropic.claude-opus-4-8", "anthropic.claude-opus-4-8", "jp", "claude"],
    ["au.anthropic.claude-opus-4-8", "anthropic.claude-opus-4-8", "au", "claude"],
    ["ca.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0", "ca", "nova"],
    ["in.anthropic.claude-sonnet-5", "anthropic.claude-sonnet-5", "in", "claude"],
    ["us-gov.anthropic.claude-3-haiku-20240307-v1:0", "anthropic.claude-3-haiku-20240307-v1:0", "us-gov", "claude"],
    ["global.deepseek.v3.2", "deepseek.v3.2", "global", "deepseek"],
    [arn(":foundation-model/qwen.qwen3-32b-v1:0"), "qwen.qwen3-32b-v1:0", undefined, "qwen"],
    [account("inference-profile/eu.amazon.nova-pro-v1:0"), "amazon.nova-pro-v1:0", "eu", "nova"],
    [account("custom-model/amazon.nova-micro-v1/abcdefghijkl"), "amazon.nova-micro-v1", undefined, "nova"],
    ["mx.anthropic.claude-sonnet-4-6", "anthropic.claude-sonnet-4-6", "mx", "claude"],
    [account("inference-profile/sa-east.amazon.nova-pro-v1:0"), "amazon.nova-pro-v1:0", "sa-east", "nova"],
    ["mistral.nvidia.model-1", "mistral.nvidia.model-1", undefined, "mistral"],
    ["us.acme.model-1", "acme.model-1", "us", "unknown"],
    ["acme.model.amazon.nova", "acme.model.amazon.nova", undefined, "unknown"],
    ["acme.model-1", "acme.model-1", undefined, "unknown"],
    ["toString.model-1", "toString.model-1", undefined, "unknown"],
  ])("%s names its model, profile and family", (id, bareId, profile, family) => {
    const model = resolveKnownModel(id);
    expect(model).toMatchObject({ bareId, traits: { family } });
    expect(model.profile).toBe(profile);
  });

  test.each([
    account("application-inference-profile/a1b2c3d4e5f6"),
    account("imported-model/abcdefghijkl"),
    account("provisioned-model/abcdefghijkl"),
    account("custom-model-deployment/abcdefghijkl"),
    account("prompt/ABCDEFGHIJ:1"),
    account("default-prompt-router/anthropic.claude:1"),
    account("prompt-router/abcdefghijkl"),
    "arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint",
  ])("%s hides its model, until baseModel names it", (id) => {
    expect(resolveKnownModel(id)).toMatchObject({ bareId: id, traits: { family: "unknown" } });
    const hinted = resolveKnownModel(id, "eu.anthropic.claude-opus-4-8");
    expect(hinted).toMatchObject({ id, bareId: "anthropic.claude-opus-4-8", profile: "eu" });
    expect(hinted.traits).toMatchObject({ family: "claude", sampling: "neither" });
    expect(hinted.region).toBe(resolveModel(id).region);
  });

  test("takes baseModel over what it names itself, in every form", () => {
    const id = "us.anthropic.claude-sonnet-4-6";
    expect(resolveKnownModel(id, "amazon.nova-lite-v1:0")).toMatchObject({ id, traits: { family: "nova" } });
    expect(resolveModel(id, "amazon.nova-lite-v1:0").profile).toBeUndefined();
    expect(resolveModel(id, arn(":foundation-model/deepseek.v3.2")).bareId).toBe("deepseek.v3.2");
    expect(resolveModel(id, arn(":foundation-model/deepseek.v3.2")).region).toBeUndefined();
  });

  test("tells whether it is a stored prompt", () => {
    expect(resolveModel(account("prompt/ABCDEFGHIJ:1")).isPrompt).toBe(true);
    expect(resolveModel(account("prompt-router/anthropic.claude:1")).isPrompt).toBe(false);
  });

  test.each(["", ".", "..", "a b", "a?b", "a#b", "a%2Fb", "é", "a\n", "a".repeat(2049), "arn:aws:bedrock:US_1:1:a/b"])(
    "cannot be %j, nor can baseModel",
    (id) => {
      expect(errorOf(() => resolveModel(id))).toMatchObject({ name: "InputError", code: "ERR_INPUT" });
      expect(errorOf(() => resolveModel("a.b", id)).message).toMatch(/^baseModel is /);
    },
  );

  test("that is no string is told as it is", () => {
    expect(errorOf(() => Reflect.apply(resolveModel, undefined, [42])).message).toContain("42");
  });
});

describe("a chat", () => {
  const server = useServer();

  test.each(["ask", "stream"] as const)("asks an inference profile by its id (%s)", async (way) => {
    const chat = createClient(server()).chat("eu.amazon.nova-pro-v1:0");
    await (way === "ask" ? chat.ask("Hi") : chat.stream("Hi").response());
    expect(server().requests[0]?.path).toMatch(/^\/model\/eu\.amazon\.nova-pro-v1%3A0\//);
    expect(bodyOf(server())).toEqual({ messages: [{ role: "user", content: [{ text: "Hi" }] }] });
  });
});
