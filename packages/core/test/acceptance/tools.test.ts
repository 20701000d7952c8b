import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineTool, Tool, type SystemTool, type ToolSpec } from "../../src/index.ts";
import { bodyOf, createClient, failureOf, MODEL, useServer } from "../support/bedrock.ts";
import { collect } from "../support/events.ts";
import { createPng, PDF, SAMPLES } from "../support/media-files.ts";
import { lastContent, script, take, WAYS } from "../support/turns.ts";
import { reload } from "./reload.ts";

const server = useServer();

/** One model of each kind that calls tools. */
const FAMILIES: readonly string[] = [
  "us.anthropic.claude-3-7-sonnet-20250219-v1:0",
  "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  "us.anthropic.claude-opus-4-8",
  "amazon.nova-lite-v1:0",
  "us.amazon.nova-2-lite-v1:0",
  "mistral.mistral-large-2407-v1:0",
  "us.meta.llama3-3-70b-instruct-v1:0",
  "cohere.command-r-plus-v1:0",
  "ai21.jamba-1-5-large-v1:0",
  "deepseek.v3-v1:0",
  "qwen.qwen3-32b-v1:0",
  "openai.gpt-oss-120b-1:0",
  "us.writer.palmyra-x5-v1:0",
];

const citySchema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };

/** A tool that notes the cities it was asked for. */
function createWeather(cities: string[], schema: ToolSpec["schema"] = citySchema): ToolSpec<{ city: string }> {
  return {
    name: "get_weather",
    description: "The weather in a city",
    schema,
    execute: ({ city }) => {
      cities.push(city);
      return { city, sky: "sunny", celsius: 24 };
    },
  };
}

describe.each(WAYS)("a conversation with a tool (%s)", (way) => {
  test.each(FAMILIES)("goes through with the local Bedrock's own model, over a restart: %s", async (model) => {
    const cities: string[] = [];
    const chat = createClient(server())
      .chat(model)
      .withTools([createWeather(cities)]);
    const answer = await take(way, chat, "What is the weather in Paris?");
    expect(cities).toEqual(["Paris"]);
    expect(answer.content).toContain("24");
    expect(answer.steps.map(({ finishReason }) => finishReason)).toEqual(["tool_use", "end_turn"]);
    expect(chat.history.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "assistant"]);
    const restored = createClient(server()).chat(model, reload(chat));
    restored.withTools([createWeather(cities)]);
    await take(way, restored, "What is the weather in Rome?");
    expect(cities).toEqual(["Paris", "Rome"]);
  });

  test.each<[string, () => ToolSpec["schema"]]>([
    ["JSON Schema", () => citySchema],
    ["zod", () => z.object({ city: z.string() })],
    ["valibot", () => toStandardJsonSchema(v.object({ city: v.string() }))],
    ["arktype", () => type({ city: "string" })],
  ])("takes a schema of %s, and checks the arguments by it", async (_, create) => {
    script(
      server(),
      way,
      [
        { id: "good", name: "get_weather", input: { city: "Oslo" } },
        { id: "bad", name: "get_weather", input: { city: 5 } },
      ],
      ["Done."],
    );
    const cities: string[] = [];
    const chat = createClient(server())
      .chat(MODEL)
      .withTools([createWeather(cities, create())]);
    await take(way, chat, "Hi");
    expect(cities).toEqual(["Oslo"]);
    expect(bodyOf(server(), 0)["toolConfig"]).toMatchObject({
      tools: [{ toolSpec: { inputSchema: { json: { type: "object", properties: { city: { type: "string" } } } } } }],
    });
    expect(lastContent(server())).toMatchObject([
      { toolResult: { toolUseId: "good", content: [{ json: { city: "Oslo" } }] } },
      { toolResult: { toolUseId: "bad", status: "error", content: [{ text: expect.stringContaining("city") }] } },
    ]);
  });

  test("takes a class with a state of its own", async () => {
    class Lookup extends Tool<{ city: string }> {
      readonly name = "get_weather";
      readonly description = "The weather in a city";
      readonly schema = citySchema;
      readonly #sky: string;
      constructor(sky: string) {
        super();
        this.#sky = sky;
      }
      execute({ city }: { city: string }): string {
        return `${this.#sky} in ${city}`;
      }
    }
    const chat = createClient(server())
      .chat(MODEL)
      .withTools([new Lookup("Fog")]);
    expect((await take(way, chat, "What is the weather in Paris?")).content).toContain("Fog in Paris");
  });

  test("makes several calls at once, but one by one with `parallel: false`", async () => {
    const cities: string[] = [];
    const llm = createClient(server());
    const together = llm.chat(MODEL).withTools([createWeather(cities)]);
    const both = await take(way, together, "What is the weather in Paris and Rome?");
    expect(both.steps[0]?.toolCalls).toHaveLength(2);
    const single = llm.chat(MODEL).withTools([createWeather(cities)], { parallel: false });
    const one = await take(way, single, "What is the weather in Paris and Rome?");
    expect(one.steps[0]?.toolCalls).toHaveLength(1);
  });

  test("keeps to the choice: a name, any, none", async () => {
    const llm = createClient(server());
    const tools = [createWeather([]), defineTool({ name: "get_time", description: "The time", execute: () => "noon" })];
    const turn = (choice: string) => take(way, llm.chat(MODEL).withTools(tools, { choice }), "Say hello");
    expect((await turn("get_time")).steps[0]?.toolCalls.map(({ name }) => name)).toEqual(["get_time"]);
    expect((await turn("required")).steps[0]?.toolCalls.length).toBeGreaterThan(0);
    await turn("none");
    expect(bodyOf(server())).toMatchObject({ additionalModelRequestFields: { tool_choice: { type: "none" } } });
    const nova = llm.chat("amazon.nova-lite-v1:0").withTools(tools, { choice: "none" });
    expect((await take(way, nova, "What is the weather in Paris?")).steps).toHaveLength(1);
  });

  test("ends after the client's maxToolCalls, with what was done", async () => {
    const call = (id: string) => [{ id, name: "get_weather", input: { city: "Oslo" } }];
    script(server(), way, call("a"), call("b"));
    const chat = createClient(server(), { maxToolCalls: 1 })
      .chat(MODEL)
      .withTools([createWeather([])]);
    const error = await failureOf(take(way, chat, "Hi"));
    expect(error).toMatchObject({ name: "ToolError", code: "ERR_TOOL_ROUNDS", toolCallId: "b" });
    expect(error.partial?.messages?.map(({ role }) => role)).toEqual(["user", "assistant", "tool"]);
    expect(chat.history).toEqual([]);
  });
});

const png = createPng();
const video = SAMPLES["mp4"] ?? Buffer.alloc(0);

describe.each(WAYS)("the result of a tool (%s)", (way) => {
  test.each<[string, string, unknown, object]>([
    ["text", MODEL, "Fine", { text: "Fine" }],
    ["JSON", MODEL, { a: [1] }, { json: { a: [1] } }],
    ["an image", MODEL, { type: "image", source: png }, { image: { format: "png" } }],
    ["a document", MODEL, { type: "document", source: PDF, name: "A/B" }, { document: { format: "pdf", name: "A B" } }],
    ["a video", "amazon.nova-lite-v1:0", { type: "video", source: video }, { video: { format: "mp4" } }],
    [
      "a search result",
      MODEL,
      { type: "search_result", source: "s", title: "t", content: ["The house is red."], citations: true },
      { searchResult: { source: "s", title: "t", content: [{ text: "The house is red." }] } },
    ],
  ])("may be %s", async (_, model, value, block) => {
    const look = defineTool({ name: "look", description: "Looks at the house", execute: () => value });
    const chat = createClient(server()).chat(model).withTools([look], { choice: "required" });
    const answer = await take(way, chat, "Look at the house.");
    expect(answer.steps).toHaveLength(2);
    expect(lastContent(server(), 1)).toMatchObject([{ toolResult: { content: [block] } }]);
    // It is part of the history, and goes back as it was.
    const restored = createClient(server()).chat(model, reload(chat)).withTools([look]);
    await take(way, restored, "Thank you.");
    expect(JSON.stringify(bodyOf(server())["messages"])).toContain(JSON.stringify(lastContent(server(), 1)));
  });
});

describe.each(WAYS)("what passes through (%s)", (way) => {
  test("tools that Bedrock runs: declared, and their calls and results kept as they came", async () => {
    const tool: SystemTool = { systemTool: "nova_grounding" };
    script(
      server(),
      way,
      [{ id: "s1", name: "nova_grounding", input: { q: "x" }, type: "server_tool_use" }, "It is so."],
      ["Yes."],
    );
    const chat = createClient(server()).chat("us.amazon.nova-2-lite-v1:0").withTools([tool]);
    const answer = await take(way, chat, "Is it?");
    expect(bodyOf(server())["toolConfig"]).toEqual({ tools: [{ systemTool: { name: "nova_grounding" } }] });
    expect(answer.toolCalls).toEqual([]);
    expect(answer.parts[0]).toMatchObject({ type: "tool_call", kind: "server_tool_use" });
    await take(way, chat, "Sure?");
    expect(bodyOf(server())["messages"]).toMatchObject([
      {},
      { content: [{ toolUse: { toolUseId: "s1", type: "server_tool_use" } }, { text: "It is so." }] },
      {},
    ]);
  });

  test("`strict`, where the model takes it, and a warning where not", async () => {
    const strict = { ...createWeather([]), strict: true };
    const llm = createClient(server());
    const held = await take(way, llm.chat("us.anthropic.claude-sonnet-4-5-20250929-v1:0").withTools([strict]), "Hi");
    expect(bodyOf(server())["toolConfig"]).toMatchObject({
      tools: [{ toolSpec: { strict: true, inputSchema: { json: { additionalProperties: false } } } }],
    });
    expect(held.warnings).toEqual([]);
    const free = await take(way, llm.chat("amazon.nova-lite-v1:0").withTools([strict]), "Hi");
    expect(JSON.stringify(bodyOf(server())["toolConfig"])).not.toContain("strict");
    expect(free.warnings.map(({ code }) => code)).toContain("strict_tool_ignored");
  });

  test("cache points behind tools", async () => {
    const cached: ToolSpec<{ city: string }> = {
      ...createWeather([]),
      cache_control: { type: "ephemeral", ttl: "1h" },
    };
    const chat = createClient(server()).chat(MODEL).withTools([cached]);
    await take(way, chat, "Hi");
    expect(bodyOf(server())["toolConfig"]).toMatchObject({
      tools: [{ toolSpec: {} }, { cachePoint: { type: "default", ttl: "1h" } }],
    });
  });

  test("tools that come and go in mid-conversation", async () => {
    const chat = createClient(server())
      .chat(MODEL)
      .withTools([createWeather([])]);
    await take(way, chat, "Say hello");
    chat.add("system", [{ type: "tool_removal", tool: { type: "toolSpec", name: "get_weather" } }]);
    await take(way, chat, "Say hello again");
    const { messages } = bodyOf(server());
    expect(messages).toMatchObject([
      { role: "user" },
      { role: "assistant" },
      // Claude takes such a change behind a user's message only.
      { role: "user", content: [{ text: "Say hello again" }] },
      { role: "system", content: [{ toolRemoval: { tool: { type: "toolSpec", name: "get_weather" } } }] },
    ]);
    await take(way, chat, "And again");
    expect(bodyOf(server())["messages"]).toMatchObject([...(Array.isArray(messages) ? messages : []), {}, {}]);
  });

  test("names and ids that Bedrock refuses, there and back, chosen by name", async () => {
    const own = "mcp.server/get weather";
    const tool = { ...createWeather([]), name: own };
    const history = [
      { role: "user", content: "What is the weather in Oslo?" },
      {
        role: "assistant",
        content: [{ type: "tool_call", id: "call|1 ü", name: own, arguments: { city: "Oslo" } }],
      },
      { role: "tool", content: [{ type: "tool_result", id: "call|1 ü", content: "Snow" }] },
      { role: "assistant", content: "Snow." },
    ] as const;
    const chat = createClient(server()).chat(MODEL, { messages: history }).withTools([tool], { choice: own });
    const seen: string[] = [];
    chat.onToolCallStart(({ name }) => seen.push(name));
    const answer = await take(way, chat, "What is the weather in Paris?");
    expect(seen).toEqual([own]);
    expect(answer.steps[0]?.toolCalls.map(({ name }) => name)).toEqual([own]);
    expect(JSON.stringify(server().requests.map(({ json }) => json))).not.toContain(own);
    expect(chat.history.slice(0, 4)).toEqual(history);
  });
});

test("a stream tells each call and each result once, in order, around the answer's text", async () => {
  const chat = createClient(server())
    .chat(MODEL)
    .withTools([{ ...createWeather([]), name: "get.weather" }]);
  const chunks = await collect(chat.stream("What is the weather in Paris and Rome?"));
  const order = chunks.map(({ type: kind }) => kind).filter((kind) => kind.startsWith("tool_") || kind === "finish");
  expect(order.filter((kind) => kind !== "tool_call_delta")).toEqual([
    "tool_call_start",
    "tool_call",
    "tool_call_start",
    "tool_call",
    "tool_result",
    "tool_result",
    "finish",
  ]);
  // By the name that the tool has here, not by the one that Bedrock takes.
  const names = chunks.flatMap((chunk) => {
    if (chunk.type === "tool_call") return [chunk.toolCall.name];
    return chunk.type === "tool_call_start" || chunk.type === "tool_result" ? [chunk.name] : [];
  });
  expect(names).toEqual(Array(6).fill("get.weather"));
});
