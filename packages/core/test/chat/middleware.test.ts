import { describe, expect, test } from "vitest";
import type { Middleware } from "../../src/chat/middleware.ts";
import { defineTool } from "../../src/chat/tool.ts";
import { LLMError } from "../../src/errors.ts";
import { createLLM } from "../../src/llm.ts";
import type { ChatResult } from "../../src/provider.ts";
import { bodyOf, createChat, errorOf, failureOf, useServer } from "../support/bedrock.ts";
import { collect, start, text, USAGE } from "../support/events.ts";
import { createGate, lastContent, script, take, WAYS } from "../support/turns.ts";

const server = useServer();

const cached: ChatResult = {
  model: "m",
  parts: [
    { type: "thinking", text: "Hm" },
    { type: "text", text: "From the cache." },
  ],
  finishReason: "end_turn",
  warnings: [],
  metadata: {},
  raw: {},
};

const echo = defineTool<{ text: string }>({
  name: "echo",
  schema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
  execute: ({ text }) => text,
});

/** A middleware that writes down what passes it. */
function createNoting(name: string, notes: string[]): Middleware {
  return {
    request: async ({ operation, isStreaming }, next) => {
      notes.push(`${name} ${operation}${isStreaming ? " stream" : ""}`);
      const result = await next();
      notes.push(`${name} ${result.finishReason}`);
      return result;
    },
    toolCall: async ({ call }, next) => {
      notes.push(`${name} ${call.id}`);
      const result = await next();
      notes.push(`${name} ${String(result.content)}`);
      return result;
    },
  };
}

describe.each(WAYS)("middlewares (%s)", (way) => {
  test("stand around each request and each tool call, those of the client outermost", async () => {
    script(server(), way, [{ id: "t", name: "echo", input: { text: "Hi" } }], ["Done."]);
    const notes: string[] = [];
    const chat = createChat(server(), { middlewares: [createNoting("client", notes)] });
    chat.withTools([echo]).use(createNoting("first", notes)).use(createNoting("second", notes));
    await take(way, chat.fork(), "Hi");
    const around = (before: string, after: string): string[] => [
      ...["client", "first", "second"].map((name) => `${name} ${before}`),
      ...["second", "first", "client"].map((name) => `${name} ${after}`),
    ];
    const asked = way === "stream" ? "chat stream" : "chat";
    expect(notes).toEqual([...around(asked, "tool_use"), ...around("t", "Hi"), ...around(asked, "end_turn")]);
  });

  test("may change what is sent, for the wire only, and what came back", async () => {
    script(server(), way, ["I know [NAME]."]);
    const chat = createChat(server()).use({
      request: async ({ request }, next) => {
        const messages = request.messages.map(({ role }) => ({ role, content: "I am [NAME]." }));
        const result = await next({ ...request, messages, params: { temperature: 0 } });
        return { ...result, parts: [{ type: "text", text: "I know Ada." }] };
      },
    });
    const response = await take(way, chat, "I am Ada.");
    expect(bodyOf(server())).toMatchObject({ messages: [{ content: [{ text: "I am [NAME]." }] }] });
    expect(bodyOf(server())["inferenceConfig"]).toEqual({ temperature: 0 });
    expect(String(response)).toBe("I know Ada.");
    expect(chat.history).toMatchObject([{ content: "I am Ada." }, { content: [{ text: "I know Ada." }] }]);
  });

  test("may answer themselves, and nothing is sent", async () => {
    const chat = createChat(server()).use({ request: () => Promise.resolve(cached) });
    const response = await take(way, chat, "Hi");
    expect(String(response)).toBe("From the cache.");
    expect(response.usage).toBeUndefined();
    expect(chat.history).toHaveLength(2);
    expect(server().requests).toHaveLength(0);
  });

  test("may ask again after a failure, as long as nothing was handed over", async () => {
    server().enqueue({ error: "ThrottlingException" }, { error: "ThrottlingException" });
    script(server(), way, ["At last."]);
    const retry: Middleware = {
      request: async (_, next) => {
        for (let attempt = 0; attempt < 2; attempt++) await next().catch(() => {});
        return next();
      },
    };
    expect(String(await take(way, createChat(server(), { maxRetries: 0 }).use(retry), "Hi"))).toBe("At last.");
  });

  test("end the turn with what they throw", async () => {
    const mine = new RangeError("mine");
    const chat = createChat(server());
    const failing = chat.fork().use({ request: () => Promise.reject(mine) });
    await expect(take(way, failing, "Hi")).rejects.toBe(mine);
    expect(failing.add("user", "Free").history).toHaveLength(1);

    script(server(), way, [{ id: "t", name: "echo", input: { text: "Hi" } }]);
    const guarded = chat.fork().withTools([echo]);
    guarded.use({ toolCall: () => Promise.reject(mine) });
    expect(await failureOf(take(way, guarded, "Hi"))).toMatchObject({ code: "ERR_TOOL", cause: mine, toolCallId: "t" });
  });

  test("that throw after a step leave what was done, and its tokens, known", async () => {
    script(server(), way, [{ id: "t", name: "echo", input: { text: "Hi" } }]);
    let spent = 0;
    const chat = createChat(server()).withTools([echo]);
    chat.use({
      request: async (_, next) => {
        if (spent > 0) throw new LLMError("Too expensive.", { code: "ERR_BUDGET" });
        const result = await next();
        spent += result.usage?.totalTokens ?? 0;
        return result;
      },
    });
    const error = await failureOf(take(way, chat, "Hi"));
    expect(error).toMatchObject({ code: "ERR_BUDGET", partial: { usage: USAGE, messages: [{}, {}, {}] } });
    expect(chat.totalUsage).toEqual(USAGE);
  });

  test("that throw an error of another kind after a step leave its tokens counted", async () => {
    script(server(), way, [{ id: "t", name: "echo", input: { text: "Hi" } }]);
    let requests = 0;
    const chat = createChat(server()).withTools([echo]);
    chat.use({ request: (_, next) => (requests++ > 0 ? Promise.reject(new RangeError("mine")) : next()) });
    await expect(take(way, chat, "Hi")).rejects.toThrow(RangeError);
    expect([chat.totalUsage, chat.history]).toEqual([USAGE, []]);
  });

  test("may change a tool call and its result; the result stays that of the call", async () => {
    script(server(), way, [{ id: "t", name: "echo", input: { text: 5 } }], ["Done."]);
    const chat = createChat(server()).withTools([echo]);
    chat.use({
      toolCall: async ({ call }, next) => {
        const result = await next({ ...call, id: "other", arguments: { text: "fixed" } });
        return { ...result, id: "else", content: `${String(result.content)}!` };
      },
    });
    await take(way, chat, "Hi");
    expect(lastContent(server())).toEqual([{ toolResult: { toolUseId: "t", content: [{ text: "fixed!" }] } }]);
  });

  test("that forget to give something back are told so", async () => {
    const forgetful: Middleware = JSON.parse("{}");
    Object.assign(forgetful, { request: async (_: unknown, next: () => Promise<unknown>) => void (await next()) });
    const error = await failureOf(take(way, createChat(server()).use(forgetful), "Hi"));
    expect(error).toMatchObject({ code: "ERR_INPUT", message: expect.stringContaining("return what next() gave") });
  });
});

test.each(WAYS)("what a middleware sets in the options of one request is of that request only (%s)", async (way) => {
  const seen: unknown[] = [];
  const chat = createChat(server()).use({
    request: async ({ request }, next) => {
      seen.push({ ...request.options });
      request.options.headers = { "x-attempt": String(seen.length) };
      return next();
    },
  });
  // Without options of their own, which would be merged with those of the chat.
  const ask = (): Promise<unknown> => (way === "ask" ? chat.ask("Hi") : chat.stream("Hi").response());
  await ask();
  chat.withRequestOptions({ maxRetries: 1 });
  await ask();
  await ask();
  expect(seen).toEqual([{}, { maxRetries: 1 }, { maxRetries: 1 }]);
  expect(server().requests.map(({ headers }) => headers["x-attempt"])).toEqual(["1", "2", "3"]);
});

describe("a middleware around a stream", () => {
  test("lets the chunks pass while it waits", async () => {
    const gate = createGate();
    server().enqueue({ events: [start, text("One"), { waitFor: gate.promise }, text(" two")] });
    let isDone = false;
    const chat = createChat(server(), { maxRetries: 0 }).use({
      request: (_, next) => next().finally(() => (isDone = true)),
    });
    const iterator = chat.stream("Hi")[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toMatchObject({ type: "text", content: "One" });
    expect(isDone).toBe(false);
    gate.open();
    expect((await iterator.next()).value).toMatchObject({ content: " two" });
    await failureOf(iterator.next());
    expect(isDone).toBe(true);
  });

  test("that answers itself gives a stream all the same", async () => {
    const chat = createChat(server()).use({ request: () => Promise.resolve(cached) });
    expect(await collect(chat.stream("Hi"))).toEqual([
      { type: "thinking", content: "", thinking: "Hm" },
      { type: "text", content: "From the cache." },
      { type: "finish", content: "", finishReason: "end_turn", usage: undefined },
    ]);
  });

  test("cannot hide a failure once chunks were handed over", async () => {
    for (const afterwards of [(): Promise<ChatResult> => Promise.resolve(cached), undefined]) {
      server().enqueue({ events: [start, text("Hi"), { exception: "throttlingException" }] });
      const chat = createChat(server(), { maxRetries: 0 }).use({
        request: (_, next) => next().catch(afterwards ?? (() => next())),
      });
      const error = await failureOf(collect(chat.stream("Hi")));
      expect(error).toMatchObject({ code: "ERR_RATE_LIMIT", partial: { content: "Hi" } });
      expect(chat.history).toEqual([]);
    }
  });

  test("cannot ask twice once chunks were handed over", async () => {
    const chat = createChat(server()).use({
      request: async (_, next) => {
        await next();
        return next();
      },
    });
    expect(await failureOf(collect(chat.stream("Hi")))).toMatchObject({ code: "ERR_MIDDLEWARE" });
    expect(server().requests).toHaveLength(1);
  });

  test("cannot hold a caller that leaves", async () => {
    const began = createGate();
    const chat = createChat(server()).use({
      request: () => {
        began.open();
        return new Promise(() => {});
      },
    });
    const iterator = chat.stream("Hi")[Symbol.asyncIterator]();
    const waiting = iterator.next();
    await began.promise;
    await iterator.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(chat.add("user", "Free").history).toHaveLength(1);
  });

  test("sees that the caller left", async () => {
    server().enqueue({ events: [start, text("Hi"), { waitFor: new Promise(() => {}) }] });
    const seen = createGate<unknown>();
    const chat = createChat(server()).use({
      request: (_, next) =>
        next().catch((error: unknown) => {
          seen.open(error);
          throw error;
        }),
    });
    for await (const _ of chat.stream("Hi")) break;
    expect(await seen.promise).toMatchObject({ code: "ERR_ABORTED" });
    expect(await server().requests[0]?.closed).toBe("aborted");
  });
});

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["null", null],
  ["a text", "parts"],
  ["a result without parts", { finishReason: "end_turn" }],
])("a middleware that gives %s is told what to give", async (_, given) => {
  const middleware = { request: () => Promise.resolve(given) };
  const chat = createChat(server());
  Reflect.apply(chat.use, chat, [middleware]);
  expect(await failureOf(chat.ask("Hi"))).toMatchObject({
    code: "ERR_INPUT",
    message: "A middleware gave no result with parts: return what next() gave, or a result of its own.",
  });
});

const half = { request: (): never => expect.unreachable(), toolCall: 5 };
test.each([{}, null, { request: 5 }, { toolCall: "x" }, [{}], half])(
  "what is no middleware is refused: %j",
  (middleware) => {
    const chat = createChat(server());
    expect(errorOf(() => Reflect.apply(chat.use, chat, [middleware]))).toMatchObject({ code: "ERR_INPUT" });
    const options = { provider: "bedrock", middlewares: [middleware] };
    expect(errorOf(() => Reflect.apply(createLLM, undefined, [options]))).toMatchObject({ code: "ERR_INPUT" });
  },
);
