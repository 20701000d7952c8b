import type { CountTokensInput, InvokeOptions, JsonObject } from "@node-llm/core";
import { describe, expect, it, vi } from "vitest";

import { createPng } from "../../packages/core/test/support/media-files.ts";
import { itFitsAwsModel } from "../support/aws-model.ts";
import { only, useSideBySide } from "../support/side-by-side.ts";

// The first request of a cold SDK takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const both = useSideBySide();

const MESSAGES = { messages: [{ role: "user", content: "Count to 3" }], max_tokens: 20 };
const CLAUDE = { anthropic_version: "bedrock-2023-05-31", ...MESSAGES };
const PROFILE = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-6";

/** A body of each family, and each option. */
const CASES: readonly [name: string, model: string, body: JsonObject, options?: InvokeOptions][] = [
  ["Claude", "us.anthropic.claude-sonnet-4-6", CLAUDE],
  ["Claude by the ARN of a profile", PROFILE, CLAUDE],
  ["Nova", "amazon.nova-lite-v1:0", { messages: [{ role: "user", content: [{ text: 'Say "ünï 😀"' }] }] }],
  ["Llama", "us.meta.llama3-1-8b-instruct-v1:0", { prompt: "Count to 3", max_gen_len: 20 }],
  ["Mistral", "mistral.mistral-7b-instruct-v0:2", { prompt: "<s>[INST]Count to 3[/INST]" }],
  ["Titan", "amazon.titan-text-express-v1", { inputText: "Count to 3" }],
  ["Command R", "cohere.command-r-v1:0", { message: "Count to 3" }],
  [
    "all options",
    "us.anthropic.claude-sonnet-4-6",
    CLAUDE,
    {
      guardrail: { guardrailIdentifier: "gr1", guardrailVersion: "1", trace: "enabled_full" },
      performanceConfig: { latency: "standard" },
      serviceTier: { type: "default" },
      requestMetadata: { team: "search ünï", "a b": "" },
    },
  ],
];

describe("a body of the model's own, sent by our client and the official SDK", () => {
  it.each(CASES)("gives the same: %s", async (_name, model, body, options) => {
    const { ours, requests, official } = await both().compare((llm) => llm.invoke(model, body, options));
    expect(only(requests)).toMatchObject({ operation: "InvokeModel", modelId: model, json: body });
    const { contentType, performanceConfigLatency, serviceTier, body: text } = only(official);
    expect(Buffer.from(ours.body).toString()).toBe(text);
    expect(ours.json).toEqual(JSON.parse(String(text)));
    expect(ours.contentType).toBe(contentType);
    expect(ours.performanceConfig?.latency).toBe(performanceConfigLatency);
    expect(ours.serviceTier?.type).toBe(serviceTier);
    expect(ours.usage?.inputTokens).toBeGreaterThan(0);
  });

  it.each(CASES)("gives the same pieces as a stream: %s", async (_name, model, body, options) => {
    const { ours, requests, official } = await both().compare(async (llm) => {
      const stream = await llm.invoke(model, body, { ...options, stream: true });
      const pieces: string[] = [];
      for await (const { bytes } of stream) pieces.push(Buffer.from(bytes).toString());
      return { pieces, contentType: stream.contentType, usage: stream.usage };
    });
    expect(only(requests)).toMatchObject({ operation: "InvokeModelWithResponseStream", modelId: model, json: body });
    const { contentType, chunks } = only(official);
    expect(ours.pieces).toEqual(chunks);
    expect(ours.pieces.length).toBeGreaterThan(1);
    expect(ours.contentType).toBe(contentType);
    expect(ours.usage?.outputTokens).toBeGreaterThan(0);
  });
});

const WEATHER = {
  name: "get_weather",
  description: "Tells the weather.",
  schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  execute: () => "",
} as const;

describe("tokens that Bedrock counts for our client and the official SDK", () => {
  it.each<[string, string, CountTokensInput]>([
    ["a question", "anthropic.claude-sonnet-4-20250514-v1:0", { messages: [{ role: "user", content: "Hello, you!" }] }],
    [
      "a conversation with instructions and tools",
      "us.anthropic.claude-sonnet-4-20250514-v1:0",
      {
        system: "Be brief.",
        tools: [WEATHER],
        messages: [
          { role: "user", content: "Hello" },
          { role: "assistant", content: "Hi!" },
          { role: "user", content: "And now? 😀" },
        ],
      },
    ],
    [
      "an image",
      "us.anthropic.claude-sonnet-4-20250514-v1:0",
      {
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "What is this?" },
              { type: "image", source: createPng(20, 10) },
            ],
          },
        ],
      },
    ],
    [
      "fields of the model's own",
      "us.anthropic.claude-sonnet-4-20250514-v1:0",
      {
        messages: [{ role: "user", content: "Hello" }],
        params: { additionalModelRequestFields: { top_k: 5 }, maxTokens: 10 },
      },
    ],
  ])("are the same of %s", async (_name, model, input) => {
    const { ours, requests, official } = await both().compare((llm) => llm.countTokens(input, { model }));
    expect(only(requests).operation).toBe("CountTokens");
    expect(ours).toMatchObject({ inputTokens: only(official)["inputTokens"], isExact: true });
    expect(ours.inputTokens).toBeGreaterThan(2);
  });
});

itFitsAwsModel(() => both().server.requests);
