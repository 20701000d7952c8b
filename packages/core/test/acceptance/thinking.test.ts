import { describe, expect, test } from "vitest";
import type { Chat, Message, ToolSpec } from "../../src/index.ts";
import { bodyOf, createClient, useServer } from "../support/bedrock.ts";
import { collect } from "../support/events.ts";
import { take, WAYS } from "../support/turns.ts";
import { reload } from "./reload.ts";

const server = useServer();

const CLAUDE_3_7 = "us.anthropic.claude-3-7-sonnet-20250219-v1:0";
const CLAUDE_4_5 = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const CLAUDE_4_6 = "us.anthropic.claude-sonnet-4-6";
const CLAUDE_4_8 = "us.anthropic.claude-opus-4-8";
const NOVA_2 = "us.amazon.nova-2-lite-v1:0";

const weather: ToolSpec<{ city: string }> = {
  name: "get_weather",
  description: "The weather in a city",
  schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  execute: ({ city }) => `Sunny in ${city}`,
};

const budget = (chat: Chat): Chat => chat.withThinking({ budget: 2048 });
const effort = (chat: Chat): Chat => chat.withEffort("high");
const enabled = (tokens: number) => ({ thinking: { type: "enabled", budget_tokens: tokens } });
const adaptive = (level: string) => ({ thinking: { type: "adaptive" }, output_config: { effort: level } });
const nova = (level: string) => ({ reasoningConfig: { type: "enabled", maxReasoningEffort: level } });

describe.each(WAYS)("thinking (%s)", (way) => {
  test.each<[string, (chat: Chat) => Chat, object | undefined]>([
    [CLAUDE_3_7, budget, enabled(2048)],
    [CLAUDE_3_7, effort, enabled(16_384)],
    [CLAUDE_4_5, budget, enabled(2048)],
    [CLAUDE_4_6, budget, enabled(2048)],
    [CLAUDE_4_6, effort, adaptive("high")],
    [CLAUDE_4_8, budget, adaptive("low")],
    [CLAUDE_4_8, effort, adaptive("high")],
    [NOVA_2, budget, nova("low")],
    [NOVA_2, effort, nova("high")],
    ["us.deepseek.r1-v1:0", budget, undefined],
    ["deepseek.v3-v1:0", effort, { reasoning_effort: "high" }],
    ["openai.gpt-oss-120b-1:0", effort, { reasoning_effort: "high" }],
    ["openai.gpt-oss-120b-1:0", budget, { reasoning_effort: "low" }],
    ["qwen.qwen3-32b-v1:0", effort, { reasoning_config: "high" }],
  ])("is asked for in the family's way, told, and sent back after storage: %s", async (model, set, fields) => {
    const chat = set(createClient(server()).chat(model));
    const answer = await take(way, chat, "What is 6 times 7?");
    expect(bodyOf(server())["additionalModelRequestFields"]).toEqual(fields);
    expect(answer.thinking).toBeDefined();
    expect(answer.content).toContain("42");
    expect(answer.content).not.toContain(answer.thinking?.text || "(none)");
    const restored = createClient(server()).chat(model, reload(chat));
    const next = await take(way, restored, "What is 5 times 5?");
    expect(next.content).toContain("25");
    expect(bodyOf(server())["additionalModelRequestFields"]).toEqual(fields);
  });

  test.each([CLAUDE_3_7, CLAUDE_4_5, CLAUDE_4_6, CLAUDE_4_8])(
    "goes back exactly as it came in a loop of tools: %s",
    async (model) => {
      const chat = createClient(server()).chat(model).withTools([weather]).withEffort("medium");
      const { steps } = await take(way, chat, "What is the weather in Paris?");
      expect(steps).toHaveLength(2);
      const { raw } = steps[0] ?? {};
      expect(bodyOf(server(), 1)["messages"]).toMatchObject([{}, messageOf(raw), {}]);
    },
  );

  test("survives a conversation that changes its model each turn", async () => {
    let messages: readonly Message[] = [];
    for (const model of [
      CLAUDE_4_5,
      NOVA_2,
      "us.deepseek.r1-v1:0",
      "openai.gpt-oss-120b-1:0",
      CLAUDE_4_8,
      CLAUDE_4_5,
    ]) {
      const chat = createClient(server()).chat(model, { messages }).withEffort("low");
      expect((await take(way, chat, "What is 6 times 7?")).content).toContain("42");
      messages = reload(chat).messages;
    }
    // What another model does not take back is still there for the one that does.
    expect(JSON.stringify(bodyOf(server())["messages"])).toContain('"signature"');
  });

  test("makes room, and tells what gave way", async () => {
    const llm = createClient(server());
    const told = async (chat: Chat) =>
      (await take(way, chat, "What is the weather in Paris?")).warnings.map(({ code }) => code);
    expect(await told(llm.chat(CLAUDE_4_5).withThinking().withTemperature(0.5))).toEqual([
      "thinking_excludes_parameter",
    ]);
    expect(await told(llm.chat(CLAUDE_4_5).withThinking({ budget: 4000 }).withMaxTokens(2000))).toEqual([
      "thinking_budget_lowered",
    ]);
    expect(await told(llm.chat(CLAUDE_4_5).withThinking().withTools([weather], { choice: "required" }))).toEqual([
      "tool_choice_relaxed",
    ]);
    expect(await told(llm.chat(CLAUDE_4_5).withThinking({ budget: 2000 }).withMaxTokens(500))).toEqual([
      "thinking_off",
    ]);
  });

  test("that was redacted is part of the answer and goes back byte by byte", async () => {
    const chat = createClient(server()).chat(CLAUDE_4_5).withThinking();
    const { parts } = await take(way, chat, "Redact your thinking. What is 6 times 7?");
    const redacted = parts.find((part) => part.type === "thinking")?.redacted;
    expect(redacted).toBeTruthy();
    await take(way, chat, "And 5 times 5?");
    expect(JSON.stringify(bodyOf(server())["messages"])).toContain(JSON.stringify({ redactedContent: redacted }));
  });
});

test("a stream gives thinking in pieces of its own, and then its signature", async () => {
  const stream = createClient(server()).chat(CLAUDE_4_5).withThinking().stream("What is 6 times 7?");
  const chunks = (await collect(stream)).flatMap((chunk) => (chunk.type === "thinking" ? [chunk] : []));
  const { thinking, parts } = await stream.response();
  expect(chunks.map((chunk) => chunk.thinking).join("")).toBe(thinking?.text);
  const signatures = chunks.flatMap(({ signature }) => (signature === undefined ? [] : [signature]));
  expect(signatures).toEqual(parts.flatMap((part) => (part.type === "thinking" ? [part.signature] : [])));
  expect(chunks.every(({ content }) => content === "")).toBe(true);
});

function messageOf(raw: unknown): unknown {
  const hasOutput = typeof raw === "object" && raw !== null && "output" in raw;
  const output: unknown = hasOutput ? raw.output : undefined;
  return typeof output === "object" && output !== null && "message" in output ? output.message : undefined;
}
