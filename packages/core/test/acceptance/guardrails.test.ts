import type { GuardrailOptions } from "@node-llm/bedrock-local";
import { describe, expect, test } from "vitest";
import { bodyOf, createClient, MODEL, useServer } from "../support/bedrock.ts";
import { collect } from "../support/events.ts";
import { createPng } from "../support/media-files.ts";
import { take, WAYS } from "../support/turns.ts";
import { reload } from "./reload.ts";

const guardrails: readonly GuardrailOptions[] = [
  {
    id: "client1",
    version: "1",
    words: ["cactus"],
    topics: [{ name: "Stocks", keywords: ["shares"] }],
    piiEntities: [{ type: "EMAIL", action: "ANONYMIZE" }],
    regexes: [{ name: "Order", pattern: "ORD-\\d+", action: "BLOCK" }],
    contentFilters: [{ type: "INSULTS", keywords: ["nincompoop"] }],
    blockedInputMessaging: "No question.",
    blockedOutputsMessaging: "No answer.",
  },
  { id: "chat1", version: "2", words: ["banana"], blockedInputMessaging: "No fruit." },
  { id: "ground1", version: "1", contextualGrounding: { grounding: 0.9, relevance: 0.1 } },
];

const server = useServer({ guardrails });
const CLIENT = {
  bedrockGuardrailIdentifier: "client1",
  bedrockGuardrailVersion: "1",
  bedrockGuardrailTrace: "enabled",
} as const;

describe.each(WAYS)("a guardrail (%s)", (way) => {
  test.each([
    ["Tell me about a cactus.", "input", "word", "cactus", "BLOCKED", "No question."],
    ["Should I buy shares?", "input", "topic", "Stocks", "BLOCKED", "No question."],
    ["You nincompoop!", "input", "content", "INSULTS", "BLOCKED", "No question."],
    ["Where is ORD-123?", "input", "sensitiveInformation", "Order", "BLOCKED", "No question."],
    ["Repeat: write to ada@example.com", "input", "sensitiveInformation", "EMAIL", "ANONYMIZED", "write to {EMAIL}"],
  ])("of the client tells what it did: %s", async (question, where, policy, name, action, content) => {
    const answer = await take(way, createClient(server(), CLIENT).chat(MODEL), question);
    expect(answer.finishReason).toBe("guardrail_intervened");
    expect(answer.guardrail?.intervened).toBe(true);
    expect(answer.guardrail?.findings).toContainEqual(expect.objectContaining({ where, policy, name, action }));
    expect(answer.content).toBe(content);
    expect(answer.metadata.trace).toMatchObject({ guardrail: expect.anything() });
  });

  test("of a chat stands over the client's, and is kept with the chat", async () => {
    const chat = createClient(server(), CLIENT)
      .chat(MODEL)
      .withGuardrail({ guardrailIdentifier: "chat1", guardrailVersion: "2" });
    expect((await take(way, chat.fork(), "Say cactus")).guardrail?.intervened).toBe(false);
    expect((await take(way, chat.fork(), "Say banana")).content).toBe("No fruit.");
    expect(bodyOf(server())["guardrailConfig"]).toEqual({
      guardrailIdentifier: "chat1",
      guardrailVersion: "2",
      trace: "enabled",
    });
    const restored = createClient(server(), CLIENT).chat(MODEL, reload(chat));
    expect((await take(way, restored, "Say banana")).content).toBe("No fruit.");
  });

  test("that found nothing did not intervene, and a chat without one has none", async () => {
    const clean = await take(way, createClient(server(), CLIENT).chat(MODEL), "What is 6 times 7?");
    expect(clean.guardrail).toEqual({ intervened: false, findings: [] });
    expect((await take(way, createClient(server()).chat(MODEL), "What is 6 times 7?")).guardrail).toBeUndefined();
  });

  test("without a trace still tells that it intervened", async () => {
    const chat = createClient(server(), { ...CLIENT, bedrockGuardrailTrace: "disabled" }).chat(MODEL);
    expect((await take(way, chat, "Say cactus")).guardrail).toEqual({ intervened: true, findings: [] });
  });

  test("looks at the marked parts only, and at sources and questions by their qualifiers", async () => {
    const marked = await take(way, createClient(server(), CLIENT).chat(MODEL), [
      { type: "text", text: "The cactus is not looked at." },
      { type: "guard_text", text: "What is 6 times 7?" },
      { type: "guard_image", source: createPng() },
    ]);
    expect(marked.guardrail?.intervened).toBe(false);
    expect(bodyOf(server())["messages"]).toMatchObject([
      { content: [{ text: expect.anything() }, { guardContent: { text: {} } }, { guardContent: { image: {} } }] },
    ]);
    const grounded = await take(
      way,
      createClient(server())
        .chat(MODEL)
        .withGuardrail({ guardrailIdentifier: "ground1", guardrailVersion: "1", trace: "enabled" }),
      [
        { type: "guard_text", text: "Paris is the capital of France.", qualifiers: ["grounding_source"] },
        { type: "guard_text", text: "Tell me a story about a dragon.", qualifiers: ["query"] },
      ],
    );
    expect(grounded.guardrail?.findings).toContainEqual(
      expect.objectContaining({ policy: "contextualGrounding", where: "output", action: "BLOCKED" }),
    );
  });

  test("with latestTurnOnly does not stumble over what was said before, tools included", async () => {
    const chat = createClient(server(), CLIENT).chat(MODEL).withGuardrail({ latestTurnOnly: true });
    chat.withTools([
      {
        name: "get_weather",
        description: "The weather in a city",
        schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
        execute: () => "Sunny",
      },
    ]);
    expect((await take(way, chat, "Tell me about a cactus.")).guardrail?.intervened).toBe(true);
    const next = await take(way, chat, "What is the weather in Paris?");
    expect(next.steps).toHaveLength(2);
    expect(next.guardrail?.intervened).toBe(false);
    expect(JSON.stringify(bodyOf(server())["messages"])).toContain('{"guardContent":{"text":{"text":"What is the w');
    expect(JSON.stringify(chat.history)).not.toContain("guard_text");
  });
});

test("a stream may be checked while it runs: then text comes first, and the outcome last", async () => {
  const chat = createClient(server(), CLIENT).chat(MODEL).withGuardrail({ streamProcessingMode: "async" });
  const stream = chat.stream("Repeat: one two three four five six seven eight ORD-99 nine ten");
  const chunks = await collect(stream);
  expect(bodyOf(server())).toMatchObject({ guardrailConfig: { streamProcessingMode: "async" } });
  expect(chunks.some(({ content }) => content !== "")).toBe(true);
  expect(chunks.at(-1)).toMatchObject({ type: "finish", finishReason: "guardrail_intervened" });
  expect((await stream.response()).guardrail?.intervened).toBe(true);
  // Converse has no such mode: it is left out there.
  await chat.ask("Hi");
  expect(bodyOf(server())["guardrailConfig"]).not.toHaveProperty("streamProcessingMode");
});
