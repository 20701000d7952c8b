import {
  type BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from "@aws-sdk/client-bedrock-runtime";
import { type BedrockLocal, type BedrockLocalOptions, startBedrockLocal } from "@node-llm/bedrock-local";
import type { Chat, ChatParams, LLM, LLMOptions } from "@node-llm/core";
import { onTestFinished } from "vitest";

import { type Answer, foldEvents, readOfficial, readOurs } from "./answer.ts";
import { createOfficialClient, type HttpVersion } from "./official-sdk.ts";
import { createOurClient } from "./our-client.ts";

/** The model of an input that names none. */
export const MODEL_ID = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

/** The two ways to get an answer. */
export const WAYS = ["ask", "stream"] as const;

/** One input for both clients. */
export interface Input {
  /** Default: `MODEL_ID`. */
  readonly modelId?: string;
  readonly system?: readonly string[];
  /** Texts of the user and the assistant in turn. Default: one that asks to count. */
  readonly texts?: readonly string[];
  readonly params?: ChatParams;
}

/** Both clients, set to one local Bedrock. */
export interface Setup {
  readonly server: BedrockLocal;
  readonly official: BedrockRuntimeClient;
  readonly ours: LLM;
}

/** How {@link startBoth} sets things up. */
export interface SetupOptions {
  readonly server?: BedrockLocalOptions;
  readonly official?: BedrockRuntimeClientConfig;
  readonly ours?: Partial<LLMOptions>;
  /** How often each client tries; by its own default, or once. Default: once. */
  readonly attempts?: "default" | "one";
}

/** Starts a local Bedrock and both clients for it; all are closed when the test is over. */
export async function startBoth(httpVersion: HttpVersion, options: SetupOptions = {}): Promise<Setup> {
  // A clock that stands still lets both clients measure the same latency.
  const now = Date.now();
  const isOnce = options.attempts !== "default";
  const server = await startBedrockLocal({ now: () => now, ...options.server });
  const official = createOfficialClient(server.url, httpVersion, {
    ...(isOnce && { maxAttempts: 1 }),
    ...options.official,
  });
  onTestFinished(async () => {
    official.destroy();
    await server.close();
  });
  return { server, official, ours: createOurClient(server.url, { ...(isOnce && { maxRetries: 0 }), ...options.ours }) };
}

/** An input as the official SDK takes it. */
export function renderOfficial({
  modelId = MODEL_ID,
  system,
  texts = ["Count to 7"],
  params = {},
}: Input): ConverseCommandInput {
  const { temperature, maxTokens, topP, stopSequences, ...members } = params;
  const inference = Object.entries({ temperature, maxTokens, topP, stopSequences });
  const given = inference.filter(([, value]) => value !== undefined);
  const input: object = {
    ...members,
    ...(system && { system: system.map((text) => ({ text })) }),
    ...(given.length > 0 && { inferenceConfig: Object.fromEntries(given) }),
  };
  return { ...input, modelId, messages: texts.map((text, index) => ({ role: roleOf(index), content: [{ text }] })) };
}

function roleOf(index: number): "user" | "assistant" {
  return index % 2 === 0 ? "user" : "assistant";
}

function askOfficial(client: BedrockRuntimeClient, input: ConverseCommandInput): Promise<Answer> {
  return client.send(new ConverseCommand(input)).then(readOfficial);
}

async function streamOfficial(client: BedrockRuntimeClient, input: ConverseCommandInput): Promise<Answer> {
  const { stream } = await client.send(new ConverseStreamCommand(input));
  const events: ConverseStreamOutput[] = [];
  for await (const event of stream ?? []) events.push(event);
  return readOfficial(foldEvents(events));
}

function openOurs(llm: LLM, { modelId = MODEL_ID, system = [], texts = ["Count to 7"], params = {} }: Input): Chat {
  const messages = [
    ...system.map((content) => ({ role: "system" as const, content })),
    ...texts.map((content, index) => ({ role: roleOf(index), content })),
  ];
  return llm.chat(modelId, { messages, params });
}

/** What our client makes of an answer, by the way to get it. */
export const OURS = {
  ask: async (llm: LLM, input: Input): Promise<Answer> => readOurs(await openOurs(llm, input).ask()),
  stream: async (llm: LLM, input: Input): Promise<Answer> => {
    const stream = openOurs(llm, input).stream();
    let text = "";
    for await (const chunk of stream) text += chunk.content;
    const response = await stream.response();
    if (text !== response.content) throw new Error("The chunks and the response do not hold the same text.");
    return readOurs(response);
  },
};
/** What the official SDK makes of an answer, by the way to get it. */
export const OFFICIAL = { ask: askOfficial, stream: streamOfficial };
