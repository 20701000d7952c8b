import { describe, expect, test } from "vitest";
import { defineTool, Tool } from "../../src/chat/tool.ts";
import type { Middleware } from "../../src/chat/middleware.ts";
import { ToolError } from "../../src/errors.ts";
import type { Message } from "../../src/types/message.ts";
import { bodyOf, createChat, createClient, errorOf, failureOf, MODEL, useServer } from "../support/bedrock.ts";
import { USAGE } from "../support/events.ts";
import { answer, createGate, lastContent, script, take, WAYS } from "../support/turns.ts";
import { call, citySchema, createWeather, result } from "../support/weather.ts";

const server = useServer();

describe.each(WAYS)("a turn with tools (%s)", (way) => {
  test("runs the calls and gives the answer that follows, in one turn of the history", async () => {
    script(server(), way, ["Let me see.", call("a", "Paris"), call("b", "Rome")], ["Sunny in both."]);
    const made: string[] = [];
    const chat = createChat(server()).withTools([createWeather(made)]);
    const response = await take(way, chat, "Weather in Paris and Rome?");
    expect(made).toEqual(["Paris", "Rome"]);
    expect(String(response)).toBe("Sunny in both.");
    expect(response).toMatchObject({ finishReason: "end_turn", toolCalls: [], warnings: [] });
    expect(bodyOf(server(), 0)["toolConfig"]).toEqual({
      tools: [
        {
          toolSpec: {
            name: "weather",
            description: "The weather in a city",
            inputSchema: { json: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } },
          },
        },
      ],
    });
    expect(lastContent(server())).toEqual([result("a", "sunny in Paris"), result("b", "sunny in Rome")]);
    expect(chat.history.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "assistant"]);
    expect(response.messages).toEqual(chat.history);
    expect(Object.isFrozen(chat.history[2]?.content)).toBe(true);
  });

  test("sums usage over its requests, and tells each of them in `steps`", async () => {
    script(server(), way, ["One.", call("a", "Paris")], [call("b", "Rome")], ["Done."]);
    const chat = createChat(server()).withTools([createWeather()]);
    const response = await take(way, chat, "Hi");
    expect(response.usage).toEqual({ ...USAGE, inputTokens: 33, outputTokens: 21, totalTokens: 54 });
    expect(chat.totalUsage).toEqual(response.usage);
    expect(response.steps.map(({ content, usage }) => [content, usage?.totalTokens])).toEqual([
      ["One.", 18],
      ["", 18],
      ["Done.", 18],
    ]);
    expect(response.steps[0]?.toolCalls).toHaveLength(1);
    expect(new Set(response.steps.map(({ requestId }) => requestId)).size).toBe(3);
    expect(response.requestId).toBe(server().requests[2]?.id);
    expect(JSON.parse(JSON.stringify(response))).toMatchObject({ content: "Done.", finishReason: "end_turn" });
  });

  test("of one request has one step", async () => {
    script(server(), way, ["Hi"], ["Hi"]);
    const plain = await take(way, createChat(server()), "Hello");
    expect(plain.steps).toEqual([plain]);
    expect(plain.messages).toHaveLength(2);
    const withTools = await take(way, createChat(server()).withTools([createWeather()]), "Hello");
    expect(withTools.steps.map(String)).toEqual(["Hi"]);
    expect(withTools.cost).toEqual(plain.cost);
  });

  test("sends thinking back with the calls exactly as it came", async () => {
    script(server(), way, [{ thinking: " Hm.\n", signature: "c2ln" }, call("a", "Paris")], ["Sunny."]);
    await take(way, createChat(server()).withTools([createWeather()]), "Hi");
    expect(bodyOf(server())["messages"]).toMatchObject([
      {},
      { content: [{ reasoningContent: { reasoningText: { text: " Hm.\n", signature: "c2ln" } } }, { toolUse: {} }] },
      {},
    ]);
  });

  test("keeps results in the order of the calls, whichever ends first, at most `concurrency` at a time", async () => {
    const cities = ["a", "b", "c", "d", "e"];
    script(
      server(),
      way,
      cities.map((city) => call(city, city)),
      ["Done."],
    );
    const gates = new Map(cities.map((city) => [city, createGate()]));
    let running = 0;
    let most = 0;
    const order: string[] = [];
    const slow = defineTool<{ city: string }>({
      name: "weather",
      schema: citySchema,
      execute: async ({ city }) => {
        most = Math.max(most, ++running);
        // The later ones end first: each opens the one before it once it runs.
        if (city === "b") gates.get("b")?.open();
        if (city === "d") gates.get("a")?.open();
        if (city === "e") for (const gate of gates.values()) gate.open();
        await gates.get(city)?.promise;
        order.push(city);
        running--;
        return city;
      },
    });
    await take(way, createChat(server()).withTools([slow], { concurrency: 3 }), "Hi");
    expect(most).toBe(3);
    expect(order[0]).toBe("b");
    expect(order).not.toEqual(cities);
    expect(lastContent(server())).toEqual(cities.map((city) => result(city, city)));
  });

  test("makes one call at a time with `parallel: false`, and asks the model for that", async () => {
    script(server(), way, [call("a", "a"), call("b", "b")], ["Done."]);
    let running = 0;
    let most = 0;
    const tool = defineTool({
      name: "weather",
      schema: citySchema,
      execute: async () => {
        most = Math.max(most, ++running);
        await Promise.resolve();
        running--;
      },
    });
    await take(way, createChat(server()).withTools([tool], { parallel: false }), "Hi");
    expect(most).toBe(1);
    expect(JSON.stringify(bodyOf(server(), 0))).toContain('"disable_parallel_tool_use":true');
  });

  test("forces a choice on the first request only", async () => {
    script(server(), way, [call("a", "Paris")], ["Done."], [call("b", "Rome")], ["Done."]);
    const chat = createChat(server()).withTools([createWeather()], { choice: "required" });
    await take(way, chat, "Hi");
    await take(way, chat.withTools([], { choice: "weather" }), "Again");
    const choices = server().requests.map((_, index) =>
      Reflect.get(Object(bodyOf(server(), index)["toolConfig"]), "toolChoice"),
    );
    expect(choices).toEqual([{ any: {} }, undefined, { tool: { name: "weather" } }, undefined]);
  });

  test("fails with ERR_TOOL_ROUNDS before the round that is too much, with all that was done", async () => {
    script(server(), way, [call("a", "1")], [call("b", "2")], [call("c", "3")]);
    const made: string[] = [];
    const chat = createChat(server(), { maxToolCalls: 2 }).withTools([createWeather(made)]);
    const error = await failureOf(take(way, chat, "Hi"));
    expect(error).toBeInstanceOf(ToolError);
    expect(error).toMatchObject({ code: "ERR_TOOL_ROUNDS", toolName: "weather", toolCallId: "c", retryable: false });
    expect(made).toEqual(["1", "2"]);
    expect(chat.history).toEqual([]);
    expect(error.partial?.messages?.map(({ role }) => role)).toEqual([
      "user",
      "assistant",
      "tool",
      "assistant",
      "tool",
    ]);
    expect(error.partial?.parts).toMatchObject([{ type: "tool_call", id: "c" }]);
    expect(error.partial?.usage?.totalTokens).toBe(54);
    expect(chat.totalUsage.totalTokens).toBe(54);
    // It goes on from there without running a tool again.
    script(server(), way, ["Done."]);
    const messages: readonly Message[] = JSON.parse(JSON.stringify(error.partial?.messages));
    const resumed = createClient(server())
      .chat(MODEL, { messages })
      .withTools([createWeather(made)], { maxRounds: 0 });
    expect(String(await take(way, resumed))).toBe("Done.");
    expect(made).toEqual(["1", "2"]);
  });

  test("keeps what tools did when a later request fails", async () => {
    server().enqueue(answer(way, [call("a", "Paris")]), { error: "ValidationException" });
    const chat = createChat(server()).add("user", "Before").add("assistant", "Yes");
    const before = chat.history;
    const error = await failureOf(take(way, chat.withTools([createWeather()]), "Hi"));
    expect(error).toMatchObject({ code: "ERR_BAD_REQUEST", partial: { content: "", parts: [] } });
    expect(error.partial?.messages).toMatchObject([
      { role: "user", content: "Hi" },
      { role: "assistant", content: [{ type: "tool_call", id: "a" }] },
      { role: "tool", content: [{ type: "tool_result", id: "a", content: "sunny in Paris" }] },
    ]);
    expect(error.partial?.usage).toEqual(USAGE);
    expect(chat.history).toBe(before);
    expect(chat.totalUsage).toEqual(USAGE);
    expect(chat.add("user", "Free again").history).toHaveLength(3);
  });

  test("does not run calls of an answer that was cut short, and says so", async () => {
    const made: string[] = [];
    for (const reason of [
      "max_tokens",
      "guardrail_intervened",
      "content_filtered",
      "malformed_tool_use",
      "new_reason",
    ]) {
      server().enqueue(answer(way, [call("a", "Paris")], reason));
      const response = await take(way, createChat(server()).withTools([createWeather(made)]), "Hi");
      expect(response.finishReason).toBe(reason);
      expect(response.toolCalls).toMatchObject([{ id: "a" }]);
      expect(response.warnings.map(({ code }) => code)).toEqual(["tool_calls_not_run"]);
    }
    expect(made).toEqual([]);
  });

  test("runs complete calls of an answer that says end_turn", async () => {
    server().enqueue(answer(way, [call("a", "Paris")], "end_turn"), answer(way, ["Sunny."]));
    expect(String(await take(way, createChat(server()).withTools([createWeather()]), "Hi"))).toBe("Sunny.");
  });

  test("leaves the tools that Bedrock runs to Bedrock", async () => {
    server().enqueue(answer(way, [{ id: "s", name: "nova_grounding", type: "server_tool_use" }, "Found."]));
    const chat = createChat(server()).withTools([createWeather(), { systemTool: "nova_grounding" }]);
    const response = await take(way, chat, "Hi");
    expect([String(response), response.toolCalls, server().requests.length]).toEqual(["Found.", [], 1]);
    const made: string[] = [];
    const both = createChat(server()).withTools([createWeather(made), { systemTool: "nova_grounding" }]);
    script(server(), way, [{ id: "s", name: "nova_grounding", type: "server_tool_use" }, call("a", "Paris")]);
    server().enqueue({ error: "ValidationException" });
    await failureOf(take(way, both, "Hi"));
    expect(made).toEqual(["Paris"]);
  });
});

describe.each(WAYS)("calls that are for the caller (%s)", (way) => {
  test("of a tool without execute are handed back, and none of their answer is run", async () => {
    script(server(), way, [call("a", "Paris"), call("b", "x", "lookup")], ["Sunny."]);
    const made: string[] = [];
    const chat = createChat(server()).withTools([createWeather(made), { name: "lookup" }], { choice: "required" });
    const response = await take(way, chat, "Hi");
    expect(response.toolCalls.map(({ id, name }) => [id, name])).toEqual([
      ["a", "weather"],
      ["b", "lookup"],
    ]);
    expect(made).toEqual([]);
    chat.add("tool", [
      { type: "tool_result", id: "a", content: "rain" },
      { type: "tool_result", id: "b", content: "found" },
    ]);
    expect(String(await take(way, chat))).toBe("Sunny.");
    expect(lastContent(server())).toEqual([result("a", "rain"), result("b", "found")]);
    // The results were just given: nothing more must be called.
    expect(bodyOf(server())["toolConfig"]).not.toHaveProperty("toolChoice");
  });

  test("or of a dry run, too", async () => {
    script(server(), way, [call("a", "Paris"), call("b", "x", "nothing")]);
    const made: string[] = [];
    const chat = createChat(server())
      .withTools([createWeather(made)])
      .withToolExecution("dry-run");
    expect((await take(way, chat, "Hi")).toolCalls).toHaveLength(2);
    expect([made, server().requests.length]).toEqual([[], 1]);
  });

  test("or of a chat without tools", async () => {
    script(server(), way, [call("a", "Paris")]);
    const chat = createChat(server()).withTools([createWeather()]).withTools(null);
    expect((await take(way, chat, "Hi")).toolCalls).toHaveLength(1);
    expect(bodyOf(server())).not.toHaveProperty("toolConfig");
  });
});

describe("tools", () => {
  class Weather extends Tool<{ city: string }> {
    readonly name = "weather";
    readonly description = "The weather in a city";
    readonly schema = citySchema;
    readonly #prefix = "cold in ";
    override readonly strict = true;
    execute({ city }: { city: string }): string {
      return this.#prefix + city;
    }
  }

  test("may be classes", async () => {
    script(server(), "ask", [call("a", "Oslo")], ["Done."]);
    await createChat(server()).withTools([new Weather()]).ask("Hi");
    expect(lastContent(server())).toEqual([result("a", "cold in Oslo")]);
    expect(bodyOf(server())["toolConfig"]).toMatchObject({ tools: [{ toolSpec: { name: "weather" } }] });
  });

  test("are added one by one, and taken away together", async () => {
    const chat = createChat(server()).withTools([createWeather()], { choice: "required" });
    chat.withTools([{ name: "lookup", execute: () => 1, cache_control: { type: "ephemeral" } }]);
    await chat.fork().ask("Hi");
    expect(bodyOf(server(), 0)["toolConfig"]).toMatchObject({
      tools: [{ toolSpec: { name: "weather" } }, { toolSpec: { name: "lookup" } }, { cachePoint: {} }],
      toolChoice: { any: {} },
    });
    const used = server().requests.length;
    await chat.withTools(null).ask("Hi");
    expect(bodyOf(server(), used)).not.toHaveProperty("toolConfig");
    // Their names are free again.
    chat.withTools([createWeather()]);
  });

  test.each<[string, unknown, unknown, string]>([
    ["no list", {}, {}, "tools is object"],
    ["a class", [Weather], {}, "new MyTool()"],
    ["null", [null], {}, "tools[0] is null"],
    ["a tool without name", [{ execute: () => 1 }], {}, "tools[0].name"],
    ["a system tool without name", [{ systemTool: "" }], {}, "tools[0].systemTool"],
    ["a system tool whose name Bedrock refuses", [{ systemTool: "nova grounding" }], {}, "tools[0].systemTool"],
    ["a tool whose execute is none", [{ name: "a", execute: 5 }], {}, "tools[0].execute"],
    ["a schema that is none", [{ name: "a", schema: "x" }], {}, "schema"],
    ["a schema called parameters", [{ name: "a", parameters: citySchema }], {}, "tools[0] has parameters"],
    ["a schema called inputSchema", [{ name: "a", inputSchema: citySchema }], {}, "tools[0] has inputSchema"],
    ["a schema called input_schema", [{ name: "a", input_schema: citySchema }], {}, "give it as schema"],
    ["two of one name", [{ name: "a" }, { name: "a" }], {}, "Two tools are called a"],
    [
      "a choice that is no tool",
      [{ name: "a" }],
      { choice: "b" },
      'choice is "b": give one of auto, required, none, a',
    ],
    ["an unknown option", [], { choise: "b" }, "choise"],
    ["a wrong concurrency", [], { concurrency: 0 }, "concurrency is 0"],
    ["a wrong number of rounds", [], { maxRounds: -1 }, "maxRounds is -1"],
    ["a wrong parallel", [], { parallel: "no" }, 'parallel is "no"'],
  ])("refuse %s, and change nothing", async (_, tools, options, told) => {
    const chat = createChat(server());
    const error = errorOf(() => Reflect.apply(chat.withTools, chat, [tools, options]));
    expect(error).toMatchObject({ code: "ERR_INPUT" });
    expect(error.message).toContain(told);
    await chat.ask("Hi");
    expect(bodyOf(server())).not.toHaveProperty("toolConfig");
  });

  test("refuse an execution that is none", () => {
    const chat = createChat(server());
    expect(errorOf(() => Reflect.apply(chat.withToolExecution, chat, ["dry"]))).toMatchObject({ code: "ERR_INPUT" });
  });

  test("may be named like a choice", async () => {
    const chat = createChat(server()).withTools([{ name: "auto", execute: () => 1 }], { choice: { name: "auto" } });
    script(server(), "ask", ["Hi"]);
    await chat.ask("Hi");
    expect(bodyOf(server())["toolConfig"]).toMatchObject({ toolChoice: { tool: { name: "auto" } } });
  });

  test("that answer with another chat's failure tell the model, not the caller", async () => {
    script(server(), "ask", [{ id: "a", name: "nested" }], ["Done."]);
    const middlewares: Middleware[] = [];
    const nested = defineTool({
      name: "nested",
      execute: () => createChat(server(), { middlewares }).ask(" "),
    });
    expect(String(await createChat(server()).withTools([nested]).ask("Hi"))).toBe("Done.");
    expect(lastContent(server())).toMatchObject([{ toolResult: { status: "error" } }]);
  });
});
