import { describe, expect, test } from "vitest";
import type { StreamStep } from "@node-llm/bedrock-local";
import type { ChatResponse } from "../../../src/chat/response.ts";
import { createChat, failureOf, useServer } from "../../support/bedrock.ts";
import { close, delta, event, metadata, open, openTool, start, stop, text, toolInput } from "../../support/events.ts";

const server = useServer();

/** Events that make no sense as one answer. */
const NONSENSE: Record<string, StreamStep[]> = {
  "a second messageStart": [start, text("Hel"), start, text("Hello"), stop()],
  "a messageStart after the end": [start, text("a"), stop(), start],
  "a second messageStop": [start, text("a"), stop(), stop("max_tokens")],
  "an empty stop reason": [start, text("a"), stop("")],
  "a block index that is text": [start, event("contentBlockDelta", { contentBlockIndex: "0", delta: { text: "a" } })],
  "a block index below zero": [start, text("a", -1), stop()],
  "a block index that is no whole number": [start, text("a", 0.5), stop()],
  "a block without an index": [start, event("contentBlockStop", {}), stop()],
  "a tool call whose blocks have odd indexes": [
    start,
    openTool("t", "rm"),
    event("contentBlockDelta", { contentBlockIndex: "1", delta: { toolUse: { input: '{"x":1}' } } }),
    event("contentBlockStop", { contentBlockIndex: "7" }),
    stop("tool_use"),
  ],
};

describe("a stream that makes no sense as one answer", () => {
  test.each(Object.entries(NONSENSE))("is refused: %s", async (_, events) => {
    server().enqueue({ events });
    const chat = createChat(server(), { maxRetries: 0 });
    expect(await failureOf(chat.stream("Hi").response())).toMatchObject({ code: "ERR_STREAM_PROTOCOL" });
    expect(chat.history).toEqual([]);
  });
});

test.each([
  ["0", "string"],
  [-1, "-1"],
  [0.5, "0.5"],
  [undefined, "undefined"],
])("a block index that is none is told: %j", async (contentBlockIndex, told) => {
  server().enqueue({ events: [start, event("contentBlockDelta", { contentBlockIndex, delta: { text: "a" } })] });
  const error = await failureOf(createChat(server(), { maxRetries: 0 }).stream("Hi").response());
  expect(error.message).toContain(`contentBlockIndex is ${told}.`);
});

describe("a stream whose events come in parts", () => {
  const answerOf = async (...events: StreamStep[]): Promise<ChatResponse> => {
    server().enqueue({ events: [start, ...events] });
    return createChat(server()).stream("Hi").response();
  };

  test("keeps what each event told", async () => {
    const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
    const told = [event("metadata", { usage }), event("metadata", { metrics: { latencyMs: 5 } })];
    const response = await answerOf(text("a"), close(), stop(), ...told);
    expect(response.usage).toMatchObject(usage);
    expect(response.metadata).toEqual({ latencyMs: 5 });
  });

  test("begins a new block behind the end of one, and where the kind changes", async () => {
    const thinking = delta({ reasoningContent: { text: "Hm." } });
    const response = await answerOf(text("a"), text("b"), close(), text("c"), thinking, close(), stop(), metadata());
    expect(response.parts).toEqual([
      { type: "text", text: "ab" },
      { type: "text", text: "c" },
      { type: "thinking", text: "Hm." },
    ]);
  });
});

describe("a stream that is large", () => {
  test("in one delta is read", async () => {
    const content = Array.from({ length: 300_000 }, () => ({}));
    server().enqueue({
      events: [start, open({ toolResult: { toolUseId: "t" } }), delta({ toolResult: content }), close(), stop()],
    });
    const { parts } = await createChat(server()).stream("Hi").response();
    expect(parts).toHaveLength(1);
  });

  test("in tool input is read", async () => {
    const input = JSON.stringify({ a: "x".repeat(1000) });
    const pieces = Array.from({ length: Math.ceil(input.length / 3) }, (_, i) =>
      toolInput(input.slice(i * 3, i * 3 + 3)),
    );
    server().enqueue({ events: [start, openTool("t", "f"), ...pieces, close(), stop("tool_use"), metadata()] });
    const { toolCalls } = await createChat(server()).stream("Hi").response();
    expect(toolCalls[0]?.arguments).toEqual({ a: "x".repeat(1000) });
  });
});

describe("usage", () => {
  test.each([
    ["inputTokens", "1e999"],
    ["outputTokens", "-1"],
    ["inputTokens", '"5"'],
  ])("that is no count is none: %s %s", async (name, value) => {
    const usage = { inputTokens: "1", outputTokens: "1", totalTokens: "2", [name]: value };
    const json = Object.entries(usage).map(([key, text]) => `"${key}":${text}`);
    server().enqueue({
      status: 200,
      body: `{"output":{"message":{"role":"assistant","content":[]}},"stopReason":"x","usage":{${json.join()}}}`,
    });
    expect((await createChat(server()).ask("Hi")).usage).toBeUndefined();
  });

  test("by a time to live of any name is counted", async () => {
    const cacheDetails = ["constructor", "__proto__", "5m"].map((ttl) => ({ ttl, inputTokens: 5 }));
    server().enqueue({
      status: 200,
      body: {
        output: { message: { role: "assistant", content: [] } },
        stopReason: "x",
        usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2, cacheDetails },
      },
    });
    const { usage } = await createChat(server()).ask("Hi");
    expect(Object.entries(usage?.cacheWriteTokensByTtl ?? {})).toEqual(
      expect.arrayContaining([
        ["constructor", 5],
        ["5m", 5],
      ]),
    );
  });
});
