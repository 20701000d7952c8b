import { describe, expect, test } from "vitest";
import { describeModel, type Message } from "../../src/index.ts";
import { bodyOf, createClient, MODEL, useServer } from "../support/bedrock.ts";
import { take, WAYS } from "../support/turns.ts";
import { reload } from "./reload.ts";

const server = useServer();

const arn = (resource: string, account = "123456789012"): string => `arn:aws:bedrock:us-east-1:${account}:${resource}`;
const APPLICATION_PROFILE = arn("application-inference-profile/a1b2c3d4e5f6");
const CLAUDE = "anthropic.claude-sonnet-4-5-20250929-v1:0";

describe.each(WAYS)("a model (%s)", (way) => {
  test.each([
    "amazon.nova-lite-v1:0",
    `us.${CLAUDE}`,
    `eu.${CLAUDE}`,
    `global.${CLAUDE}`,
    arn("foundation-model/amazon.nova-lite-v1:0", ""),
    arn(`inference-profile/us.${CLAUDE}`),
    APPLICATION_PROFILE,
    arn("provisioned-model/a1b2c3d4e5f6"),
    arn("custom-model-deployment/a1b2c3d4e5f6"),
    arn("default-prompt-router/anthropic.claude:1"),
    "us.anthropic.claude-opus-9-9",
    "qwen.qwen9-future-v1:0",
  ])("is asked by any id that Bedrock takes: %s", async (id) => {
    const answer = await take(way, createClient(server()).chat(id), "Repeat: fine");
    expect(answer.content).toBe("fine");
    expect(answer.model).toBe(id);
    expect(server().requests[0]?.modelId).toBe(id);
  });

  test("behind an application profile is known by its baseModel, over a restart, too", async () => {
    const blind = createClient(server()).chat(APPLICATION_PROFILE);
    expect((await take(way, blind, "Hi")).cost).toBeUndefined();
    const chat = createClient(server())
      .chat(APPLICATION_PROFILE, { baseModel: `global.${CLAUDE}` })
      .withEffort("low");
    const { cost, thinking } = await take(way, chat, "What is 6 times 7?");
    expect(thinking?.text).toMatch(/\S/);
    expect(cost?.totalUsd).toBeGreaterThan(0);
    expect(bodyOf(server())).toHaveProperty("additionalModelRequestFields.thinking");
    const restored = createClient(server()).chat(APPLICATION_PROFILE, reload(chat));
    expect((await take(way, restored, "What is 5 times 5?")).cost?.totalUsd).toBeGreaterThan(0);
    expect(server().requests.map(({ modelId }) => modelId)).toEqual(Array(3).fill(APPLICATION_PROFILE));
  });

  test("is priced by the user's prices first, by what the wire counted", async () => {
    const prices = { [MODEL]: { input: 1000, output: 2000, cacheRead: 100, cacheWrite: 1250 } };
    const llm = createClient(server(), { prices });
    const chat = llm.chat(MODEL).withInstructions("word ".repeat(3000)).withCache();
    await take(way, chat, "Hi");
    const { usage, cost } = await take(way, chat, "Hi again");
    expect(usage?.cacheReadTokens).toBeGreaterThan(0);
    const { inputTokens = 0, outputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0 } = usage ?? {};
    expect(cost?.totalUsd).toBeCloseTo(
      (inputTokens * 1000 + outputTokens * 2000 + cacheReadTokens * 100 + cacheWriteTokens * 1250) / 1e6,
      9,
    );
    expect(cost?.cacheReadUsd).toBeCloseTo((cacheReadTokens * 100) / 1e6, 9);
  });

  test("may change in mid-conversation, with everything in the history that models differ in", async () => {
    const tool = {
      name: "mcp.get-weather",
      description: "The weather in a city",
      schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
      execute: () => ({ sky: "sunny" }),
    };
    let messages: readonly Message[] = [{ role: "system", content: "Be brief." }];
    const models = [
      `us.${CLAUDE}`,
      "us.amazon.nova-2-lite-v1:0",
      "mistral.mistral-large-2407-v1:0",
      "us.meta.llama3-3-70b-instruct-v1:0",
      "openai.gpt-oss-120b-1:0",
      "us.deepseek.r1-v1:0",
      "amazon.titan-text-express-v1",
      "us.anthropic.claude-opus-4-8",
    ];
    for (const model of models) {
      const chat = createClient(server()).chat(model, { messages }).withCache();
      const callsTools = !/r1|titan/.test(model);
      if (callsTools) chat.withTools([tool], { parallel: false });
      const answer = await take(way, chat, callsTools ? "What is the weather in Paris?" : "Repeat: fine");
      expect(answer.content).toContain(callsTools ? "sunny" : "fine");
      messages = reload(chat).messages;
    }
    expect(messages).toHaveLength(1 + 6 * 4 + 2 * 2);
  });
});

test("what is known of a model is told without asking", async () => {
  expect(await describeModel(`eu.${CLAUDE}`)).toMatchObject({
    family: "claude",
    contextTokens: expect.any(Number),
    maxOutputTokens: expect.any(Number),
    input: expect.arrayContaining(["text", "image"]),
    price: { input: expect.any(Number), output: expect.any(Number) },
  });
  expect(await describeModel("acme.future-1")).toEqual({
    family: "unknown",
    id: "acme.future-1",
    bareId: "acme.future-1",
  });
});
