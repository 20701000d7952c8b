import { describe, expect, test } from "vitest";
import { applyOutput, createOutputReader, readOutput, type OutputPlan } from "../../../src/bedrock/converse/output.ts";
import type { WireRequest } from "../../../src/bedrock/converse/wire.ts";
import { resolveKnownModel } from "../../../src/bedrock/known-models.ts";
import type { Chunk } from "../../../src/types/chunk.ts";
import type { ContentPart } from "../../../src/types/content.ts";
import type { JsonObject } from "../../../src/types/json.ts";
import type { OutputFormat } from "../../../src/types/tool.ts";
import { errorOf } from "../../support/bedrock.ts";

const NATIVE = "us.anthropic.claude-sonnet-4-6";
const TOOL = "amazon.nova-lite-v1:0";
const PROMPT = "amazon.titan-text-express-v1";
const schema: JsonObject = {
  type: "object",
  properties: { city: { type: "string", minLength: 1 } },
  required: ["city"],
};
const map: JsonObject = { type: "object", additionalProperties: { type: "number" } };
const request: WireRequest = { messages: [{ role: "user", content: [{ text: "Where?" }] }], system: [], rest: {} };
const other = { toolSpec: { name: "search", inputSchema: { json: { type: "object" } } } };

function apply(
  model: string,
  output: Partial<OutputFormat> = {},
  more: Partial<WireRequest> = {},
  isStreaming = false,
): { request: WireRequest; plan?: OutputPlan } {
  return applyOutput({ ...request, ...more }, { schema, ...output }, resolveKnownModel(model), isStreaming);
}

describe("applyOutput", () => {
  test("leaves a request alone that wants no structure", () => {
    expect(applyOutput(request, undefined, resolveKnownModel(NATIVE), false)).toEqual({ request });
    expect(applyOutput(request, undefined, resolveKnownModel(NATIVE), false).request).toBe(request);
  });

  test("asks natively where the model takes it, with a schema that Bedrock takes", () => {
    const { request: asked, plan } = apply(NATIVE, { description: "A city." }, { outputConfig: { effort: "low" } });
    expect(plan).toEqual({ mode: "native" });
    expect(asked).toEqual({
      ...request,
      outputConfig: {
        effort: "low",
        textFormat: {
          type: "json_schema",
          structure: { jsonSchema: { name: "answer", description: "A city.", schema: expect.any(String) as unknown } },
        },
      },
    });
    const { textFormat } = asked.outputConfig as { textFormat: { structure: { jsonSchema: { schema: string } } } };
    expect(JSON.parse(textFormat.structure.jsonSchema.schema)).toEqual({
      type: "object",
      properties: { city: { type: "string", description: "(minLength: 1)" } },
      required: ["city"],
      additionalProperties: false,
    });
  });

  test("makes other models call a tool, whose arguments are the answer", () => {
    const { request: asked, plan } = apply(TOOL, { name: "find-city", description: "A city." });
    expect(plan).toEqual({ mode: "tool", toolName: "find_city" });
    expect(asked).toEqual({
      ...request,
      toolConfig: {
        tools: [{ toolSpec: { name: "find_city", description: "A city.", inputSchema: { json: schema } } }],
        toolChoice: { tool: { name: "find_city" } },
      },
    });
  });

  test.each(["zai.glm-4.6", "us.anthropic.claude-opus-4-7"])("does not force %s, which may always think", (model) => {
    const { request: asked, plan } = apply(model, { mode: "tool" });
    expect(plan).toEqual({ mode: "tool", toolName: "answer" });
    expect(asked.toolConfig).not.toHaveProperty("toolChoice");
    expect(asked.system).toEqual([{ text: "Give your final answer by calling the tool answer, not as text." }]);
  });

  test("makes a model call any tool that cannot be made to call a certain one", () => {
    expect(apply("deepseek.v3-v1:0", { mode: "tool" }).request.toolConfig?.toolChoice).toEqual({ any: {} });
  });

  const expectTold = ({ request: asked, plan }: ReturnType<typeof apply>): void => {
    expect(plan).toEqual({ mode: "tool", toolName: "answer" });
    expect(asked.system).toEqual([{ text: expect.stringContaining("tool answer") as unknown }]);
  };

  test("tells a model to call the tool that may call others too", () => {
    const told = apply(TOOL, {}, { toolConfig: { tools: [other] } });
    expectTold(told);
    // Some call at each step, so that the last is the answer's.
    expect(told.request.toolConfig).toEqual({
      tools: [other, { toolSpec: expect.any(Object) as unknown }],
      toolChoice: { any: {} },
    });
  });

  test("leaves it to the caller which tool must be called", () => {
    const toolChoice = { tool: { name: "search" } };
    expect(apply(TOOL, {}, { toolConfig: { tools: [other], toolChoice } }).request.toolConfig?.toolChoice).toBe(
      toolChoice,
    );
  });

  test.each<[string, string, JsonObject | undefined]>([
    ["thinks by a budget", NATIVE, { thinking: { type: "enabled", budget_tokens: 1024 } }],
    ["thinks adaptively", NATIVE, { thinking: { type: "adaptive" } }],
    ["thinks by Nova's setting", "us.amazon.nova-2-lite-v1:0", { reasoningConfig: { type: "enabled" } }],
    ["may always think", "us.anthropic.claude-opus-4-8", undefined],
  ])("tells a model to call the tool that %s", (_, model, fields) => {
    const told = apply(model, { mode: "tool" }, fields ? { additionalModelRequestFields: fields } : {});
    expectTold(told);
    expect(told.request.toolConfig).not.toHaveProperty("toolChoice");
  });

  test("makes a model call the tool whose thinking is off", () => {
    const fields = { thinking: { type: "disabled" } };
    const { request: asked } = apply(NATIVE, { mode: "tool" }, { additionalModelRequestFields: fields });
    expect(asked.toolConfig?.toolChoice).toEqual({ tool: { name: "answer" } });
    expect(asked.system).toEqual([]);
  });

  test("gives its tool a name that no other has", () => {
    const tools = [{ toolSpec: { ...other.toolSpec, name: "answer" } }, { systemTool: { name: "answer_2" } }];
    expect(apply(TOOL, {}, { toolConfig: { tools } }).plan?.toolName).toBe("answer_3");
  });

  test("gives the schema to models that can do no better, behind the caller's own instructions", () => {
    const { request: asked, plan } = apply(PROMPT, { description: "A city." }, { system: [{ text: "Be kind." }] });
    expect(plan).toEqual({ mode: "prompt" });
    expect(asked.system).toEqual([
      { text: "Be kind." },
      { text: expect.stringContaining(JSON.stringify(schema)) as unknown },
    ]);
    expect(JSON.stringify(asked.system)).toContain("(A city.)");
  });

  test.each<[string, Partial<OutputFormat>, Partial<WireRequest>]>([
    ["the schema is beyond Bedrock's", { schema: map }, {}],
    [
      "the schema is too large",
      {
        schema: {
          type: "object",
          properties: Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`m${i}`, { type: "null" }])),
        },
      },
      {},
    ],
    [
      "a document is to be cited",
      {},
      { messages: [{ role: "user", content: [{ document: { citations: { enabled: true } } }] }] },
    ],
    [
      "a search result is to be cited",
      {},
      { messages: [{ role: "user", content: [{ searchResult: { citations: { enabled: true } } }] }] },
    ],
    [
      "a search result in the system prompt is to be cited",
      {},
      { system: [{ searchResult: { citations: { enabled: true } } }] },
    ],
    [
      "a tool's result is to be cited",
      {},
      {
        messages: [
          {
            role: "user",
            content: [{ toolResult: { content: [{ searchResult: { citations: { enabled: true } } }] } }],
          },
        ],
      },
    ],
  ])("takes a tool on a native model when %s", (_, output, more) => {
    expect(apply(NATIVE, output, more).plan).toEqual({ mode: "tool", toolName: "answer" });
  });

  test("takes a tool where no other may be called, by making the model call it", () => {
    const more = {
      toolConfig: { tools: [other] },
      additionalModelRequestFields: { tool_choice: { type: "none" }, top_k: 5 },
    };
    const claude = "us.anthropic.claude-3-7-sonnet-20250219-v1:0";
    const { request: asked, plan } = apply(claude, {}, more);
    expect(plan).toEqual({ mode: "tool", toolName: "answer" });
    expect(asked.system).toEqual([]);
    expect(asked.toolConfig?.tools).toHaveLength(2);
    expect(asked.toolConfig?.toolChoice).toEqual({ tool: { name: "answer" } });
    expect(asked.additionalModelRequestFields).toEqual({ top_k: 5 });
    const { tool_choice } = more.additionalModelRequestFields;
    const alone = apply(claude, {}, { ...more, additionalModelRequestFields: { tool_choice } });
    expect("additionalModelRequestFields" in alone.request).toBe(false);
  });

  test("tells a thinking model what to answer where no tool may be called, as it cannot be made to call one", () => {
    const more = { toolConfig: { tools: [other] }, additionalModelRequestFields: { tool_choice: { type: "none" } } };
    const { request: asked, plan } = apply("us.anthropic.claude-opus-4-8", {}, more);
    expect(plan).toEqual({ mode: "prompt" });
    expect(asked).toMatchObject(more);
    expect(JSON.stringify(asked.system)).toContain(JSON.stringify(JSON.stringify(schema)).slice(1, -1));
  });

  test("takes a tool only where the model can call any in this request", () => {
    const llama = "us.meta.llama3-3-70b-instruct-v1:0";
    expect(apply(llama, { mode: "tool" }).plan?.mode).toBe("tool");
    const error = errorOf(() => apply(llama, { mode: "tool" }, {}, true));
    expect(error).toMatchObject({
      code: "ERR_CAPABILITY",
      message: expect.stringMatching(/in streams.*prompt/) as unknown,
    });
    expect(apply(llama, {}, {}, true).plan?.mode).toBe("prompt");
  });

  test.each([
    [TOOL, "native", "tool, prompt"],
    [PROMPT, "tool", "prompt"],
    ["us.anthropic.claude-opus-4-8", "native", "tool, prompt"],
  ] as const)("refuses what %s cannot do: %s", (model, mode, can) => {
    const error = errorOf(() => apply(model, { mode }));
    expect(error.code).toBe("ERR_CAPABILITY");
    expect(error.message).toContain(model);
    expect(error.message).toContain(`one of ${can}.`);
  });

  test("lets a model that is not known try what was asked for", () => {
    for (const mode of ["native", "tool", "prompt"] as const)
      expect(apply("new.model-v1", { mode }).plan?.mode).toBe(mode);
    expect(apply("new.model-v1").plan?.mode).toBe("prompt");
  });

  test("refuses native output for what Bedrock cannot express, and says why", () => {
    const error = errorOf(() => apply(NATIVE, { mode: "native", schema: map }));
    expect(error).toMatchObject({ code: "ERR_INPUT", message: expect.stringContaining("any names") as unknown });
  });
});

const PLAN: OutputPlan = { mode: "tool", toolName: "answer" };
const call = (name: string, more: object = {}): ContentPart => ({
  type: "tool_call",
  id: "1",
  name,
  arguments: { a: 1 },
  ...more,
});

describe("readOutput", () => {
  test("makes the arguments the answer's text", () => {
    expect(readOutput(PLAN, [{ type: "thinking", text: "Hm" }, call("answer")], "tool_use")).toEqual({
      parts: [
        { type: "thinking", text: "Hm" },
        { type: "text", text: '{"a":1}' },
      ],
      finishReason: "end_turn",
    });
  });

  test("keeps other calls, and that they are wanted", () => {
    expect(readOutput(PLAN, [call("answer"), call("search")], "tool_use")).toEqual({
      parts: [{ type: "text", text: '{"a":1}' }, call("search")],
      finishReason: "tool_use",
    });
  });

  test("takes a call of a tool that Bedrock ran for no call that is wanted", () => {
    const grounding = call("nova_grounding", { kind: "server_tool_use" });
    expect(readOutput(PLAN, [grounding, call("answer")], "tool_use").finishReason).toBe("end_turn");
  });

  test("keeps the text that broke off, and why", () => {
    expect(readOutput(PLAN, [call("answer", { arguments: {}, invalidArguments: '{"a' })], "max_tokens")).toEqual({
      parts: [{ type: "text", text: '{"a' }],
      finishReason: "max_tokens",
    });
  });

  test("leaves an answer alone that did not use the tool", () => {
    const parts: ContentPart[] = [{ type: "text", text: "Hi" }];
    expect(readOutput(PLAN, parts, "end_turn").parts).toBe(parts);
    expect(readOutput({ mode: "native" }, [call("answer")], "tool_use").finishReason).toBe("tool_use");
  });
});

describe("createOutputReader", () => {
  test("makes the pieces of the arguments text, and leaves other calls as they are", () => {
    const read = createOutputReader(PLAN);
    const chunks: Chunk[] = [
      { type: "text", content: "So: " },
      { type: "tool_call_start", content: "", id: "1", name: "answer" },
      { type: "tool_call_delta", content: "", id: "1", delta: '{"a":' },
      { type: "tool_call_start", content: "", id: "2", name: "search" },
      { type: "tool_call_delta", content: "", id: "2", delta: "{}" },
      { type: "tool_call_delta", content: "", id: "1", delta: "1}" },
      { type: "tool_call", content: "", toolCall: { type: "tool_call", id: "1", name: "answer", arguments: { a: 1 } } },
      { type: "tool_call", content: "", toolCall: { type: "tool_call", id: "2", name: "search", arguments: {} } },
    ];
    expect(chunks.flatMap((chunk) => read(chunk) ?? [])).toEqual([
      chunks[0],
      { type: "text", content: '{"a":' },
      chunks[3],
      chunks[4],
      { type: "text", content: "1}" },
      chunks[7],
    ]);
  });
});
