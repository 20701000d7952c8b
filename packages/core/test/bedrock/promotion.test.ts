import { describe, expect, test } from "vitest";
import { APIError } from "../../src/errors.ts";
import { resolveModel } from "../../src/bedrock/models.ts";
import { createPromotions, type Promotions } from "../../src/bedrock/promotion.ts";
import { createClient, failureOf, useServer } from "../support/bedrock.ts";

const BARE = "anthropic.claude-sonnet-4-6";
const ONLY_PROFILES = new APIError("Invocation of model ID m with on-demand throughput isn\u2019t supported.");
const UNKNOWN = new APIError("Converse failed: The provided model identifier is invalid.");

describe("a model that needs an inference profile", () => {
  const server = useServer();
  const asked = () => server().requests.map(({ modelId }) => modelId);

  test.each(["ask", "stream"] as const)("is asked by the region's own, once it is known (%s)", async (way) => {
    const llm = createClient(server(), { bedrockInferenceProfile: "auto", bedrockRegion: "eu-west-1" });
    const chat = llm.chat(BARE);
    for (let i = 0; i < 2; i++) {
      const answer = await (way === "ask" ? chat.ask("Say: one") : chat.stream("Say: one").response());
      expect(answer.content).toContain("one");
      expect(answer.model).toBe(BARE);
      expect(answer.warnings).toEqual([
        { code: "inference_profile_used", message: expect.stringContaining(`eu.${BARE}`) as unknown },
      ]);
    }
    expect(asked()).toEqual([BARE, `eu.${BARE}`, `eu.${BARE}`]);
    expect(server().requests.every(({ authorized }) => authorized)).toBe(true);
  });

  test("costs what the profile costs", async () => {
    const llm = createClient(server(), { bedrockInferenceProfile: "eu", bedrockRegion: "eu-west-1" });
    const promoted = await llm.chat(BARE).ask("Say: one");
    const named = await llm.chat(`eu.${BARE}`).ask("Say: one");
    expect(promoted.cost?.totalUsd).toBeGreaterThan(0);
    expect(promoted.cost).toEqual(named.cost);
  });

  test("still counts its tokens by its own id, as profiles do not count", async () => {
    const llm = createClient(server(), { bedrockInferenceProfile: "auto", bedrockRegion: "eu-west-1" });
    await llm.chat(BARE).ask("Say: one");
    const counted = await llm.countTokens("How long is this?", { model: BARE });
    expect(counted).toMatchObject({ isExact: true, warnings: [] });
    expect(asked().at(-1)).toBe(BARE);
  });

  test("is asked by it in each request of many that come at once", async () => {
    const llm = createClient(server(), {
      bedrockInferenceProfile: "auto",
      bedrockRegion: "us-gov-west-1",
      maxRetries: 0,
    });
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => llm.chat(BARE).ask(`Say: n${i}`)));
    answers.forEach(({ content, warnings }, i) => {
      expect(content).toContain(`n${i}`);
      expect(warnings).toHaveLength(1);
    });
    expect(new Set(asked())).toEqual(new Set([BARE, `us-gov.${BARE}`]));
  });

  test("is asked by others only when they are asked for", async () => {
    const llm = createClient(server(), { bedrockInferenceProfile: "global", bedrockRegion: "eu-west-1" });
    await llm.chat(BARE).ask("Hi");
    expect(asked().at(-1)).toBe(`global.${BARE}`);
  });

  test("counts no retry for it, and is refused as ever without the option", async () => {
    const options = { bedrockRegion: "us-west-2", maxRetries: 0 };
    await createClient(server(), { ...options, bedrockInferenceProfile: "auto" })
      .chat(BARE)
      .ask("Hi");
    const error = await failureOf(createClient(server(), options).chat(BARE).ask("Hi"));
    expect(error.message).toContain("on-demand throughput");
  });

  test("is not asked otherwise where the region has no profile of its own, nor when it is an ARN", async () => {
    const options = { bedrockInferenceProfile: "auto", bedrockRegion: "sa-east-1" } as const;
    expect((await failureOf(createClient(server(), options).chat(BARE).ask("Hi"))).message).toContain("on-demand");
    const arn = `arn:aws:bedrock:us-east-1::foundation-model/${BARE}`;
    expect((await failureOf(createClient(server(), options).chat(arn).ask("Hi"))).message).toContain("on-demand");
    expect(asked()).toHaveLength(2);
  });
});

describe("the profiles that are tried", () => {
  const model = resolveModel(BARE);

  /** All that a client tries in a region where no profile is known. */
  function tried(choice: Parameters<typeof createPromotions>[0], region: string): string[] {
    const promotions: Promotions = createPromotions(choice);
    const ids: string[] = [];
    let askedId = BARE;
    let error = ONLY_PROFILES;
    while (promotions.learn(error, model, region, askedId)) {
      askedId = promotions.find(model, region)?.id ?? "";
      ids.push(askedId.slice(0, -BARE.length - 1));
      error = UNKNOWN;
    }
    expect(promotions.find(model, region)).toBeUndefined();
    return ids;
  }

  test.each([
    ["us-east-1", ["us"]],
    ["us-gov-west-1", ["us-gov"]],
    ["ca-central-1", ["ca"]],
    ["eu-central-1", ["eu"]],
    ["ap-northeast-1", ["jp", "apac"]],
    ["ap-southeast-2", ["au", "apac"]],
    ["ap-south-1", ["in", "apac"]],
    ["ap-northeast-2", ["apac"]],
    ["sa-east-1", []],
    ["", []],
  ])("in %j stay in its geography: %j", (region, profiles) => {
    expect(tried("auto", region)).toEqual(profiles);
    expect(tried("us", region)).toEqual(["us"]);
  });

  test("are left alone by other refusals, and by calls that knew less", () => {
    const promotions = createPromotions("auto");
    expect(promotions.learn(UNKNOWN, model, "us-east-1", BARE)).toBe(false);
    expect(promotions.learn(ONLY_PROFILES, model, "us-east-1", BARE)).toBe(true);
    // Another call had asked before the first one learned.
    expect(promotions.learn(ONLY_PROFILES, model, "us-east-1", BARE)).toBe(true);
    expect(promotions.find(model, "us-east-1")?.id).toBe(`us.${BARE}`);
    expect(promotions.find(model, "eu-west-1")).toBeUndefined();
    expect(promotions.learn(ONLY_PROFILES, resolveModel(`us.${BARE}`), "us-east-1", `us.${BARE}`)).toBe(false);
  });
});
