import { describe, expect, test } from "vitest";
import { resolveKnownModel } from "../../../src/bedrock/known-models.ts";
import { fitInference } from "../../../src/bedrock/converse/sampling.ts";
import type { WireRequest } from "../../../src/bedrock/converse/wire.ts";
import type { ChatParams } from "../../../src/provider.ts";
import type { Warning } from "../../../src/types/response.ts";
import { bodyOf, createClient, useServer } from "../../support/bedrock.ts";

function fit(id: string, members: Partial<WireRequest>): { request: WireRequest; warnings: Warning[] } {
  const warnings: Warning[] = [];
  const request: WireRequest = { messages: [], system: [], rest: {}, ...members };
  const fitted = fitInference(request, resolveKnownModel(id), (code, message) => warnings.push({ code, message }));
  return { request: fitted, warnings };
}

describe("what a model takes", () => {
  test.each([
    ["amazon.nova-lite-v1:0", { temperature: 1, topP: 0.5, maxTokens: 10_000, stopSequences: ["X"] }],
    ["us.anthropic.claude-sonnet-4-6", { topP: 0.5, maxTokens: 64_000, stopSequences: ["X"] }],
    ["us.anthropic.claude-sonnet-4-6", { temperature: 0.5 }],
    ["us.anthropic.claude-opus-4-8", { maxTokens: 128_000 }],
    ["acme.model-1", { temperature: 1, topP: 0.5, maxTokens: 2 ** 31 - 1, stopSequences: ["X"] }],
  ])("goes to %s as it is: %j", (id, inferenceConfig) => {
    const given: WireRequest = { messages: [], system: [], rest: {}, inferenceConfig };
    expect(fitInference(given, resolveKnownModel(id), () => expect.fail())).toBe(given);
  });
});

describe("what a model refuses", () => {
  const server = useServer();

  /** Sends it both ways, and gives what was sent and told. */
  async function send(id: string, params: ChatParams): Promise<{ body: Record<string, unknown>; warnings: unknown[] }> {
    const chat = createClient(server()).chat(id).withParams(params);
    const asked = await chat.ask("Hi");
    const body = bodyOf(server());
    const streamed = await createClient(server()).chat(id).withParams(params).stream("Hi").response();
    expect(bodyOf(server())).toEqual(body);
    expect(streamed.warnings).toEqual(asked.warnings);
    return { body, warnings: [...asked.warnings] };
  }

  test("is left out: sampling", async () => {
    const id = "us.anthropic.claude-opus-4-8";
    const { body, warnings } = await send(id, { temperature: 0.5, topP: 0.9, maxTokens: 50 });
    expect(body["inferenceConfig"]).toEqual({ maxTokens: 50 });
    expect(warnings).toEqual([
      { code: "parameter_dropped", message: `temperature was left out: ${id} takes no sampling parameters.` },
      { code: "parameter_dropped", message: `topP was left out: ${id} takes no sampling parameters.` },
    ]);
  });

  test("is left out with its object, when nothing else was in it", async () => {
    const additionalModelRequestFields = { top_k: 5 };
    const { body, warnings } = await send("us.anthropic.claude-sonnet-5", {
      temperature: 0.5,
      additionalModelRequestFields,
    });
    expect(Object.keys(body)).toEqual(["messages"]);
    expect(warnings).toHaveLength(2);
  });

  test("is left out: topP beside temperature", async () => {
    const { body, warnings } = await send("us.anthropic.claude-sonnet-4-5-20250929-v1:0", {
      temperature: 0.5,
      topP: 0.9,
    });
    expect(body["inferenceConfig"]).toEqual({ temperature: 0.5 });
    expect(warnings).toMatchObject([{ code: "parameter_dropped" }]);
  });

  test("is left out: stop sequences", async () => {
    const { body, warnings } = await send("qwen.qwen3-32b-v1:0", { stopSequences: ["X"], temperature: 0 });
    expect(body["inferenceConfig"]).toEqual({ temperature: 0 });
    expect(warnings).toMatchObject([{ code: "parameter_dropped", message: expect.stringContaining("stopSequences") }]);
  });

  test("is lowered: a length above the limit", async () => {
    const { body, warnings } = await send("us.anthropic.claude-sonnet-4-6", { maxTokens: 100_000 });
    expect(body["inferenceConfig"]).toEqual({ maxTokens: 64_000 });
    expect(warnings).toEqual([
      {
        code: "max_tokens_lowered",
        message: "maxTokens is 100000, more than us.anthropic.claude-sonnet-4-6 writes: 64000 is sent.",
      },
    ]);
  });

  test("top_k stays where sampling may be set", () => {
    const { request, warnings } = fit("us.anthropic.claude-sonnet-4-6", { additionalModelRequestFields: { top_k: 5 } });
    expect(request.additionalModelRequestFields).toEqual({ top_k: 5 });
    expect(warnings).toEqual([]);
  });

  test("top_k alone is left out where it may not", () => {
    const fields = { top_k: 5, anthropic_beta: ["x"] };
    const { request, warnings } = fit("us.anthropic.claude-opus-4-8", { additionalModelRequestFields: fields });
    expect(request.additionalModelRequestFields).toEqual({ anthropic_beta: ["x"] });
    expect(warnings).toMatchObject([{ code: "parameter_dropped", message: expect.stringMatching(/^top_k /) }]);
  });
});
