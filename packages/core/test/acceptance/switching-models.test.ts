import { describe, expect, test } from "vitest";
import { z } from "zod";
import { CapabilityError, defineTool } from "../../src/index.ts";
import { bodyOf, createClient, failureOf, useServer } from "../support/bedrock.ts";
import { collect } from "../support/events.ts";
import { createPng } from "../support/media-files.ts";
import { script, take, WAYS } from "../support/turns.ts";

const server = useServer();
const CLAUDE = "us.anthropic.claude-sonnet-4-6";
const BLIND: readonly string[] = [
  "amazon.nova-micro-v1:0",
  "us.deepseek.r1-v1:0",
  "us.meta.llama3-3-70b-instruct-v1:0",
  "openai.gpt-oss-120b-1:0",
];

describe.each(WAYS)("a model that sees no images (%s)", (way) => {
  test.each(BLIND)("goes on with a conversation that holds one, and says what it was not shown: %s", async (model) => {
    const seeing = createClient(server()).chat(CLAUDE);
    await take(way, seeing, "What is this?", { images: [createPng()] });
    const blind = createClient(server()).chat(model, { messages: seeing.history });
    const answer = await take(way, blind, "Repeat: fine");
    expect(answer.content).toContain("fine");
    expect(answer.warnings).not.toEqual([]);
    expect(blind.history.slice(0, 2)).toEqual(seeing.history);
  });

  test.each(BLIND)("is not asked about one: %s", async (model) => {
    const error = await failureOf(
      take(way, createClient(server()).chat(model), "What is this?", { images: [createPng()] }),
    );
    expect(error).toBeInstanceOf(CapabilityError);
    expect(error.message).toContain("messages[0].content[0] (image)");
    expect(server().requests).toHaveLength(0);
  });

  test.each(["us.writer.palmyra-x5-v1:0", "google.gemma-3-27b-it", "amazon.nova-micro-v1:0"])(
    "does not fail the turn when a tool gives one: %s",
    async (model) => {
      const look = defineTool({
        name: "look",
        description: "Looks at the house",
        execute: () => ({ type: "image", source: createPng() }),
      });
      const answer = await take(way, createClient(server()).chat(model).withTools([look]), "Look at the house");
      expect(answer.steps).toHaveLength(2);
      expect(answer.warnings).not.toEqual([]);
    },
  );
});

describe.each(WAYS)("a structured answer by a tool (%s)", (way) => {
  const City = z.object({ name: z.string(), people: z.number() });
  const draft = 'First a draft: {"name":"DRAFT","people":0}. Now the answer.';

  test("is what the tool was called with, whatever the model says before", async () => {
    script(server(), way, [draft, { id: "t", name: "answer", input: { name: "Rome", people: 5 } }]);
    const chat = createClient(server()).chat("us.anthropic.claude-opus-4-8").withSchema(City);
    const { data, content } = await take(way, chat, "Which city?");
    expect(data).toEqual({ name: "Rome", people: 5 });
    expect(JSON.parse(content)).toEqual(data);
  });

  test.each(["us.anthropic.claude-3-7-sonnet-20250219-v1:0", "amazon.nova-lite-v1:0", "us.anthropic.claude-opus-4-8"])(
    "comes after calls of other tools from the local Bedrock's own model: %s",
    async (model) => {
      const weather = defineTool({
        name: "get_weather",
        description: "The weather in a city",
        schema: z.object({ city: z.string() }),
        execute: ({ city }) => `Sunny in ${city}`,
      });
      const chat = createClient(server())
        .chat(model)
        .withTools([weather])
        .withSchema(z.object({ city: z.string() }));
      expect((await take(way, chat, "What is the weather in Paris?")).data).toEqual({ city: "Paris" });
    },
  );
});

test("a stream's data is that of the answer's tool", async () => {
  script(server(), "stream", ['A draft: {"name":"DRAFT"}.', { id: "t", name: "answer", input: { name: "Rome" } }]);
  const chat = createClient(server())
    .chat("us.anthropic.claude-opus-4-8")
    .withSchema(z.object({ name: z.string() }));
  const chunks = await collect(chat.stream("Which city?"));
  const last = chunks.findLast(({ type }) => type === "data");
  expect(last).toMatchObject({ data: { name: "Rome" } });
});

describe.each(WAYS)("the choice none (%s)", (way) => {
  test("is kept by the local Bedrock's Claude", async () => {
    const tool = { name: "get_weather", description: "The weather in a city", execute: () => "Sunny" };
    const chat = createClient(server()).chat(CLAUDE).withTools([tool], { choice: "none" });
    expect((await take(way, chat, "What is the weather in Paris?")).steps).toHaveLength(1);
    expect(bodyOf(server())).toHaveProperty("additionalModelRequestFields.tool_choice.type", "none");
  });
});

test("an instruction to answer by a schema is followed by models without system prompts", async () => {
  const chat = createClient(server())
    .chat("amazon.titan-text-express-v1")
    .withSchema(z.object({ city: z.string() }));
  expect((await chat.ask("Berlin is a city.")).data).toEqual({ city: "Berlin" });
});
