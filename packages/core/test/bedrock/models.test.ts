import { describe, expect, test } from "vitest";
import { resolveModel } from "../../src/bedrock/models.ts";
import { errorOf } from "../support/bedrock.ts";

const arn = (rest: string): string => `arn:aws:bedrock:eu-west-3:${rest}`;

describe("a model id", () => {
  test.each([
    ["amazon.nova-lite-v1:0", "amazon.nova-lite-v1%3A0", undefined],
    ["us.anthropic.claude-sonnet-4-6", "us.anthropic.claude-sonnet-4-6", undefined],
    ["global.anthropic.claude-opus-4-5-20251101-v1:0", "global.anthropic.claude-opus-4-5-20251101-v1%3A0", undefined],
    [
      arn("123456789012:inference-profile/us.amazon.nova-micro-v1:0"),
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
    expect(resolveModel(id)).toEqual({ id, pathSegment, isPrompt: false, ...(region && { region }) });
  });

  test("tells whether it is a stored prompt", () => {
    expect(resolveModel(arn("123456789012:prompt/ABCDEFGHIJ:1")).isPrompt).toBe(true);
    expect(resolveModel(arn("123456789012:prompt-router/anthropic.claude:1")).isPrompt).toBe(false);
  });

  test.each(["", ".", "..", "a b", "a?b", "a#b", "a%2Fb", "é", "a\n", "a".repeat(2049)])("cannot be %j", (id) => {
    expect(errorOf(() => resolveModel(id))).toMatchObject({ name: "InputError", code: "ERR_INPUT" });
  });

  test("that is no string is told as it is", () => {
    expect(errorOf(() => Reflect.apply(resolveModel, undefined, [42])).message).toContain("42");
  });
});
