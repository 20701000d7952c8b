import {
  type BedrockRuntimeClient,
  ConverseCommand,
  type ConverseTokensRequest,
  CountTokensCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type BedrockLocal, startBedrockLocal } from "../../src/index.ts";
import { rejection } from "../support.ts";
import { createRuntime, invoke } from "../support-invoke.ts";

const MODEL = "anthropic.claude-sonnet-4-20250514-v1:0";
const WEATHER = { type: "object", properties: { city: { type: "string" } } };

let server: BedrockLocal;
let client: BedrockRuntimeClient;
beforeAll(async () => {
  server = await startBedrockLocal();
  client = createRuntime(server.url);
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

describe("CountTokens", () => {
  const converse: ConverseTokensRequest = {
    system: [{ text: "Be brief." }],
    messages: [{ role: "user", content: [{ text: "What is the weather in Paris?" }] }],
    toolConfig: { tools: [{ toolSpec: { name: "get_weather", inputSchema: { json: WEATHER } } }] },
  };

  it("counts what Converse then uses", async () => {
    const { inputTokens } = await client.send(new CountTokensCommand({ modelId: MODEL, input: { converse } }));
    const answer = await client.send(new ConverseCommand({ modelId: `us.${MODEL}`, ...converse }));
    expect(inputTokens).toBe(answer.usage?.inputTokens);
    expect(inputTokens).toBeGreaterThan(20);
  });

  it("counts what InvokeModel then uses", async () => {
    const body = {
      anthropic_version: "bedrock-2023-05-31",
      max_tokens: 100,
      system: "Be brief.",
      messages: [{ role: "user", content: "What is the weather in Paris?" }],
      tools: [{ name: "get_weather", input_schema: WEATHER }],
    };
    const encoded = new TextEncoder().encode(JSON.stringify(body));
    const counted = await client.send(
      new CountTokensCommand({ modelId: MODEL, input: { invokeModel: { body: encoded } } }),
    );
    const answer = await invoke(client, `us.${MODEL}`, body);
    expect(answer.body["usage"]).toMatchObject({ input_tokens: counted.inputTokens });
    expect(answer.headers["x-amzn-bedrock-input-token-count"]).toBe(String(counted.inputTokens));
  });

  it.each([
    ["anthropic.claude-3-5-haiku-20241022-v1:0"],
    ["anthropic.claude-3-7-sonnet-20250219-v1:0"],
    ["anthropic.claude-opus-4-20250514-v1:0"],
    ["anthropic.claude-opus-4-1-20250805-v1:0"],
    ["anthropic.claude-haiku-4-5-20251001-v1:0"],
    ["anthropic.claude-sonnet-4-6"],
    ["anthropic.claude-opus-4-6-v1"],
  ])("counts for %s", async (modelId) => {
    const { inputTokens } = await client.send(new CountTokensCommand({ modelId, input: { converse } }));
    expect(inputTokens).toBeGreaterThan(20);
  });

  it.each([
    [`us.${MODEL}`, "The provided model doesn't support counting tokens."],
    ["anthropic.claude-opus-4-7", "The provided model doesn't support counting tokens."],
    ["anthropic.claude-3-haiku-20240307-v1:0", "The provided model doesn't support counting tokens."],
    ["amazon.nova-lite-v1:0", "The provided model doesn't support counting tokens."],
    ["does-not-exist-model-v1:0", "The provided model identifier is invalid."],
  ])("refuses %s", async (modelId, message) => {
    const error = await rejection(client.send(new CountTokensCommand({ modelId, input: { converse } })));
    expect(error).toMatchObject({ name: "ValidationException", message });
  });

  it("refuses a body for the model that is no JSON, and one that the model refuses", async () => {
    const count = (text: string): Promise<unknown> => {
      const input = { invokeModel: { body: new TextEncoder().encode(text) } };
      return client.send(new CountTokensCommand({ modelId: MODEL, input }));
    };
    expect((await rejection(count("{"))).message).toMatch(/^Malformed input request/);
    expect((await rejection(count("{}"))).message).toBe("anthropic_version: Field required");
  });
});
