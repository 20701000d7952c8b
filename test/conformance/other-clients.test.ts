import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import {
  ConverseCommand,
  type BedrockRuntimeClient,
  type ContentBlock,
  type Message,
} from "@aws-sdk/client-bedrock-runtime";
import { ChatBedrockConverse } from "@langchain/aws";
import { HumanMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import { tool as langchainTool } from "@langchain/core/tools";
import { DOCUMENTATION_CREDENTIAL, startBedrockLocal, type BedrockLocal } from "@node-llm/bedrock-local";
import { generateText, Output, stepCountIs, tool as aiTool } from "ai";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";

import { createOfficialClient, REGION } from "../support/official-sdk.ts";
import { createOurClient } from "../support/our-client.ts";

// The first request of a cold SDK takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const MODEL = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const QUESTION = "What is the weather in Paris?";
const WEATHER = { temperature: 21, sky: "sunny" };
const Place = z.object({ city: z.string() });
const City = z.object({ name: z.string(), population: z.number() });
interface ThinkingFields {
  readonly thinking: { readonly type: string; readonly budget_tokens: number };
}

const EXTRACT = "Extract the city: Berlin has a population of 3700000.";
const PLACE_SCHEMA = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};

/** What one client brings to one conversation with a tool. */
interface ToolConversation {
  /** The arguments of the calls, in order. */
  readonly calls: readonly unknown[];
  readonly answer: string;
}

/** A client that holds the three conversations. */
interface Client {
  callTool(url: string): Promise<ToolConversation>;
  extract(url: string): Promise<unknown>;
  /** Thinks, calls a tool, and goes on with its thinking sent back. */
  think(url: string): Promise<ToolConversation & { readonly thinking: string }>;
}

const ours: Client = {
  async callTool(url) {
    const { calls, tool } = ourTool();
    const answer = await createOurClient(url).chat(MODEL).withTools([tool]).ask(QUESTION);
    return { calls, answer: answer.content };
  },
  async extract(url) {
    return (await createOurClient(url).chat(MODEL).withSchema(City).ask(EXTRACT)).data;
  },
  async think(url) {
    const { calls, tool } = ourTool();
    const chat = createOurClient(url).chat(MODEL).withTools([tool]).withThinking({ budget: 2048 }).withMaxTokens(4096);
    const answer = await chat.ask(QUESTION);
    return { calls, answer: answer.content, thinking: answer.steps[0]?.thinking?.text ?? "" };
  },
};

function ourTool() {
  const calls: unknown[] = [];
  const tool = {
    name: "get_weather",
    description: "The weather in a city",
    schema: Place,
    execute(args: z.infer<typeof Place>) {
      calls.push(args);
      return WEATHER;
    },
  };
  return { calls, tool };
}

const aiSdk: Client = {
  async callTool(url) {
    const { calls, tools } = aiTools();
    const { text } = await generateText({ model: aiModel(url), prompt: QUESTION, tools, stopWhen: stepCountIs(4) });
    return { calls, answer: text };
  },
  async extract(url) {
    const { output } = await generateText({
      model: aiModel(url),
      prompt: EXTRACT,
      output: Output.object({ schema: City }),
    });
    return output;
  },
  async think(url) {
    const { calls, tools } = aiTools();
    const { text, steps } = await generateText({
      model: aiModel(url),
      prompt: QUESTION,
      tools,
      stopWhen: stepCountIs(4),
      providerOptions: { bedrock: { reasoningConfig: { type: "enabled", budgetTokens: 2048 } } },
    });
    return { calls, answer: text, thinking: steps[0]?.reasoningText ?? "" };
  },
};

function aiModel(url: string) {
  const { accessKeyId, secretAccessKey } = DOCUMENTATION_CREDENTIAL;
  return createAmazonBedrock({ baseURL: url, region: REGION, accessKeyId, secretAccessKey })(MODEL);
}

function aiTools() {
  const calls: unknown[] = [];
  const get_weather = aiTool({
    description: "The weather in a city",
    inputSchema: Place,
    execute: async (args) => {
      calls.push(args);
      return WEATHER;
    },
  });
  return { calls, tools: { get_weather } };
}

const langchain: Client = {
  async callTool(url) {
    return langchainLoop(langchainModel(url));
  },
  async extract(url) {
    return langchainModel(url).withStructuredOutput(City).invoke(EXTRACT);
  },
  async think(url) {
    return langchainLoop(langchainModel(url, { thinking: { type: "enabled", budget_tokens: 2048 } }));
  },
};

function langchainModel(url: string, fields?: ThinkingFields) {
  return new ChatBedrockConverse({
    model: MODEL,
    region: REGION,
    client: createOfficialClient(url, "1.1"),
    ...(fields && { additionalModelRequestFields: { ...fields } }),
  });
}

async function langchainLoop(model: ChatBedrockConverse) {
  const calls: unknown[] = [];
  let thinking = "";
  const weather = langchainTool(
    (args: z.infer<typeof Place>) => {
      calls.push(args);
      return JSON.stringify(WEATHER);
    },
    { name: "get_weather", description: "The weather in a city", schema: Place },
  );
  const bound = model.bindTools([weather]);
  const messages: BaseMessage[] = [new HumanMessage(QUESTION)];
  for (let step = 0; step < 4; step++) {
    const answer = await bound.invoke(messages);
    messages.push(answer);
    thinking += readLangchainThinking(answer.content);
    if (!answer.tool_calls?.length) return { calls, answer: answer.text, thinking };
    for (const call of answer.tool_calls) {
      const result: unknown = await weather.invoke({ ...call, type: "tool_call" });
      if (result instanceof ToolMessage) messages.push(result);
    }
  }
  throw new Error("The model calls tools for ever.");
}

function readLangchainThinking(content: unknown): string {
  const blocks: unknown[] = Array.isArray(content) ? content : [];
  return blocks.map((block) => /"text":"([^"]*)"/.exec(JSON.stringify(block))?.[1] ?? "").join("");
}

const official: Client = {
  async callTool(url) {
    return officialLoop(createOfficialClient(url, "2.0"));
  },
  async extract(url) {
    const client = createOfficialClient(url, "2.0");
    const { $schema: _, ...schema } = z.toJSONSchema(City);
    const { output } = await client.send(
      new ConverseCommand({
        modelId: MODEL,
        messages: [{ role: "user", content: [{ text: EXTRACT }] }],
        outputConfig: {
          textFormat: {
            type: "json_schema",
            structure: { jsonSchema: { schema: JSON.stringify(schema), name: "city" } },
          },
        },
      }),
    );
    client.destroy();
    return JSON.parse(output?.message?.content?.map(({ text = "" }) => text).join("") ?? "");
  },
  async think(url) {
    return officialLoop(createOfficialClient(url, "2.0"), { thinking: { type: "enabled", budget_tokens: 2048 } });
  },
};

async function officialLoop(client: BedrockRuntimeClient, fields?: ThinkingFields) {
  const calls: unknown[] = [];
  let thinking = "";
  const messages: Message[] = [{ role: "user", content: [{ text: QUESTION }] }];
  try {
    for (let step = 0; step < 4; step++) {
      const { output, stopReason } = await client.send(
        new ConverseCommand({
          modelId: MODEL,
          messages,
          toolConfig: {
            tools: [
              {
                toolSpec: {
                  name: "get_weather",
                  description: "The weather in a city",
                  inputSchema: { json: PLACE_SCHEMA },
                },
              },
            ],
          },
          additionalModelRequestFields: fields && { ...fields },
        }),
      );
      const message = output?.message ?? { role: "assistant", content: [] };
      messages.push(message);
      const content = message.content ?? [];
      thinking += content.map(({ reasoningContent }) => reasoningContent?.reasoningText?.text ?? "").join("");
      if (stopReason !== "tool_use") return { calls, answer: content.map(({ text = "" }) => text).join(""), thinking };
      messages.push({ role: "user", content: content.flatMap((block) => answerCall(block, calls)) });
    }
  } finally {
    client.destroy();
  }
  throw new Error("The model calls tools for ever.");
}

function answerCall({ toolUse }: ContentBlock, calls: unknown[]): ContentBlock[] {
  if (!toolUse) return [];
  calls.push(toolUse.input);
  return [{ toolResult: { toolUseId: toolUse.toolUseId, content: [{ json: WEATHER }] } }];
}

const CLIENTS: Readonly<Record<string, Client>> = {
  "@node-llm/core": ours,
  "@aws-sdk/client-bedrock-runtime": official,
  "@ai-sdk/amazon-bedrock": aiSdk,
  "@langchain/aws": langchain,
};

describe.each(Object.entries(CLIENTS))("%s against the local Bedrock", (_name, client) => {
  let server: BedrockLocal;
  beforeAll(async () => {
    server = await startBedrockLocal();
  });
  afterAll(() => server.close());

  it("holds a conversation with a tool", async () => {
    const { calls, answer } = await client.callTool(server.url);
    expect(calls).toEqual([{ city: "Paris" }]);
    expect(answer).toContain("21");
  });

  it("gets an answer of a schema", async () => {
    expect(await client.extract(server.url)).toEqual({ name: "Berlin", population: 3_700_000 });
  });

  it("thinks, calls a tool, and goes on with its thinking sent back", async () => {
    const { calls, answer, thinking } = await client.think(server.url);
    expect(thinking).not.toBe("");
    expect(calls).toEqual([{ city: "Paris" }]);
    expect(answer).toContain("21");
  });
});
