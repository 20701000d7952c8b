import { describe, expect, test } from "vitest";
import { applyTools } from "../../../src/bedrock/converse/tool-config.ts";
import type { WireRequest } from "../../../src/bedrock/converse/wire.ts";
import { resolveKnownModel } from "../../../src/bedrock/known-models.ts";
import type { ChatRequest } from "../../../src/provider.ts";
import type { FunctionTool, ToolDefinition } from "../../../src/types/tool.ts";
import { errorOf } from "../../support/bedrock.ts";
import { assistant, call, CLAUDE, LLAMA, NOVA, text, TITAN, user } from "../../support/legalizing.ts";

const OPUS = "us.anthropic.claude-opus-4-8";
const HAIKU_3 = "anthropic.claude-3-haiku-20240307-v1:0";
const tool: ToolDefinition = {
  name: "weather",
  inputSchema: { type: "object", properties: { city: { type: "string", minLength: 1 } }, required: ["city"] },
};
const time: ToolDefinition = {
  name: "time",
  description: "Now.",
  inputSchema: {},
  cache_control: { type: "ephemeral", ttl: "1h" },
};
const start: WireRequest = { messages: [user(text("Hi"))], system: [], rest: {} };

type Given = Pick<ChatRequest, "tools" | "toolChoice" | "parallelToolCalls">;

function apply(modelId: string, given: Given, request: WireRequest = start): { request: WireRequest; codes: string[] } {
  const codes: string[] = [];
  const applied = applyTools(request, { tools: [tool], ...given }, resolveKnownModel(modelId), (code) =>
    codes.push(code),
  );
  return { request: applied, codes };
}

describe("the tools of a request", () => {
  test("are declared as they are given, each with its cache point", () => {
    expect(apply(CLAUDE, { tools: [tool, time, { systemTool: "nova_grounding" }] })).toEqual({
      request: {
        ...start,
        toolConfig: {
          tools: [
            { toolSpec: { name: "weather", inputSchema: { json: tool.inputSchema } } },
            { toolSpec: { name: "time", description: "Now.", inputSchema: { json: {} } } },
            { cachePoint: { type: "default", ttl: "1h" } },
            { systemTool: { name: "nova_grounding" } },
          ],
        },
      },
      codes: [],
    });
  });

  test("are nothing where there are none", () => {
    expect(apply(TITAN, { tools: [], toolChoice: "required" })).toEqual({ request: start, codes: [] });
  });

  test("are refused for a model that cannot call them, before anything is sent", () => {
    const error = errorOf(() => apply(TITAN, {}));
    expect(error).toMatchObject({ code: "ERR_CAPABILITY" });
    expect(error.message).toContain(TITAN);
  });

  test("are held to a schema of Bedrock's subset where they are strict and the model takes that", () => {
    const strict = { ...tool, strict: true };
    expect(apply(CLAUDE, { tools: [strict] })).toMatchObject({
      request: {
        toolConfig: {
          tools: [
            {
              toolSpec: {
                strict: true,
                inputSchema: {
                  json: {
                    type: "object",
                    properties: { city: { type: "string", description: "(minLength: 1)" } },
                    required: ["city"],
                    additionalProperties: false,
                  },
                },
              },
            },
          ],
        },
      },
      codes: [],
    });
    const loose = { toolSpec: { name: "weather", inputSchema: { json: tool.inputSchema } } };
    const other = apply(OPUS, { tools: [strict] });
    expect(other.request.toolConfig?.tools).toEqual([loose]);
    expect(other.codes).toEqual(["strict_tool_ignored"]);
    expect(apply(CLAUDE, { tools: [{ name: "any", inputSchema: { type: "object" }, strict: true }] }).codes).toEqual([
      "strict_tool_ignored",
    ]);
  });
});

test("a strict tool with more choices than Bedrock compiles is not held to its schema, and says so", () => {
  const withOptional = (count: number): FunctionTool => ({
    name: "many",
    strict: true,
    inputSchema: {
      type: "object",
      properties: Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, { type: "string" }])),
    },
  });
  expect(apply(CLAUDE, { tools: [withOptional(24)] }).codes).toEqual([]);
  const many = withOptional(25);
  const { request, codes } = apply(CLAUDE, { tools: [many] });
  expect(codes).toEqual(["strict_tool_ignored"]);
  expect(request.toolConfig?.tools).toEqual([{ toolSpec: { name: "many", inputSchema: { json: many.inputSchema } } }]);
});

describe("the choice of tools", () => {
  const choiceOf = (modelId: string, given: Given): unknown => {
    const { request, codes } = apply(modelId, given);
    return [request.toolConfig?.toolChoice, ...codes];
  };

  test.each<[string, Given, unknown[]]>([
    [CLAUDE, {}, [undefined]],
    [CLAUDE, { toolChoice: "auto" }, [undefined]],
    [CLAUDE, { toolChoice: "required" }, [{ any: {} }]],
    [CLAUDE, { toolChoice: { name: "weather" } }, [{ tool: { name: "weather" } }]],
    [LLAMA, { toolChoice: "required" }, [undefined, "tool_choice_ignored"]],
    [LLAMA, { toolChoice: { name: "weather" } }, [undefined, "tool_choice_ignored"]],
    ["deepseek.v3-v1:0", { toolChoice: { name: "weather" } }, [{ any: {} }]],
    ["deepseek.v3-v1:0", { toolChoice: { name: "time" }, tools: [tool, time] }, [undefined, "tool_choice_ignored"]],
  ])("of %s, asked for %j", (modelId, given, expected) => {
    expect(choiceOf(modelId, given)).toEqual(expected);
  });

  test("none is said in Claude's own words; tools stay declared, so that their cache holds", () => {
    const { request, codes } = apply(CLAUDE, { toolChoice: "none" });
    expect(request.toolConfig).toMatchObject({ tools: [{}] });
    expect(request.toolConfig).not.toHaveProperty("toolChoice");
    expect(request.additionalModelRequestFields).toEqual({ tool_choice: { type: "none" } });
    expect(codes).toEqual([]);
  });

  test("none takes the tools away from other models, or warns where the history needs them", () => {
    expect(apply(NOVA, { toolChoice: "none" })).toEqual({ request: start, codes: [] });
    const history = { ...start, messages: [user(text("?")), assistant(text("Hm."), call("t1"))] };
    const { request, codes } = apply(NOVA, { toolChoice: "none" }, history);
    expect(request).toHaveProperty("toolConfig");
    expect(codes).toEqual(["tool_choice_none_ignored"]);
  });

  test("one call at a time is said in Claude's own words, beside the user's, which win", () => {
    const fields = { top_k: 5, tool_choice: { type: "any" } };
    expect(apply(HAIKU_3, { parallelToolCalls: false, toolChoice: "required" }).request).toMatchObject({
      toolConfig: { toolChoice: { any: {} } },
      additionalModelRequestFields: { tool_choice: { type: "auto", disable_parallel_tool_use: true } },
    });
    const given = { ...start, additionalModelRequestFields: fields };
    expect(apply(CLAUDE, { parallelToolCalls: false }, given).request.additionalModelRequestFields).toEqual({
      top_k: 5,
      tool_choice: { type: "any", disable_parallel_tool_use: true },
    });
    expect(apply(NOVA, { parallelToolCalls: false }).codes).toEqual(["parallel_tool_calls_ignored"]);
    expect(apply(NOVA, { parallelToolCalls: true }).codes).toEqual([]);
  });
});
