import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConverseAssembly } from "../../../src/bedrock/converse/assemble.ts";
import { parseConverse } from "../../../src/bedrock/converse/parse.ts";
import * as richBlocks from "../../../src/bedrock/converse/rich-blocks.ts";
import { renderConversation } from "../../../src/bedrock/converse/render.ts";
import type { ChatJSON } from "../../../src/chat/chat.ts";
import { objectOf, objectsOf, type JsonObject } from "../../../src/types/json.ts";
import type { Message } from "../../../src/types/message.ts";
import { bodyOf, createChat, createClient, MODEL, useServer } from "../../support/bedrock.ts";
import {
  close,
  collect,
  converseResponse,
  delta,
  metadata,
  openTool,
  start,
  stop,
  text,
  toolInput,
} from "../../support/events.ts";

const words = fc.string({ unit: "grapheme", maxLength: 20 });
const signed = fc.record({ text: words, signature: words });
const unsigned = fc.record({ text: words });
const redacted = fc.string({ unit: "binary-ascii", minLength: 1 }).map((bytes) => ({ redactedContent: btoa(bytes) }));
const thought = fc
  .oneof(signed, unsigned)
  .map((reasoningText) => ({ reasoningText }))
  .map((reasoningContent): JsonObject => ({ reasoningContent }));
const hidden = redacted.map((reasoningContent): JsonObject => ({ reasoningContent }));
const call = fc
  .nat({ max: 9 })
  .map((n): JsonObject => ({ toolUse: { toolUseId: `tooluse_${n}`, name: "f", input: { n } } }));
const blocks = fc.array(
  fc.oneof(
    thought,
    hidden,
    call,
    words.map((said): JsonObject => ({ text: said })),
  ),
  { maxLength: 8 },
);

/** What is sent for an answer after it was stored as JSON and read again. */
function replay(raw: JsonObject): unknown {
  const content = parseConverse(raw)?.parts ?? [];
  const message: Message = { role: "assistant", content };
  const stored: Message = JSON.parse(JSON.stringify(message));
  return renderConversation([stored]).messages[0]?.content;
}

/** The events that stream a block. */
function eventsOf(block: JsonObject, contentBlockIndex: number): [string, JsonObject][] {
  const delta = (delta: JsonObject): [string, JsonObject] => ["contentBlockDelta", { contentBlockIndex, delta }];
  const end: [string, JsonObject] = ["contentBlockStop", { contentBlockIndex }];
  const tool = objectOf(block["toolUse"]);
  if (tool) {
    const { input, ...toolUse } = tool;
    const begin: [string, JsonObject] = ["contentBlockStart", { contentBlockIndex, start: { toolUse } }];
    return [begin, delta({ toolUse: { input: JSON.stringify(input) } }), end];
  }
  const reasoning = objectOf(block["reasoningContent"]);
  if (!reasoning) return [delta(block), end];
  const { text: thinking, signature } = objectOf(reasoning["reasoningText"]) ?? {};
  if (thinking === undefined) return [delta(block), end];
  const pieces = [delta({ reasoningContent: { text: thinking } })];
  if (signature !== undefined) pieces.push(delta({ reasoningContent: { signature } }));
  return [...pieces, end];
}

describe("thinking goes back as it came, block by block and byte by byte", () => {
  test("from an answer that was stored as JSON", () => {
    fc.assert(
      fc.property(blocks, (content) => {
        expect(replay({ output: { message: { role: "assistant", content } }, stopReason: "tool_use" })).toEqual(
          content,
        );
      }),
    );
  });

  test("from a stream", () => {
    fc.assert(
      fc.property(blocks, (content) => {
        const assembly = new ConverseAssembly();
        assembly.useRich(richBlocks);
        content.forEach((block, index) => {
          for (const [name, payload] of eventsOf(block, index)) assembly.accept(name, payload);
        });
        assembly.accept("messageStop", { stopReason: "tool_use" });
        expect(replay(assembly.response)).toEqual(content);
      }),
    );
  });

  test("from a stream that puts redacted thinking behind readable thinking without ending it", () => {
    const assembly = new ConverseAssembly();
    assembly.useRich(richBlocks);
    const pieces = [{ text: "Hm." }, { signature: "c2ln" }, { redactedContent: "YQ==" }, { redactedContent: "Yg==" }];
    for (const reasoningContent of pieces) {
      assembly.accept("contentBlockDelta", { contentBlockIndex: 0, delta: { reasoningContent } });
    }
    expect(objectsOf(objectOf(objectOf(assembly.response["output"])?.["message"])?.["content"])).toEqual([
      { reasoningContent: { reasoningText: { text: "Hm.", signature: "c2ln" } } },
      { reasoningContent: { redactedContent: btoa("ab") } },
    ]);
  });
});

describe("at the public face", () => {
  const server = useServer();
  const think = (text: string, signature: string): JsonObject => ({
    reasoningContent: { reasoningText: { text, signature } },
  });
  const use = (n: number): JsonObject => ({ toolUse: { toolUseId: `tooluse_${n}`, name: "f", input: { n } } });

  test("several thoughts between tool calls keep their order over a restart", async () => {
    const answer = [
      think("One", "MQ=="),
      use(1),
      think("", "Mg=="),
      { reasoningContent: { redactedContent: "cmVk" } },
      use(2),
    ];
    server().enqueue({ status: 200, body: converseResponse(answer, { stopReason: "tool_use" }) });
    const chat = createChat(server());
    await chat.ask("Hi");
    chat.add(
      "tool",
      [1, 2].map((n) => ({ type: "tool_result", id: `tooluse_${n}`, content: `${n}` })),
    );
    server().enqueue({ status: 200, body: converseResponse([{ text: "Yes" }]) });
    await createClient(server())
      .chat(MODEL, JSON.parse(JSON.stringify(chat)) as ChatJSON)
      .ask();
    expect(bodyOf(server())["messages"]).toMatchObject([{}, { role: "assistant", content: answer }, {}]);
  });

  test.each(["us.anthropic.claude-sonnet-4-5-20250929-v1:0", MODEL])(
    "a loop of tools gives back what was signed, asked and streamed, over a restart: %s",
    async (model) => {
      const weather = {
        name: "get_weather",
        description: "The weather in a city",
        schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
        execute: () => "Sunny",
      };
      const chat = createClient(server()).chat(model).withTools([weather]).withThinking({ budget: 2048 });
      const asked = await chat.ask("What is the weather in Paris?");
      const streamed = await chat.stream("What is the weather in Rome?").response();
      for (const { steps } of [asked, streamed]) {
        expect(steps.length).toBeGreaterThan(1);
        expect(steps[0]?.parts[0]).toMatchObject({ type: "thinking", signature: expect.any(String) });
      }
      const restored = createClient(server())
        .chat(model, JSON.parse(JSON.stringify(chat)) as ChatJSON)
        .withTools([weather]);
      expect((await restored.ask("What is the weather in Oslo?")).finishReason).toBe("end_turn");
    },
  );

  test("text, signature and redacted thinking are streamed, and add up to the answer's", async () => {
    const reasoning = (piece: object, index = 0) => delta({ reasoningContent: piece }, index);
    server().enqueue({
      events: [
        start,
        reasoning({ text: "Let me " }),
        reasoning({ text: "see." }),
        reasoning({ signature: "c2ln" }),
        close(),
        reasoning({ redactedContent: "cmVk" }, 1),
        close(1),
        text("42", 2),
        close(2),
        openTool("tooluse_1", "f", 3),
        toolInput("{}", 3),
        close(3),
        stop("tool_use"),
        metadata(),
      ],
    });
    const stream = createChat(server()).stream("Hi");
    const chunks = (await collect(stream)).filter(({ type }) => type === "thinking");
    expect(chunks).toEqual([
      { type: "thinking", content: "", thinking: "Let me " },
      { type: "thinking", content: "", thinking: "see." },
      { type: "thinking", content: "", thinking: "", signature: "c2ln" },
      { type: "thinking", content: "", thinking: "", redacted: "cmVk" },
    ]);
    const { thinking, parts } = await stream.response();
    expect(thinking).toEqual({ text: "Let me see." });
    expect(parts.slice(0, 2)).toEqual([
      { type: "thinking", text: "Let me see.", signature: "c2ln" },
      { type: "thinking", text: "", redacted: "cmVk" },
    ]);
  });
});
