import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defineTool } from "../../src/chat/tool.ts";
import { LLMError, ToolError } from "../../src/errors.ts";
import { createLLM } from "../../src/llm.ts";
import type { ChatRequest, ChatResult, Provider } from "../../src/provider.ts";
import type { Chunk } from "../../src/types/chunk.ts";
import type { ContentPart } from "../../src/types/content.ts";
import { take, WAYS } from "../support/turns.ts";

/** What happens with one call: how many ticks it takes, and what comes of it. */
interface Behaviour {
  readonly ticks: number;
  readonly outcome: "text" | "throws" | "fatal" | "unknown" | "invalid";
}

const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  ticks: fc.nat(6),
  outcome: fc.oneof(
    { weight: 8, arbitrary: fc.constant("text" as const) },
    fc.constantFrom("throws" as const, "unknown" as const, "invalid" as const),
    { weight: 1, arbitrary: fc.constant("fatal" as const) },
  ),
});

const turn = fc.record({
  way: fc.constantFrom(...WAYS),
  steps: fc.array(fc.array(behaviour, { minLength: 1, maxLength: 6 }), { maxLength: 4 }),
  ends: fc.constantFrom("answers" as const, "answers" as const, "fails" as const),
  concurrency: fc.integer({ min: 1, max: 4 }),
  maxRounds: fc.integer({ min: 2, max: 5 }),
});

const idOf = (step: number, index: number): string => `${step}.${index}`;

/** A provider that answers with the calls of each step, then with text or a failure. */
function createProvider({ steps, ends }: { steps: Behaviour[][]; ends: string }): Provider & { asked: ChatRequest[] } {
  const asked: ChatRequest[] = [];
  const answerNext = (request: ChatRequest): ChatResult => {
    const step = asked.push(request) - 1;
    const calls = steps[step];
    if (!calls && ends === "fails") throw new LLMError("It fails.", { code: "ERR_MINE" });
    const parts: ContentPart[] = calls
      ? calls.map(({ outcome }, index) => ({
          type: "tool_call",
          id: idOf(step, index),
          name: outcome === "unknown" ? "nothing" : "work",
          arguments: outcome === "invalid" ? {} : { step, index },
        }))
      : [{ type: "text", text: "Done." }];
    const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const finishReason = calls ? "tool_use" : "end_turn";
    return { model: "m", parts, finishReason, usage, warnings: [], metadata: {}, raw: {} };
  };
  return {
    name: "scripted",
    asked,
    chat: async (request) => answerNext(request),
    stream: (request) => {
      let queue: Chunk[] | undefined;
      let result: ChatResult | undefined;
      return {
        next: async () => {
          result ??= answerNext(request);
          queue ??= [{ type: "text", content: "x" }];
          const value = queue.shift();
          return value ? { done: false, value } : { done: true, value: result };
        },
        return: () => undefined,
      };
    },
  };
}

describe("whatever the model calls, and however the calls end", () => {
  test("no call runs twice, results stand in the order of the calls, and a failure changes no history", async () => {
    await fc.assert(
      fc.asyncProperty(turn, async ({ way, steps, ends, concurrency, maxRounds }) => {
        const made: string[] = [];
        let running = 0;
        const work = defineTool<{ step: number; index: number }>({
          name: "work",
          schema: {
            type: "object",
            properties: { step: { type: "integer" }, index: { type: "integer" } },
            required: ["step", "index"],
          },
          execute: async ({ step, index }) => {
            const id = idOf(step, index);
            made.push(id);
            expect(++running).toBeLessThanOrEqual(concurrency);
            const { ticks, outcome } = steps[step]?.[index] ?? { ticks: 0, outcome: "text" };
            for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
            running--;
            if (outcome === "fatal") throw new ToolError("It ends.", { fatal: true });
            if (outcome === "throws") throw new Error(id);
            return id;
          },
        });
        const provider = createProvider({ steps, ends });
        const chat = createLLM({ provider }).chat("m", { messages: [{ role: "user", content: "Before" }] });
        const before = chat.history;
        chat.withTools([work], { concurrency, maxRounds });
        const fatalStep = steps.findIndex((calls) => calls.some(({ outcome }) => outcome === "fatal"));
        const fails = fatalStep >= 0 || steps.length > maxRounds || ends === "fails";
        const error = await take(way, chat, "Hi").then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error instanceof LLMError).toBe(fails);
        expect(new Set(made).size).toBe(made.length);
        const added = error instanceof LLMError ? (error.partial?.messages ?? []) : chat.history.slice(before.length);
        if (fails) expect(chat.history).toBe(before);
        for (const [at, { role, content }] of added.entries()) {
          if (role !== "tool" || typeof content === "string") continue;
          const step = (at - 2) / 2;
          expect(content.map((part) => part.type === "tool_result" && part.id)).toEqual(
            steps[step]?.map((_, index) => idOf(step, index)),
          );
        }
        expect(chat.totalUsage.totalTokens).toBe(
          2 * (provider.asked.length - Number(error instanceof LLMError && error.code === "ERR_MINE")),
        );
        // Every request but the first ends with the results of all calls of the answer before it.
        for (const [step, { messages }] of provider.asked.entries()) {
          expect(messages.at(-1)?.role).toBe(step === 0 ? "user" : "tool");
          expect(messages).toHaveLength(2 + 2 * step);
        }
      }),
      { numRuns: 300 },
    );
  });
});
