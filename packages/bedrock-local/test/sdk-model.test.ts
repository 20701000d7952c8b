import {
  BedrockRuntimeClient,
  type ContentBlock,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type ConverseStreamOutput,
  type Message,
  type Tool,
  ValidationException,
} from "@aws-sdk/client-bedrock-runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type BedrockLocal, DOCUMENTATION_CREDENTIAL, startBedrockLocal } from "../src/index.ts";
import { rejection } from "./support.ts";

const CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const THINKING = { thinking: { type: "enabled", budget_tokens: 2048 } };
const WEATHER: Tool = {
  toolSpec: {
    name: "get_weather",
    description: "Get the weather of a city",
    inputSchema: { json: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } },
  },
};

let server: BedrockLocal;
let client: BedrockRuntimeClient;

beforeEach(async () => {
  server = await startBedrockLocal();
  client = new BedrockRuntimeClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: DOCUMENTATION_CREDENTIAL,
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

interface Told {
  readonly content: ContentBlock[];
  readonly stopReason: string | undefined;
  readonly outputTokens: number | undefined;
}

async function converse(input: ConverseCommandInput): Promise<Told> {
  const { output, stopReason, usage } = await client.send(new ConverseCommand(input));
  return { content: output?.message?.content ?? [], stopReason, outputTokens: usage?.outputTokens };
}

async function converseStream(input: ConverseCommandInput): Promise<Told> {
  const { stream } = await client.send(new ConverseStreamCommand(input));
  const events: ConverseStreamOutput[] = [];
  for await (const event of stream ?? []) events.push(event);
  const indexes = new Set(events.flatMap((event) => event.contentBlockStop?.contentBlockIndex ?? []));
  return {
    content: [...indexes].map((index) => joinBlock(events, index)),
    stopReason: events.find(({ messageStop }) => messageStop)?.messageStop?.stopReason,
    outputTokens: events.at(-1)?.metadata?.usage?.outputTokens,
  };
}

/** Joins the events of one block as a client has to. */
function joinBlock(events: readonly ConverseStreamOutput[], index: number): ContentBlock {
  const start = events.find(({ contentBlockStart }) => contentBlockStart?.contentBlockIndex === index)
    ?.contentBlockStart?.start;
  const deltas = events.flatMap(({ contentBlockDelta: delta }) =>
    delta?.contentBlockIndex === index && delta.delta !== undefined ? [delta.delta] : [],
  );
  const text = deltas.map((delta) => delta.text ?? "").join("");
  if (start?.toolUse !== undefined) {
    const input: unknown = JSON.parse(deltas.map((delta) => delta.toolUse?.input ?? "").join(""));
    return { toolUse: { toolUseId: start.toolUse.toolUseId, name: start.toolUse.name, input: Object(input) } };
  }
  if (deltas.some((delta) => delta.reasoningContent !== undefined)) {
    const redactedContent = deltas[0]?.reasoningContent?.redactedContent;
    if (redactedContent !== undefined) return { reasoningContent: { redactedContent } };
    const signature = deltas.at(-1)?.reasoningContent?.signature;
    const thought = deltas.map((delta) => delta.reasoningContent?.text ?? "").join("");
    return {
      reasoningContent: { reasoningText: { text: thought, ...(signature === undefined ? {} : { signature }) } },
    };
  }
  const citations = deltas
    .flatMap((delta) => delta.citation ?? [])
    .map((citation) => ({
      ...citation,
      sourceContent: (citation.sourceContent ?? []).map((part) => ({ text: part.text ?? "" })),
    }));
  if (citations.length === 0) return { text };
  return { citationsContent: { content: [{ text }], citations } };
}

const user = (...content: ContentBlock[]): Message => ({ role: "user", content });

describe.each([
  ["converse", converse],
  ["converseStream", converseStream],
])("the official SDK in %s", (_name, tell) => {
  it("holds a conversation with tools and thinking to its end", async () => {
    const more = { modelId: CLAUDE, toolConfig: { tools: [WEATHER] }, additionalModelRequestFields: THINKING };
    const messages = [user({ text: "What's the weather in Paris and Rome?" })];
    const first = await tell({ ...more, messages });
    expect(first.stopReason).toBe("tool_use");
    expect(first.content.map((block) => Object.keys(block)[0])).toEqual([
      "reasoningContent",
      "text",
      "toolUse",
      "toolUse",
    ]);
    const results = first.content.flatMap((block): ContentBlock[] =>
      block.toolUse === undefined
        ? []
        : [{ toolResult: { toolUseId: block.toolUse.toolUseId, content: [{ json: { degrees: 21 } }] } }],
    );
    messages.push({ role: "assistant", content: first.content }, user(...results));
    const second = await tell({ ...more, messages });
    expect(second).toMatchObject({
      stopReason: "end_turn",
      content: [{ text: expect.stringContaining("degrees is 21") }],
    });

    messages.splice(1, 1, { role: "assistant", content: first.content.slice(1) });
    const error = await rejection(tell({ ...more, messages }));
    expect(error).toBeInstanceOf(ValidationException);
    expect(error.message).toContain("Expected `thinking` or `redacted_thinking`, but found `text`");
  });

  it("gets thinking refused that was changed on the way", async () => {
    const first = await tell({
      modelId: CLAUDE,
      messages: [user({ text: "Hi" })],
      additionalModelRequestFields: THINKING,
    });
    const [thought, ...rest] = first.content;
    const changed = { text: "Something else", signature: thought?.reasoningContent?.reasoningText?.signature };
    const replay = (content: ContentBlock[]): Promise<Told> =>
      tell({
        modelId: CLAUDE,
        messages: [user({ text: "Hi" }), { role: "assistant", content }, user({ text: "Hello" })],
      });
    await replay(first.content);
    expect((await rejection(replay([{ reasoningContent: { reasoningText: changed } }, ...rest]))).message).toContain(
      "messages.1.content.0: Invalid `signature` in `thinking` block",
    );
  });

  it("gets redacted thinking as bytes and gives them back", async () => {
    const question = user({ text: "Say hi. Please redact your thinking." });
    const { content } = await tell({ modelId: CLAUDE, messages: [question], additionalModelRequestFields: THINKING });
    expect(content[0]?.reasoningContent?.redactedContent).toBeInstanceOf(Uint8Array);
    await tell({ modelId: CLAUDE, messages: [question, { role: "assistant", content }, user({ text: "And?" })] });
  });

  it("gets an answer that fits a schema", async () => {
    const properties = { city: { type: "string" } };
    const schema = JSON.stringify({ type: "object", properties, required: ["city"], additionalProperties: false });
    const textFormat = { type: "json_schema" as const, structure: { jsonSchema: { schema } } };
    const { content } = await tell({
      modelId: CLAUDE,
      messages: [user({ text: "I live in Oslo" })],
      outputConfig: { textFormat },
    });
    expect(JSON.parse(content[0]?.text ?? "")).toEqual({ city: "Oslo" });
  });

  it("gets citations with true offsets", async () => {
    const text = "Cats sleep. Employees get 20 days of leave. Dogs bark.";
    const document = { name: "policy", format: "txt" as const, source: { text }, citations: { enabled: true } };
    const { content } = await tell({
      modelId: CLAUDE,
      messages: [user({ document }, { text: "How many days of leave?" })],
    });
    const [citation] = content.flatMap(({ citationsContent }) => citationsContent?.citations ?? []);
    const { start, end } = citation?.location?.documentChar ?? {};
    expect(text.slice(start, end)).toBe("Employees get 20 days of leave. ");
    expect(citation?.sourceContent?.[0]?.text).toBe("Employees get 20 days of leave. ");
  });
});

describe("a call that maxTokens cuts", () => {
  it("is without its arguments in converse and incomplete in the stream", async () => {
    const input: ConverseCommandInput = {
      modelId: CLAUDE,
      messages: [user({ text: "What's the weather in Paris?" })],
      toolConfig: { tools: [WEATHER], toolChoice: { any: {} } },
      inferenceConfig: { maxTokens: 2 },
    };
    expect(await converse(input)).toMatchObject({
      stopReason: "max_tokens",
      content: [{ toolUse: { input: {} } }],
      outputTokens: 2,
    });
    const { stream } = await client.send(new ConverseStreamCommand(input));
    let text = "";
    for await (const event of stream ?? []) text += event.contentBlockDelta?.delta?.toolUse?.input ?? "";
    expect(text).toMatch(/^\{"/);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });
});

it("two servers with the same seed give the same answers", async () => {
  const input = {
    modelId: CLAUDE,
    messages: [user({ text: "Weather in Rome?" })],
    toolConfig: { tools: [WEATHER] },
    additionalModelRequestFields: THINKING,
  };
  const first = await converse(input);
  await server.close();
  server = await startBedrockLocal();
  client.destroy();
  client = new BedrockRuntimeClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: DOCUMENTATION_CREDENTIAL,
  });
  expect(await converse(input)).toEqual(first);
});
