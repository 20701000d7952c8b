import { describe, expect, test } from "vitest";
import { defineTool } from "../../src/chat/tool.ts";
import { AbortError, InputError } from "../../src/errors.ts";
import type { ToolCallPart, ToolResultPart } from "../../src/types/content.ts";
import { createChat, failureOf, useServer } from "../support/bedrock.ts";
import { countListeners } from "../support/listeners.ts";
import { createGate, lastContent, script, take, WAYS } from "../support/turns.ts";
import { call, createWeather, result } from "../support/weather.ts";

const server = useServer();

describe.each(WAYS)("hooks (%s)", (way) => {
  test("are called before and after each call, wrong ones included", async () => {
    script(server(), way, [call("a", "Paris"), call("b", "x", "nothing")], ["Done."]);
    const seen: string[] = [];
    const note = (what: string) => (made: ToolCallPart, done?: ToolResultPart) =>
      void seen.push(`${what} ${made.id} ${done ? (done.isError ?? false) : ""}`.trim());
    const chat = createChat(server()).withTools([createWeather()], { parallel: false });
    chat.onToolCallStart(note("start")).onToolCallEnd(note("end")).onToolCallEnd(note("end too"));
    await take(way, chat.fork(), "Hi");
    expect(seen).toEqual(["start a", "end a false", "end too a false", "start b", "end b true", "end too b true"]);
  });

  test("that throw end the turn", async () => {
    const cause = new TypeError("mine");
    const chat = createChat(server()).withTools([createWeather()]);
    const failing = (): never => {
      throw cause;
    };
    for (const broken of [chat.fork().onToolCallStart(failing), chat.fork().onToolCallEnd(failing)]) {
      script(server(), way, [call("a", "Paris")]);
      const error = await failureOf(take(way, broken, "Hi"));
      expect(error).toMatchObject({ code: "ERR_TOOL", toolName: "weather", toolCallId: "a", cause });
      expect(error.partial?.messages).toHaveLength(3);
      expect(broken.history).toEqual([]);
    }
  });

  test("that throw an error of this library end the turn with it", async () => {
    const reason = new InputError("not today");
    script(server(), way, [call("a", "Paris")]);
    const chat = createChat(server()).withTools([createWeather()]);
    chat.onToolCallStart(() => {
      throw reason;
    });
    const error = await failureOf(take(way, chat, "Hi"));
    expect(error).toMatchObject({ code: "ERR_INPUT", message: "not today" });
    expect(error).not.toHaveProperty("toolName");
  });

  test("to confirm decide on each call, one after the other", async () => {
    const names = ["yes", "no", "why", "hm"];
    script(
      server(),
      way,
      names.map((name) => call(name, name)),
      ["Done."],
    );
    let asking = 0;
    const made: string[] = [];
    const chat = createChat(server())
      .withTools([createWeather(made)])
      .withToolExecution("confirm");
    chat.onConfirmToolCall(async ({ id }) => {
      expect(++asking).toBe(1);
      await Promise.resolve();
      asking--;
      return id === "why" ? "Not on Sundays." : id === "yes" || Reflect.get({ hm: 1, no: false }, id);
    });
    await take(way, chat, "Hi");
    expect(made).toEqual(["yes"]);
    expect(lastContent(server())).toEqual([
      result("yes", "sunny in yes"),
      result("no", "The user denied this call.", "error"),
      result("why", "Not on Sundays.", "error"),
      result("hm", "The user denied this call.", "error"),
    ]);
  });

  test("to confirm must be there when it is asked for", async () => {
    const chat = createChat(server()).withToolExecution("confirm");
    expect(await failureOf(take(way, chat, "Hi"))).toMatchObject({ code: "ERR_CONFIGURATION" });
    expect(server().requests).toHaveLength(0);
    await chat.withToolExecution("auto").ask("Hi");
  });
});

describe.each(WAYS)("an abort (%s)", (way) => {
  test("during a call ends the turn at once, even when the tool does not care", async () => {
    script(server(), way, [call("a", "Paris"), call("b", "Rome", "deaf")]);
    const controller = new AbortController();
    const ends: string[] = [];
    const late = createGate();
    const deaf = defineTool({
      name: "deaf",
      execute: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        controller.abort(new Error("enough"));
        await late.promise;
      },
    });
    const chat = createChat(server()).withTools([createWeather(), deaf]);
    chat.onToolCallEnd(({ id }) => void ends.push(id));
    const error = await failureOf(take(way, chat, "Hi", { signal: controller.signal }));
    expect(error).toBeInstanceOf(AbortError);
    expect(error).toMatchObject({ code: "ERR_ABORTED", cause: new Error("enough") });
    expect(error.partial?.messages).toMatchObject([
      {},
      {},
      { content: [{ content: "sunny in Paris" }, { id: "b", isError: true }] },
    ]);
    late.open();
    await new Promise((resolve) => setImmediate(resolve));
    expect([ends, chat.history, server().requests.length]).toEqual([["a"], [], 1]);
  });

  test("between calls and the next request sends nothing more", async () => {
    script(server(), way, [call("a", "Paris")], ["Never."]);
    const controller = new AbortController();
    const chat = createChat(server()).withTools([createWeather()]);
    chat.onToolCallEnd(() => controller.abort());
    const error = await failureOf(take(way, chat, "Hi", { signal: controller.signal }));
    expect(error).toMatchObject({ code: "ERR_ABORTED" });
    expect(server().requests).toHaveLength(1);
  });
});

test("nobody is asked to confirm a call any more once the turn was aborted", async () => {
  script(server(), "ask", [call("a", "Paris"), call("b", "Rome")]);
  const controller = new AbortController();
  const asked: string[] = [];
  const reply = createGate<boolean>();
  const chat = createChat(server())
    .withTools([createWeather(asked)])
    .withToolExecution("confirm");
  chat.onConfirmToolCall(({ id }) => {
    asked.push(id);
    controller.abort();
    return reply.promise;
  });
  await failureOf(chat.ask("Hi", { signal: controller.signal }));
  reply.open(true);
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toEqual(["a"]);
});

test("a signal that many turns with tools share is listened to once, and no more after", async () => {
  const { signal } = new AbortController();
  const listeners = countListeners(signal);
  const chat = createChat(server()).withTools([createWeather()]);
  const turns = Array.from({ length: 12 }, (_, index) => {
    script(server(), "ask", [call(`t${index}`, "Paris")]);
    return chat.fork().withToolExecution("auto").ask("Hi", { signal });
  });
  await Promise.allSettled(turns);
  // One of the client's requests, one of its tools.
  expect(listeners.most).toBeLessThanOrEqual(2);
  expect(listeners.now).toBe(0);
});
