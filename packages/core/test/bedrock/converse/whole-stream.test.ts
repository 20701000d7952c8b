import { describe, expect, test } from "vitest";
import type { Chat } from "../../../src/chat/chat.ts";
import { createClient, failureOf, useServer } from "../../support/bedrock.ts";
import { collect, USAGE } from "../../support/events.ts";
import { script } from "../../support/turns.ts";
import { call, createWeather } from "../../support/weather.ts";

const server = useServer();
const LLAMA = "us.meta.llama3-3-70b-instruct-v1:0";
const createLlama = (made?: string[]): Chat =>
  createClient(server(), { maxRetries: 0 })
    .chat(LLAMA)
    .withTools([createWeather(made)]);

describe("a stream of a model that calls tools only without one", () => {
  test("asks for the whole answer, gives it in pieces all the same, and says so", async () => {
    script(server(), "ask", ["Let me see.", call("a", "Paris")], ["Sunny."]);
    const stream = createLlama().stream("Weather in Paris?");
    const chunks = await collect(stream);
    expect(chunks).toMatchObject([
      { type: "text", content: "Let me see." },
      { type: "tool_call", content: "", toolCall: { id: "a", name: "weather", arguments: { city: "Paris" } } },
      { type: "tool_result", result: { id: "a", content: "sunny in Paris" } },
      { type: "text", content: "Sunny." },
      { type: "finish", finishReason: "end_turn", usage: { totalTokens: 2 * (USAGE.totalTokens ?? 0) } },
    ]);
    expect(server().requests.map(({ operation }) => operation)).toEqual(["Converse", "Converse"]);
    const response = await stream.response();
    expect(response.warnings.filter(({ code }) => code === "stream_in_one_piece")).not.toEqual([]);
    expect(response.content).toBe("Sunny.");
  });

  test("streams as ever without tools", async () => {
    script(server(), "stream", ["Hello."]);
    const response = await createLlama().withTools(null).stream("Hi").response();
    expect(server().requests.map(({ operation }) => operation)).toEqual(["ConverseStream"]);
    expect(response.warnings).toEqual([]);
  });

  test("fails as an answer does, and leaves the history alone", async () => {
    server().enqueue({ error: "ThrottlingException" });
    const chat = createLlama();
    const stream = chat.stream("Hi");
    expect(await failureOf(collect(stream))).toMatchObject({ code: "ERR_RATE_LIMIT", model: LLAMA });
    expect(await failureOf(stream.response())).toMatchObject({ code: "ERR_RATE_LIMIT" });
    expect(chat.history).toEqual([]);
  });

  test("is given up with its signal, and closes the connection", async () => {
    const arrived = server().nextRequest();
    server().enqueue({ hang: true });
    const controller = new AbortController();
    const failure = failureOf(createLlama().stream("Hi", { signal: controller.signal }).response());
    const request = await arrived;
    controller.abort();
    expect(await failure).toMatchObject({ code: "ERR_ABORTED" });
    expect(await request.closed).toBe("aborted");
  });

  test("that is left at a chunk makes no call, and tells what had come and what it used", async () => {
    script(server(), "ask", ["Hm.", call("a", "Paris")]);
    const made: string[] = [];
    const chat = createLlama(made);
    const stream = chat.stream("Hi");
    for await (const chunk of stream) if (chunk.type === "text") break;
    expect([made, server().requests.length]).toEqual([[], 1]);
    const { code, partial } = await failureOf(stream.response());
    expect([code, partial]).toEqual([
      "ERR_ABORTED",
      {
        content: "Hm.",
        parts: [
          { type: "text", text: "Hm." },
          { type: "tool_call", id: "a", name: "weather", arguments: { city: "Paris" } },
        ],
        finishReason: "tool_use",
        usage: chat.totalUsage,
      },
    ]);
    expect(chat.totalUsage.totalTokens).toBe(USAGE.totalTokens);
  });
});
