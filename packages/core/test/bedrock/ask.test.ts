import type { ScriptedReply } from "@node-llm/bedrock-local";
import { describe, expect, test } from "vitest";
import type { ChatResponse } from "../../src/chat/response.ts";
import { APIError, NetworkError } from "../../src/errors.ts";
import { createChat, failureOf, MODEL, useServer } from "../support/bedrock.ts";
import { converseResponse, USAGE } from "../support/events.ts";

const server = useServer();

async function ask(content: readonly object[], more: object = {}): Promise<ChatResponse> {
  server().enqueue({ status: 200, body: converseResponse(content, more) });
  return createChat(server()).ask("Hi");
}

describe("a complete answer", () => {
  test("has text, usage, request id, model and the response as received", async () => {
    const body = converseResponse([{ text: "Hello " }, { text: "world" }], { newMember: { a: 1 } });
    server().enqueue({ status: 200, body });
    const response = await createChat(server()).ask("Hi");
    expect(response.content).toBe("Hello world");
    expect(String(response)).toBe("Hello world");
    expect(response.model).toBe(MODEL);
    expect(response.finishReason).toBe("end_turn");
    expect(response.usage).toEqual(USAGE);
    expect(response.requestId).toBe(server().requests[0]?.id);
    expect(response.warnings).toEqual([]);
    expect(response.raw).toEqual(body);
  });

  test.each([
    "end_turn",
    "tool_use",
    "max_tokens",
    "stop_sequence",
    "guardrail_intervened",
    "content_filtered",
    "malformed_model_output",
    "malformed_tool_use",
    "model_context_window_exceeded",
    "a_reason_of_tomorrow",
  ])("passes the stop reason %s on", async (stopReason) => {
    expect((await ask([{ text: "Hi" }], { stopReason })).finishReason).toBe(stopReason);
  });

  test("tells all metadata as received", async () => {
    const metadata = {
      trace: { guardrail: { actionReason: "No action.", inputAssessment: { g1: { topicPolicy: { topics: [] } } } } },
      performanceConfig: { latency: "optimized" },
      serviceTier: { type: "flex" },
      additionalModelResponseFields: { stop_sequence: "X", list: [1, null] },
    };
    const response = await ask([{ text: "Hi" }], metadata);
    expect(response.metadata).toEqual({ latencyMs: 321, ...metadata });
  });

  test("keeps `null` and scalar additionalModelResponseFields", async () => {
    expect((await ask([], { additionalModelResponseFields: null })).metadata.additionalModelResponseFields).toBeNull();
    expect((await ask([], { additionalModelResponseFields: 7 })).metadata.additionalModelResponseFields).toBe(7);
  });

  test("shows thinking with its signature, empty thinking with a signature, and redacted thinking", async () => {
    const response = await ask([
      { reasoningContent: { reasoningText: { text: "Hm. ", signature: "c2ln" } } },
      { reasoningContent: { reasoningText: { text: "", signature: "ZW1wdHk=" } } },
      { reasoningContent: { reasoningText: { text: "So." } } },
      { reasoningContent: { redactedContent: "cmVk" } },
      { text: "Hi" },
    ]);
    expect(response.parts).toEqual([
      { type: "thinking", text: "Hm. ", signature: "c2ln" },
      { type: "thinking", text: "", signature: "ZW1wdHk=" },
      { type: "thinking", text: "So." },
      { type: "thinking", text: "", redacted: "cmVk" },
      { type: "text", text: "Hi" },
    ]);
    expect(response.thinking).toEqual({ text: "Hm. So." });
    expect((await ask([{ text: "Hi" }])).thinking).toBeUndefined();
  });

  test("gives citations with their text", async () => {
    const web = { location: { web: { url: "https://example.com", domain: "example.com" } } };
    const full = { title: "T", source: "S", sourceContent: [{ text: "q" }], location: { documentChar: { start: 0 } } };
    const response = await ask([
      { text: "See: " },
      { citationsContent: { content: [{ text: "a" }, { text: "b" }], citations: [full, web] } },
    ]);
    expect(response.content).toBe("See: ab");
    expect(response.citations).toEqual([full, web]);
    expect(response.parts[1]).toEqual({ type: "text", text: "ab", pieces: ["a", "b"], citations: [full, web] });
  });

  test("gives tool calls, and tells those that Bedrock runs itself apart", async () => {
    const response = await ask(
      [
        { toolUse: { toolUseId: "t1", name: "weather", input: { city: "Bern" } } },
        { toolUse: { toolUseId: "t2", name: "code", input: {}, type: "server_tool_use" } },
        { toolUse: { toolUseId: "t3", name: "clock", input: {}, type: "tool_use" } },
      ],
      { stopReason: "tool_use" },
    );
    expect(response.toolCalls.map(({ id }) => id)).toEqual(["t1", "t3"]);
    expect(response.toolCalls[0]).toEqual({
      type: "tool_call",
      id: "t1",
      name: "weather",
      arguments: { city: "Bern" },
    });
    expect(response.parts).toHaveLength(3);
  });

  test("keeps blocks of an unknown kind, or with an unknown form, as raw parts", async () => {
    const blocks = [
      { hologram: { format: "holo" } },
      { toolUse: { name: "no id" } },
      { reasoningContent: { reasoningSong: "la" } },
      { image: { format: "png", source: { hologram: "AA==" } } },
    ];
    const response = await ask([{ text: "Hi" }, ...blocks]);
    expect(response.parts.slice(1)).toEqual(blocks.map((block) => ({ type: "raw", block })));
    expect(response.content).toBe("Hi");
  });

  test("says what was changed in the request", async () => {
    server().enqueue({ status: 200, body: converseResponse([{ text: "Hi" }]) });
    const response = await createChat(server()).withInstructions(" \n").ask("Hi");
    expect(response.warnings).toEqual([{ code: "blank_text_dropped", message: expect.stringContaining("system") }]);
  });

  test("is data for JSON, without `raw`", async () => {
    const response = await ask([{ text: "Hi" }]);
    const json: unknown = JSON.parse(JSON.stringify(response));
    expect(json).toMatchObject({ content: "Hi", model: MODEL, finishReason: "end_turn", usage: USAGE });
    expect(json).not.toHaveProperty("raw");
  });

  test("may be large", async () => {
    const text = "abcdefghij".repeat(1_000_000);
    expect((await ask([{ text }])).content).toBe(text);
  });
});

describe("usage", () => {
  test("counts the cache by its time to live", async () => {
    const usage = {
      inputTokens: 2,
      outputTokens: 5,
      totalTokens: 1329,
      cacheReadInputTokens: 1000,
      cacheWriteInputTokens: 322,
      cacheDetails: [
        { ttl: "5m", inputTokens: 300 },
        { ttl: "1h", inputTokens: 20 },
        { ttl: "1h", inputTokens: 2 },
      ],
      serverToolUsage: {},
    };
    expect((await ask([], { usage })).usage).toEqual({
      inputTokens: 2,
      outputTokens: 5,
      totalTokens: 1329,
      cacheReadTokens: 1000,
      cacheWriteTokens: 322,
      cacheWriteTokensByTtl: { "5m": 300, "1h": 22 },
    });
  });

  test("has a total with the cache's tokens where Bedrock gave none", async () => {
    const usage = { inputTokens: 1, outputTokens: 2, cacheReadInputTokens: 4, cacheWriteInputTokens: 8 };
    expect((await ask([], { usage })).usage?.totalTokens).toBe(15);
  });

  test.each([[undefined], [null], [{}], [{ inputTokens: "3", outputTokens: 1 }]])(
    "is undefined, not zero, for %j",
    async (usage) => {
      expect((await ask([{ text: "Hi" }], { usage })).usage).toBeUndefined();
    },
  );
});

describe("a success that is no Converse response", () => {
  test.each([
    ["HTML", "<html>Welcome to the proxy</html>"],
    ["an empty body", ""],
    ["null", "null"],
    ["an array", "[]"],
    ["no message", { stopReason: "end_turn" }],
    ["no stop reason", { output: { message: { role: "assistant", content: [] } } }],
    ["an error in disguise", { message: "Something broke." }],
  ])("%s: ERR_RESPONSE, not retried", async (_, body) => {
    server().enqueue({ status: 200, body });
    const chat = createChat(server());
    const error = await failureOf(chat.ask("Hi"));
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ code: "ERR_RESPONSE", retryable: false, model: MODEL, operation: "Converse" });
    expect(error.requestId).toBe(server().requests[0]?.id);
    expect(chat.history).toEqual([]);
    expect(server().requests).toHaveLength(1);
  });

  test("a body that is cut is tried again, and in the end a NetworkError with the request id", async () => {
    const half: ScriptedReply = { events: [{ bytes: Buffer.from('{"output":') }, { close: true }] };
    server().enqueue(half, { status: 200, body: converseResponse([{ text: "Hi" }]) });
    expect((await createChat(server()).ask("Hi")).content).toBe("Hi");

    server().enqueue(half);
    const error = await failureOf(createChat(server(), { maxRetries: 0 }).ask("Hi"));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ retryable: true, model: MODEL, operation: "Converse" });
    expect(error.requestId).toBe(server().requests[2]?.id);
  });
});
