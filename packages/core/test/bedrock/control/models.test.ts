import { describe, expect, expectTypeOf, test } from "vitest";
import { createLLM } from "../../../src/llm.ts";
import type { ListedModel } from "../../../src/bedrock/control/types.ts";
import type { ModelInfo } from "../../../src/bedrock/model-info.ts";
import { createClient, errorOf, failureOf, KEYS, testWorld, useServer, withServer } from "../../support/bedrock.ts";

const server = useServer();
const models = () => createClient(server()).models;
const find = (list: readonly ListedModel[], bareId: string): ListedModel =>
  list.find((model) => model.bareId === bareId) ?? expect.unreachable(bareId);

describe("models.find", () => {
  test("tells what the table knows, and nothing of what nobody knows", async () => {
    expect(await models().find("us.anthropic.claude-opus-4-8")).toMatchObject({
      bareId: "anthropic.claude-opus-4-8",
      profile: "us",
      family: "claude",
      contextTokens: 1_000_000,
    });
    expect(await models().find("acme.rocket-1")).toBeUndefined();
    // Of a known family, but new: its family is known.
    expect(await models().find("anthropic.claude-opus-9")).toMatchObject({ family: "claude" });
    const arn = "arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/abc";
    expect(await models().find(arn)).toBeUndefined();
    expect(await models().find(arn, "us.amazon.nova-lite-v1:0")).toMatchObject({ family: "nova", region: "us-west-2" });
    await expect(models().find("no model!")).rejects.toMatchObject({ code: "ERR_INPUT" });
    expect(server().requests).toEqual([]);
  });
});

describe("models.filter", () => {
  const idsOf = (list: readonly ModelInfo[]): string[] => list.map(({ id }) => id);

  test("gives all that fit, sorted by id, each once", async () => {
    const all = idsOf(await models().filter());
    expect(all.length).toBeGreaterThan(80);
    expect(all).toEqual([...new Set(all)].sort());
    expect(all).toContain("eu.anthropic.claude-opus-4-8");
    expect(server().requests).toEqual([]);
  });

  test.each([
    [
      { family: "nova", profile: null },
      ["amazon.nova-2-lite-v1:0", "amazon.nova-lite-v1:0", "amazon.nova-micro-v1:0", "amazon.nova-pro-v1:0"],
    ],
    [
      { family: "nova", input: ["image", "video"], profile: "us" },
      ["us.amazon.nova-2-lite-v1:0", "us.amazon.nova-lite-v1:0", "us.amazon.nova-pro-v1:0"],
    ],
    [
      { family: "mistral", input: "audio", profile: null },
      ["mistral.voxtral-mini-3b-2507", "mistral.voxtral-small-24b-2507"],
    ],
    [{ family: "llama", minContextTokens: 2_000_000, profile: null }, ["meta.llama4-scout-17b-instruct-v1:0"]],
  ] as const)("%j", async (filter, expected) => {
    expect(idsOf(await models().filter(filter))).toEqual(expected);
  });

  test("takes a function", async () => {
    const cheap = await models().filter(({ price }) => (price?.output ?? Infinity) < 0.09);
    expect(idsOf(cheap)).toContain("google.gemma-3-4b-it");
    expect(cheap.every(({ price }) => Number(price?.output) < 0.09)).toBe(true);
  });

  test("refuses a member that nobody knows", async () => {
    // @ts-expect-error A misspelt member.
    expect(await failureOf(models().filter({ famly: "nova" }))).toMatchObject({
      code: "ERR_INPUT",
      message: "models.filter() does not know famly: give family, input, profile, minContextTokens, or a function.",
    });
  });
});

/** Scripts both lists. */
function enqueue(summaries: readonly object[], ...pages: readonly object[]): void {
  server().enqueue(
    { status: 200, body: { modelSummaries: summaries }, match: { operation: "ListFoundationModels" } },
    ...pages.map((body) => ({ status: 200, body, match: { operation: "ListInferenceProfiles" } }) as const),
  );
}

const arnOf = (id: string, region = "us-east-1"): string => `arn:aws:bedrock:${region}::foundation-model/${id}`;
const profileOf = (prefix: string, id: string, regions = ["us-east-1", "us-west-2"]): object => ({
  inferenceProfileName: `${prefix} ${id}`,
  inferenceProfileArn: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${prefix}.${id}`,
  inferenceProfileId: `${prefix}.${id}`,
  models: regions.map((region) => ({ modelArn: arnOf(id, region) })),
  status: "ACTIVE",
  type: "SYSTEM_DEFINED",
});
const NOVA = "amazon.nova-lite-v1:0";
const OPUS = "anthropic.claude-opus-4-8";
const summaryOf = (modelId: string, ...inferenceTypesSupported: readonly string[]): object => ({
  modelArn: arnOf(modelId),
  modelId,
  inferenceTypesSupported,
});

describe("models.list", () => {
  test("joins models with their profiles and with what the library knows", async () => {
    const raw = {
      ...summaryOf(OPUS, "INFERENCE_PROFILE"),
      modelName: "Claude Opus 4.8",
      providerName: "Anthropic",
      inputModalities: ["TEXT", "IMAGE"],
      outputModalities: ["TEXT"],
      responseStreamingSupported: true,
      modelLifecycle: { status: "LEGACY", endOfLifeTime: "2027-01-31T00:00:00Z" },
    };
    enqueue([raw], {
      inferenceProfileSummaries: [profileOf("global", OPUS, ["", "us-east-1"]), profileOf("us", OPUS)],
    });
    expect(await models().list()).toEqual([
      {
        id: `us.${OPUS}`,
        bareId: OPUS,
        profile: "us",
        isInvocable: true,
        family: "claude",
        arn: arnOf(OPUS),
        name: "Claude Opus 4.8",
        provider: "Anthropic",
        input: ["text", "image"],
        output: ["text"],
        isStreaming: true,
        status: "legacy",
        endOfLifeAt: new Date("2027-01-31T00:00:00Z"),
        inferenceTypes: ["INFERENCE_PROFILE"],
        contextTokens: 1_000_000,
        maxOutputTokens: 128_000,
        profiles: [
          {
            id: `us.${OPUS}`,
            arn: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.${OPUS}`,
            name: `us ${OPUS}`,
            isApplication: false,
            regions: ["us-east-1", "us-west-2"],
          },
          expect.objectContaining({ id: `global.${OPUS}`, regions: ["us-east-1"] }),
        ],
        raw,
      },
    ]);
  });

  test("leaves out what has no id, and lists the rest", async () => {
    enqueue([{}, { modelId: null }, summaryOf(NOVA, "ON_DEMAND")], {
      inferenceProfileSummaries: [{}, { models: null }, profileOf("us", NOVA)],
    });
    const list = await models().list();
    expect(list.map(({ id, profiles }) => [id, profiles.length])).toEqual([[NOVA, 1]]);
  });

  test("gives the id that can be asked here", async () => {
    const application = {
      ...profileOf("x", "meta.llama3-1-8b-instruct-v1:0"),
      inferenceProfileId: "abcdefghijkl",
      inferenceProfileArn: "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl",
      type: "APPLICATION",
    };
    enqueue(
      [
        summaryOf(NOVA, "ON_DEMAND", "INFERENCE_PROFILE"),
        summaryOf("cohere.command-r-v1:0:128k", "PROVISIONED"),
        summaryOf("meta.llama3-1-8b-instruct-v1:0", "INFERENCE_PROFILE"),
        summaryOf("zai.glm-5"),
      ],
      {
        inferenceProfileSummaries: [
          profileOf("us", NOVA),
          application,
          profileOf("eu", "zai.glm-5"),
          profileOf("global", "zai.glm-5"),
          profileOf("us", "deepseek.r1-v1:0"),
        ],
      },
    );
    const list = await models().list();
    expect(list.map(({ bareId, id, isInvocable }) => [bareId, id, isInvocable])).toEqual([
      [NOVA, NOVA, true],
      ["cohere.command-r-v1:0:128k", "cohere.command-r-v1:0:128k", false],
      // Only a profile names it.
      ["deepseek.r1-v1:0", "us.deepseek.r1-v1:0", true],
      ["meta.llama3-1-8b-instruct-v1:0", application.inferenceProfileArn, true],
      ["zai.glm-5", "global.zai.glm-5", true],
    ]);
    expect(find(list, "deepseek.r1-v1:0")).not.toHaveProperty("raw");
    expect(find(list, NOVA).profiles.map(({ id }) => id)).toEqual([`us.${NOVA}`]);
  });

  test("has the price of the region, or none", async () => {
    const world = testWorld(server());
    for (const [bedrockRegion, price] of [
      ["us-west-2", { input: 0.06 }],
      ["eu-west-1", undefined],
    ] as const) {
      enqueue([summaryOf(NOVA, "ON_DEMAND")], {});
      const [model] = await createLLM({ provider: "bedrock", bedrockRegion }, world).models.list();
      if (price) expect(model?.price).toMatchObject(price);
      else expect(model).not.toHaveProperty("price");
    }
  });

  test("reads page after page, and escapes the token", async () => {
    enqueue(
      [summaryOf(NOVA, "INFERENCE_PROFILE")],
      { inferenceProfileSummaries: [profileOf("global", NOVA)], nextToken: "a/b+c=&d e" },
      { inferenceProfileSummaries: [profileOf("us", NOVA)] },
    );
    const [model] = await models().list();
    expect(model?.profiles.map(({ id }) => id)).toEqual([`us.${NOVA}`, `global.${NOVA}`]);
    expect(
      server()
        .requests.map(({ path }) => path)
        .toSorted(),
    ).toEqual([
      "/foundation-models",
      "/inference-profiles?maxResults=1000",
      "/inference-profiles?maxResults=1000&nextToken=a%2Fb%2Bc%3D%26d%20e",
    ]);
    expect(server().requests.every(({ authorized }) => authorized)).toBe(true);
  });

  test("does not go in circles", async () => {
    const page = { inferenceProfileSummaries: [], nextToken: "again" };
    enqueue([], page, page, page);
    const error = await failureOf(models().list());
    expect(error).toMatchObject({ code: "ERR_RESPONSE", operation: "ListInferenceProfiles" });
    expect(server().requests.filter(({ path }) => path.startsWith("/inference"))).toHaveLength(2);
  });

  test("goes to the control plane, signed for bedrock", async () => {
    await withServer({}, async (control) => {
      const env = { ...KEYS, AWS_REGION: "us-east-1", AWS_ENDPOINT_URL_BEDROCK: control.url };
      const llm = createLLM({ provider: "bedrock" }, { ...testWorld(server()), env });
      expect((await llm.models.list()).length).toBeGreaterThan(20);
      expect(control.requests[0]?.headers["authorization"]).toContain("/us-east-1/bedrock/aws4_request");
    });
    expect(server().requests).toEqual([]);
  });

  test("of the local Bedrock gives ids that it answers", async () => {
    const llm = createClient(server());
    const list = await llm.models.list({ output: "text", status: "active", isInvocable: true });
    const ids = ["claude", "nova", "llama", "mistral"].map(
      (family) => list.find((model) => model.family === family)?.id ?? expect.unreachable(family),
    );
    for (const id of ids) expect((await llm.chat(id).ask("Hello")).content).toMatch(/\S/);
  });

  test.each([
    [{ provider: "amazon" }, ({ bareId }: ListedModel) => bareId.startsWith("amazon.")],
    [{ provider: "Mistral AI" }, ({ provider }: ListedModel) => provider === "Mistral AI"],
    [{ family: "claude" }, ({ family }: ListedModel) => family === "claude"],
    [{ output: "embedding" }, ({ output }: ListedModel) => output?.includes("embedding")],
    [
      { input: "image", output: "image" },
      ({ input, output }: ListedModel) => input?.includes("image") && output?.includes("image"),
    ],
    [{ status: "legacy" }, ({ status }: ListedModel) => status === "legacy"],
    [{ isInvocable: true }, ({ isInvocable }: ListedModel) => isInvocable],
  ] as const)("filters: %j", async (filter, fits) => {
    const all = await models().list();
    const some = await models().list(filter);
    expect(some.length).toBeGreaterThan(0);
    expect(some).toEqual(all.filter(fits));
  });

  test("is bounded by limit", async () => {
    const all = await models().list();
    expect(await models().list({ limit: 3 })).toEqual(all.slice(0, 3));
  });

  test.each([
    [{ modality: "text" }, "models.list() does not know the option modality: give provider"],
    [{ limit: 0 }, "limit is 0"],
    [{ limit: 1.5 }, "limit is 1.5"],
  ])("refuses %j before anything is sent", async (options, message) => {
    const error = await failureOf(models().list(options as object));
    expect([error.code, error.message]).toEqual(["ERR_INPUT", expect.stringContaining(message)]);
    expect(server().requests).toEqual([]);
  });

  test.each([
    ["AccessDeniedException", "ERR_FORBIDDEN"],
    ["ValidationException", "ERR_BAD_REQUEST"],
    ["InternalServerException", "ERR_SERVER"],
    ["ThrottlingException", "ERR_RATE_LIMIT"],
    ["ServiceQuotaExceededException", "ERR_QUOTA_EXCEEDED"],
  ] as const)("has typed errors: %s", async (error, code) => {
    server().enqueue({ error, match: { operation: "ListInferenceProfiles" } });
    const failure = await failureOf(models().list({ maxRetries: 0 }));
    expect(failure).toMatchObject({ code, operation: "ListInferenceProfiles" });
  });

  test("an answer that is no list is an error", async () => {
    enqueue([], { message: "hello" });
    expect(await failureOf(models().list())).toMatchObject({ code: "ERR_RESPONSE" });
  });
});

test("another provider has no models of Bedrock's", () => {
  const provider = { name: "other", chat: () => expect.unreachable(), stream: () => expect.unreachable() };
  const llm = createLLM({ provider }, testWorld(server()));
  expect(errorOf(() => llm.models)).toMatchObject({ code: "ERR_CAPABILITY" });
  expect(errorOf(() => llm.guardrails)).toMatchObject({ code: "ERR_CAPABILITY" });
});

test("a listed model is a ModelInfo, but for its modalities", () => {
  expectTypeOf<ListedModel>().toExtend<Omit<ModelInfo, "input">>();
});
