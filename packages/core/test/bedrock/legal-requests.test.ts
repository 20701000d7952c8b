import { describe, expect, test } from "vitest";
import type { ChatResponse } from "../../src/chat/response.ts";
import type { Chat } from "../../src/chat/chat.ts";
import type { Message } from "../../src/types/message.ts";
import { bodyOf, createClient, useServer } from "../support/bedrock.ts";

const server = useServer();
const CLAUDE = "us.anthropic.claude-sonnet-4-6";
const WAYS: Readonly<Record<string, (chat: Chat, question: string) => Promise<ChatResponse>>> = {
  ask: (chat, question) => chat.ask(question),
  stream: (chat, question) => chat.stream(question).response(),
};

/** A history that Bedrock refuses in a dozen ways, as a store or another library may hold it. */
const wild: readonly Message[] = [
  { role: "system", content: " " },
  {
    role: "assistant",
    content: [
      { type: "thinking", text: "Not signed." },
      { type: "text", text: "Hi!" },
    ],
  },
  { role: "user", content: "" },
  { role: "user", content: "What is the weather in Rome and Oslo?" },
  {
    role: "assistant",
    content: [
      { type: "thinking", text: "Two cities.", signature: "" },
      { type: "tool_call", id: "call 1", name: "weather.get", arguments: '{"city":"Rome"}' },
      { type: "tool_call", id: "call 2", name: "weather.get", arguments: { city: "Oslo" } },
      { type: "tool_call", id: "call 3", name: "time", arguments: {} },
    ],
  },
  { role: "tool", content: [{ type: "tool_result", id: "call 2", content: [{ type: "json", json: [-3] }] }] },
  { role: "tool", content: [{ type: "tool_result", id: "call 1", content: "" }] },
  { role: "assistant", content: [{ type: "text", text: "Cold.", cache_control: { type: "ephemeral", ttl: "1h" } }] },
];

const MODELS: readonly string[] = [
  CLAUDE,
  "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  "amazon.nova-lite-v1:0",
  "mistral.mistral-large-2407-v1:0",
  "us.deepseek.r1-v1:0",
  "amazon.titan-text-express-v1",
];

describe.each(Object.entries(WAYS))("%s", (way, answer) => {
  test.each(MODELS)("goes through with a history that Bedrock would refuse: %s", async (model) => {
    const chat = createClient(server()).chat(model, { messages: wild });
    const response = await answer(chat, "Repeat: done");
    expect(response.content).toContain("done");
    expect(response.warnings.map(({ code }) => code)).toEqual(
      // What it thought itself, and does not want back, is no loss.
      expect.arrayContaining(["blank_text_dropped", ...(model === "us.deepseek.r1-v1:0" ? [] : ["thinking_dropped"])]),
    );
    // What was changed, was changed only in the request.
    expect(chat.history.slice(0, wild.length)).toEqual(wild);
  });

  test("holds one conversation with models of several families in turn", async () => {
    const llm = createClient(server());
    let messages: readonly Message[] = wild;
    for (const model of MODELS) {
      const chat = llm.chat(model, { messages });
      expect((await answer(chat, `Repeat: ${model}`)).content).toContain(model);
      messages = JSON.parse(JSON.stringify(chat.history)) as Message[];
    }
    expect(messages).toHaveLength(wild.length + 2 * MODELS.length);
  });

  test("says nothing of a history that is legal", async () => {
    const chat = createClient(server()).chat(CLAUDE);
    await answer(chat, "Hello");
    expect((await answer(chat, "Hello again")).warnings).toEqual([]);
  });

  test("calls none but the answer's tool for a schema where no tool may be called", async () => {
    const model = "us.anthropic.claude-3-7-sonnet-20250219-v1:0";
    const chat = createClient(server())
      .chat(model)
      .withTools([{ name: "weather" }], { choice: "none" });
    await answer(
      chat.withSchema({ type: "object", properties: { city: { type: "string" } }, required: ["city"] }),
      "Hi",
    );
    const { toolConfig, system, additionalModelRequestFields } = bodyOf(server());
    expect(toolConfig).toMatchObject({ toolChoice: { tool: { name: "answer" } } });
    expect([system, additionalModelRequestFields]).toEqual([undefined, undefined]);
  });

  test("does not send a history that only changes the tools", async () => {
    const content = [{ type: "tool_addition", tool: { name: "time" } }] as const;
    const chat = createClient(server()).chat(CLAUDE, { messages: [{ role: "system", content }] });
    await expect(way === "ask" ? chat.ask() : chat.stream().response()).rejects.toMatchObject({ code: "ERR_INPUT" });
    expect(server().requests).toHaveLength(0);
  });

  test("gives calls their tools' own names, though Bedrock was told others", async () => {
    const own = "mcp.server/get weather";
    const chat = createClient(server())
      .chat(CLAUDE)
      .withTools([{ name: own }]);
    await answer(chat, "Hello");
    const sent = toolNameOf(bodyOf(server()));
    expect(sent).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    server().enqueue(way === "ask" ? { status: 200, body: renderCall(sent) } : { events: renderCallEvents(sent) });
    const response = await answer(chat, "The weather?");
    expect(response.toolCalls).toMatchObject([{ id: "t1", name: own, arguments: { city: "Rome" } }]);
    await answer(chat, "Well?");
    const { messages } = bodyOf(server());
    expect(JSON.stringify(messages)).toContain(`"name":"${sent}"`);
    expect(JSON.stringify(messages)).not.toContain(own);
  });
});

test("a stream's chunks have the tools' own names too", async () => {
  const chat = createClient(server())
    .chat(CLAUDE)
    .withTools([{ name: "get.weather" }]);
  await chat.ask("Hello");
  server().enqueue({ events: renderCallEvents(toolNameOf(bodyOf(server()))) });
  const names: string[] = [];
  for await (const chunk of chat.stream("The weather?")) {
    if (chunk.type === "tool_call_start") names.push(chunk.name);
    if (chunk.type === "tool_call") names.push(chunk.toolCall.name);
  }
  expect(names).toEqual(["get.weather", "get.weather"]);
});

function toolNameOf({ toolConfig }: Record<string, unknown>): string {
  const { name } = /"toolSpec":\{"name":"(?<name>[^"]*)"/.exec(JSON.stringify(toolConfig))?.groups ?? {};
  return name ?? "";
}

const USAGE = { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, metrics: { latencyMs: 1 } };

function renderCall(name: string): object {
  const toolUse = { toolUseId: "t1", name, input: { city: "Rome" } };
  return { output: { message: { role: "assistant", content: [{ toolUse }] } }, stopReason: "tool_use", ...USAGE };
}

function renderCallEvents(name: string): { event: string; payload: object }[] {
  const contentBlockIndex = 0;
  return [
    { event: "messageStart", payload: { role: "assistant" } },
    { event: "contentBlockStart", payload: { contentBlockIndex, start: { toolUse: { toolUseId: "t1", name } } } },
    { event: "contentBlockDelta", payload: { contentBlockIndex, delta: { toolUse: { input: '{"city":"Rome"}' } } } },
    { event: "contentBlockStop", payload: { contentBlockIndex } },
    { event: "messageStop", payload: { stopReason: "tool_use" } },
    { event: "metadata", payload: USAGE },
  ];
}
