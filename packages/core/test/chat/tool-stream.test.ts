import { describe, expect, test } from "vitest";
import { defineTool } from "../../src/chat/tool.ts";
import { createChat, failureOf, useServer } from "../support/bedrock.ts";
import { collect, metadata, start, text, USAGE } from "../support/events.ts";
import { answer, createGate, script } from "../support/turns.ts";
import { call, createWeather } from "../support/weather.ts";

const server = useServer();

describe("a stream with tools", () => {
  test("gives all chunks in order, results after their calls, and one finish at the end", async () => {
    script(server(), "stream", ["Hm. ", call("a", "Paris"), call("b", "Rome")], ["Sunny."]);
    const chunks = await collect(createChat(server()).withTools([createWeather()]).stream("Hi"));
    expect(chunks.map(({ type }) => type)).toEqual([
      "text",
      "tool_call_start",
      "tool_call_delta",
      "tool_call",
      "tool_call_start",
      "tool_call_delta",
      "tool_call",
      "tool_result",
      "tool_result",
      "text",
      "finish",
    ]);
    expect(chunks.filter(({ type }) => type === "tool_result")).toEqual([
      {
        type: "tool_result",
        content: "",
        name: "weather",
        result: { type: "tool_result", id: "a", content: "sunny in Paris" },
      },
      {
        type: "tool_result",
        content: "",
        name: "weather",
        result: { type: "tool_result", id: "b", content: "sunny in Rome" },
      },
    ]);
    expect(chunks.at(-1)).toMatchObject({ finishReason: "end_turn", usage: { totalTokens: 36 } });
    expect(chunks.map(({ content }) => content).join("")).toBe("Hm. Sunny.");
  });

  test("that is left while a tool runs aborts the tool, and frees the chat", async () => {
    script(server(), "stream", [call("a", "x", "slow")]);
    const started = createGate<AbortSignal>();
    const slow = defineTool({
      name: "slow",
      execute: (_, { signal }) => {
        started.open(signal);
        return new Promise(() => {});
      },
    });
    const chat = createChat(server()).withTools([slow]);
    const stream = chat.stream("Hi");
    const iterator = stream[Symbol.asyncIterator]();
    for (let n = 0; n < 3; n++) await iterator.next();
    const waiting = iterator.next();
    const signal = await started.promise;
    await iterator.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(signal.aborted).toBe(true);
    const error = await failureOf(stream.response());
    expect(error).toMatchObject({ code: "ERR_ABORTED", partial: { usage: USAGE } });
    expect(error.partial?.messages).toMatchObject([{}, {}, { role: "tool", content: [{ id: "a", isError: true }] }]);
    expect(chat.totalUsage).toEqual(USAGE);
    expect(chat.add("user", "Free").history).toHaveLength(1);
  });

  test("that is left in the middle of a request counts what Bedrock had counted", async () => {
    script(server(), "stream", [call("a", "Paris")]);
    server().enqueue({ events: [start, metadata(), text("Sun"), { waitFor: new Promise(() => {}) }] });
    const chat = createChat(server()).withTools([createWeather()]);
    const stream = chat.stream("Hi");
    for await (const chunk of stream) if (chunk.type === "text") break;
    const error = await failureOf(stream.response());
    expect(error.partial).toMatchObject({ content: "Sun", usage: { totalTokens: 36 }, messages: [{}, {}, {}] });
    expect(chat.totalUsage.totalTokens).toBe(36);
    expect(await server().requests[1]?.closed).toBe("aborted");
  });

  test("that is left at a chunk makes no call", async () => {
    script(server(), "stream", ["Hm.", call("a", "Paris")]);
    const made: string[] = [];
    const chat = createChat(server()).withTools([createWeather(made)]);
    for await (const chunk of chat.stream("Hi")) if (chunk.type === "tool_call") break;
    expect([made, chat.history]).toEqual([[], []]);
  });

  test("that breaks off after a whole call makes no call", async () => {
    const cut = answer("stream", [call("a", "Paris")]);
    if (!("events" in cut)) throw new Error("no stream");
    server().enqueue({ events: [...cut.events.slice(0, 4), { reset: true }] });
    const made: string[] = [];
    const chat = createChat(server(), { maxRetries: 0 }).withTools([createWeather(made)]);
    await failureOf(collect(chat.stream("Hi")));
    expect([made, chat.history]).toEqual([[], []]);
  });
});
