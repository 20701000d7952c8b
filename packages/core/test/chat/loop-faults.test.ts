import { describe, expect, test } from "vitest";
import { defineTool } from "../../src/chat/tool.ts";
import { LLMError, ToolError } from "../../src/errors.ts";
import type { ChatResult } from "../../src/provider.ts";
import { createChat, errorOf, failureOf, useServer } from "../support/bedrock.ts";
import { start, text } from "../support/events.ts";
import { createGate, lastContent, script, take, WAYS } from "../support/turns.ts";

const server = useServer();

const cached: ChatResult = {
  model: "m",
  parts: [{ type: "text", text: "From the cache." }],
  finishReason: "end_turn",
  warnings: [],
  metadata: {},
  raw: {},
};

const pay = (paid: unknown[]) => defineTool({ name: "pay", execute: (args) => (paid.push(args), "Paid.") });

describe.each(WAYS)("what tools did is never lost (%s)", (way) => {
  test("when a hook throws after the tool ran", async () => {
    script(server(), way, [{ id: "t", name: "pay", input: { usd: 5 } }]);
    const paid: unknown[] = [];
    const chat = createChat(server()).withTools([pay(paid)]);
    chat.onToolCallEnd(() => {
      throw new Error("log down");
    });
    const error = await failureOf(take(way, chat, "Pay."));
    expect(paid).toHaveLength(1);
    expect(error.partial?.messages?.at(-1)).toMatchObject({
      content: [{ type: "tool_result", id: "t", content: "Paid." }],
    });
  });

  test("when a middleware throws after the tool ran", async () => {
    script(server(), way, [{ id: "t", name: "pay", input: { usd: 5 } }]);
    const chat = createChat(server()).withTools([pay([])]);
    chat.use({
      toolCall: async (_, next) => {
        await next();
        throw new Error("audit down");
      },
    });
    const error = await failureOf(take(way, chat, "Pay."));
    expect(error.partial?.messages?.at(-1)).toMatchObject({ content: [{ content: "Paid." }] });
  });

  test("when the tool itself ends the turn", async () => {
    script(server(), way, [{ id: "t", name: "pay", input: {} }]);
    const tool = defineTool({
      name: "pay",
      execute: () => {
        throw new ToolError("The bank is closed.", { fatal: true });
      },
    });
    const error = await failureOf(take(way, createChat(server()).withTools([tool]), "Pay."));
    expect(error.partial?.messages?.at(-1)).toMatchObject({
      content: [{ content: "The bank is closed.", isError: true }],
    });
  });
});

describe.each(WAYS)("an error that is thrown again and again (%s)", (way) => {
  test("carries nothing from one turn to another, frozen or not", async () => {
    for (const limit of [new LLMError("limit"), Object.freeze(new LLMError("limit"))]) {
      const failing = (step: number) => {
        let count = 0;
        return {
          request: (_: unknown, next: () => Promise<ChatResult>) => (++count === step ? Promise.reject(limit) : next()),
        };
      };
      script(server(), way, [{ id: "t", name: "pay", input: {} }]);
      const alice = createChat(server())
        .withTools([pay([])])
        .use(failing(2));
      const first = await failureOf(take(way, alice, "Alice's secret"));
      expect(first.partial?.messages).toHaveLength(3);
      expect(first).toBeInstanceOf(LLMError);
      expect(limit.partial).toBeUndefined();
      const bob = createChat(server())
        .withTools([pay([])])
        .use(failing(1));
      const second = await failureOf(take(way, bob, "Hi"));
      expect(JSON.stringify(second)).not.toContain("secret");
      expect(bob.totalUsage.totalTokens).toBe(0);
    }
  });
});

describe.each(WAYS)("odd values (%s)", (way) => {
  test.each<[what: string, value: unknown, sent: object]>([
    [
      "a row that looks like a search result",
      { type: "search_result", source: "x" },
      { json: { type: "search_result", source: "x" } },
    ],
    ["a text part without text", { type: "text", text: 42 }, { json: { type: "text", text: 42 } }],
    ["JSON without JSON", { type: "json" }, { json: { type: "json" } }],
  ])("of a tool: %s is data", async (_what, value, sent) => {
    script(server(), way, [{ id: "t", name: "odd", input: {} }], ["Done."]);
    await take(way, createChat(server()).withTools([defineTool({ name: "odd", execute: () => value })]), "Hi");
    expect(lastContent(server())).toMatchObject([{ toolResult: { content: [sent] } }]);
  });

  test.each<[what: string, thrown: unknown]>([
    ["an Error without message", Object.assign(new Error("x"), { message: undefined })],
    ["an object without prototype", Object.create(null)],
    ["undefined", undefined],
  ])("thrown by a tool: %s goes to the model as an error", async (_what, thrown) => {
    script(server(), way, [{ id: "t", name: "odd", input: {} }], ["Done."]);
    const tool = defineTool({
      name: "odd",
      execute: () => {
        throw thrown;
      },
    });
    await take(way, createChat(server()).withTools([tool]), "Hi");
    expect(lastContent(server())).toMatchObject([{ toolResult: { status: "error" } }]);
  });

  test("a schema check that throws goes to the model as an error", async () => {
    script(server(), way, [{ id: "t", name: "odd", input: {} }], ["Done."]);
    const schema = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: () => {
          throw new Error("broken check");
        },
        jsonSchema: { input: () => ({ type: "object" }), output: () => ({ type: "object" }) },
      },
    };
    await take(way, createChat(server()).withTools([{ name: "odd", schema, execute: () => 1 }]), "Hi");
    expect(JSON.stringify(lastContent(server()))).toContain("broken check");
  });

  test("a result of a middleware's own needs no more than its parts, and they must be some", async () => {
    const parts = [{ type: "text" as const, text: "Hi" }];
    const chat = createChat(server()).use({ request: () => Promise.resolve({ parts } as unknown as ChatResult) });
    expect((await take(way, chat, "Hi")).content).toBe("Hi");
    const wrong = createChat(server()).use({
      request: () => Promise.resolve({ ...cached, parts: [{ type: "nonsense" }] } as unknown as ChatResult),
    });
    await expect(failureOf(take(way, wrong, "Hi"))).resolves.toMatchObject({ code: "ERR_INPUT" });
    expect(wrong.history).toEqual([]);
  });

  test("an abort ends the turn while a middleware waits", async () => {
    const aborter = new AbortController();
    const waits = createGate();
    const chat = createChat(server()).use({
      request: () => {
        waits.open();
        return new Promise<ChatResult>(() => {});
      },
    });
    const turn = failureOf(take(way, chat, "Hi", { signal: aborter.signal }));
    await waits.promise;
    aborter.abort();
    expect(await turn).toMatchObject({ code: "ERR_ABORTED" });
  });
});

describe("a middleware that does not wait for the stream", () => {
  test("answers itself: the stream ends with its answer, and the connection is closed", async () => {
    const hangs = createGate();
    server().enqueue({ events: [start, text("Slow"), { waitFor: hangs.promise }] });
    const chat = createChat(server()).use({
      request: async (_, next) => Promise.race([next(), Promise.resolve(cached)]),
    });
    const answer = await chat.stream("Hi").response();
    expect(answer.content).toBe("From the cache.");
    expect(chat.history).toHaveLength(2);
    hangs.open();
  });
});

test("content that is no list is refused where it is added", () => {
  const chat = createChat(server());
  for (const content of [5, null, { a: 1 }, [null]]) {
    const part = { type: "tool_result", id: "t", content } as never;
    expect(errorOf(() => chat.add("tool", [part]))).toMatchObject({ code: "ERR_INPUT" });
  }
  const found = { type: "search_result", source: "s", title: "t", content: {} } as never;
  expect(errorOf(() => chat.add("user", [found]))).toMatchObject({ code: "ERR_INPUT" });
});
