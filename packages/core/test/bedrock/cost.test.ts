import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { choosePrice, computeCost, createPriceKeeper, findPrice } from "../../src/bedrock/cost.ts";
import { checkPrices, type Price, type Prices } from "../../src/bedrock/prices.ts";
import { nameModel, resolveModel } from "../../src/bedrock/models.ts";
import type { ResponseMetadata } from "../../src/types/response.ts";
import type { Cost, Usage } from "../../src/types/usage.ts";
import { createClient, errorOf, useServer } from "../support/bedrock.ts";
import { close, converseResponse, metadata as metadataEvent, start, stop, text } from "../support/events.ts";

const NONE: Usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
const MILLION: Usage = { ...NONE, inputTokens: 1e6, outputTokens: 1e6 };
const SONNET = "global.anthropic.claude-sonnet-4-5-20250929-v1:0";
const arn = (rest: string, region = "us-east-1"): string => `arn:aws:bedrock:${region}:${rest}`;

interface Given {
  readonly id?: string;
  readonly baseModel?: string;
  readonly metadata?: ResponseMetadata;
  readonly prices?: Prices;
  readonly region?: string | undefined;
}

function cost(usage: Partial<Usage>, given: Given = {}): Cost | undefined {
  const { id = SONNET, baseModel, metadata = {}, prices = {} } = given;
  const region = "region" in given ? given.region : "us-east-1";
  return computeCost({ ...NONE, ...usage }, resolveModel(id, baseModel), metadata, prices, region);
}

describe("the cost of an answer", () => {
  test("adds input, output, cache reads, and cache writes by their time to live", () => {
    const usage = {
      inputTokens: 1000,
      outputTokens: 2000,
      cacheReadTokens: 10_000,
      cacheWriteTokens: 3000,
      cacheWriteTokensByTtl: { "5m": 1000, "1h": 2000 },
    };
    const parts = { inputUsd: 0.003, outputUsd: 0.03, cacheReadUsd: 0.003, cacheWriteUsd: 0.00375 + 0.012 };
    for (const [part, usd] of Object.entries(parts)) {
      expect(cost(usage)).toMatchObject({ [part]: expect.closeTo(usd, 12) });
    }
    expect(cost(usage)?.totalUsd).toBeCloseTo(0.05175, 12);
  });

  test("counts writes whose time to live is not told as 5 minutes", () => {
    expect(cost({ cacheWriteTokens: 1e6 })?.cacheWriteUsd).toBe(3.75);
    expect(cost({ cacheWriteTokens: 2e6, cacheWriteTokensByTtl: { "1h": 1e6 } })?.cacheWriteUsd).toBe(9.75);
  });

  test("is 0 where nothing was used", () => {
    expect(cost({})).toEqual({ totalUsd: 0, inputUsd: 0, outputUsd: 0, cacheReadUsd: 0, cacheWriteUsd: 0 });
  });

  test.each([
    ["amazon.nova-lite-v1:0", 0.3],
    ["us.amazon.nova-lite-v1:0", 0.3],
    ["global.anthropic.claude-opus-4-8", 30],
    ["eu.anthropic.claude-opus-4-8", 33],
    ["eu.anthropic.claude-haiku-4-5-20251001-v1:0", 6.6],
    ["us.anthropic.claude-opus-4-1-20250805-v1:0", 90],
    ["openai.gpt-oss-120b-1:0", 0.75],
    [arn("123456789012:inference-profile/global.anthropic.claude-opus-4-8"), 30],
    [arn(":foundation-model/amazon.nova-lite-v1:0"), 0.3],
  ])("of %s is its list price", (id, usd) => {
    expect(cost(MILLION, { id })?.totalUsd).toBeCloseTo(usd, 9);
  });

  test.each<[string, Partial<Usage>, Given]>([
    ["the sources differ on the model", MILLION, { id: "us.anthropic.claude-sonnet-4-6" }],
    ["its price changed on a date", MILLION, { id: "global.anthropic.claude-sonnet-5" }],
    ["the model is unknown", MILLION, { id: "acme.model-1" }],
    ["the model is hidden", MILLION, { id: arn("123456789012:application-inference-profile/a1b2c3d4e5f6") }],
    ["nothing is known of the profile", MILLION, { id: "ca.amazon.nova-lite-v1:0" }],
    ["the region is not one of the list price", MILLION, { id: "amazon.nova-lite-v1:0", region: "eu-central-1" }],
    ["the region is GovCloud", MILLION, { id: "amazon.nova-lite-v1:0", region: "us-gov-west-1" }],
    ["the region is unknown", MILLION, { id: "amazon.nova-lite-v1:0", region: undefined }],
    ["reading from the cache has no price", { cacheReadTokens: 1 }, { id: "deepseek.r1-v1:0" }],
    ["writing to the cache has no price", { cacheWriteTokens: 1 }, { id: "amazon.nova-lite-v1:0" }],
    ["the time to live is new", { cacheWriteTokens: 1, cacheWriteTokensByTtl: { "24h": 1 } }, {}],
    ["the times to live are more than all", { cacheWriteTokens: 1, cacheWriteTokensByTtl: { "5m": 2 } }, {}],
    ["a count is negative", { inputTokens: -1 }, {}],
    ["a count is none", { outputTokens: NaN }, {}],
    ["the tier is flex", MILLION, { metadata: { serviceTier: { type: "flex" } } }],
    ["the tier is priority", MILLION, { metadata: { serviceTier: { type: "priority" } } }],
    ["the latency is optimized", MILLION, { metadata: { performanceConfig: { latency: "optimized" } } }],
    ["a router does not tell its model", MILLION, { id: arn("123456789012:default-prompt-router/amazon.nova:1") }],
    [
      "a router does not tell its model, whatever its base model",
      MILLION,
      { id: arn("123456789012:prompt-router/abcdefghijkl"), baseModel: SONNET },
    ],
    ["capacity is paid", MILLION, { id: arn("123456789012:provisioned-model/abcdefghijkl"), baseModel: SONNET }],
    ["the model is a custom one", MILLION, { id: arn("123456789012:custom-model/amazon.nova-lite-v1/abcdefghijkl") }],
    [
      "the model is deployed",
      MILLION,
      { id: arn("123456789012:custom-model-deployment/abcdefghijkl"), baseModel: SONNET },
    ],
    ["the model is imported", MILLION, { id: arn("123456789012:imported-model/abcdefghijkl"), baseModel: SONNET }],
    [
      "the model has an endpoint",
      MILLION,
      { id: "arn:aws:sagemaker:us-east-1:123456789012:endpoint/e", baseModel: SONNET },
    ],
  ])("is not told when %s", (_, usage, given) => {
    expect(cost(usage, given)).toBeUndefined();
  });

  test("is told for the default tier and the standard latency", () => {
    const metadata = { serviceTier: { type: "default" }, performanceConfig: { latency: "standard" } };
    expect(cost(MILLION, { metadata })?.totalUsd).toBe(18);
  });

  test("is that of the base model where one is named", () => {
    const id = arn("123456789012:application-inference-profile/a1b2c3d4e5f6", "eu-west-1");
    expect(cost(MILLION, { id, baseModel: "eu.anthropic.claude-opus-4-8" })?.totalUsd).toBeCloseTo(33, 9);
    expect(cost(MILLION, { id, baseModel: "global.anthropic.claude-opus-4-8" })?.totalUsd).toBe(30);
  });

  test("is that of the model which a prompt router chose", () => {
    const id = arn("123456789012:default-prompt-router/amazon.nova:1");
    const routed = (invokedModelId: string): ResponseMetadata => ({ trace: { promptRouter: { invokedModelId } } });
    const micro = routed(arn(":foundation-model/amazon.nova-micro-v1:0"));
    expect(cost(MILLION, { id, metadata: micro })?.totalUsd).toBeCloseTo(0.175, 9);
    const opus = routed(arn("123456789012:inference-profile/global.anthropic.claude-opus-4-8"));
    expect(cost(MILLION, { id, metadata: opus })?.totalUsd).toBe(30);
    const elsewhere = routed(arn(":foundation-model/amazon.nova-micro-v1:0", "eu-west-1"));
    expect(cost(MILLION, { id, metadata: elsewhere })).toBeUndefined();
    expect(cost(MILLION, { id, metadata: routed("?") })).toBeUndefined();
  });

  test("is never negative, and needs no price for what was not used", () => {
    const count = fc.oneof(fc.constant(0), fc.nat(1e9));
    const usd = fc.double({ min: 0, max: 1000, noNaN: true });
    const price: fc.Arbitrary<Price> = fc.record(
      { input: usd, output: usd, cacheRead: usd, cacheWrite: usd, cacheWrite1h: usd },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(price, count, count, count, count, count, (own, input, output, read, short, long) => {
        const usage = {
          inputTokens: input,
          outputTokens: output,
          cacheReadTokens: read,
          cacheWriteTokens: short + long,
          cacheWriteTokensByTtl: { "5m": short, "1h": long },
        };
        const pairs = [
          [input, own.input],
          [output, own.output],
          [read, own.cacheRead],
          [short, own.cacheWrite],
          [long, own.cacheWrite1h],
        ] as const;
        const told = cost(usage, { id: "acme.model-1", prices: { "acme.model-1": own } });
        const isKnown = pairs.every(([tokens, each]) => tokens === 0 || each !== undefined);
        expect(told !== undefined).toBe(isKnown);
        if (!told) return;
        expect(told.totalUsd).toBeGreaterThanOrEqual(0);
        const sum = pairs.reduce((usdSum, [tokens, each = 0]) => usdSum + tokens * each, 0) / 1e6;
        expect(told.totalUsd).toBeCloseTo(sum, 3);
      }),
    );
  });
});

test("a price that is kept is the price that was asked for", () => {
  const keep = createPriceKeeper();
  const models = [resolveModel(SONNET), resolveModel("acme.model-1"), resolveModel("amazon.nova-lite-v1:0")];
  for (const prices of [{}, { "acme.model-1": { input: 1 } }]) {
    for (const model of [...models, ...models.toReversed()]) {
      for (const routed of [undefined, SONNET]) {
        for (const region of ["us-east-1", "eu-west-1", "us-east-1"]) {
          const expected = choosePrice(model, routed, prices, region);
          expect(keep(model, routed, prices, region)).toEqual(expected);
          expect(keep(model, routed, prices, region)).toEqual(expected);
        }
      }
    }
  }
});

describe("the user's prices", () => {
  const price = { input: 1, output: 2 };

  test("count from when they are there, also where a price was kept", () => {
    const keep = createPriceKeeper();
    const prices: Record<string, Price> = {};
    const [model, other] = [resolveModel(SONNET), resolveModel("acme.model-1")];
    expect(keep(other, undefined, prices, "us-east-1")).toBeUndefined();
    prices[other.id] = price;
    expect(keep(other, undefined, prices, "us-east-1")).toBe(price);
    prices[other.id] = { input: 3 };
    expect(keep(other, undefined, prices, "us-east-1")).toEqual({ input: 3 });
    expect(keep(model, undefined, prices, "us-east-1")).toEqual(choosePrice(model, undefined, {}, "us-east-1"));
    delete prices[other.id];
    expect(keep(other, undefined, prices, "us-east-1")).toBeUndefined();
  });

  test.each([
    ["us.anthropic.claude-sonnet-4-6", "us.anthropic.claude-sonnet-4-6"],
    ["us.anthropic.claude-sonnet-4-6", "anthropic.claude-sonnet-4-6"],
    [arn("123456789012:inference-profile/us.anthropic.claude-sonnet-4-6"), "us.anthropic.claude-sonnet-4-6"],
    [arn(":foundation-model/amazon.nova-lite-v1:0", "eu-west-1"), "amazon.nova-lite-v1:0"],
    [arn("123456789012:provisioned-model/abcdefghijkl"), arn("123456789012:provisioned-model/abcdefghijkl")],
  ])("of %s are found under %s", (id, key) => {
    expect(cost(MILLION, { id, prices: { [key]: price } })?.totalUsd).toBe(3);
  });

  test("beat the list, the closest id first, and take nothing from it", () => {
    const id = "global.anthropic.claude-opus-4-8";
    const bare = { "anthropic.claude-opus-4-8": { input: 5, output: 5 } };
    expect(cost(MILLION, { id, prices: bare })?.totalUsd).toBe(10);
    expect(cost(MILLION, { id, prices: { ...bare, [id]: price } })?.totalUsd).toBe(3);
    expect(cost({ cacheReadTokens: 1 }, { id, prices: { [id]: price } })).toBeUndefined();
  });

  test("are not those of another profile, nor of an object's own members", () => {
    const prices = { "us.anthropic.claude-opus-4-8": price };
    expect(cost(MILLION, { id: "eu.anthropic.claude-opus-4-8", prices })?.totalUsd).toBeCloseTo(33, 9);
    expect(cost(MILLION, { id: "constructor" })).toBeUndefined();
  });

  test.each<[unknown, string]>([
    [null, "prices is no object"],
    [[], "prices is no object"],
    [{ m: 1 }, 'prices["m"] has {"":1}'],
    [{ m: { input: -1 } }, 'prices["m"] has {"input":-1}'],
    [{ m: { input: "1" } }, 'prices["m"] has {"input":"1"}'],
    [{ m: { input: NaN } }, 'prices["m"] has {"input":null}'],
    [{ m: { inputs: 1 } }, "give any of input, output, cacheRead, cacheWrite, cacheWrite1h"],
    [{ m: { toString: 1 } }, 'prices["m"] has {"toString":1}'],
  ])("%j are refused", (prices, told) => {
    const error = errorOf(() => Reflect.apply(checkPrices, undefined, [prices]));
    expect(error).toMatchObject({ name: "ConfigurationError", code: "ERR_CONFIGURATION" });
    expect(error.message).toContain(told);
  });
});

describe("a list price", () => {
  test("of Claude has a price for writing to the cache for an hour: twice the input", () => {
    expect(findPrice(nameModel("eu.anthropic.claude-sonnet-4-6"), "eu-west-1")).toEqual({
      input: 3.3,
      output: 16.5,
      cacheRead: 0.33,
      cacheWrite: 4.125,
      cacheWrite1h: 6.6,
    });
  });

  test("of a model without such prices leaves them out", () => {
    expect(findPrice(nameModel("meta.llama3-3-70b-instruct-v1:0"), "us-west-2")).toEqual({ input: 0.72, output: 0.72 });
  });

  test("is found by the whole id only", () => {
    expect(findPrice(nameModel("nova-lite-v1:0"), "us-east-1")).toBeUndefined();
    expect(findPrice(nameModel("amazon.nova-lite"), "us-east-1")).toBeUndefined();
  });
});

describe("an answer", () => {
  const server = useServer();
  const usage = {
    inputTokens: 100,
    outputTokens: 10,
    totalTokens: 1110,
    cacheReadInputTokens: 600,
    cacheWriteInputTokens: 400,
    cacheDetails: [
      { ttl: "1h", inputTokens: 300 },
      { ttl: "5m", inputTokens: 100 },
    ],
  };
  const usd = (100 * 3 + 10 * 15 + 600 * 0.3 + 300 * 6 + 100 * 3.75) / 1e6;

  test("tells its cost, in both ways of asking", async () => {
    const client = createClient(server());
    server().enqueue({ status: 200, body: converseResponse([{ text: "Hi" }], { usage }) });
    expect((await client.chat(SONNET).ask("Hi")).cost?.totalUsd).toBeCloseTo(usd, 12);
    server().enqueue({ events: [start, text("Hi"), close(), stop(), metadataEvent({ usage })] });
    expect((await client.chat(SONNET).stream("Hi").response()).cost?.totalUsd).toBeCloseTo(usd, 12);
  });

  test("tells no cost that is not known", async () => {
    expect((await createClient(server()).chat("us.anthropic.claude-sonnet-4-6").ask("Hi")).cost).toBeUndefined();
  });

  test("is priced by the region that answers", async () => {
    const id = "amazon.nova-lite-v1:0";
    expect((await createClient(server()).chat(id).ask("Hi")).cost?.totalUsd).toBeGreaterThan(0);
    expect((await createClient(server(), { bedrockRegion: "eu-west-1" }).chat(id).ask("Hi")).cost).toBeUndefined();
    const own = createClient(server(), { bedrockRegion: "eu-west-1", prices: { [id]: { input: 1, output: 1 } } });
    expect((await own.chat(id).stream("Hi").response()).cost?.totalUsd).toBeGreaterThan(0);
  });

  test("is priced by the base model that the chat names", async () => {
    const chat = createClient(server()).chat(arn("123456789012:application-inference-profile/a1b2c3d4e5f6"), {
      baseModel: "global.anthropic.claude-opus-4-8",
    });
    expect((await chat.ask("Hi")).cost?.totalUsd).toBeGreaterThan(0);
  });

  test("needs prices that are right", () => {
    const error = errorOf(() => createClient(server(), { prices: { m: { input: -1 } } }));
    expect(error).toMatchObject({ name: "ConfigurationError" });
  });
});
