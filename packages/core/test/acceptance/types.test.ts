import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  createLLM,
  defineTool,
  type AskOptions,
  type AttachedMedia,
  type Chat,
  type ChatOptions,
  type ChatParams,
  type ChatResponse,
  type ChatStream,
  type Chunk,
  type ContentPart,
  type DataChunk,
  type GuardrailFinding,
  type GuardrailOutcome,
  type JsonObject,
  type JsonValue,
  type LLM,
  type LLMOptions,
  type Message,
  type Middleware,
  type SchemaOptions,
  type ThinkingConfig,
  type Tool,
  type ToolOptions,
  type ToolResultContent,
  type ToolSpec,
} from "../../src/index.ts";

// What is written in these functions is only type-checked, never run.
const check = (use: (llm: LLM, chat: Chat) => unknown): void => {
  expectTypeOf(use).toBeFunction();
};

const Place = { city: z.string(), days: z.number().optional() };

describe("tool arguments", () => {
  test("are those of the schema", () => {
    defineTool({
      name: "a",
      schema: z.object(Place),
      execute: (args) => expectTypeOf(args).toEqualTypeOf<{ city: string; days?: number | undefined }>(),
    });
    defineTool({
      name: "b",
      schema: toStandardJsonSchema(v.object({ city: v.string() })),
      execute: (args) => expectTypeOf(args).toEqualTypeOf<{ city: string }>(),
    });
    defineTool({
      name: "c",
      schema: type({ city: "string" }),
      execute: (args) => expectTypeOf(args).toEqualTypeOf<{ city: string }>(),
    });
    defineTool({ name: "d", execute: (args) => expectTypeOf(args).toEqualTypeOf<JsonObject>() });
    // @ts-expect-error the schema's member is a string
    defineTool({ name: "e", schema: z.object(Place), execute: ({ city }) => city * 2 });
    // @ts-expect-error no such member
    defineTool({ name: "f", schema: z.object(Place), execute: ({ citty }) => citty });
    // @ts-expect-error a misspelt member of the tool
    defineTool({ name: "g", descriptoin: "x", execute: () => 1 });
    // @ts-expect-error a schema that is none
    defineTool({ name: "h", schema: "city", execute: () => 1 });
    // @ts-expect-error no such cache
    defineTool({ name: "i", cache_control: { type: "permanent" }, execute: () => 1 });
  });

  test("of tools of several types go into one list", () => {
    const one = defineTool({ name: "a", schema: z.object(Place), execute: ({ city }) => city });
    check((_, chat) => chat.withTools([one, { systemTool: "nova_grounding" }, { name: "b" }]));
    expectTypeOf<Tool<{ a: 1 }>>().toExtend<ToolSpec<{ a: 1 }>>();
    // @ts-expect-error a tool has a name
    check((_, chat) => chat.withTools([{ description: "x" }]));
    // @ts-expect-error a system tool has a name
    check((_, chat) => chat.withTools([{ systemTool: 5 }]));
    // @ts-expect-error it takes a list of tools
    check((_, chat) => chat.withTools(one));
  });

  test("are known to hooks as JSON", () => {
    check((_, chat) => chat.onToolCallStart((call) => expectTypeOf(call.arguments).toEqualTypeOf<JsonValue>()));
    check((_, chat) => chat.onConfirmToolCall(async () => "Not today."));
    // @ts-expect-error a call cannot be changed
    check((_, chat) => chat.onToolCallStart((call) => (call.name = "x")));
  });
});

describe("res.data", () => {
  test("is what comes out of the schema", () => {
    check(async (_, chat) => {
      const zod = chat.withSchema(z.object({ n: z.string().transform(Number), d: z.string().default("x") }));
      expectTypeOf(zod).toEqualTypeOf<Chat<{ n: number; d: string }>>();
      expectTypeOf((await zod.ask("x")).data).toEqualTypeOf<{ n: number; d: string }>();
      expectTypeOf((await zod.stream("x").response()).data).toEqualTypeOf<{ n: number; d: string }>();
      const valibot = chat.withSchema(toStandardJsonSchema(v.object({ a: v.number() })));
      expectTypeOf((await valibot.ask("x")).data).toEqualTypeOf<{ a: number }>();
      const arktype = chat.withSchema(type({ a: "number" }));
      expectTypeOf((await arktype.ask("x")).data).toEqualTypeOf<{ a: number }>();
      expectTypeOf((await chat.withSchema(z.array(z.string())).ask("x")).data).toEqualTypeOf<string[]>();
      expectTypeOf((await chat.withSchema({ type: "object" }).ask("x")).data).toEqualTypeOf<JsonValue>();
      expectTypeOf((await chat.withSchema<{ a: 1 }>({ type: "object" }).ask("x")).data).toEqualTypeOf<{ a: 1 }>();
      expectTypeOf((await chat.withSchema(null).ask("x")).data).toEqualTypeOf<undefined>();
    });
    expectTypeOf<ChatResponse["data"]>().toEqualTypeOf<undefined>();
    expectTypeOf<DataChunk["data"]>().toEqualTypeOf<JsonValue>();
    // @ts-expect-error the data has no such member
    check(async (_, chat) => (await chat.withSchema(z.object(Place)).ask("x")).data.town);
    // @ts-expect-error no data without a schema
    check(async (_, chat) => (await chat.ask("x")).data.city);
  });

  test("keeps its type through every other setting, and a fork", () => {
    check((_, chat) => {
      const typed = chat
        .withSchema(z.object(Place))
        .withTools([])
        .withThinking()
        .withEffort("high")
        .withCache()
        .withGuardrail({ latestTurnOnly: true })
        .withParams({ topP: 1 })
        .use({})
        .add("user", "x")
        .fork();
      expectTypeOf(typed).toEqualTypeOf<Chat<{ city: string; days?: number | undefined }>>();
      expectTypeOf(typed.stream("x")).toEqualTypeOf<ChatStream<{ city: string; days?: number | undefined }>>();
    });
  });
});

describe("content parts", () => {
  test("are told apart by their type", () => {
    const parts: ContentPart[] = [
      { type: "text", text: "x", cache_control: { type: "ephemeral", ttl: "1h" } },
      { type: "image", source: new Uint8Array(), format: "png" },
      { type: "document", source: { text: "x" }, name: "x", context: "x", citations: true },
      { type: "document", source: { content: ["x"] } },
      { type: "video", source: "s3://bucket/a.mp4" },
      { type: "audio", source: { uri: "s3://bucket/a.mp3", bucketOwner: "123456789012" } },
      { type: "search_result", source: "x", title: "x", content: ["x"], citations: true },
      { type: "guard_text", text: "x", qualifiers: ["query"] },
      { type: "guard_image", source: { base64: "" }, format: "jpeg" },
      { type: "tool_addition", tool: { name: "x" } },
      { type: "tool_result", id: "x", content: [{ type: "json", json: { a: 1 } }] },
    ];
    check((_, chat) => chat.ask(parts));
    expectTypeOf<ContentPart["type"]>().toEqualTypeOf<
      | "text"
      | "image"
      | "document"
      | "video"
      | "audio"
      | "search_result"
      | "thinking"
      | "tool_call"
      | "tool_result"
      | "guard_text"
      | "guard_image"
      | "tool_addition"
      | "tool_removal"
      | "raw"
    >();
    expectTypeOf<Extract<ToolResultContent, { type: "audio" }>>().toEqualTypeOf<never>();
  });

  test("that are wrong are compile errors", () => {
    // @ts-expect-error no such type
    check((_, chat) => chat.ask([{ type: "picture", source: "a.png" }]));
    // @ts-expect-error no such format
    check((_, chat) => chat.ask([{ type: "image", source: "a.bmp", format: "bmp" }]));
    // @ts-expect-error an image is no text
    check((_, chat) => chat.ask([{ type: "image", source: { text: "x" } }]));
    // @ts-expect-error an image has no name
    check((_, chat) => chat.ask([{ type: "image", source: "a.png", name: "x" }]));
    // @ts-expect-error no such time to live
    check((_, chat) => chat.ask([{ type: "text", text: "x", cache_control: { type: "ephemeral", ttl: "2h" } }]));
    // @ts-expect-error no such qualifier
    check((_, chat) => chat.ask([{ type: "guard_text", text: "x", qualifiers: ["source"] }]));
    // @ts-expect-error a result answers a call
    check((_, chat) => chat.add("tool", [{ type: "tool_result", content: "x" }]));
    // @ts-expect-error a search result has a source
    check((_, chat) => chat.ask([{ type: "search_result", title: "x", content: ["x"] }]));
    expectTypeOf<Message["role"]>().toEqualTypeOf<"system" | "user" | "assistant" | "tool">();
  });
});

/** Members of `T` that nobody asked for, and those that are missing from `names`. */
type Known<T> = Readonly<Record<keyof T, true>>;

describe("options", () => {
  test("are these and no others", () => {
    expectTypeOf<keyof SchemaOptions>().toEqualTypeOf<"name" | "description" | "mode" | "repair">();
    expectTypeOf<keyof ToolOptions>().toEqualTypeOf<"choice" | "parallel" | "concurrency" | "maxRounds">();
    expectTypeOf<keyof ThinkingConfig>().toEqualTypeOf<"budget" | "display">();
    expectTypeOf<keyof ChatOptions>().toEqualTypeOf<"messages" | "params" | "baseModel">();
    expectTypeOf<keyof AskOptions>().toEqualTypeOf<
      "images" | "files" | "signal" | "timeouts" | "maxRetries" | "headers"
    >();
    expectTypeOf<keyof AttachedMedia>().toEqualTypeOf<
      "source" | "format" | "name" | "context" | "citations" | "cache_control"
    >();
    expectTypeOf<Known<Middleware>>().toEqualTypeOf<{
      readonly request: true;
      readonly toolCall: true;
      readonly task: true;
    }>();
    expectTypeOf<"prices" | "maxToolCalls" | "middlewares" | "media">().toExtend<keyof LLMOptions>();
  });

  test("that are wrong are compile errors", () => {
    // @ts-expect-error no such option of a client
    check(() => createLLM({ provider: "bedrock", maxToolRounds: 3 }));
    // @ts-expect-error a kind of price that does not exist
    check(() => createLLM({ provider: "bedrock", prices: { m: { inputs: 1 } } }));
    // @ts-expect-error no such option of media
    check(() => createLLM({ provider: "bedrock", media: { allowPrivate: true } }));
    // @ts-expect-error no such trace
    check(() => createLLM({ provider: "bedrock", bedrockGuardrailTrace: "on" }));
    // @ts-expect-error no such option of a chat
    check((llm) => llm.chat("m", { system: "x" }));
    // @ts-expect-error no such option of a question
    check((_, chat) => chat.ask("x", { temperature: 1 }));
    // @ts-expect-error no such option of a stream
    check((_, chat) => chat.stream("x", { abort: new AbortController() }));
    // @ts-expect-error a medium has no title
    check((_, chat) => chat.ask("x", { files: [{ source: "a.pdf", title: "x" }] }));
    // @ts-expect-error no such mode
    check((_, chat) => chat.withSchema({ type: "object" }, { mode: "json" }));
    // @ts-expect-error no such option of a schema
    check((_, chat) => chat.withSchema({ type: "object" }, { strict: true }));
    // @ts-expect-error a schema that is none
    check((_, chat) => chat.withSchema("city"));
    // @ts-expect-error no such display
    check((_, chat) => chat.withThinking({ display: "full" }));
    // @ts-expect-error no such member
    check((_, chat) => chat.withThinking({ budgetTokens: 1024 }));
    // @ts-expect-error no such cache
    check((_, chat) => chat.withCache("always"));
    // @ts-expect-error no such time to live
    check((_, chat) => chat.withCache({ ttl: "1d" }));
    // @ts-expect-error no such stream mode
    check((_, chat) => chat.withGuardrail({ streamProcessingMode: "later" }));
    // @ts-expect-error no such tier
    check((_, chat) => chat.withParams({ serviceTier: { type: "cheap" } }));
    // @ts-expect-error no such latency
    check((_, chat) => chat.withParams({ performanceConfig: { latency: "fast" } }));
    // @ts-expect-error labels are texts
    check((_, chat) => chat.withParams({ requestMetadata: { a: 1 } }));
    // @ts-expect-error variables hold texts
    check((_, chat) => chat.withParams({ promptVariables: { a: "x" } }));
    // @ts-expect-error no such hook
    check((_, chat) => chat.use({ onRequest: () => {} }));
    expectTypeOf<keyof ChatParams>().toEqualTypeOf<
      | "temperature"
      | "maxTokens"
      | "topP"
      | "stopSequences"
      | "additionalModelRequestFields"
      | "additionalModelResponseFieldPaths"
      | "promptVariables"
      | "requestMetadata"
      | "performanceConfig"
      | "serviceTier"
      | "guardrailConfig"
      | "outputConfig"
      | "thinking"
      | "effort"
      | "cache"
    >();
  });
});

test("an outcome of a guardrail and a chunk are narrowed by what they are", () => {
  expectTypeOf<ChatResponse["guardrail"]>().toEqualTypeOf<GuardrailOutcome | undefined>();
  expectTypeOf<GuardrailFinding["where"]>().toEqualTypeOf<"input" | "output">();
  expectTypeOf<Extract<Chunk, { type: "data" }>>().toEqualTypeOf<DataChunk>();
});
