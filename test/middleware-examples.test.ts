import { createLLM, type LLM, type LLMOptions } from "@node-llm/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createCostGuard } from "../examples/middlewares/cost-guard.mjs";
import { createPiiMask } from "../examples/middlewares/pii-mask.mjs";
import { createUsageLog } from "../examples/middlewares/usage-log.mjs";
import { startWithEnvironment } from "./docs/bedrock-environment.ts";
import type { BedrockLocal } from "@node-llm/bedrock-local";

const MODEL = "us.anthropic.claude-sonnet-4-6";
let server: BedrockLocal;
beforeAll(async () => {
  server = await startWithEnvironment();
  return () => server.close();
});
afterAll(() => {
  vi.unstubAllEnvs();
});

const create = (options: Partial<LLMOptions> = {}): LLM => createLLM({ provider: "bedrock", ...options });

describe("the middlewares of the examples", () => {
  test("pii-mask keeps what it found from the model, and gives it back", async () => {
    const chat = create().chat(MODEL).use(createPiiMask());
    const { requests } = server;
    const before = requests.length;
    const answer = await chat.ask("Say: write to ada@example.com or call +49 30 1234567");
    expect(answer.content).toContain("ada@example.com");
    await chat.ask("Say: ada@example.com");
    for (const request of requests.slice(before)) {
      expect(new TextDecoder().decode(request.body)).not.toMatch(/ada@example|1234567/);
    }
    expect(JSON.stringify(chat.history)).not.toContain("PII_");
  });

  test("pii-mask looks into the data of tools, whatever a member is called", async () => {
    const chat = create().chat(MODEL, {
      messages: [
        { role: "user", content: "Who is there?" },
        {
          role: "assistant",
          content: [{ type: "tool_call", id: "call_1", name: "find", arguments: { name: "ada@example.com" } }],
        },
        {
          role: "tool",
          content: [
            { type: "tool_result", id: "call_1", content: [{ type: "json", json: { id: "ada@example.com" } }] },
          ],
        },
      ],
    });
    await chat.use(createPiiMask()).ask();
    const sent = new TextDecoder().decode(server.requests.at(-1)?.body);
    expect(sent).toContain('{"name":"[PII_1]"}');
    expect(sent).toContain('{"id":"[PII_1]"}');
    expect(sent).not.toContain("ada@example");
  });

  test("cost-guard stops once the budget is spent", async () => {
    const guard = createCostGuard({ maxUsd: 1e-9 });
    const llm = create({ prices: { [MODEL]: { input: 3, output: 15 } }, middlewares: [guard] });
    await llm.chat(MODEL).ask("Hi");
    expect(guard.spentUsd).toBeGreaterThan(1e-9);
    await expect(llm.chat(MODEL).ask("Hi")).rejects.toMatchObject({ code: "ERR_BUDGET" });
  });

  test("usage-log tells of each request, failed ones included", async () => {
    const entries: Record<string, unknown>[] = [];
    const chat = create({ middlewares: [createUsageLog((entry) => entries.push(entry))] }).chat(MODEL);
    await chat.stream("Hi").response();
    await expect(chat.withTemperature(7).ask("Hi")).rejects.toThrow("temperature");
    expect(entries).toMatchObject([
      { operation: "chat", isStreaming: true, model: MODEL, finishReason: "end_turn" },
      { isStreaming: false, error: expect.stringContaining("temperature") },
    ]);
  });
});
