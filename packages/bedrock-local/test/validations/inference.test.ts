import { describe, expect, it } from "vitest";
import { hi, MODELS, refusalText, text, toolConfig, user } from "./support.ts";

const withConfig = (inferenceConfig: object, fields?: object, more: object = {}): object => ({
  messages: [hi],
  inferenceConfig,
  ...(fields === undefined ? {} : { additionalModelRequestFields: fields }),
  ...more,
});
const byModel = (words: string): string => `The model returned the following errors: ${words}`;
const budget = (tokens: unknown): object => ({ thinking: { type: "enabled", budget_tokens: tokens } });

describe("maxTokens", () => {
  it("is at least one", () => {
    expect(refusalText(withConfig({ maxTokens: 0 }))).toBe(
      "1 validation error detected: Value '0' at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member must have value greater than or equal to 1",
    );
  });

  it.each([
    [MODELS.claude45, 64_000],
    [MODELS.nova, 10_000],
  ])("is at most the model's limit with %s", (id, limit) => {
    expect(refusalText(withConfig({ maxTokens: limit }), id)).toBeUndefined();
    expect(refusalText(withConfig({ maxTokens: limit + 1 }), id)).toBe(
      `The maximum tokens you requested exceeds the model limit of ${limit}. Try again with a maximum tokens value that is lower than ${limit}.`,
    );
  });
});

describe("sampling", () => {
  const both = { temperature: 0.5, topP: 0.9 };

  it("takes both parameters with most models", () => {
    expect(refusalText(withConfig(both), MODELS.nova)).toBeUndefined();
  });

  it("takes one of them with Claude 4.5", () => {
    expect(refusalText(withConfig({ temperature: 0.5 }))).toBeUndefined();
    expect(refusalText(withConfig(both))).toBe(
      byModel("`temperature` and `top_p` cannot both be specified for this model. Please use only one."),
    );
  });

  it.each([
    [{ temperature: 1 }, {}, "temperature"],
    [{ topP: 1 }, {}, "top_p"],
    [{}, { top_k: 5 }, "top_k"],
  ])("takes none with later Claudes: %j %j", (config, fields, name) => {
    expect(refusalText(withConfig(config, fields), MODELS.claude48)).toBe(
      byModel(`\`${name}\` is deprecated for this model.`),
    );
  });
});

describe("thinking with a budget", () => {
  it("is accepted up to Claude 4.6", () => {
    expect(refusalText(withConfig({}, budget(1024)))).toBeUndefined();
    expect(refusalText(withConfig({ maxTokens: 2000, temperature: 1 }, budget(1024)))).toBeUndefined();
    expect(refusalText(withConfig({}, { reasoning_config: { type: "enabled", budget_tokens: 1024 } }))).toBeUndefined();
    expect(refusalText(withConfig({}, budget(1024)), MODELS.claude46)).toBeUndefined();
  });

  it("is refused after that", () => {
    expect(refusalText(withConfig({}, budget(1024)), MODELS.claude48)).toBe(
      byModel(
        '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
      ),
    );
  });

  it.each([
    [{}, budget(1023), "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024"],
    [{}, budget(undefined), "thinking.enabled.budget_tokens: Field required"],
    [{ maxTokens: 1024 }, budget(1024), "`max_tokens` must be greater than `thinking.budget_tokens`."],
    [{ temperature: 0.5 }, budget(1024), "`temperature` may only be set to 1 when thinking is enabled."],
    [{ topP: 0.9 }, budget(1024), "`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled."],
    [{}, { ...budget(1024), top_k: 5 }, "`top_k` must be unset when thinking is enabled."],
  ])("is refused with %j %j", (config, fields, words) => {
    expect(refusalText(withConfig(config, fields))).toBe(byModel(words));
  });

  it("may exceed maxTokens when it is interleaved with tool calls", () => {
    const fields = { ...budget(2048), anthropic_beta: ["interleaved-thinking-2025-05-14"] };
    expect(refusalText(withConfig({ maxTokens: 1024 }, fields))).toBeUndefined();
  });

  it.each([{ any: {} }, { tool: { name: "weather" } }])("is refused with the forced choice %j", (toolChoice) => {
    const body = withConfig({}, budget(1024), { toolConfig: { ...toolConfig, toolChoice } });
    expect(refusalText(body)).toBe(byModel("Thinking may not be enabled when tool_choice forces tool use."));
  });
});

describe("adaptive thinking", () => {
  const adaptive = { thinking: { type: "adaptive" } };

  it("is accepted from Claude 4.6 on", () => {
    expect(refusalText(withConfig({}, adaptive), MODELS.claude46)).toBeUndefined();
    expect(refusalText(withConfig({}, adaptive), MODELS.claude48)).toBeUndefined();
    expect(refusalText(withConfig({}, adaptive))).toBe(byModel("adaptive thinking is not supported on this model"));
  });
});

describe("additional request fields", () => {
  it("are checked for families whose fields are known", () => {
    expect(refusalText(withConfig({}, { top_k: 5 }), MODELS.nova)).toBe(
      "Malformed input request: #: extraneous key [top_k] is not permitted, please reformat your input and try again.",
    );
    expect(refusalText(withConfig({}, { topK: 5 }))).toBe(byModel("topK: Extra inputs are not permitted"));
    expect(refusalText(withConfig({}, { inferenceConfig: { topK: 5 } }), MODELS.nova)).toBeUndefined();
    expect(refusalText(withConfig({}, { anything: 1 }), MODELS.llama)).toBeUndefined();
  });
});

describe("additional response field paths", () => {
  const withPath = (path: string): object => ({ messages: [hi], additionalModelResponseFieldPaths: [path] });

  it.each(["stop_sequence", "/a~2", "#/a"])("must be JSON Pointers: %j is refused", (path) => {
    expect(refusalText(withPath(path))).toContain(`The value '${path}' in additionalModelResponseFieldPaths`);
  });

  it("may name anything", () => {
    expect(refusalText(withPath("/a~1b/0"))).toBeUndefined();
  });

  it("must not be empty", () => {
    expect(refusalText(withPath(""))).toContain("at 'additionalModelResponseFieldPaths' failed to satisfy constraint");
  });
});

describe("the prompt", () => {
  it("must fit the context", () => {
    const messages = [user(text("word ".repeat(200_001)))];
    expect(refusalText({ messages })).toMatch(/^prompt is too long: 20\d{4} tokens > 200000 maximum$/);
    expect(refusalText({ messages }, MODELS.llama)).toBe("Input is too long for requested model.");
    expect(refusalText({ messages }, MODELS.claude46)).toBeUndefined();
  });
});
