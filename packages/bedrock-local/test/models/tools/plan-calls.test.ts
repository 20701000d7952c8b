import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConverseRequest, Json, Tool } from "../../../src/wire.ts";
import { createTool, findCalls, findText, reply, run, TOOLS, user, WEATHER } from "./support.ts";

const call = (question: string, tools: Tool[] = TOOLS): [string, Json][] =>
  findCalls(run([user(question)], { toolConfig: { tools } })).map(({ name, input }) => [name, input]);

describe("picking tools", () => {
  it.each<[string, [string, Json][]]>([
    ["What's the weather in Paris?", [["get_weather", { city: "Paris" }]]],
    ["Will it rain in Oslo tomorrow? In fahrenheit.", [["get_weather", { city: "Oslo", unit: "fahrenheit" }]]],
    ["Use the add tool to calculate 20 + 22. Do not use subtraction.", [["add", { a: 20, b: 22 }]]],
    ["What is 2 plus 3?", [["add", { a: 2, b: 3 }]]],
    ["Search the web for red shoes", [["search_web", { query: "red shoes" }]]],
    [
      'Send an email to bo@example.org saying "see you soon"',
      [["send_email", { to: "bo@example.org", body: "see you soon" }]],
    ],
    ["Call get_time, please", [["get_time", { location: "Paris" }]]],
    ["Hello!", []],
    ["Tell me a story about a fox.", []],
    ["Thank you for the help", []],
    ["Count to 5", []],
  ])("%s", (question, calls) => {
    expect(call(question)).toEqual(calls);
  });

  it("calls nothing when Claude's own field says none", () => {
    const fields = (type: string): ConverseRequest => ({ additionalModelRequestFields: { tool_choice: { type } } });
    const weather = user("What's the weather in Paris?");
    expect(findCalls(run([weather], fields("auto")))).toHaveLength(1);
    const answer = run([weather], fields("none"));
    expect(findCalls(answer)).toEqual([]);
    expect(findText(answer)).not.toBe("");
    const forced = { toolConfig: { tools: TOOLS, toolChoice: { any: {} } }, ...fields("none") };
    expect(findCalls(run([weather], forced))).toEqual([]);
  });

  it("calls once for each thing that is named", () => {
    expect(call("What is the weather in Paris and Rome?")).toEqual([
      ["get_weather", { city: "Paris" }],
      ["get_weather", { city: "Rome" }],
    ]);
    expect(call("Compare the weather of Paris, Rome and New York, in celsius")).toEqual([
      ["get_weather", { city: "Paris", unit: "celsius" }],
      ["get_weather", { city: "Rome", unit: "celsius" }],
      ["get_weather", { city: "New York", unit: "celsius" }],
    ]);
  });

  it("calls different tools for different wishes, each with its own part of the question", () => {
    expect(call("What is the weather in Paris and what time is it in Tokyo?")).toEqual([
      ["get_weather", { city: "Paris" }],
      ["get_time", { location: "Tokyo" }],
    ]);
    expect(call("Add 2 and 3, then search for owls")).toEqual([
      ["add", { a: 2, b: 3 }],
      ["search_web", { query: expect.stringContaining("owls") }],
    ]);
  });

  it("calls the tool that is there for the final answer, or that the system prompt demands", () => {
    const output = createTool("out", "Generate structured output matching the provided schema", {
      name: { type: "string" },
      age: { type: "integer" },
    });
    expect(call("Generate a software engineer profile", [output])).toEqual([["out", { name: "Ada Lovelace", age: 1 }]]);
    const calls = findCalls(run([user("Hi")], { system: [{ text: "You must always call search_web first." }] }));
    expect(calls.map(({ name }) => name)).toEqual(["search_web"]);
  });

  it("does what toolChoice says", () => {
    const tools = TOOLS;
    const hello = [user("Hello!")];
    expect(findCalls(run(hello, { toolConfig: { tools, toolChoice: { auto: {} } } }))).toEqual([]);
    expect(findCalls(run(hello, { toolConfig: { tools, toolChoice: { any: {} } } }))).toHaveLength(1);
    const forced = run(hello, { toolConfig: { tools, toolChoice: { tool: { name: "get_time" } } } });
    expect(findCalls(forced)).toMatchObject([{ name: "get_time" }]);
    expect(findText(forced)).toBe("");
    expect(findText(run([user("Weather in Rome?")]))).toBe("I will use get_weather.");
  });

  it("does not call a tool that a system message took away, until it is given back", () => {
    const change = (key: "toolRemoval" | "toolAddition") => ({
      role: "system" as const,
      content: [
        key === "toolRemoval"
          ? { toolRemoval: { tool: { name: "get_weather" } } }
          : { toolAddition: { tool: { name: "get_weather" } } },
      ],
    });
    const question = user("Weather in Rome?");
    const tools = [WEATHER];
    expect(findCalls(run([change("toolRemoval"), question], { toolConfig: { tools } }))).toEqual([]);
    expect(
      findCalls(run([change("toolRemoval"), change("toolAddition"), question], { toolConfig: { tools } })),
    ).toHaveLength(1);
  });

  it("makes one call at a time when Claude is told so, and the next after the result", () => {
    const more = { additionalModelRequestFields: { tool_choice: { type: "auto", disable_parallel_tool_use: true } } };
    const first = [user("Weather in Paris and Rome?")];
    const one = run(first, more);
    expect(findCalls(one).map(({ input }) => input)).toEqual([{ city: "Paris" }]);
    const second = reply(first, one, () => ({ content: [{ text: "sunny" }] }));
    const two = run(second, more);
    expect(findCalls(two).map(({ input }) => input)).toEqual([{ city: "Rome" }]);
    const three = run(
      reply(second, two, () => ({ content: [{ text: "rainy" }] })),
      more,
    );
    expect(three.stopReason).toBe("end_turn");
    expect(findText(three)).toMatch(/Paris.*sunny[\s\S]*Rome.*rainy/);
  });
});

describe("a call", () => {
  it("has an id as Bedrock makes them, another for every call, the same for the same seed", () => {
    const calls = findCalls(run([user("Weather in Paris and Rome?")]));
    for (const { toolUseId } of calls) expect(toolUseId).toMatch(/^tooluse_[\w-]{22}$/);
    expect(new Set(calls.map(({ toolUseId }) => toolUseId)).size).toBe(2);
    expect(findCalls(run([user("Weather in Paris and Rome?")]))).toEqual(calls);
  });

  it("ends the turn with tool_use and counts its arguments", () => {
    const answer = run([user("Weather in Paris?")]);
    expect(answer.stopReason).toBe("tool_use");
    expect(answer.usage.outputTokens).toBeGreaterThan(5);
  });

  it("is cut by maxTokens: its arguments are lost, and a stream has only their beginning", () => {
    const toolConfig = { tools: TOOLS, toolChoice: { tool: { name: "get_weather" } } };
    const whole = JSON.stringify({ city: "Paris" });
    const answer = run([user("Weather in Paris?")], { toolConfig, inferenceConfig: { maxTokens: 2 } });
    expect(answer.stopReason).toBe("max_tokens");
    expect(findCalls(answer)).toMatchObject([{ name: "get_weather", input: {} }]);
    expect(answer.cutInput).not.toBe(whole);
    expect(whole.startsWith(answer.cutInput ?? "no beginning")).toBe(true);
    expect(answer.usage.outputTokens).toBe(2);
  });
});

describe("after the results", () => {
  const question = [user("What's the weather in Paris?")];
  const asked = run(question);

  it("the answer tells their values", () => {
    const json = run(reply(question, asked, () => ({ content: [{ json: { temperature: 21.5, sky: "clear" } }] })));
    expect(json.stopReason).toBe("end_turn");
    expect(findText(json)).toBe("get_weather (Paris): temperature is 21.5, sky is clear.");
    const text = run(reply(question, asked, () => ({ content: [{ text: "22 degrees and sunny" }] })));
    expect(findText(text)).toBe("get_weather (Paris): 22 degrees and sunny.");
    expect(findText(run(reply(question, asked, () => ({ content: [] }))))).toContain("returned nothing");
  });

  it("the answer names media in them", () => {
    const image = { image: { format: "png", source: { bytes: "AAAA" } } };
    expect(findText(run(reply(question, asked, () => ({ content: [image] }))))).toContain("an image (png, 3 bytes)");
  });

  it("an error that does not help is told", () => {
    const failed = run(reply(question, asked, () => ({ status: "error", content: [{ text: "Service down" }] })));
    expect(failed.stopReason).toBe("end_turn");
    expect(findText(failed)).toBe('I could not finish: get_weather (Paris) failed with "Service down".');
  });

  it("an error that says what to change leads to one more call, and no third", () => {
    const refuse = () => ({
      status: "error",
      content: [{ text: "unit: Invalid value, must be one of celsius, fahrenheit" }],
    });
    const first = reply(question, asked, refuse);
    const again = run(first);
    expect(findCalls(again)).toMatchObject([{ name: "get_weather", input: { city: "Paris", unit: "celsius" } }]);
    const second = run(reply(first, again, refuse));
    expect(findCalls(second)).toEqual([]);
    expect(findText(second).match(/could not finish/g)).toHaveLength(1);
    const good = run(reply(first, again, () => ({ content: [{ text: "mild" }] })));
    expect(findText(good)).toBe("get_weather (Paris, celsius): mild.");
  });

  it("the next question may be answered by a call again", () => {
    const done = reply(question, asked, () => ({ content: [{ text: "sunny" }] }));
    const next = [...done, run(done).message, user("And what is the weather in Rome?")];
    expect(findCalls(run(next)).map(({ input }) => input)).toEqual([{ city: "Rome" }]);
    expect(findText(run([...done, run(done).message, user("Count to 2")]))).toBe("1, 2");
  });

  it("there is no endless loop, whatever the tools return", () => {
    const results = fc.record({
      status: fc.constantFrom("success", "error"),
      text: fc.constantFrom("city is required", "x", "unit must be one of celsius"),
    });
    fc.assert(
      fc.property(fc.array(results, { minLength: 4, maxLength: 4 }), (given) => {
        let messages = [user("Weather in Paris and Rome, and what time is it in Oslo?")];
        for (const { status, text } of given) {
          const answer = run(messages);
          if (answer.stopReason === "end_turn") return;
          messages = reply(messages, answer, () => ({ status, content: [{ text }] }));
        }
        expect(run(messages).stopReason).toBe("end_turn");
      }),
    );
  });
});
