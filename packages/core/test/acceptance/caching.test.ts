import { describe, expect, test } from "vitest";
import type { ContentPart, ToolSpec } from "../../src/index.ts";
import { bodyOf, createClient, useServer, withServer } from "../support/bedrock.ts";
import { take, WAYS } from "../support/turns.ts";

const server = useServer();

const CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const NOVA = "amazon.nova-lite-v1:0";
/** A text of about `tokens` tokens. */
const long = (name: string, tokens = 3000): string => `${name} word `.repeat(tokens / 2);
const hour = { type: "ephemeral", ttl: "1h" } as const;
const minutes = { type: "ephemeral" } as const;

const tool: ToolSpec = {
  name: "handbook",
  description: long("tool"),
  schema: { type: "object", properties: {} },
  cache_control: hour,
  execute: () => "Thirty days.",
};

/** Every cache point of a request, with what stands before it. */
function pointsOf(body: Record<string, unknown>): string[] {
  return [...JSON.stringify(body).matchAll(/"cachePoint":(\{.*?\})/g)].map(([, point = ""]) => point);
}

describe.each(WAYS)("cache_control (%s)", (way) => {
  test("on tools, system, user and tool content becomes cache points, and usage tells writes by their time to live", async () => {
    const chat = createClient(server()).chat(CLAUDE).withTools([tool]);
    chat.add("system", [{ type: "text", text: long("system"), cache_control: hour }]);
    const question: ContentPart[] = [
      { type: "document", source: { text: long("document") }, name: "A" },
      { type: "text", text: "Say hello", cache_control: minutes },
    ];
    const first = await take(way, chat, question);
    const { messages, system, toolConfig } = bodyOf(server());
    expect([toolConfig, system, messages].map((section) => pointsOf({ section }))).toEqual([
      ['{"type":"default","ttl":"1h"}'],
      ['{"type":"default","ttl":"1h"}'],
      ['{"type":"default"}'],
    ]);
    expect(first.warnings).toEqual([]);
    const byTtl = first.usage?.cacheWriteTokensByTtl;
    expect(byTtl?.["1h"]).toBeGreaterThan(5000);
    expect(byTtl?.["5m"]).toBeGreaterThan(2000);
    expect(first.usage?.cacheWriteTokens).toBe((byTtl?.["1h"] ?? 0) + (byTtl?.["5m"] ?? 0));
    const { usage } = await take(way, chat, "Say hello again");
    expect(usage?.cacheReadTokens).toBe(first.usage?.cacheWriteTokens);
    expect(usage?.totalTokens).toBe(
      (usage?.inputTokens ?? 0) +
        (usage?.cacheReadTokens ?? 0) +
        (usage?.cacheWriteTokens ?? 0) +
        (usage?.outputTokens ?? 0),
    );
  });

  test("on the result of a tool stands behind it", async () => {
    const chat = createClient(server())
      .chat(CLAUDE)
      .withTools([{ name: "f", description: "f" }])
      .add("user", "Hi")
      .add("assistant", [{ type: "tool_call", id: "a", name: "f", arguments: {} }])
      .add("tool", [{ type: "tool_result", id: "a", content: long("result"), cache_control: minutes }]);
    await take(way, chat);
    expect(bodyOf(server())["messages"]).toMatchObject([
      {},
      {},
      { content: [{ toolResult: {} }, { cachePoint: { type: "default" } }] },
    ]);
  });

  test("keeps to the rules: four points, no longer life behind a shorter one, only where the model takes them", async () => {
    const parts = Array.from({ length: 6 }, (_, index): ContentPart => ({
      type: "text",
      text: `Part ${index}`,
      cache_control: index === 0 ? minutes : hour,
    }));
    const answer = await take(way, createClient(server()).chat(CLAUDE), parts);
    expect(pointsOf(bodyOf(server()))).toHaveLength(4);
    expect(answer.warnings.map(({ code }) => code)).toContain("cache_point_dropped");
    const nova = await take(way, createClient(server()).chat(NOVA).withTools([tool]), parts.slice(0, 2));
    expect(pointsOf(bodyOf(server()))).toEqual(['{"type":"default"}', '{"type":"default"}']);
    expect(nova.warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["cache_point_dropped", "cache_ttl_shortened"]),
    );
    const none = await take(way, createClient(server()).chat("deepseek.v3-v1:0"), parts);
    expect(pointsOf(bodyOf(server()))).toEqual([]);
    expect(none.warnings.map(({ code }) => code)).toContain("cache_point_dropped");
  });
});

describe.each(WAYS)('withCache("auto") (%s)', (way) => {
  test.each([CLAUDE, NOVA])("reads each turn what the turn before wrote, over a tool call, too: %s", async (model) => {
    const { cache_control: _, ...plain } = tool;
    const chat = createClient(server()).chat(model).withInstructions(long("system")).withTools([plain]).withCache();
    const written: number[] = [];
    for (const question of ["Say one", "What does the handbook say?", "Say three"]) {
      const { steps, warnings } = await take(way, chat, question);
      expect(warnings).toEqual([]);
      for (const { usage } of steps) {
        const { cacheReadTokens = 0, cacheWriteTokens = 0 } = usage ?? {};
        if (written.length > 0) expect(cacheReadTokens).toBe(written.at(-1));
        written.push(cacheReadTokens + cacheWriteTokens);
      }
      expect(pointsOf(bodyOf(server())).length).toBeLessThanOrEqual(4);
    }
    expect(written.length).toBeGreaterThan(3);
  });

  test("forgets when the time to live is over, and says so in the usage", async () => {
    let now = Date.now();
    await withServer({ now: () => now, auth: "none" }, async (other) => {
      const ask = async (ttl: "5m" | "1h") => {
        const chat = createClient(other, {}, { now: () => now })
          .chat(CLAUDE)
          .withInstructions(long(ttl))
          .withCache({ ttl });
        return (await take(way, chat, "Say hello")).usage;
      };
      await ask("5m");
      await ask("1h");
      now += 6 * 60_000;
      expect((await ask("5m"))?.cacheReadTokens).toBe(0);
      expect((await ask("1h"))?.cacheReadTokens).toBeGreaterThan(2000);
    });
  });

  test("sets nothing where a prompt is too short or the model has no cache, and warns only of the latter", async () => {
    const short = await take(way, createClient(server()).chat(CLAUDE).withCache("auto"), "Hi");
    expect(pointsOf(bodyOf(server()))).toEqual([]);
    expect(short.warnings).toEqual([]);
    const none = await take(way, createClient(server()).chat("deepseek.v3-v1:0").withCache("auto"), long("question"));
    expect(pointsOf(bodyOf(server()))).toEqual([]);
    expect(none.warnings.map(({ code }) => code)).toEqual(["cache_unsupported"]);
  });
});
