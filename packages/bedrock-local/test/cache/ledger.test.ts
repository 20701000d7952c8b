import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CacheLedger, createCacheLedger } from "../../src/cache/ledger.ts";
import { type Model, resolveModel } from "../../src/models/families.ts";
import { countRequestTokens } from "../../src/models/tokens.ts";
import type { ContentBlock, ConverseRequest, TokenUsage } from "../../src/wire.ts";

const MINUTE = 60_000;

function getModel(id: string): Model {
  const model = resolveModel(id);
  if (model === undefined) throw new Error(`${id} must be known.`);
  return model;
}

const sonnet = getModel("us.anthropic.claude-sonnet-4-5-20250929-v1:0");
const haiku = getModel("us.anthropic.claude-haiku-4-5-20251001-v1:0");
const nova = getModel("amazon.nova-lite-v1:0");

const words = (name: string, tokens = 1_200): { text: string } => ({ text: `${name} `.repeat(tokens) });
const point = (ttl?: string): { cachePoint: { type: string; ttl?: string } } => ({
  cachePoint: { type: "default", ...(ttl === undefined ? {} : { ttl }) },
});
const ask = (...content: ContentBlock[]): ConverseRequest => ({ messages: [{ role: "user", content }] });

interface World {
  now: number;
  readonly ledger: CacheLedger;
  use(request: ConverseRequest, model?: Model, principal?: string): TokenUsage;
}

function createWorld(maxEntries?: number): World {
  const world: World = {
    now: 0,
    ledger: createCacheLedger({ now: () => world.now, ...(maxEntries === undefined ? {} : { maxEntries }) }),
    use(request, model = sonnet, principal = "me") {
      const inputTokens = countRequestTokens(request);
      return world.ledger.use(request, model, principal, {
        inputTokens,
        outputTokens: 7,
        totalTokens: inputTokens + 7,
      });
    },
  };
  return world;
}

describe("the cache ledger", () => {
  const request = ask(words("fact"), point(), { text: "What is it?" });

  it("writes a new prefix and reads it the next time, with the rest as input", () => {
    const { use } = createWorld();
    const whole = countRequestTokens(request);
    const first = use(request);
    const cached = first.cacheWriteInputTokens ?? 0;
    expect(cached).toBeGreaterThan(1_000);
    expect(first).toEqual({
      inputTokens: whole - cached,
      outputTokens: 7,
      totalTokens: whole + 7,
      cacheReadInputTokens: 0,
      cacheReadInputTokenCount: 0,
      cacheWriteInputTokens: cached,
      cacheWriteInputTokenCount: cached,
      cacheDetails: [{ ttl: "5m", inputTokens: cached }],
    });
    const second = use(ask(words("fact"), point(), { text: "And what is that?" }));
    expect(second).toMatchObject({ cacheReadInputTokens: cached, cacheReadInputTokenCount: cached });
    expect(second).toMatchObject({ cacheWriteInputTokens: 0, cacheWriteInputTokenCount: 0 });
    expect(second).not.toHaveProperty("cacheDetails");
  });

  it("misses when anything before the point has changed", () => {
    const { use } = createWorld();
    use(request);
    expect(use(ask(words("other"), point())).cacheReadInputTokens).toBe(0);
    expect(use({ ...request, system: [{ text: "Be brief." }] }).cacheReadInputTokens).toBe(0);
  });

  it("keeps models and owners apart", () => {
    const { use } = createWorld();
    use(request);
    expect(use(request, getModel("us.anthropic.claude-sonnet-4-6")).cacheReadInputTokens).toBe(0);
    expect(use(request, sonnet, "you").cacheReadInputTokens).toBe(0);
    expect(use(request).cacheReadInputTokens).toBeGreaterThan(0);
  });

  it("reads tools, then system, then messages", () => {
    const { use } = createWorld();
    const tool = { toolSpec: { name: "a", description: words("tool").text, inputSchema: { json: {} } } };
    const whole = {
      toolConfig: { tools: [tool, point("1h")] },
      system: [words("system"), point()],
      messages: request.messages ?? [],
    };
    const written = use(whole);
    expect(written.cacheDetails?.map(({ ttl }) => ttl)).toEqual(["1h", "5m"]);
    const [hour, minutes] = written.cacheDetails ?? [];
    // Another system prompt: only the tools are still the same.
    expect(use({ ...whole, system: [words("another"), point()] }).cacheReadInputTokens).toBe(hour?.inputTokens);
    // Another question at the end: all is the same.
    const all = (hour?.inputTokens ?? 0) + (minutes?.inputTokens ?? 0);
    expect(use(whole).cacheReadInputTokens).toBe(all);
  });

  it("misses in the messages, not before them, when the choice of tools changes", () => {
    const { use } = createWorld();
    const tool = { toolSpec: { name: "a", inputSchema: { json: {} } } };
    const start = { system: [words("system"), point()], messages: request.messages ?? [] };
    const all = use({ ...start, toolConfig: { tools: [tool] } }).cacheWriteInputTokens ?? 0;
    const { cacheReadInputTokens = 0 } = use({ ...start, toolConfig: { tools: [tool], toolChoice: { any: {} } } });
    expect(cacheReadInputTokens).toBeGreaterThan(1_000);
    expect(cacheReadInputTokens).toBeLessThan(all);
  });

  it.each([
    [undefined, 5],
    ["5m", 5],
    ["1h", 60],
  ])("lets a prefix with the TTL %s live for %i minutes after it was last read", (ttl, minutes) => {
    const world = createWorld();
    const timed = ask(words("fact"), point(ttl));
    world.use(timed);
    world.now += minutes * MINUTE - 1;
    expect(world.use(timed).cacheReadInputTokens).toBeGreaterThan(0);
    world.now += minutes * MINUTE - 1;
    expect(world.use(timed).cacheReadInputTokens).toBeGreaterThan(0);
    world.now += minutes * MINUTE;
    expect(world.use(timed)).toMatchObject({ cacheReadInputTokens: 0 });
  });

  it("ignores a point whose prefix is below the model's least size", () => {
    const world = createWorld();
    expect(world.use(request, haiku)).toMatchObject({ cacheReadInputTokens: 0, cacheWriteInputTokens: 0 });
    expect(world.use(request, haiku)).toMatchObject({ cacheReadInputTokens: 0, cacheWriteInputTokens: 0 });
    expect(world.ledger.size).toBe(0);
    const long = ask(words("fact", 5_000), point());
    expect(world.use(long, haiku).cacheWriteInputTokens).toBeGreaterThan(4_096);
  });

  it("finds for Claude what was written up to twenty blocks before a point, and for Nova only what stands at one", () => {
    const turns = (count: number): ContentBlock[] =>
      Array.from({ length: count }, (_, index) => ({ text: `turn ${index}` }));
    for (const [model, found] of [
      [sonnet, true],
      [nova, false],
    ] as const) {
      const { use } = createWorld();
      use(ask(words("fact"), point()), model);
      const near = use(ask(words("fact"), ...turns(20), point()), model);
      expect((near.cacheReadInputTokens ?? 0) > 0).toBe(found);
    }
    const { use } = createWorld();
    use(ask(words("fact"), point()));
    expect(use(ask(words("fact"), ...turns(21), point())).cacheReadInputTokens).toBe(0);
  });

  it("reads the longest hit and writes from there", () => {
    const { use } = createWorld();
    const first = use(ask(words("a"), point(), words("b"), point()));
    const second = use(ask(words("a"), point(), words("b"), point(), words("c"), point()));
    expect(second.cacheReadInputTokens).toBe(first.cacheWriteInputTokens);
    expect(second.cacheWriteInputTokens).toBeGreaterThan(1_000);
  });

  it("never counts more than the whole prompt has, as parts may come to more than their sum", () => {
    const { ledger } = createWorld();
    const usage = { inputTokens: 1_100, outputTokens: 1, totalTokens: 1_101 };
    expect(ledger.use(ask(words("fact"), point()), sonnet, "me", usage)).toMatchObject({
      inputTokens: 0,
      cacheWriteInputTokens: 1_100,
      totalTokens: 1_101,
    });
  });

  it("says nothing of the cache where it was not asked for, except for Claude, which always does", () => {
    const { use } = createWorld();
    const plain = ask({ text: "hi" });
    expect(use(plain, nova)).not.toHaveProperty("cacheReadInputTokens");
    expect(use(plain)).toMatchObject({ cacheReadInputTokens: 0, cacheWriteInputTokens: 0 });
  });

  it("forgets what was not used for longest when it is full", () => {
    const world = createWorld(2);
    world.use(ask(words("a"), point()));
    world.use(ask(words("b"), point()));
    world.use(ask(words("a"), point()));
    world.use(ask(words("c"), point()));
    expect(world.ledger.size).toBe(2);
    expect(world.use(ask(words("a"), point())).cacheReadInputTokens).toBeGreaterThan(0);
    expect(world.use(ask(words("b"), point())).cacheReadInputTokens).toBe(0);
  });

  it("never loses or invents a token", () => {
    const block = fc.oneof(
      fc.constantFrom("a", "b", "c").map((name) => words(name, 700)),
      fc.constantFrom(undefined, "5m", "1h").map(point),
    );
    const content = fc.array(block, { maxLength: 6 }).map((blocks): ContentBlock[] => [words("start", 3), ...blocks]);
    const system = fc.array(block, { maxLength: 3 });
    const world = createWorld();
    fc.assert(
      fc.property(system, content, fc.nat(400_000), (systemBlocks, blocks, waitMs) => {
        world.now += waitMs;
        const usage = world.use({ system: systemBlocks, ...ask(...blocks) });
        const { inputTokens, cacheReadInputTokens = 0, cacheWriteInputTokens = 0, cacheDetails = [] } = usage;
        expect(inputTokens).toBeGreaterThanOrEqual(0);
        expect(inputTokens + cacheReadInputTokens + cacheWriteInputTokens + 7).toBe(usage.totalTokens);
        expect(cacheDetails.reduce((sum, detail) => sum + detail.inputTokens, 0)).toBe(cacheWriteInputTokens);
      }),
    );
  });
});
