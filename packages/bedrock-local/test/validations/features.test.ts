import { describe, expect, it } from "vitest";
import { assistant, hi, MODELS, refusalText, text, toolConfig, toolResult, toolUse, user } from "./support.ts";

const TITAN = "amazon.titan-text-express-v1";
const R1 = "us.deepseek.r1-v1:0";
const LLAMA_4 = "us.meta.llama4-scout-17b-instruct-v1:0";
const MISTRAL = "mistral.mistral-large-2402-v1:0";
const field = (name: string): string => `This model doesn't support the ${name} field. Remove ${name} and try again.`;

describe("a system prompt", () => {
  it.each([TITAN, "mistral.mistral-7b-instruct-v0:2", "cohere.command-text-v14"])("is refused by %s", (id) => {
    expect(refusalText({ messages: [hi], system: [text("Be brief.")] }, id)).toBe(
      "This model doesn't support system messages. Try again without a system message or use a model that supports system messages.",
    );
    expect(refusalText({ messages: [hi], system: [] }, id)).toBeUndefined();
  });

  it.each([MODELS.claude45, MODELS.llama, "cohere.command-r-v1:0", MISTRAL])("is accepted by %s", (id) => {
    expect(refusalText({ messages: [hi], system: [text("Be brief.")] }, id)).toBeUndefined();
  });
});

describe("tools", () => {
  const body = { messages: [hi], toolConfig };

  it.each([TITAN, R1, "meta.llama3-8b-instruct-v1:0", "mistral.mixtral-8x7b-instruct-v0:1", "anthropic.claude-v2:1"])(
    "are refused by %s",
    (id) => expect(refusalText(body, id)).toBe("This model doesn't support tool use."),
  );

  it.each([MODELS.llama, LLAMA_4, "cohere.command-r-v1:0"])("are refused in streams, and only there, by %s", (id) => {
    expect(refusalText(body, id, true)).toBe("This model doesn't support tool use in streaming mode.");
    expect(refusalText(body, id, false)).toBeUndefined();
  });

  it.each([
    [MODELS.llama, { any: {} }, "any"],
    [MODELS.llama, { tool: { name: "weather" } }, "tool"],
    [MISTRAL, { tool: { name: "weather" } }, "tool"],
  ])("may not be chosen by %s with %j", (id, toolChoice, name) => {
    expect(refusalText({ messages: [hi], toolConfig: { ...toolConfig, toolChoice } }, id)).toBe(
      field(`toolConfig.toolChoice.${name}`),
    );
  });

  it.each([
    [MODELS.llama, { auto: {} }],
    [MISTRAL, { any: {} }],
    [MODELS.nova, { tool: { name: "weather" } }],
    [MODELS.claude45, { any: {} }],
  ])("may be chosen by %s with %j", (id, toolChoice) => {
    expect(refusalText({ messages: [hi], toolConfig: { ...toolConfig, toolChoice } }, id)).toBeUndefined();
  });

  it("may be strict for models that answer by schemas", () => {
    const json = { type: "object", additionalProperties: false };
    const strict = (isStrict: boolean): object => ({
      messages: [hi],
      toolConfig: { tools: [{ toolSpec: { name: "a", inputSchema: { json }, strict: isStrict } }] },
    });
    expect(refusalText(strict(true), MODELS.claude45)).toBeUndefined();
    expect(refusalText(strict(true), MODELS.nova)).toBe(field("strict"));
    expect(refusalText(strict(true), MODELS.llama)).toBe(field("strict"));
    expect(refusalText(strict(false), MODELS.nova)).toBeUndefined();
    // (our words)
    expect(refusalText(strict(true), MODELS.claude48)).toBe(
      "The model returned the following errors: tools.0.custom.strict: Extra inputs are not permitted",
    );
  });

  it("get no status in their results for Writer", () => {
    const withStatus = (status?: string): object => ({
      messages: [hi, assistant(toolUse("a")), user(toolResult("a", status === undefined ? {} : { status }))],
      toolConfig,
    });
    expect(refusalText(withStatus("success"), "us.writer.palmyra-x5-v1:0")).toBe(field("status"));
    expect(refusalText(withStatus(), "us.writer.palmyra-x5-v1:0")).toBeUndefined();
    expect(refusalText(withStatus("success"))).toBeUndefined();
  });
});

describe("an answer by a schema", () => {
  const body = {
    messages: [hi],
    outputConfig: { textFormat: { type: "json_schema", structure: { jsonSchema: { schema: '{"type":"string"}' } } } },
  };

  it.each([
    MODELS.nova,
    MODELS.llama,
    TITAN,
    R1,
    "us.mistral.pixtral-large-2502-v1:0",
    "us.anthropic.claude-3-7-sonnet-20250219-v1:0",
  ])("is refused by %s", (id) => expect(refusalText(body, id)).toBe(field("outputConfig")));

  it("is refused by Claude 4.8 itself", () => {
    expect(refusalText(body, MODELS.claude48)).toBe(
      "The model returned the following errors: output_config.format: Extra inputs are not permitted",
    );
  });

  it.each([
    MODELS.claude45,
    MODELS.claude46,
    "us.anthropic.claude-sonnet-5",
    MODELS.qwen,
    "minimax.minimax-m2",
    "deepseek.v3.2",
    "google.gemma-3-27b-it",
  ])("is accepted by %s", (id) => expect(refusalText(body, id)).toBeUndefined());
});

describe("a setting", () => {
  it.each([
    MODELS.qwen,
    "openai.gpt-oss-120b-1:0",
    "deepseek.v3.2",
    "google.gemma-3-27b-it",
    "zai.glm-4.7",
    "minimax.minimax-m2",
  ])("stopSequences is refused by %s", (id) => {
    expect(refusalText({ messages: [hi], inferenceConfig: { stopSequences: ["x"] } }, id)).toBe(field("stopSequences"));
    expect(refusalText({ messages: [hi], inferenceConfig: { stopSequences: [] } }, id)).toBeUndefined();
  });

  it.each([MODELS.claude45, MODELS.nova, MODELS.llama, R1])("stopSequences is accepted by %s", (id) => {
    expect(refusalText({ messages: [hi], inferenceConfig: { stopSequences: ["x"] } }, id)).toBeUndefined();
  });

  it.each(["xai.grok-4.6", "moonshotai.kimi-k3", "openai.gpt-5.6-sol"])("of sampling is refused by %s", (id) => {
    expect(refusalText({ messages: [hi], inferenceConfig: { temperature: 1 } }, id)).toBe(field("temperature"));
    expect(refusalText({ messages: [hi], inferenceConfig: { topP: 1 } }, id)).toBe(field("topP"));
  });

  it("of latency is refused where it was seen to be", () => {
    const optimized = { messages: [hi], performanceConfig: { latency: "optimized" } };
    expect(refusalText(optimized, "google.gemma-3-27b-it")).toBe(
      "Latency performance configuration is not supported for google.gemma-3-27b-it",
    );
    expect(refusalText(optimized, "us.amazon.nova-pro-v1:0")).toBeUndefined();
    expect(
      refusalText({ messages: [hi], performanceConfig: { latency: "standard" } }, "google.gemma-3-27b-it"),
    ).toBeUndefined();
  });
});

describe("a guardrail", () => {
  it.each([
    { guardrailIdentifier: "gr1" },
    { guardrailVersion: "1" },
    { guardrailIdentifier: "", guardrailVersion: "1" },
  ])("needs id and version (our words): %j", (guardrailConfig) => {
    expect(refusalText({ messages: [hi], guardrailConfig })).toContain(
      "A guardrail needs both guardrailConfig.guardrailIdentifier and guardrailConfig.guardrailVersion.",
    );
  });

  it.each([{}, { trace: "enabled" }, { guardrailIdentifier: "gr1", guardrailVersion: "DRAFT" }])(
    "is accepted whole or not at all: %j",
    (guardrailConfig) => expect(refusalText({ messages: [hi], guardrailConfig })).toBeUndefined(),
  );
});
