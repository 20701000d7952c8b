import { describe, expect, test } from "vitest";
import { LIMITS } from "../../src/bedrock/limit-table.ts";
import { findTraits } from "../../src/bedrock/families.ts";

describe("the traits of Claude", () => {
  test.each([
    ["claude-3-haiku-20240307-v1:0", "both", "none", "prefilled", "tool"],
    ["claude-3-7-sonnet-20250219-v1:0", "both", "budget", "prefilled", "tool"],
    ["claude-sonnet-4-20250514-v1:0", "both", "budget", "prefilled", "tool"],
    ["claude-opus-4-20250514-v1:0", "both", "budget", "prefilled", "tool"],
    ["claude-opus-4-1-20250805-v1:0", "either", "budget", "prefilled", "tool"],
    ["claude-sonnet-4-5-20250929-v1:0", "either", "budget", "prefilled", "native"],
    ["claude-opus-4-5-20251101-v1:0", "either", "budget", "prefilled", "native"],
    ["claude-haiku-4-5-20251001-v1:0", "either", "budget", "prefilled", "native"],
    ["claude-sonnet-4-6", "either", "budget-or-adaptive", "", "native"],
    ["claude-opus-4-6-v1", "either", "budget-or-adaptive", "", "native"],
    ["claude-opus-4-7", "neither", "adaptive", "", "tool"],
    ["claude-opus-4-8", "neither", "adaptive", "", "tool"],
    ["claude-sonnet-5", "neither", "adaptive", "", "tool"],
    ["claude-fable-5", "neither", "adaptive", "", "tool"],
    ["claude-a-model-of-tomorrow", "neither", "adaptive", "", "tool"],
  ])("%s: sampling %s, thinking %s", (name, sampling, thinking, prefill, output) => {
    const traits = findTraits(`anthropic.${name}`);
    expect(traits).toMatchObject({ family: "claude", sampling, thinking, output, startsWithUser: false });
    expect(traits).toMatchObject({ replaysThinking: "signed", readsS3: false, hasResultStatus: true });
    expect(traits.continuesAssistant).toBe(prefill === "prefilled");
    expect(traits.hasStrictTools).toBe(output === "native");
  });

  test.each([
    ["claude-3-5-haiku-20241022-v1:0", 2048, false],
    ["claude-3-7-sonnet-20250219-v1:0", 1024, false],
    ["claude-opus-4-1-20250805-v1:0", 1024, false],
    ["claude-sonnet-4-5-20250929-v1:0", 1024, true],
    ["claude-haiku-4-5-20251001-v1:0", 4096, true],
    ["claude-opus-4-6-v1", 4096, true],
    ["claude-opus-4-7", 2048, true],
    ["claude-sonnet-5", 1024, true],
  ])("%s caches from %i tokens on, for an hour: %j", (name, minTokens, hasOneHour) => {
    const { cache } = findTraits(`anthropic.${name}`);
    expect(cache).toEqual({ inTools: true, inSystem: true, inMessages: true, minTokens, hasOneHour });
  });

  test("the first ones cache nothing", () => {
    for (const name of ["claude-v2:1", "claude-3-sonnet-20240229-v1:0", "claude-3-5-sonnet-20240620-v1:0"]) {
      expect(findTraits(`anthropic.${name}`).cache).toBeUndefined();
    }
  });
});

describe("the traits of others", () => {
  test("Nova caches outside of tools, for 5 minutes", () => {
    const cache = { inTools: false, inSystem: true, inMessages: true, hasOneHour: false, minTokens: 1024 };
    expect(findTraits("amazon.nova-lite-v1:0")).toMatchObject({ cache, thinking: "none", hasHyphenNames: false });
    expect(findTraits("amazon.nova-2-lite-v1:0")).toMatchObject({ cache, thinking: "nova", readsS3: true });
  });

  test.each(["amazon.titan-text-express-v1", "deepseek.r1-v1:0", "qwen.qwen3-32b-v1:0", "openai.gpt-oss-20b-1:0"])(
    "%s takes no cache points, no media from S3, no thinking back and no status of a result",
    (id) => {
      expect(findTraits(id)).toMatchObject({ readsS3: false, replaysThinking: "none", hasResultStatus: false });
      expect(findTraits(id).cache).toBeUndefined();
    },
  );

  test.each([
    ["deepseek.r1-v1:0", "always", []],
    ["deepseek.v3.2", "reasoning-effort", ["high"]],
    ["openai.gpt-oss-120b-1:0", "reasoning-effort", ["low", "medium", "high"]],
    ["qwen.qwen3-32b-v1:0", "reasoning-config", ["low", "high"]],
    ["qwen.qwen3-coder-30b-a3b-v1:0", "none", []],
    ["meta.llama3-1-70b-instruct-v1:0", "none", []],
  ])("%s thinks: %s, by efforts %j", (id, thinking, efforts) => {
    expect(findTraits(id)).toMatchObject({ thinking, efforts });
  });
});

describe("the media that a model takes", () => {
  const names: Readonly<Record<string, string>> = { i: "image", p: "document", v: "video", a: "audio" };

  test("are all that the facts say it reads", () => {
    for (const line of LIMITS.trim().split("\n")) {
      const [id = "", , , letters = ""] = line.split(" ");
      const read = letters.split("").flatMap((letter) => names[letter] ?? []);
      expect({ id, media: findTraits(id).media }).toEqual({ id, media: expect.arrayContaining(read) as unknown });
    }
  });

  test.each([
    ["anthropic.claude-opus-5", ["image", "document"]],
    ["anthropic.claude-3-5-haiku-20241022-v1:0", ["document"]],
    ["amazon.nova-lite-v1:0", ["image", "document", "video"]],
    ["amazon.nova-micro-v1:0", []],
    ["meta.llama3-2-90b-instruct-v1:0", ["image", "document"]],
    ["meta.llama3-2-3b-instruct-v1:0", ["document"]],
    ["deepseek.r1-v1:0", ["document"]],
    ["mistral.voxtral-mini-3b-2507", ["document", "audio"]],
    ["acme.model-1", ["image", "document", "video", "audio"]],
    ["arn:aws:bedrock:us-east-1:123456789012:imported-model/abc", ["image", "document", "video", "audio"]],
  ])("%s: %j", (id, media) => {
    expect(findTraits(id).media).toEqual(media);
  });
});

describe("an unknown model", () => {
  test.each(["acme.model-1", "amazon.rerank-v1:0", "model", "", "toString.x", "constructor"])(
    "%j gets what every model takes",
    (id) => {
      expect(findTraits(id)).toMatchObject({ family: "unknown", startsWithUser: true, output: "prompt" });
      expect(findTraits(id)).toMatchObject({ continuesAssistant: false, hasResultStatus: false, thinking: "none" });
      expect(findTraits(id).cache).toBeUndefined();
      expect(findTraits(id).maxOutputTokens).toBeUndefined();
    },
  );

  test("hidden by an ARN gets the cache points that were asked for", () => {
    const traits = findTraits("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6");
    expect(traits).toMatchObject({ family: "unknown", cache: { inTools: true, inSystem: true, inMessages: true } });
  });
});
