import { describe, expect, test } from "vitest";
import type { Middleware } from "../../src/chat/middleware.ts";
import { APIError } from "../../src/errors.ts";
import { createLLM } from "../../src/llm.ts";
import type { Provider } from "../../src/provider.ts";
import type { ContentPart } from "../../src/types/content.ts";
import { bodyOf, createChat, createClient, errorOf, failureOf, useServer } from "../support/bedrock.ts";
import { collect, converseResponse, metadata, start, text, textAnswer, USAGE } from "../support/events.ts";

const server = useServer();

function reply(...content: object[]): void {
  server().enqueue({ status: 200, body: converseResponse(content) });
}

/** A provider whose answers are all the same. */
function createProvider(given: object): Provider {
  const answer = { model: "m", parts: [], finishReason: "end_turn", warnings: [], metadata: {}, raw: {}, ...given };
  return {
    name: "mine",
    chat: () => Promise.resolve(answer),
    stream: () => ({ next: () => Promise.resolve({ done: true, value: answer }), return: () => undefined }),
  };
}

describe("the history", () => {
  test("holds question and answer of every turn, and is sent along", async () => {
    reply({ text: "One." });
    reply({ text: "Two." });
    const chat = createChat(server()).withInstructions("Count.");
    await chat.ask("First?");
    await chat.ask("Second?");
    expect(chat.history).toEqual([
      { role: "system", content: "Count." },
      { role: "user", content: "First?" },
      { role: "assistant", content: [{ type: "text", text: "One." }] },
      { role: "user", content: "Second?" },
      { role: "assistant", content: [{ type: "text", text: "Two." }] },
    ]);
    expect(bodyOf(server())).toEqual({
      system: [{ text: "Count." }],
      messages: [
        { role: "user", content: [{ text: "First?" }] },
        { role: "assistant", content: [{ text: "One." }] },
        { role: "user", content: [{ text: "Second?" }] },
      ],
    });
  });

  test("is as it was after a turn that failed, asked or streamed", async () => {
    const chat = createChat(server(), { maxRetries: 0 });
    chat.add("user", "Hi").add("assistant", "Hello");
    const before = chat.history;
    server().enqueue({ error: "ThrottlingException" }, { events: [start, text("Hi"), { reset: true }] });
    await failureOf(chat.ask("And?"));
    expect(chat.history).toBe(before);
    await failureOf(collect(chat.stream("And?")));
    expect(chat.history).toBe(before);
    reply({ text: "Again." });
    await chat.ask("And?");
    expect(chat.history).toHaveLength(4);
  });

  test("is as it was after an answer of a provider of one's own that is none", async () => {
    const chat = createLLM({ provider: createProvider({ parts: undefined }) }).chat("m");
    await expect(chat.ask("Hi")).rejects.toThrow(TypeError);
    await expect(chat.stream("Hi").response()).rejects.toThrow(TypeError);
    expect(chat.history).toEqual([]);
  });

  test("is a snapshot: later turns do not change it", () => {
    const chat = createChat(server()).add("user", "Hi");
    const before = chat.history;
    chat.add("assistant", "Hello");
    expect(before).toHaveLength(1);
    expect(chat.history).toHaveLength(2);
  });

  test("does not change with what was passed in, and cannot be changed through what it gives", async () => {
    const citation = { title: "T", location: { web: { url: "u" } } };
    const part = { type: "text" as const, text: "Hi", citations: [citation] };
    const content: ContentPart[] = [part];
    const chat = createChat(server()).add("user", content);
    part.text = "changed";
    citation.title = "changed";
    content.push(part);
    expect(chat.history).toEqual([
      {
        role: "user",
        content: [{ type: "text", text: "Hi", citations: [{ title: "T", location: { web: { url: "u" } } }] }],
      },
    ]);
    expect(isDeepFrozen(chat.history[0])).toBe(true);
  });

  test("cannot be changed through an answer, its tool arguments or its raw response", async () => {
    const input = { list: [1] };
    reply({ toolUse: { toolUseId: "t", name: "f", input } });
    const chat = createChat(server());
    const response = await chat.ask("Hi");
    const before = JSON.stringify(chat.history);
    const args = response.toolCalls[0]?.arguments;
    expect(() => Object.assign(Object(args), { list: "changed" })).toThrow(TypeError);
    expect(() => Array.prototype.push.call(response.parts, { type: "text", text: "changed" })).toThrow(TypeError);
    expect(JSON.stringify(chat.history)).toBe(before);
    expect(isDeepFrozen(chat.history.at(-1))).toBe(true);
  });

  test("without new content is sent as it stands", async () => {
    reply({ text: "Hello" });
    const chat = createChat(server()).add("user", "Hi");
    await chat.ask();
    expect(bodyOf(server())).toEqual({ messages: [{ role: "user", content: [{ text: "Hi" }] }] });
    expect(chat.history).toHaveLength(2);
    server().enqueue({ events: textAnswer("More") });
    await chat.add("user", "More?").stream().response();
    expect(chat.history).toHaveLength(4);
  });

  test("that is empty or blank cannot be asked, and nothing is sent", async () => {
    const chat = createChat(server());
    for (const attempt of [() => chat.ask(), () => chat.ask(" \n"), async () => chat.stream("").response()]) {
      expect(await failureOf(attempt())).toMatchObject({ code: "ERR_INPUT" });
    }
    expect(server().requests).toHaveLength(0);
    expect(chat.history).toEqual([]);
  });
});

describe("instructions", () => {
  test("take the place of all system messages, and go to the front", () => {
    const chat = createChat(server()).add("user", "Hi").add("system", "Old").withInstructions("New");
    expect(chat.history.map(({ role, content }) => [role, content])).toEqual([
      ["system", "New"],
      ["user", "Hi"],
    ]);
    expect(chat.withInstructions(null).history).toEqual([{ role: "user", content: "Hi" }]);
  });
});

describe("add", () => {
  test.each([
    ["an unknown role", "robot", "Hi", "robot"],
    ["no content", "user", undefined, "undefined"],
    ["a number", "user", 7, "number"],
    ["a part that is no part", "user", ["Hi"], "content[0]"],
    ["null as part", "user", [null], "content[0]"],
    ["an unknown part", "user", [{ type: "text", text: "a" }, { type: "smell" }], 'content[1].type is "smell"'],
    ["a text part without text", "user", [{ type: "text" }], "content[0].text is undefined"],
    [
      "a time to live that Bedrock does not know",
      "user",
      [{ type: "text", text: "a", cache_control: { type: "ephemeral", ttl: "2h" } }],
      'content[0].cache_control.ttl is "2h"',
    ],
    [
      "redacted thinking that is no base64",
      "assistant",
      [{ type: "thinking", text: "", redacted: "!!" }],
      "content[0].redacted",
    ],
  ])("refuses %s, and changes nothing", (_, role, content, told) => {
    const chat = createChat(server());
    const error = errorOf(() => Reflect.apply(chat.add, chat, [role, content]));
    expect(error).toMatchObject({ name: "InputError", code: "ERR_INPUT" });
    expect(error.message).toContain(told);
    expect(chat.history).toEqual([]);
  });

  test("takes a tool's message as the user's", async () => {
    reply({ toolUse: { toolUseId: "t", name: "f", input: {} } });
    const chat = createChat(server());
    await chat.ask("Hi");
    reply({ text: "Yes" });
    await chat.add("tool", [{ type: "tool_result", id: "t", content: "ok" }]).ask();
    expect(bodyOf(server())["messages"]).toMatchObject([
      { role: "user" },
      { role: "assistant" },
      { role: "user", content: [{ toolResult: { toolUseId: "t", content: [{ text: "ok" }] } }] },
    ]);
  });
});

describe("a chat that is answering", () => {
  test("refuses another turn, and every change of its history, until it is done", async () => {
    let answer = (): void => {};
    const waitFor = new Promise<void>((resolve) => (answer = resolve));
    server().enqueue({ waitFor, status: 200, body: converseResponse([{ text: "Hi" }]) });
    const chat = createChat(server());
    const first = chat.ask("Hi");
    const busy = { name: "InputError", code: "ERR_CHAT_BUSY" };
    expect(await failureOf(chat.ask("Hi"))).toMatchObject(busy);
    expect(await failureOf(chat.stream("Hi").response())).toMatchObject(busy);
    expect(errorOf(() => chat.add("user", "Hi"))).toMatchObject(busy);
    expect(errorOf(() => chat.withInstructions("Hi"))).toMatchObject(busy);
    expect(chat.fork().history).toEqual([]);
    answer();
    await first;
    expect(chat.add("user", "More").history).toHaveLength(3);
    expect(server().requests).toHaveLength(1);
  });

  test("is free again after a failure, and after a stream was left", async () => {
    server().enqueue({ error: "ValidationException" });
    const chat = createChat(server());
    await failureOf(chat.ask("Hi"));
    for await (const _ of chat.stream("Say: one two three")) break;
    expect(chat.add("user", "Hi").history).toHaveLength(1);
  });
});

describe("a fork", () => {
  test("has history and settings of its chat, and goes its own way", async () => {
    const chat = createChat(server()).withInstructions("Be kind.").withTemperature(0.5);
    chat.withRequestOptions({ headers: { "x-team": "blue" } });
    const fork = chat.fork().withMaxTokens(10);
    chat.add("user", "Only here");
    reply({ text: "Hi" });
    await fork.ask("Hello");
    expect(bodyOf(server())).toMatchObject({
      system: [{ text: "Be kind." }],
      inferenceConfig: { temperature: 0.5, maxTokens: 10 },
    });
    expect(server().requests[0]?.headers["x-team"]).toBe("blue");
    expect(chat.history).toHaveLength(2);
    expect(chat.toJSON().params).toEqual({ temperature: 0.5 });
    expect(chat.totalUsage.totalTokens).toBe(0);
    expect(fork.totalUsage).toEqual(USAGE);
  });
});

describe("settings", () => {
  test("of thinking, effort, cache and guardrail are parameters, and `undefined` takes them away", () => {
    const chat = createChat(server()).withThinking({ budget: 2048 }).withEffort("high").withCache();
    chat.withGuardrail({ guardrailIdentifier: "g", guardrailVersion: "1" });
    expect(chat.toJSON().params).toEqual({
      thinking: { budget: 2048 },
      effort: "high",
      cache: "auto",
      guardrailConfig: { guardrailIdentifier: "g", guardrailVersion: "1" },
    });
    chat.withThinking().withCache({ ttl: "1h" }).withParams({ effort: undefined, guardrailConfig: undefined });
    expect(chat.toJSON().params).toEqual({ thinking: true, cache: { ttl: "1h" } });
    expect(chat.withThinking(false).toJSON().params.thinking).toBe(false);
  });

  test("all go with a fork, and none of them into JSON but parameters and base model", async () => {
    const arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc";
    const baseModel = "anthropic.claude-sonnet-4-6";
    const chat = createClient(server()).chat(arn, { baseModel }).withMaxTokens(5);
    const seen: string[] = [];
    chat.withTools([{ name: "f", execute: () => "done" }], { choice: "required" });
    chat.onToolCallStart(({ name }) => void seen.push(name));
    chat.use({ request: (_, next) => (seen.push("request"), next()) });
    expect(JSON.parse(JSON.stringify(chat))).toEqual({ model: arn, messages: [], params: { maxTokens: 5 }, baseModel });
    const fork = chat.fork();
    chat.withTools(null);
    server().enqueue({
      status: 200,
      body: converseResponse([{ toolUse: { toolUseId: "t", name: "f", input: {} } }], { stopReason: "tool_use" }),
    });
    reply({ text: "Done." });
    expect(String(await fork.ask("Hi"))).toBe("Done.");
    expect(seen).toEqual(["request", "f", "request"]);
    const saved = fork.toJSON();
    expect(createClient(server()).chat(saved.model, saved).toJSON()).toEqual(saved);
  });
});

describe("totalUsage", () => {
  test("cannot be changed", () => {
    expect(Object.isFrozen(createChat(server()).totalUsage)).toBe(true);
  });

  test("counts what failed before a middleware asked again, also when the stream is left then", async () => {
    const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const provider = createProvider({});
    let calls = 0;
    const stream: Provider["stream"] = () => ({
      next: async () => {
        if (calls++ === 0) throw new APIError("broken", { partial: { content: "", parts: [], usage } });
        return { done: false, value: { type: "text", content: "Hi" } };
      },
      return: () => ({ content: "Hi", parts: [], usage }),
    });
    const chat = createLLM({ provider: { ...provider, stream } }).chat("m");
    const askTwice: Middleware["request"] = async (_, next) => {
      try {
        return await next();
      } catch {
        return next();
      }
    };
    chat.use({ request: askTwice });
    for await (const _ of chat.stream("Hi")) break;
    expect(chat.totalUsage.totalTokens).toBe(6);
  });

  test("adds up all turns, failed ones as far as Bedrock counted", async () => {
    const chat = createChat(server(), { maxRetries: 0 });
    expect(chat.totalUsage.totalTokens).toBe(0);
    const usage = {
      inputTokens: 1,
      outputTokens: 2,
      totalTokens: 15,
      cacheReadInputTokens: 4,
      cacheWriteInputTokens: 8,
      cacheDetails: [{ ttl: "1h", inputTokens: 8 }],
    };
    server().enqueue({ status: 200, body: converseResponse([{ text: "a" }], { usage }) });
    server().enqueue({ events: textAnswer("b") });
    server().enqueue({ events: [start, text("c"), metadata({ usage }), { reset: true }] });
    server().enqueue({ error: "InternalServerException" });
    server().enqueue({ status: 200, body: converseResponse([{ text: "d" }], { usage: undefined }) });
    await chat.ask("1");
    await collect(chat.stream("2"));
    await failureOf(collect(chat.stream("3")));
    await failureOf(chat.ask("4"));
    await chat.ask("5");
    expect(chat.totalUsage).toEqual({
      inputTokens: 13,
      outputTokens: 11,
      totalTokens: 48,
      cacheReadTokens: 8,
      cacheWriteTokens: 16,
      cacheWriteTokensByTtl: { "1h": 16 },
    });
  });
});

describe("parameters", () => {
  test("are sent where Converse has them, and not at all when not set", async () => {
    const chat = createChat(server()).withTemperature(0).withMaxTokens(5);
    chat.withParams({ topP: 0.5, temperature: undefined, requestMetadata: { team: "blue" } });
    await chat.ask("Hi");
    expect(bodyOf(server())).toMatchObject({
      inferenceConfig: { maxTokens: 5, topP: 0.5 },
      requestMetadata: { team: "blue" },
    });
    expect(bodyOf(server())["inferenceConfig"]).not.toHaveProperty("temperature");
    await createChat(server()).ask("Hi");
    expect(Object.keys(bodyOf(server()))).toEqual(["messages"]);
  });

  test("that are wrong fail before anything is sent, and leave the chat usable", async () => {
    const chat = createChat(server()).withTemperature(2);
    const error = await failureOf(chat.ask("Hi"));
    expect(error).toMatchObject({ code: "ERR_INPUT" });
    expect(error.message).toContain("temperature is 2");
    expect(server().requests).toHaveLength(0);
    await chat.withTemperature(1).ask("Hi");
  });
});

function isDeepFrozen(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeepFrozen);
}
