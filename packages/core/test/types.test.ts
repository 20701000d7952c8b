import { describe, expectTypeOf, test } from "vitest";
import {
  createLLM,
  type Chat,
  type ChatJSON,
  type ChatResponse,
  type ChatStream,
  type Chunk,
  type Citation,
  type FinishReason,
  type LLM,
  type LLMError,
  type LLMOptions,
  type Message,
  type RateLimitError,
  type ToolCallPart,
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
});
