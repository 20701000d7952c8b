import type { StreamStep } from "@node-llm/bedrock-local";
import { describe, expect, test } from "vitest";
import type { ChatResponse } from "../../src/chat/response.ts";
import type { Chunk } from "../../src/types/chunk.ts";
import { createChat, MODEL, useServer } from "../support/bedrock.ts";
import {
  close,
  collect,
  delta,
  event,
  metadata,
  open,
  openTool,
  start,
  stop,
  text,
  textAnswer,
  toolInput,
  USAGE,
} from "../support/events.ts";

const server = useServer();

async function stream(...events: StreamStep[]): Promise<{ chunks: Chunk[]; response: ChatResponse }> {
  server().enqueue({ events });
  const answer = createChat(server()).stream("Hi");
  const chunks = await collect(answer);
  return { chunks, response: await answer.response() };
}

const finish = (finishReason: string, usage?: object): object => ({
  type: "finish",
  content: "",
  finishReason,
  usage,
});

describe("a streamed answer", () => {
  test("gives its text as it comes, then a finish, then the complete response", async () => {
    const { chunks, response } = await stream(...textAnswer("Hel", "lo"));
    expect(chunks).toEqual([
      { type: "text", content: "Hel" },
      { type: "text", content: "lo" },
      finish("end_turn", USAGE),
    ]);
    expect(response).toMatchObject({ content: "Hello", model: MODEL, finishReason: "end_turn", usage: USAGE });
    expect(response.requestId).toBe(server().requests[0]?.id);
    expect(response.metadata).toEqual({ latencyMs: 321 });
    expect(response.raw).toEqual({
      output: { message: { role: "assistant", content: [{ text: "Hello" }] } },
      stopReason: "end_turn",
      usage: { inputTokens: 11, outputTokens: 7, totalTokens: 18 },
      metrics: { latencyMs: 321 },
    });
  });

  test("is complete without metadata; its usage is then undefined", async () => {
    const { chunks, response } = await stream(start, text("Hi"), close(), stop());
    expect(chunks.at(-1)).toEqual(finish("end_turn"));
    expect(response.usage).toBeUndefined();
    expect(response.content).toBe("Hi");
  });

  test("is complete without contentBlockStop, and without messageStart", async () => {
    expect((await stream(text("Hi"), stop())).response.content).toBe("Hi");
  });

  test("may be empty", async () => {
    const { chunks, response } = await stream(start, stop("content_filtered"));
    expect(chunks).toEqual([finish("content_filtered")]);
    expect(response.parts).toEqual([]);
  });

  test("gives no chunk for empty deltas, and keeps a block that is empty", async () => {
    const { chunks, response } = await stream(
      start,
      text(""),
      close(),
      openTool("t", "f", 1),
      toolInput("", 1),
      toolInput("{}", 1),
      close(1),
      stop("tool_use"),
    );
    expect(chunks.map(({ type }) => type)).toEqual(["tool_call_start", "tool_call_delta", "tool_call", "finish"]);
    expect(response.parts[0]).toEqual({ type: "text", text: "" });
  });

  test("tells all metadata as received", async () => {
    const told = {
      trace: { guardrail: { actionReason: "No action." }, promptRouter: { invokedModelId: "m" } },
      performanceConfig: { latency: "standard" },
      serviceTier: { type: "priority" },
    };
    const { response } = await stream(
      start,
      text("Hi"),
      close(),
      stop("stop_sequence", { additionalModelResponseFields: { stop_sequence: "X" } }),
      metadata(told),
    );
    expect(response.metadata).toEqual({
      latencyMs: 321,
      ...told,
      additionalModelResponseFields: { stop_sequence: "X" },
    });
  });

  test("keeps blocks in the order in which they begin, with gaps in their indexes", async () => {
    const { response } = await stream(
      start,
      text("a", 0),
      text("b", 4),
      text("A", 0),
      close(0),
      close(4),
      text("c", 2),
      close(2),
      stop(),
    );
    expect(response.parts.map((part) => part.type === "text" && part.text)).toEqual(["aA", "b", "c"]);
  });

  test("begins a new block where an index is used again, or for another kind", async () => {
    const { response } = await stream(
      start,
      delta({ reasoningContent: { text: "Hm." } }),
      text("one"),
      close(),
      text("two"),
      stop(),
    );
    expect(response.parts).toEqual([
      { type: "thinking", text: "Hm." },
      { type: "text", text: "one" },
      { type: "text", text: "two" },
    ]);
  });

  test("puts thinking and its signature together", async () => {
    const { chunks, response } = await stream(
      start,
      delta({ reasoningContent: { text: "Let me " } }),
      delta({ reasoningContent: { text: "think." } }),
      delta({ reasoningContent: { signature: "c2ln" } }),
      delta({ reasoningContent: { signature: "bmVk" } }),
      close(),
      delta({ reasoningContent: { signature: "b25seQ==" } }, 1),
      close(1),
      text("Hi", 2),
      close(2),
      stop(),
    );
    expect(chunks.slice(0, -2)).toEqual([
      { type: "thinking", content: "", thinking: "Let me " },
      { type: "thinking", content: "", thinking: "think." },
      { type: "thinking", content: "", thinking: "", signature: "c2ln" },
      { type: "thinking", content: "", thinking: "", signature: "bmVk" },
      { type: "thinking", content: "", thinking: "", signature: "b25seQ==" },
    ]);
    expect(response.parts).toEqual([
      { type: "thinking", text: "Let me think.", signature: "c2lnbmVk" },
      { type: "thinking", text: "", signature: "b25seQ==" },
      { type: "text", text: "Hi" },
    ]);
  });

  test("joins the bytes of redacted thinking, not their base64", async () => {
    const pieces = ["secret ", "thought", "s"].map((piece) => btoa(piece));
    const { response } = await stream(
      start,
      ...pieces.map((redactedContent) => delta({ reasoningContent: { redactedContent } })),
      close(),
      stop(),
    );
    expect(response.parts).toEqual([{ type: "thinking", text: "", redacted: btoa("secret thoughts") }]);
  });

  test("gives citations beside the text that they belong to", async () => {
    const web = { location: { web: { url: "https://example.com", domain: "example.com" } } };
    const book = { title: "Book", source: "b", sourceContent: [{ text: "quote" }] };
    const { chunks, response } = await stream(
      start,
      text("Bern "),
      delta({ citation: web }),
      text("is."),
      delta({ citation: book }),
      close(),
      stop(),
    );
    expect(chunks.slice(0, 4)).toEqual([
      { type: "text", content: "Bern " },
      { type: "citation", content: "", citation: web },
      { type: "text", content: "is." },
      { type: "citation", content: "", citation: book },
    ]);
    expect(response.parts).toEqual([{ type: "text", text: "Bern is.", citations: [web, book] }]);
    expect(response.citations).toEqual([web, book]);
  });

  test("gives what a server tool found as raw chunks and one raw part", async () => {
    const { chunks, response } = await stream(
      start,
      open({ toolResult: { toolUseId: "t", type: "nova_grounding_result", status: "success" } }),
      delta({ toolResult: [{ text: "found" }] }),
      delta({ toolResult: [{ json: { n: 1 } }] }),
      close(),
      stop(),
    );
    expect(chunks.map(({ type }) => type)).toEqual(["raw", "raw", "raw", "finish"]);
    const content = [{ text: "found" }, { json: { n: 1 } }];
    const toolResult = { toolUseId: "t", type: "nova_grounding_result", status: "success", content };
    expect(response.parts).toEqual([{ type: "raw", block: { toolResult } }]);
  });
});

describe("a streamed tool call", () => {
  test("comes as start, pieces of its arguments, and the call", async () => {
    const { chunks, response } = await stream(
      start,
      openTool("t1", "weather"),
      toolInput('{"city"'),
      toolInput(':"Bern"}'),
      close(),
      stop("tool_use"),
      metadata(),
    );
    const toolCall = { type: "tool_call", id: "t1", name: "weather", arguments: { city: "Bern" } };
    expect(chunks).toEqual([
      { type: "tool_call_start", content: "", id: "t1", name: "weather" },
      { type: "tool_call_delta", content: "", id: "t1", delta: '{"city"' },
      { type: "tool_call_delta", content: "", id: "t1", delta: ':"Bern"}' },
      { type: "tool_call", content: "", toolCall },
      finish("tool_use", USAGE),
    ]);
    expect(response.toolCalls).toEqual([toolCall]);
  });

  test("without any argument is a call with no arguments", async () => {
    const { response } = await stream(start, openTool("t1", "now"), close(), stop("tool_use"));
    expect(response.toolCalls).toEqual([{ type: "tool_call", id: "t1", name: "now", arguments: {} }]);
  });

  test("keeps several calls apart that are written at the same time", async () => {
    const { response } = await stream(
      start,
      openTool("a", "f", 0),
      openTool("b", "g", 1),
      toolInput('{"x":', 0),
      toolInput('{"y":', 1),
      toolInput("1}", 0),
      toolInput("2}", 1),
      close(1),
      close(0),
      stop("tool_use"),
    );
    expect(response.toolCalls.map((call) => call.arguments)).toEqual([{ x: 1 }, { y: 2 }]);
  });

  test.each([
    ["is cut by max_tokens", [toolInput('{"city":"Be')], "max_tokens"],
    ["never stopped, though its text is JSON", [toolInput("{}")], "max_tokens"],
    ["stopped, but its text is no JSON", [toolInput('{"city":'), close()], "malformed_tool_use"],
  ])("that %s is no tool call to make", async (_, steps, reason) => {
    const { chunks, response } = await stream(start, openTool("t1", "weather"), ...steps, stop(reason));
    expect(response.toolCalls).toEqual([]);
    expect(response.parts[0]).toMatchObject({
      type: "tool_call",
      id: "t1",
      arguments: {},
      invalidArguments: expect.any(String),
    });
    const told = chunks.flatMap((chunk) => (chunk.type === "tool_call" ? [chunk.toolCall.invalidArguments] : []));
    expect(told).toEqual(reason === "max_tokens" ? [] : ['{"city":']);
  });

  test("of a server tool is told apart", async () => {
    const { response } = await stream(
      start,
      open({ toolUse: { toolUseId: "t", name: "code", type: "server_tool_use" } }),
      toolInput("{}"),
      close(),
      event("messageStop", { stopReason: "end_turn" }),
    );
    expect(response.toolCalls).toEqual([]);
    expect(response.parts[0]).toMatchObject({ type: "tool_call", kind: "server_tool_use" });
  });
});
