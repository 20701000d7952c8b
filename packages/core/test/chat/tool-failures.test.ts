import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineTool } from "../../src/chat/tool.ts";
import { ToolError } from "../../src/errors.ts";
import { createChat, failureOf, useServer } from "../support/bedrock.ts";
import { USAGE } from "../support/events.ts";
import { createGate, lastContent, script, take, WAYS } from "../support/turns.ts";
import { call, citySchema, createWeather, result } from "../support/weather.ts";

const server = useServer();

describe.each(WAYS)("what the model did wrong is told to it (%s)", (way) => {
  test("a tool that nobody has", async () => {
    script(server(), way, [call("a", "Paris", "wether"), call("b", "Rome")], ["Sorry."]);
    await take(way, createChat(server()).withTools([createWeather(), { name: "lookup" }]), "Hi");
    expect(lastContent(server())).toEqual([
      result("a", 'There is no tool "wether". Call one of: weather, lookup.', "error"),
      result("b", "sunny in Rome"),
    ]);
  });

  test("arguments that do not fit the schema, JSON Schema or zod", async () => {
    const made: unknown[] = [];
    const count = defineTool({
      name: "count",
      schema: z.object({ n: z.number().max(3), text: z.string().default("x") }),
      execute: (args) => void made.push(args),
    });
    script(
      server(),
      way,
      [
        { id: "a", name: "weather", input: {} },
        { id: "b", name: "count", input: { n: 5 } },
        { id: "c", name: "count", input: { n: 2 } },
      ],
      ["Sorry."],
    );
    await take(way, createChat(server()).withTools([createWeather(), count]), "Hi");
    expect(lastContent(server())).toMatchObject([
      { toolResult: { status: "error", content: [{ text: expect.stringContaining("city") }] } },
      { toolResult: { status: "error", content: [{ text: expect.stringMatching(/\bn: .*3/) }] } },
      { toolResult: { content: [{ text: "(no result)" }] } },
    ]);
    expect(made).toEqual([{ n: 2, text: "x" }]);
  });

  test("what a tool threw, without its stack, and the turn goes on", async () => {
    const thrown = [new Error("No such city"), new ToolError("Try again"), "just a text", new Error(" ")];
    script(
      server(),
      way,
      thrown.map((_, index) => ({ id: `t${index}`, name: "broken" })),
      ["Sorry."],
    );
    let index = 0;
    const broken = defineTool({
      name: "broken",
      execute: () => {
        const next: unknown = thrown[index++];
        return Promise.reject(next);
      },
    });
    await take(way, createChat(server()).withTools([broken]), "Hi");
    expect(lastContent(server())).toEqual([
      result("t0", "No such city", "error"),
      result("t1", "Try again", "error"),
      result("t2", "just a text", "error"),
      result("t3", "The tool failed.", "error"),
    ]);
  });
});

test("what a tool threw is cut where it would fill the conversation", async () => {
  const longest = "x".repeat(10_000);
  const thrown = [longest, `${longest}y`, { code: 7 }, undefined, 1n];
  script(
    server(),
    "ask",
    thrown.map((_, index) => ({ id: `t${index}`, name: "broken" })),
    ["Sorry."],
  );
  let index = 0;
  const broken = defineTool({
    name: "broken",
    execute: () => {
      const next: unknown = thrown[index++];
      return Promise.reject(next);
    },
  });
  await createChat(server()).withTools([broken], { parallel: false }).ask("Hi");
  expect(lastContent(server())).toEqual([
    result("t0", longest, "error"),
    result("t1", `${longest}…`, "error"),
    result("t2", '{"code":7}', "error"),
    result("t3", "It gave no reason.", "error"),
    result("t4", "It gave no reason.", "error"),
  ]);
});

test("arguments that are no JSON are told to the model, and the tool does not run", async () => {
  script(server(), "stream", [{ id: "a", name: "weather", input: '{"city":' }], ["Sorry."]);
  const made: string[] = [];
  await take("stream", createChat(server()).withTools([createWeather(made)]), "Hi");
  expect(made).toEqual([]);
  expect(lastContent(server())).toMatchObject([{ toolResult: { toolUseId: "a", status: "error" } }]);
});

describe.each(WAYS)("a fatal error of a tool (%s)", (way) => {
  test("ends the turn, aborts the other calls, and keeps what they did", async () => {
    script(server(), way, [call("a", "Paris"), call("b", "Rome", "slow"), call("c", "x", "broken"), call("d", "Bonn")]);
    const aborted = createGate<unknown>();
    const slow = defineTool({
      name: "slow",
      execute: (_, { signal }) =>
        new Promise(() => signal.addEventListener("abort", () => aborted.open(signal.reason))),
    });
    const broken = defineTool({
      name: "broken",
      execute: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        throw new ToolError("The database is gone.", { fatal: true });
      },
    });
    const chat = createChat(server()).withTools([createWeather(), slow, broken], { concurrency: 3 });
    const error = await failureOf(take(way, chat, "Hi"));
    expect(error).toMatchObject({ code: "ERR_TOOL", toolName: "broken", toolCallId: "c", fatal: true });
    expect(await aborted.promise).toMatchObject({ name: "ToolError", message: error.message, toolName: "broken" });
    expect(chat.history).toEqual([]);
    expect(error.partial).toMatchObject({ content: "", parts: [], usage: USAGE });
    expect(error.partial?.messages).toMatchObject([
      { role: "user" },
      { role: "assistant", content: [{ id: "a" }, { id: "b" }, { id: "c" }, { id: "d" }] },
      {
        role: "tool",
        content: [
          { id: "a", content: "sunny in Paris" },
          { id: "b", isError: true },
          { id: "c", isError: true },
          { id: "d" },
        ],
      },
    ]);
  });
});

describe("what a tool gives", () => {
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  const png = { type: "image", format: "png", source: { base64: "iVBORw0KGgo=" } };
  test.each<[string, unknown, object[], string?]>([
    ["text", "Hi", [{ text: "Hi" }]],
    ["nothing", undefined, [{ text: "(no result)" }]],
    ["null", null, [{ text: "(no result)" }]],
    ["blank text", " \n", [{ text: "(no result)" }]],
    ["an object", { a: 1, at: new Date(0) }, [{ json: { a: 1, at: "1970-01-01T00:00:00.000Z" } }]],
    ["a list", [1, 2], [{ text: "[1,2]" }]],
    ["an empty list", [], [{ text: "[]" }]],
    ["a number", 7, [{ text: "7" }]],
    ["false", false, [{ text: "false" }]],
    ["a part", { type: "text", text: "Part" }, [{ text: "Part" }]],
    ["JSON as part", [{ type: "json", json: { a: 1 } }], [{ json: { a: 1 } }]],
    [
      "parts",
      [{ type: "text", text: "See" }, png],
      [{ text: "See" }, { image: { format: "png", source: { bytes: "iVBORw0KGgo=" } } }],
    ],
    ["data that has a type", { type: "document", id: 5 }, [{ json: { type: "document", id: 5 } }]],
    ["a function", () => 1, [{ text: "The tool ran, but its result is no JSON, so it cannot be shown." }], "error"],
    ["a cycle", cyclic, [{ text: "The tool ran, but its result is no JSON, so it cannot be shown." }], "error"],
    ["a BigInt", { n: 1n }, [{ text: "The tool ran, but its result is no JSON, so it cannot be shown." }], "error"],
    [
      "bytes",
      new Uint8Array(3),
      [{ text: "The tool ran, but its result is no JSON, so it cannot be shown." }],
      "error",
    ],
  ])("%s", async (_, value, content, status) => {
    script(server(), "ask", [{ id: "a", name: "give" }], ["Done."]);
    const give = defineTool({ name: "give", execute: () => value });
    await createChat(server()).withTools([give]).ask("Hi");
    expect(lastContent(server())).toEqual([{ toolResult: { toolUseId: "a", content, ...(status && { status }) } }]);
  });

  test("cannot change the history, and neither can what it is given", async () => {
    script(server(), "ask", [call("a", "Paris")], ["Done."]);
    const given = { list: [1] };
    const tool = defineTool<{ city: string }>({
      name: "weather",
      schema: citySchema,
      execute: (args) => {
        args.city = "changed";
        return given;
      },
    });
    const chat = createChat(server()).withTools([tool]);
    await chat.ask("Hi");
    given.list.push(2);
    expect(JSON.stringify(chat.history)).toContain('"arguments":{"city":"Paris"}');
    expect(JSON.stringify(chat.history)).toContain('"json":{"list":[1]}');
  });
});
