import { describe, expect, test } from "vitest";
import type { LLMOptions } from "../../src/llm.ts";
import { createLLM } from "../../src/llm.ts";
import type { ChatResult, Provider } from "../../src/provider.ts";
import { bodyOf, createChat, createClient, errorOf, failureOf, MODEL, useServer } from "../support/bedrock.ts";
import { close, openTool, start, stop, toolInput } from "../support/events.ts";

const server = useServer();

/** What callers without types may pass. */
const untyped = <T>(json: string): T => JSON.parse(json) as T;

describe("a question", () => {
  test.each(["", "  \n", [], [{ type: "text", text: " " } as const]])("may not be blank: %j", async (question) => {
    const chat = createChat(server());
    await chat.ask("Count to 2");
    const { history } = chat;
    expect(await failureOf(chat.ask(question))).toMatchObject({ name: "InputError", code: "ERR_INPUT" });
    expect(errorOf(() => chat.stream(question))).toMatchObject({ code: "ERR_INPUT" });
    expect(chat.history).toEqual(history);
    expect(server().requests).toHaveLength(1);
  });

  test("may not hold what JSON cannot", async () => {
    const part = { type: "raw", block: { big: 1n } };
    const chat = createChat(server());
    const asking: Promise<unknown> = Reflect.apply(chat.ask.bind(chat), undefined, [[part]]);
    expect(await failureOf(asking)).toMatchObject({ name: "InputError" });
  });

  test.each(['[{"type":"raw"}]', '[{"type":"tool_call"}]', '[{"type":"text","text":"a","citations":5}]', "[null]"])(
    "may not have parts of another shape: %s",
    async (json) => {
      expect(await failureOf(createChat(server()).ask(untyped(json)))).toMatchObject({ name: "InputError" });
    },
  );
});

describe("an option that nobody knows", () => {
  test("of a call is refused", async () => {
    const chat = createChat(server());
    const options = untyped<object>('{"picture":"a.png"}');
    expect(await failureOf(chat.ask("Hi", options))).toMatchObject({ message: expect.stringContaining("picture") });
    expect(errorOf(() => chat.stream("Hi", options))).toMatchObject({ name: "InputError" });
    expect(errorOf(() => chat.withRequestOptions(options))).toMatchObject({ name: "InputError" });
  });

  test("of a chat is refused", () => {
    const llm = createClient(server());
    expect(errorOf(() => llm.chat(MODEL, untyped('{"message":[]}'))).message).toContain("message");
    expect(errorOf(() => llm.chat(MODEL, untyped('{"messages":"Hi"}')))).toMatchObject({ name: "InputError" });
    expect(errorOf(() => llm.chat(MODEL, untyped('{"messages":[null]}')))).toMatchObject({ name: "InputError" });
  });

  test.each(['{"signal":"x"}', '{"maxRetries":-1}', '{"timeouts":{"idle":1}}'])(
    "or that has a wrong value: %s",
    async (json) => {
      expect(await failureOf(createChat(server()).ask("Hi", untyped(json)))).toMatchObject({ name: "InputError" });
    },
  );

  test.each(["undefined", '{"provider":"bedrock","fetch":"x"}', '{"provider":{"name":"x"}}', '{"provider":null}'])(
    "of createLLM is refused: %s",
    (json) => {
      const options = json === "undefined" ? undefined : untyped<LLMOptions>(json);
      expect(errorOf(() => Reflect.apply(createLLM, undefined, [options]))).toMatchObject({
        name: "ConfigurationError",
      });
    },
  );
});

test.each([
  ['["Hi"]', "messages holds Hi: give messages with role and content."],
  ["[null]", "messages holds null: give messages with role and content."],
  ['"Hi"', "messages is string: give a list of messages."],
  ['[{"content":"Hi"}]', "role is undefined"],
])("a stored conversation that is none is refused: %s", (messages, told) => {
  const error = errorOf(() => createClient(server()).chat(MODEL, untyped(`{"messages":${messages}}`)));
  expect(error).toMatchObject({ code: "ERR_INPUT", message: expect.stringContaining(told) });
});

describe("an option that is undefined", () => {
  test("leaves what was set before", async () => {
    const chat = createChat(server()).withRequestOptions({ signal: AbortSignal.abort(), maxRetries: 0 });
    const failure = failureOf(chat.ask("Hi", { signal: undefined, maxRetries: undefined }));
    expect(await failure).toMatchObject({ code: "ERR_ABORTED" });
  });
});

describe("what a chat holds", () => {
  test("does not change with what it was given, or with what it gave", async () => {
    const stopSequences = ["a"];
    const chat = createChat(server()).withParams({ stopSequences });
    stopSequences.push("b");
    chat.add("user", "Hi");
    expect(() => Reflect.apply(Array.prototype.push, chat.history, ["x"])).toThrow(TypeError);
    const { params } = chat.fork().toJSON();
    expect(() => Reflect.apply(Array.prototype.push, params.stopSequences, ["c"])).toThrow(TypeError);
    Reflect.set(chat.toJSON().params, "temperature", 5);
    await chat.ask("Hello");
    expect(bodyOf(server())).toMatchObject({ inferenceConfig: { stopSequences: ["a"] } });
    expect(bodyOf(server())["inferenceConfig"]).not.toHaveProperty("temperature");
  });
});

describe("a deeply nested answer", () => {
  test("is part of the history, by ask and by stream", async () => {
    const depth = 5000;
    const json = `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    server().enqueue({
      events: [start, openTool("t", "f"), toolInput(json), close(), stop("tool_use")],
    });
    const chat = createChat(server());
    const response = await chat.stream("Hi").response();
    expect(response.toolCalls).toHaveLength(1);
    expect(chat.history).toHaveLength(2);
    server().enqueue({
      status: 200,
      body: `{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"f","input":${json}}}]}},"stopReason":"tool_use"}`,
    });
    const asked = createChat(server());
    expect((await asked.ask("Hi")).toolCalls).toHaveLength(1);
    expect(asked.history).toHaveLength(2);
  });
});

describe("a provider that misbehaves", () => {
  const result: ChatResult = { model: "m", parts: [], finishReason: "x", warnings: [], metadata: {}, raw: {} };
  const chatWith = (stream: () => unknown): ReturnType<ReturnType<typeof createLLM>["chat"]> => {
    const provider = { name: "odd", chat: () => Promise.resolve(result), stream };
    return createLLM({ provider: provider as Provider }).chat("m");
  };

  test("fails as it fails, whatever it throws", async () => {
    const thrown: unknown[] = ["no", new TypeError("no"), undefined];
    for (const reason of thrown) {
      const provider: Provider = {
        name: "odd",
        chat: () => Promise.reject(reason),
        stream: () => expect.unreachable(),
      };
      const chat = createLLM({ provider })
        .chat("m")
        .withTools([{ name: "f" }]);
      await expect(chat.ask("Hi")).rejects.toBe(reason);
      expect(chat.history).toEqual([]);
    }
  });

  test("does not leave the chat busy", async () => {
    const nothing = chatWith(() => undefined);
    await expect(nothing.stream("Hi").response()).rejects.toThrow("gave no stream");
    expect(nothing.add("user", "Still there?").history).toHaveLength(1);

    const stubborn = chatWith(() => ({
      next: () => Promise.resolve({ done: false, value: { type: "text", content: "a" } }),
      return: () => {
        throw new Error("no");
      },
    }));
    const reading = (async () => {
      for await (const _ of stubborn.stream("Hi")) break;
    })();
    await expect(reading).rejects.toThrow("no");
    expect(stubborn.add("user", "Still there?").history).toHaveLength(1);
  });
});
