import { describe, expect, test } from "vitest";
import { renderRequest } from "../../../src/bedrock/converse/request.ts";
import { CapabilityError } from "../../../src/errors.ts";
import type { ChatParams } from "../../../src/provider.ts";
import { objectOf, type JsonObject } from "../../../src/types/json.ts";
import { bodyOf, createClient, errorOf, failureOf, useServer } from "../../support/bedrock.ts";

const MODELS = {
  none: "anthropic.claude-3-5-haiku-20241022-v1:0",
  budget: "anthropic.claude-sonnet-4-5-20250929-v1:0",
  both: "anthropic.claude-sonnet-4-6",
  adaptive: "anthropic.claude-opus-4-7",
  nova: "amazon.nova-2-lite-v1:0",
  oss: "openai.gpt-oss-120b-1:0",
  deepseek: "deepseek.v3-v1:0",
  r1: "deepseek.r1-v1:0",
  kimi: "moonshot.kimi-k2-thinking",
  qwen: "qwen.qwen3-32b-v1:0",
  unknown: "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123",
} as const;

interface Sent {
  /** `additionalModelRequestFields` */
  readonly fields: JsonObject | undefined;
  readonly body: JsonObject;
  /** The codes of the warnings. */
  readonly told: readonly string[];
}

function send(model: string, params: ChatParams, more: object = {}): Sent {
  const messages = [{ role: "user", content: "Hi" }] as const;
  const { body, warnings } = renderRequest({ model, messages, params, options: {}, ...more }, {}, false);
  return { fields: objectOf(body["additionalModelRequestFields"]), body, told: warnings.map(({ code }) => code) };
}

const claude = (budget: number): JsonObject => ({ thinking: { type: "enabled", budget_tokens: budget } });
const adaptive = (effort?: string): JsonObject => ({
  thinking: { type: "adaptive" },
  ...(effort !== undefined && { output_config: { effort } }),
});
const nova = (effort: string): JsonObject => ({ reasoningConfig: { type: "enabled", maxReasoningEffort: effort } });

describe("thinking is asked for in the way of the family", () => {
  test.each<[keyof typeof MODELS, ChatParams, JsonObject | undefined, string[]]>([
    ["budget", { thinking: { budget: 4096 } }, claude(4096), []],
    ["budget", { thinking: true }, claude(8192), []],
    ["budget", { effort: "low" }, claude(2048), []],
    ["budget", { effort: "medium" }, claude(8192), []],
    ["budget", { effort: "high" }, claude(16_384), []],
    ["budget", { effort: "xhigh" }, claude(24_576), []],
    ["budget", { effort: "max" }, claude(30_720), []],
    ["budget", { effort: "turbo" }, claude(8192), ["effort_changed"]],
    ["budget", { thinking: { budget: 4096 }, effort: "high" }, claude(4096), ["effort_ignored"]],
    ["budget", { thinking: { display: "omitted" } }, claude(8192), ["thinking_display_ignored"]],
    ["budget", { thinking: false }, { thinking: { type: "disabled" } }, []],
    ["budget", { thinking: false, effort: "high" }, { thinking: { type: "disabled" } }, ["effort_ignored"]],
    ["both", { thinking: { budget: 4096 } }, claude(4096), []],
    ["both", { thinking: { budget: 4096 }, effort: "low" }, { ...claude(4096), output_config: { effort: "low" } }, []],
    ["both", { thinking: true }, adaptive(), []],
    ["both", { effort: "max" }, adaptive("max"), []],
    ["both", { effort: "xhigh" }, adaptive("high"), ["effort_changed"]],
    ["both", { thinking: { display: "summarized" } }, { thinking: { type: "adaptive", display: "summarized" } }, []],
    ["both", { thinking: false }, { thinking: { type: "disabled" } }, []],
    [
      "both",
      { thinking: false, effort: "max" },
      { thinking: { type: "disabled" }, output_config: { effort: "high" } },
      ["effort_changed"],
    ],
    ["adaptive", { thinking: true }, adaptive(), []],
    ["adaptive", { effort: "xhigh" }, adaptive("xhigh"), []],
    ["adaptive", { thinking: { budget: 1024 } }, adaptive("low"), ["thinking_budget_as_effort"]],
    ["adaptive", { thinking: { budget: 2049 } }, adaptive("medium"), ["thinking_budget_as_effort"]],
    ["adaptive", { thinking: { budget: 16_384 } }, adaptive("high"), ["thinking_budget_as_effort"]],
    ["adaptive", { thinking: { budget: 100_000 } }, adaptive("max"), ["thinking_budget_as_effort"]],
    ["adaptive", { thinking: { budget: 1024 }, effort: "max" }, adaptive("max"), ["thinking_budget_as_effort"]],
    ["adaptive", { thinking: false }, undefined, ["thinking_not_disabled"]],
    ["adaptive", { thinking: false, effort: "low" }, { output_config: { effort: "low" } }, ["thinking_not_disabled"]],
    ["adaptive", { effort: "turbo" }, adaptive("medium"), ["effort_changed"]],
    ["adaptive", { thinking: { display: "omitted" } }, { thinking: { type: "adaptive", display: "omitted" } }, []],
    ["adaptive", { thinking: false, effort: "max" }, { output_config: { effort: "max" } }, ["thinking_not_disabled"]],
    ["both", { thinking: { budget: 4096, display: "omitted" } }, claude(4096), ["thinking_display_ignored"]],
    [
      "both",
      { thinking: false, effort: "high" },
      { thinking: { type: "disabled" }, output_config: { effort: "high" } },
      [],
    ],
    ["nova", { thinking: { display: "omitted" } }, nova("medium"), ["thinking_display_ignored"]],
    ["nova", { effort: "turbo" }, nova("medium"), ["effort_changed"]],
    ["nova", { thinking: true }, nova("medium"), []],
    ["nova", { effort: "low" }, nova("low"), []],
    ["nova", { effort: "max" }, nova("high"), ["effort_changed"]],
    ["nova", { thinking: { budget: 2000 } }, nova("low"), ["thinking_budget_as_effort"]],
    ["nova", { thinking: false }, { reasoningConfig: { type: "disabled" } }, []],
    ["nova", { thinking: false, effort: "low" }, { reasoningConfig: { type: "disabled" } }, ["effort_ignored"]],
    ["oss", { effort: "high" }, { reasoning_effort: "high" }, []],
    ["oss", { effort: "minimal" }, { reasoning_effort: "low" }, ["effort_changed"]],
    ["oss", { thinking: true }, { reasoning_effort: "medium" }, []],
    ["oss", { thinking: false }, undefined, ["thinking_not_disabled"]],
    ["oss", { thinking: false, effort: "low" }, { reasoning_effort: "low" }, ["thinking_not_disabled"]],
    ["kimi", { effort: "low" }, { reasoning_effort: "low" }, []],
    ["deepseek", { thinking: true }, { reasoning_effort: "high" }, []],
    ["deepseek", { effort: "low" }, { reasoning_effort: "high" }, ["effort_changed"]],
    ["deepseek", { thinking: false }, undefined, []],
    ["deepseek", { thinking: false, effort: "high" }, undefined, ["effort_ignored"]],
    ["r1", { thinking: true }, undefined, []],
    ["r1", { thinking: { budget: 2048 } }, undefined, ["thinking_budget_ignored"]],
    ["r1", { thinking: false }, undefined, ["thinking_not_disabled"]],
    ["r1", { effort: "high" }, undefined, ["effort_ignored"]],
    ["r1", { thinking: true, effort: "high" }, undefined, ["effort_ignored"]],
    ["qwen", { effort: "high" }, { reasoning_config: "high" }, []],
    ["qwen", { thinking: true }, { reasoning_config: "low" }, []],
    ["qwen", { thinking: false }, undefined, ["thinking_not_disabled"]],
    ["none", { thinking: false }, undefined, []],
    ["none", { effort: "high" }, undefined, ["effort_ignored"]],
  ])("%s, %j", (model, params, fields, told) => {
    expect(send(MODELS[model], params)).toMatchObject({ fields, told });
  });

  test("and not at all when nobody asks", () => {
    for (const model of Object.values(MODELS)) expect(Object.keys(send(model, {}).body)).toEqual(["messages"]);
  });

  test.each(["none", "unknown"] as const)("and a model that is not known to think is an error: %s", (model) => {
    for (const thinking of [true, { budget: 2048 }]) {
      const error = errorOf(() => send(MODELS[model], { thinking }));
      expect(error).toBeInstanceOf(CapabilityError);
      expect(error).toMatchObject({ code: "ERR_CAPABILITY", model: MODELS[model], retryable: false });
    }
  });

  test("and an unknown model gets the effort in Bedrock's own member, the user's first", () => {
    const { body, told } = send(MODELS.unknown, { effort: "high" });
    expect(body).toMatchObject({ outputConfig: { effort: "high" } });
    expect(told).toEqual([]);
    const own = send(MODELS.unknown, { effort: "high", outputConfig: { effort: "low" } });
    expect(own.body["outputConfig"]).toEqual({ effort: "low" });
  });
});

describe("what excludes thinking gives way, with a warning", () => {
  test.each([
    [{ maxTokens: 4097, thinking: { budget: 4096 } }, 4096, []],
    [{ maxTokens: 4096, thinking: { budget: 4096 } }, 3072, ["thinking_budget_lowered"]],
    [{ maxTokens: 1025, thinking: { budget: 4096 } }, 1024, ["thinking_budget_lowered"]],
    [{ thinking: { budget: 100_000 } }, 48_000, ["thinking_budget_lowered"]],
  ] as const)("the budget, and never the limit that the user set: %j", (params, budget, told) => {
    const sent = send(MODELS.budget, params);
    expect(sent).toMatchObject({ fields: claude(budget), told });
    expect(sent.body["inferenceConfig"]).toEqual("maxTokens" in params ? { maxTokens: params.maxTokens } : undefined);
  });

  test("thinking itself, where no room is left for it", () => {
    const { fields, body, told } = send(MODELS.budget, { maxTokens: 1024, temperature: 0.5, thinking: true });
    expect(fields).toBeUndefined();
    expect(body["inferenceConfig"]).toEqual({ maxTokens: 1024, temperature: 0.5 });
    expect(told).toEqual(["thinking_off"]);
  });

  test.each(["budget", "both"] as const)("temperature, topP and top_k: %s", (model) => {
    const sampling = { temperature: 0.5, additionalModelRequestFields: { top_k: 5 }, maxTokens: 20_000 };
    const { fields, body, told } = send(MODELS[model], { thinking: true, ...sampling });
    expect(body["inferenceConfig"]).toEqual({ maxTokens: 20_000 });
    expect(fields).not.toHaveProperty("top_k");
    expect(told).toEqual(["thinking_excludes_parameter", "thinking_excludes_parameter"]);
    expect(send(MODELS[model], { thinking: true, topP: 0.5 }).body).not.toHaveProperty("inferenceConfig");
    expect(send(MODELS[model], { thinking: false, temperature: 0.5 }).body["inferenceConfig"]).toEqual({
      temperature: 0.5,
    });
  });

  test("no sampling that Claude takes beside it", () => {
    const [topP, stopSequences] = [0.95, ["x"]];
    const { body, told } = send(MODELS.budget, { thinking: true, temperature: 1, maxTokens: 20_000 });
    expect(body["inferenceConfig"]).toEqual({ maxTokens: 20_000, temperature: 1 });
    expect(told).toEqual([]);
    const high = send(MODELS.budget, { thinking: true, topP, stopSequences, maxTokens: 20_000 });
    expect(high.body["inferenceConfig"]).toEqual({ maxTokens: 20_000, topP, stopSequences });
    expect(send(MODELS.budget, { thinking: true, topP: 0.94 }).told).toEqual(["thinking_excludes_parameter"]);
    expect(send(MODELS.budget, { thinking: true, temperature: 0.99 }).told).toEqual(["thinking_excludes_parameter"]);
  });

  test("limits at Nova's high effort, by the model's own field, too", () => {
    const own = (type: string, maxReasoningEffort: string): unknown => {
      const additionalModelRequestFields = { reasoningConfig: { type, maxReasoningEffort } };
      return send(MODELS.nova, { maxTokens: 100, additionalModelRequestFields }).body["inferenceConfig"];
    };
    expect(own("enabled", "high")).toBeUndefined();
    expect([own("disabled", "high"), own("enabled", "low")]).toEqual([{ maxTokens: 100 }, { maxTokens: 100 }]);
  });

  test("a forced tool call, in Bedrock's way and in Claude's", () => {
    const tools = [{ name: "f", inputSchema: { type: "object" } }];
    for (const toolChoice of ["required", { name: "f" }] as const) {
      const { body, told } = send(MODELS.budget, { thinking: true }, { tools, toolChoice });
      expect(body["toolConfig"]).not.toHaveProperty("toolChoice");
      expect(told).toEqual(["tool_choice_relaxed"]);
    }
    const additionalModelRequestFields = { tool_choice: { type: "tool", name: "f", disable_parallel_tool_use: true } };
    const { fields, told } = send(MODELS.budget, { thinking: true, additionalModelRequestFields }, { tools });
    expect(fields?.["tool_choice"]).toEqual({ type: "auto", disable_parallel_tool_use: true });
    expect(told).toEqual(["tool_choice_relaxed"]);
    const any = { thinking: true, additionalModelRequestFields: { tool_choice: { type: "any" } } };
    expect(send(MODELS.budget, any, { tools }).fields?.["tool_choice"]).toEqual({ type: "auto" });
    expect(send(MODELS.budget, { thinking: true }, { tools, toolChoice: "auto" }).told).toEqual([]);
    expect(
      send(MODELS.budget, { thinking: false }, { tools, toolChoice: "required" }).body["toolConfig"],
    ).toHaveProperty("toolChoice");
  });

  test("limits and sampling at Nova's high effort, and only there", () => {
    const limits = { maxTokens: 100, temperature: 0.5, topP: 0.5, stopSequences: ["x"] };
    const high = send(MODELS.nova, { effort: "high", ...limits });
    expect(high.body["inferenceConfig"]).toEqual({ stopSequences: ["x"] });
    expect(high.told).toEqual(Array(3).fill("thinking_excludes_parameter"));
    expect(send(MODELS.nova, { effort: "low", maxTokens: 100 }).body["inferenceConfig"]).toEqual({ maxTokens: 100 });
  });
});

describe("what the user says in the model's own fields", () => {
  test("wins, level by level", () => {
    const fieldsOf = (additionalModelRequestFields: JsonObject): unknown =>
      send(MODELS.both, { effort: "low", additionalModelRequestFields }).fields;
    expect(fieldsOf({ anthropic_beta: ["x"] })).toEqual({ ...adaptive("low"), anthropic_beta: ["x"] });
    expect(fieldsOf({ output_config: { effort: "max" } })).toEqual(adaptive("max"));
    expect(fieldsOf({ output_config: { more: 1 } })).toMatchObject({ output_config: { effort: "low", more: 1 } });
    expect(fieldsOf({ thinking: { display: "omitted" } })).toMatchObject({
      thinking: { type: "adaptive", display: "omitted" },
    });
  });

  test("replaces ours where it is another variant, and not a mixture of both", () => {
    const additionalModelRequestFields = { thinking: { type: "disabled" } };
    expect(send(MODELS.budget, { thinking: { budget: 2048 }, additionalModelRequestFields }).fields).toEqual(
      additionalModelRequestFields,
    );
  });

  test("resolves the same conflicts", () => {
    const { body, told } = send(MODELS.budget, { temperature: 0.5, additionalModelRequestFields: claude(2048) });
    expect(body).not.toHaveProperty("inferenceConfig");
    expect(told).toEqual(["thinking_excludes_parameter"]);
  });
});

describe("at the public face", () => {
  const server = useServer();

  test.each<[string, ChatParams]>([
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", { thinking: { budget: 4096 }, maxTokens: 4096, temperature: 0.3 }],
    ["us.anthropic.claude-sonnet-4-6", { effort: "xhigh", topP: 0.5 }],
    ["us.anthropic.claude-opus-4-7", { thinking: { budget: 4096 } }],
    ["us.amazon.nova-2-lite-v1:0", { effort: "high", maxTokens: 100 }],
    ["deepseek.v3-v1:0", { thinking: true }],
  ])("Bedrock takes what goes out: %s, %j", async (model, params) => {
    const asked = await createClient(server()).chat(model).withParams(params).ask("What is 6 times 7?");
    const body = bodyOf(server());
    expect(body).toHaveProperty("additionalModelRequestFields");
    const streamed = await createClient(server())
      .chat(model)
      .withParams(params)
      .stream("What is 6 times 7?")
      .response();
    expect(streamed.warnings).toEqual(asked.warnings);
    expect(bodyOf(server())).toEqual(body);
  });

  test("a model that cannot think is told before anything is sent", async () => {
    const chat = createClient(server()).chat(MODELS.none).withParams({ thinking: true });
    expect(await failureOf(chat.ask("Hi"))).toBeInstanceOf(CapabilityError);
    expect(await failureOf(chat.stream("Hi").response())).toBeInstanceOf(CapabilityError);
    expect(server().requests).toHaveLength(0);
  });
});
