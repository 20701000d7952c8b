import { describe, expect, test } from "vitest";
import type { ChatJSON } from "../../src/chat/chat.ts";
import { LLMError } from "../../src/errors.ts";
import type { Message } from "../../src/types/message.ts";
import { bodyOf, createChat, createClient, MODEL, useServer } from "../support/bedrock.ts";
import { converseResponse } from "../support/events.ts";

const server = useServer();

function reply(...content: object[]): void {
  server().enqueue({ status: 200, body: converseResponse(content) });
}

describe("what goes back to the model", () => {
  test("is signed thinking exactly as it came, and no unsigned thinking", async () => {
    const signed = { reasoningContent: { reasoningText: { text: " Hm.\n", signature: "c2ln" } } };
    const empty = { reasoningContent: { reasoningText: { text: "", signature: "ZQ==" } } };
    const redacted = { reasoningContent: { redactedContent: "cmVk" } };
    const unsigned = { reasoningContent: { reasoningText: { text: "Loose thought" } } };
    reply(signed, unsigned, empty, redacted, { text: "Hi" });
    const chat = createChat(server());
    await chat.ask("Hi");
    reply({ text: "Yes" });
    const saved: ChatJSON = JSON.parse(JSON.stringify(chat));
    await createClient(server()).chat(MODEL, saved).ask("And?");
    expect(bodyOf(server())["messages"]).toEqual([
      { role: "user", content: [{ text: "Hi" }] },
      { role: "assistant", content: [signed, empty, redacted, { text: "Hi" }] },
      { role: "user", content: [{ text: "And?" }] },
    ]);
  });

  test("is citations and unknown blocks as they came", async () => {
    const blocks = [
      { citationsContent: { content: [{ text: "a" }], citations: [{ location: { web: { url: "u" } } }] } },
      { hologram: { format: "holo" } },
    ];
    reply(...blocks);
    const chat = createChat(server());
    await chat.ask("Hi");
    reply({ text: "Yes" });
    await chat.ask("And?");
    expect(bodyOf(server())["messages"]).toMatchObject([{}, { content: blocks }, {}]);
  });

  test("has no blank text, and no two neighbours of one role", async () => {
    const chat = createChat(server());
    chat.add("user", "One").add("user", [
      { type: "text", text: "Two" },
      { type: "text", text: "\t" },
    ]);
    chat.add("assistant", "  ");
    reply({ text: "Yes" });
    const response = await chat.ask("Three");
    expect(bodyOf(server())["messages"]).toEqual([
      { role: "user", content: [{ text: "One" }, { text: "Two" }, { text: "Three" }] },
    ]);
    expect(response.warnings.map(({ code }) => code)).toEqual(["blank_text_dropped", "blank_text_dropped"]);
    expect(chat.history).toHaveLength(5);
  });

  test("has a cache point behind text that asks for it", async () => {
    const chat = createChat(server());
    chat.add("system", [{ type: "text", text: "Long text.", cache_control: { type: "ephemeral", ttl: "1h" } }]);
    reply({ text: "Yes" });
    await chat.ask([{ type: "text", text: "Hi", cache_control: { type: "ephemeral" } }]);
    expect(bodyOf(server())).toEqual({
      system: [{ text: "Long text." }, { cachePoint: { type: "default", ttl: "1h" } }],
      messages: [{ role: "user", content: [{ text: "Hi" }, { cachePoint: { type: "default" } }] }],
    });
  });
});

describe("a chat as JSON", () => {
  test("goes on as if it had never stopped", async () => {
    const chat = createChat(server()).withInstructions("Be kind.");
    chat.withParams({ topP: 0.9, stopSequences: ["END"], additionalModelRequestFields: { top_k: 5 } });
    reply(
      { reasoningContent: { reasoningText: { text: "Hm", signature: "c2ln" } } },
      { citationsContent: { content: [{ text: "x" }], citations: [{ title: "T" }] } },
      { toolUse: { toolUseId: "t", name: "f", input: { a: [1, null, "é"] } } },
    );
    await chat.ask("Hi");
    const saved: ChatJSON = JSON.parse(JSON.stringify(chat));
    expect(saved.model).toBe(MODEL);
    reply({ text: "A" });
    reply({ text: "B" });
    await chat.ask("And?");
    const resumed = createClient(server()).chat(saved.model, saved);
    await resumed.ask("And?");
    expect(bodyOf(server(), 2)).toEqual(bodyOf(server(), 1));
    expect(server().requests[2]?.path).toBe(server().requests[1]?.path);
    expect(JSON.stringify(resumed).replace('"B"', '"A"')).toBe(JSON.stringify(chat));
  });

  test("that holds no messages is refused where it is passed", () => {
    const messages: readonly Message[] = JSON.parse('[{"role":"user","content":{"text":"Hi"}}]');
    expect(() => createClient(server()).chat(MODEL, { messages })).toThrow(LLMError);
  });
});
