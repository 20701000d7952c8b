import { describe, expect, it } from "vitest";
import { hi, MODELS, refusalText } from "./support.ts";

const OPUS_4_5 = "us.anthropic.claude-opus-4-5-20251101-v1:0";
const NOVA_2 = "us.amazon.nova-2-lite-v1:0";
const OSS = "openai.gpt-oss-20b-1:0";
const claude = (effort: unknown): object => ({
  messages: [hi],
  additionalModelRequestFields: { output_config: { effort } },
});
const native = (effort: string): object => ({ messages: [hi], outputConfig: { effort } });
const nova = (maxReasoningEffort: string, more: object = {}): object => ({
  messages: [hi],
  additionalModelRequestFields: { reasoningConfig: { type: "enabled", maxReasoningEffort } },
  ...more,
});

describe("an effort", () => {
  it.each([MODELS.claude45, "us.anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic.claude-3-haiku-20240307-v1:0"])(
    "is unknown to %s",
    (id) => {
      const words = "The model returned the following errors: This model does not support the effort parameter.";
      expect(refusalText(claude("low"), id)).toBe(words);
      expect(refusalText(native("low"), id)).toBe(words);
    },
  );

  it.each([
    [OPUS_4_5, "high", "max"],
    [MODELS.claude46, "max", "xhigh"],
    [MODELS.claude48, "xhigh", "extreme"],
    [MODELS.claude48, "max", 5],
  ])("of %s goes as far as %s, not %s (the list of levels in our words)", (id, good, bad) => {
    expect(refusalText(claude(good), id)).toBeUndefined();
    expect(refusalText(native(good), id)).toBeUndefined();
    expect(refusalText(claude(bad), id)).toMatch(
      new RegExp(`This model does not support effort level '${bad}'. Supported levels: low, medium, high`),
    );
  });

  it.each([
    [NOVA_2, nova("max")],
    [OSS, { messages: [hi], additionalModelRequestFields: { reasoning_effort: "none" } }],
    [OSS, native("max")],
  ])("outside of what %s knows is refused (our words): %j", (id, body) => {
    expect(refusalText(body, id)).toContain("The effort must be one of the following: low, medium, high, got: ");
  });

  it("that is high leaves no room for maxTokens with Nova (our words)", () => {
    const inferenceConfig = { maxTokens: 100 };
    expect(refusalText(nova("high", { inferenceConfig }), NOVA_2)).toContain("maxTokens must be unset");
    expect(refusalText(nova("medium", { inferenceConfig }), NOVA_2)).toBeUndefined();
    expect(refusalText(nova("high"), NOVA_2)).toBeUndefined();
  });

  it("passes where nothing is known", () => {
    expect(refusalText(native("whatever"), MODELS.qwen)).toBeUndefined();
  });
});
