import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { SchemaError, type Chat, type ToolSpec } from "../../src/index.ts";
import { bodyOf, createClient, failureOf, useServer } from "../support/bedrock.ts";
import { collect } from "../support/events.ts";
import { script, take, WAYS } from "../support/turns.ts";
import { reload } from "./reload.ts";

const server = useServer();

const NATIVE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const BY_TOOL = "amazon.nova-lite-v1:0";
const BY_PROMPT = "cohere.command-r-plus-v1:0";
const QUESTION = "Berlin has a population of 3700000.";

/** With keywords that Bedrock's own schemas refuse. */
const City = z.object({
  city: z.string().min(2).max(40).describe("Name of the city"),
  population: z.int().min(1),
  tags: z.array(z.string()).max(5).optional(),
});

/** One model of each kind. */
const FAMILIES: readonly string[] = [
  "us.anthropic.claude-3-7-sonnet-20250219-v1:0",
  NATIVE,
  "us.anthropic.claude-opus-4-8",
  BY_TOOL,
  "us.amazon.nova-2-lite-v1:0",
  "mistral.mistral-large-2407-v1:0",
  "us.meta.llama3-3-70b-instruct-v1:0",
  BY_PROMPT,
  "us.deepseek.r1-v1:0",
  "deepseek.v3-v1:0",
  "qwen.qwen3-32b-v1:0",
  "openai.gpt-oss-120b-1:0",
  "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
];

const weather: ToolSpec<{ city: string }> = {
  name: "get_weather",
  description: "The weather in a city",
  schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  execute: ({ city }) => `Sunny in ${city}`,
};

describe.each(WAYS)("a structured answer (%s)", (way) => {
  test.each(FAMILIES)("comes from the local Bedrock's own model, checked and typed: %s", async (model) => {
    const chat = createClient(server()).chat(model).withSchema(City);
    const { data, content, parts } = await take(way, chat, QUESTION);
    expect(data).toMatchObject({ city: "Berlin", population: 3_700_000 });
    expect(content).toContain(String(data.population));
    expect(parts.filter((part) => part.type === "tool_call")).toEqual([]);
    // The history holds text, so that any model can go on with it.
    const next = createClient(server()).chat(BY_TOOL, { messages: reload(chat).messages });
    expect((await take(way, next, "Repeat: fine")).content).toContain("fine");
  });

  test.each<[string, (chat: Chat) => Chat<{ city: string }>]>([
    [
      "JSON Schema",
      (chat) =>
        chat.withSchema<{ city: string }>({
          type: "object",
          properties: { city: { type: "string" } },
          required: ["city"],
        }),
    ],
    ["zod", (chat) => chat.withSchema(z.object({ city: z.string() }))],
    ["valibot", (chat) => chat.withSchema(toStandardJsonSchema(v.object({ city: v.string() })))],
    ["arktype", (chat) => chat.withSchema(type({ city: "string" }))],
  ])("may be asked for by %s", async (_, withSchema) => {
    const { data } = await take(way, withSchema(createClient(server()).chat(NATIVE)), QUESTION);
    expect(data.city).toBe("Berlin");
  });

  test("is asked for natively, with what Bedrock refuses told in descriptions", async () => {
    await take(way, createClient(server()).chat(NATIVE).withSchema(City), QUESTION);
    const { outputConfig } = bodyOf(server());
    expect(outputConfig).toMatchObject({ textFormat: { type: "json_schema" } });
    const { schema } = /"schema":"(?<schema>(?:\\.|[^"])*)"/.exec(JSON.stringify(outputConfig))?.groups ?? {};
    const text: string = JSON.parse(`"${schema ?? ""}"`);
    const sent: unknown = JSON.parse(text);
    expect(sent).toMatchObject({
      additionalProperties: false,
      properties: { city: { description: expect.stringMatching(/Name of the city.*40/s) } },
    });
    expect(JSON.stringify(sent)).not.toMatch(/"(?:minLength|maxLength|minimum|maxItems)":/);
  });

  test("is asked for by a tool, and by instruction, where the model takes nothing else", async () => {
    await take(way, createClient(server()).chat(BY_TOOL).withSchema(City), QUESTION);
    expect(bodyOf(server())["toolConfig"]).toMatchObject({
      tools: [{ toolSpec: { name: "answer" } }],
      toolChoice: { tool: { name: "answer" } },
    });
    await take(way, createClient(server()).chat(BY_PROMPT).withSchema(City), QUESTION);
    expect(bodyOf(server())).not.toHaveProperty("toolConfig");
    expect(JSON.stringify(bodyOf(server())["system"])).toContain("JSON Schema");
  });

  test("comes after thinking", async () => {
    for (const model of ["us.anthropic.claude-3-7-sonnet-20250219-v1:0", NATIVE, "us.anthropic.claude-opus-4-8"]) {
      const chat = createClient(server()).chat(model).withThinking({ budget: 2048 }).withSchema(City);
      const { data, parts } = await take(way, chat, QUESTION);
      expect(data.city).toBe("Berlin");
      // The newest show nothing of it, but sign it.
      expect(parts[0]).toMatchObject({ type: "thinking", signature: expect.stringMatching(/\S/) });
    }
  });

  test("comes after calls of other tools", async () => {
    const Report = z.object({ city: z.string() });
    const chat = createClient(server()).chat(NATIVE).withTools([weather]).withSchema(Report);
    const { data, steps } = await take(way, chat, "What is the weather in Paris?");
    expect(steps.map(({ finishReason }) => finishReason)).toEqual(["tool_use", "end_turn"]);
    expect(data.city).toBe("Paris");
    // And where it is a tool itself.
    script(
      server(),
      way,
      [{ id: "a", name: "get_weather", input: { city: "Paris" } }],
      [{ id: "b", name: "answer", input: { city: "Paris" } }],
    );
    const byTool = createClient(server()).chat(BY_TOOL).withTools([weather]).withSchema(Report);
    expect((await take(way, byTool, "What is the weather in Paris?")).data).toEqual({ city: "Paris" });
  });

  test("that does not fit is an error with its text and issues; one round of repair is on request", async () => {
    const bad = '{"city":"B","population":0}';
    script(server(), way, [bad]);
    const error = await failureOf(take(way, createClient(server()).chat(NATIVE).withSchema(City), QUESTION));
    expect(error).toBeInstanceOf(SchemaError);
    expect(error).toMatchObject({ code: "ERR_SCHEMA", text: bad });
    expect(error instanceof SchemaError && error.issues?.map(({ path }) => path)).toEqual(["city", "population"]);
    script(server(), way, [bad], ['{"city":"Berlin","population":3700000}']);
    const repaired = createClient(server()).chat(NATIVE).withSchema(City, { repair: 1 });
    const answer = await take(way, repaired, QUESTION);
    expect(answer.data).toMatchObject({ city: "Berlin", population: 3_700_000 });
    expect(answer.steps).toHaveLength(2);
    expect(repaired.history).toHaveLength(4);
  });
});

test.each([NATIVE, BY_TOOL, BY_PROMPT])("a stream shows the data as it grows: %s", async (model) => {
  const stream = createClient(server()).chat(model).withSchema(City).stream(QUESTION);
  const seen: unknown[] = [];
  for (const chunk of await collect(stream)) if (chunk.type === "data") seen.push(chunk.data);
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.at(-1)).toEqual((await stream.response()).data);
});
