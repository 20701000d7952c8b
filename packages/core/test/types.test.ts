import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  createLLM,
  defineTool,
  Tool,
  type Chat,
  type ChatJSON,
  type ChatResponse,
  type ChatStream,
  type Chunk,
  type Citation,
  type Cost,
  type FinishReason,
  type JsonObject,
  type JsonValue,
  type LLM,
  type LLMError,
  type LLMOptions,
  type Message,
  type Middleware,
  type RateLimitError,
  type SystemTool,
  type ToolCallPart,
  type ToolContext,
  type ToolResultPart,
  type ToolSpec,
  type Usage,
} from "../src/index.ts";

// What is written in these functions is only type-checked, never run.
const check = (use: (llm: LLM, chat: Chat, chunk: Chunk) => unknown): void => {
  expectTypeOf(use).toBeFunction();
};

describe("types", () => {
  test("createLLM takes its options and no others", () => {
    expectTypeOf(createLLM).parameter(0).toEqualTypeOf<LLMOptions>();
    expectTypeOf(createLLM).returns.toEqualTypeOf<LLM>();
    // @ts-expect-error a misspelt option
    check(() => createLLM({ provider: "bedrock", bedrockRegoin: "us-east-1" }));
    // @ts-expect-error an unknown provider
    check(() => createLLM({ provider: "openai" }));
    // @ts-expect-error no provider
    check(() => createLLM({}));
    // @ts-expect-error an unknown way to authenticate
    check(() => createLLM({ provider: "bedrock", bedrockAuth: "basic" }));
    // @ts-expect-error a misspelt timeout
    check(() => createLLM({ provider: "bedrock", timeouts: { idleMS: 1 } }));
  });

  test("a chat takes known roles, parts and parameters", () => {
    // @ts-expect-error an unknown role
    check((_, chat) => chat.add("robot", "Hi"));
    // @ts-expect-error an unknown part
    check((_, chat) => chat.ask([{ type: "smell" }]));
    // @ts-expect-error a text part without text
    check((_, chat) => chat.ask([{ type: "text" }]));
    // @ts-expect-error a parameter that Converse does not have
    check((_, chat) => chat.withParams({ topK: 5 }));
    // @ts-expect-error an option of a request that is none
    check((_, chat) => chat.ask("Hi", { timeout: 5 }));
    // @ts-expect-error a history cannot be changed in place
    check((_, chat) => (chat.history[0] = { role: "user", content: "Hi" }));
    check((_, chat) => chat.withParams({ temperature: undefined }).withInstructions(null).withMaxTokens(1));
    expectTypeOf<Chat["history"]>().toEqualTypeOf<readonly Message[]>();
    expectTypeOf<Chat["ask"]>().returns.resolves.toEqualTypeOf<ChatResponse>();
    expectTypeOf<Chat["stream"]>().returns.toEqualTypeOf<ChatStream>();
  });

  test("what toJSON gave goes on", () => {
    check((llm, chat) => llm.chat(chat.toJSON().model, chat.toJSON()));
    expectTypeOf<Chat["toJSON"]>().returns.toEqualTypeOf<ChatJSON>();
  });

  test("a chunk is narrowed by its type", () => {
    // @ts-expect-error not every chunk has thinking
    check((_, __, chunk) => chunk.thinking);
    check((_, __, chunk) => {
      expectTypeOf(chunk.content).toEqualTypeOf<string>();
      if (chunk.type === "thinking") expectTypeOf(chunk.thinking).toEqualTypeOf<string>();
      if (chunk.type === "tool_call") expectTypeOf(chunk.toolCall).toEqualTypeOf<ToolCallPart>();
      if (chunk.type === "citation") expectTypeOf(chunk.citation).toEqualTypeOf<Citation>();
      if (chunk.type === "finish") expectTypeOf(chunk.usage).toEqualTypeOf<Usage | undefined>();
      // @ts-expect-error no such type
      return chunk.type === "smell";
    });
  });

  test("a response says what may be missing", () => {
    expectTypeOf<ChatResponse["usage"]>().toEqualTypeOf<Usage | undefined>();
    expectTypeOf<ChatResponse["thinking"]>().toEqualTypeOf<{ readonly text: string } | undefined>();
    expectTypeOf<ChatResponse["finishReason"]>().toEqualTypeOf<FinishReason>();
    expectTypeOf<"a_reason_of_tomorrow">().toExtend<FinishReason>();
  });

  test("an error is narrowed by its class", () => {
    expectTypeOf<RateLimitError>().toExtend<LLMError>();
    expectTypeOf<RateLimitError["retryAfterMs"]>().toEqualTypeOf<number | undefined>();
    expectTypeOf<LLMError["code"]>().toEqualTypeOf<string>();
  });

  test("the arguments of a tool are what its schema makes of them", () => {
    const schema = z.object({ city: z.string(), days: z.string().transform(Number), unit: z.string().default("C") });
    const tool = defineTool({
      name: "weather",
      schema,
      execute: (args, context) => {
        expectTypeOf(args).toEqualTypeOf<{ city: string; days: number; unit: string }>();
        expectTypeOf(context).toEqualTypeOf<ToolContext>();
      },
    });
    expectTypeOf(tool).toEqualTypeOf<ToolSpec<{ city: string; days: number; unit: string }>>();
    defineTool({
      name: "untyped",
      schema: { type: "object" },
      execute: (args) => expectTypeOf(args).toEqualTypeOf<JsonObject>(),
    });
    defineTool<{ a: number }>({
      name: "named",
      schema: { type: "object" },
      execute: (args) => expectTypeOf(args).toEqualTypeOf<{ a: number }>(),
    });
    for (const libraries of [
      defineTool({
        name: "valibot",
        schema: toStandardJsonSchema(v.object({ city: v.string(), days: v.optional(v.number(), 1) })),
        execute: (args) => expectTypeOf(args).toEqualTypeOf<{ city: string; days: number }>(),
      }),
      defineTool({
        name: "arktype",
        schema: type({ city: "string", days: "string.numeric.parse" }),
        execute: (args) => expectTypeOf(args).toEqualTypeOf<{ city: string; days: number }>(),
      }),
    ]) {
      expectTypeOf(libraries).toEqualTypeOf<ToolSpec<{ city: string; days: number }>>();
    }
    // @ts-expect-error the schema has no such argument
    defineTool({ name: "a", schema, execute: ({ town }) => town });
    // @ts-expect-error a tool has a name
    defineTool({ execute: () => 1 });
    class Weather extends Tool<{ city: string }> {
      readonly name = "weather";
      readonly description = "The weather";
      readonly schema = { type: "object" };
      execute(args: { city: string }): string {
        return args.city;
      }
    }
    check((_, chat) => chat.withTools([tool, new Weather(), { systemTool: "nova_grounding" }, { name: "mine" }]));
    check((_, chat) => chat.withTools([{ name: "a", execute: ({ city }: { city: string }) => city }]).withTools(null));
    expectTypeOf<SystemTool>().not.toExtend<ToolSpec>();
  });

  test("JSON Schema may be typed elsewhere", () => {
    interface Draft7 {
      readonly type?: "object" | "array";
      readonly properties?: Record<string, Draft7 | boolean>;
    }
    const typed: Draft7 = { type: "object" };
    const served: { [key: string]: unknown; type: "object"; properties?: Record<string, unknown> } = { type: "object" };
    const unknown: Record<string, unknown> = { type: "object" };
    const fixed = { type: "object", properties: { a: { enum: ["b"] } }, required: ["a"] } as const;
    check((_, chat) => {
      for (const schema of [typed, served, unknown, fixed]) {
        expectTypeOf(chat.withSchema(schema)).toEqualTypeOf<Chat<JsonValue>>();
        expectTypeOf(chat.withSchema<City>(schema)).toEqualTypeOf<Chat<City>>();
        chat.withTools([{ name: "a", schema }]);
        defineTool({ name: "a", schema, execute: (args) => expectTypeOf(args).toEqualTypeOf<JsonObject>() });
      }
    });
    interface City {
      name: string;
    }
    class Place {}
    // @ts-expect-error a class is no schema
    check((_, chat) => chat.withSchema(Place));
    // @ts-expect-error a function is no schema
    check((_, chat) => chat.withSchema(() => fixed));
    // @ts-expect-error a text is no schema
    check((_, chat) => chat.withSchema("object"));
    // @ts-expect-error a list is no schema
    check((_, chat) => chat.withSchema([fixed]));
    // @ts-expect-error valibot alone cannot tell its JSON Schema
    check((_, chat) => chat.withTools([{ name: "a", schema: v.pipe(v.object({}), v.readonly()) }]));
    // @ts-expect-error valibot alone cannot tell its JSON Schema
    check(() => defineTool({ name: "a", schema: v.object({ city: v.string() }), execute: () => 1 }));
  });

  test("how tools are called has known options", () => {
    check((_, chat) => chat.withTools([], { choice: "required", parallel: false, concurrency: 2, maxRounds: 3 }));
    check((_, chat) => chat.withTools([], { choice: { name: "weather" } }));
    // @ts-expect-error a misspelt option
    check((_, chat) => chat.withTools([], { choise: "required" }));
    // @ts-expect-error an execution that is none
    check((_, chat) => chat.withToolExecution("dry"));
    // @ts-expect-error it gives true, false or a text
    check((_, chat) => chat.onConfirmToolCall(() => 1));
    check((_, chat) => chat.withThinking({ budget: 2048 }).withThinking(false).withEffort("high").withCache());
    // @ts-expect-error a guardrail has no such member
    check((_, chat) => chat.withGuardrail({ identifier: "x" }));
  });

  test("a middleware knows what passes it", () => {
    const middleware: Middleware = {
      request: async ({ operation, request }, next) => {
        expectTypeOf(operation).toEqualTypeOf<"chat">();
        expectTypeOf(request.model).toEqualTypeOf<string>();
        const result = await next();
        expectTypeOf(result.usage).toEqualTypeOf<Usage | undefined>();
        return result;
      },
      toolCall: async ({ call }, next) => {
        expectTypeOf(call).toEqualTypeOf<ToolCallPart>();
        const result = await next();
        expectTypeOf(result).toEqualTypeOf<ToolResultPart>();
        return result;
      },
    };
    check((_, chat) => chat.use(middleware));
    check(() => createLLM({ provider: "bedrock", middlewares: [middleware], maxToolCalls: 3 }));
    // @ts-expect-error a middleware gives a result
    check((_, chat) => chat.use({ request: async (__, next) => void (await next()) }));
  });

  test("a response tells of its turn", () => {
    expectTypeOf<ChatResponse["data"]>().toEqualTypeOf<undefined>();
    expectTypeOf<ChatResponse<{ a: 1 }>["data"]>().toEqualTypeOf<{ a: 1 }>();
    expectTypeOf<ChatResponse["cost"]>().toEqualTypeOf<Cost | undefined>();
    expectTypeOf<ChatResponse["messages"]>().toEqualTypeOf<readonly Message[]>();
  });
});
