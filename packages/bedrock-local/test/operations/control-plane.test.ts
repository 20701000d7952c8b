import {
  type BedrockClient,
  GetFoundationModelCommand,
  GetGuardrailCommand,
  GetInferenceProfileCommand,
  ListFoundationModelsCommand,
  ListGuardrailsCommand,
  ListInferenceProfilesCommand,
  paginateListGuardrails,
  paginateListInferenceProfiles,
} from "@aws-sdk/client-bedrock";
import { ConverseCommand, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, it } from "vitest";

import type { BedrockLocalOptions } from "../../src/index.ts";
import { rejection, send } from "../support.ts";
import { call, startServer } from "../support-server.ts";
import { createControlClient, createRuntimeClient } from "./support.ts";

async function start(region?: string, options?: BedrockLocalOptions): Promise<BedrockClient> {
  return createControlClient(await startServer(options), region);
}

describe("foundation models", () => {
  it("are listed on one page, with everything that the SDK knows of them", async () => {
    const client = await start("eu-west-1");
    const { modelSummaries = [] } = await client.send(new ListFoundationModelsCommand({}));
    expect(modelSummaries.length).toBeGreaterThan(100);
    const titan = modelSummaries.find(({ modelId }) => modelId === "amazon.titan-image-generator-v2:0");
    expect(titan).toEqual({
      modelArn: "arn:aws:bedrock:eu-west-1::foundation-model/amazon.titan-image-generator-v2:0",
      modelId: "amazon.titan-image-generator-v2:0",
      modelName: "Titan Image Generator G1 v2",
      providerName: "Amazon",
      inputModalities: ["TEXT", "IMAGE"],
      outputModalities: ["IMAGE"],
      responseStreamingSupported: false,
      customizationsSupported: ["FINE_TUNING"],
      inferenceTypesSupported: ["ON_DEMAND", "PROVISIONED"],
      modelLifecycle: { status: "LEGACY", endOfLifeTime: new Date("2026-09-30T00:00:00Z") },
    });
  });

  it("are narrowed by all four filters", async () => {
    const client = await start();
    const { modelSummaries } = await client.send(
      new ListFoundationModelsCommand({
        byProvider: "amazon",
        byOutputModality: "IMAGE",
        byCustomizationType: "FINE_TUNING",
        byInferenceType: "ON_DEMAND",
      }),
    );
    expect(modelSummaries?.map(({ modelId }) => modelId)).toEqual([
      "amazon.titan-image-generator-v1",
      "amazon.titan-image-generator-v2:0",
    ]);
  });

  it.each([
    ["byOutputModality=SMELL", "Value 'SMELL' at 'byOutputModality' failed to satisfy constraint: Member must satisfy"],
    ["byProvider=a%2Fb", "Value 'a/b' at 'byProvider' failed to satisfy constraint: Member must satisfy regular"],
  ])("are refused to a filter that makes no sense: %s", async (query, message) => {
    const server = await startServer({ auth: "none" });
    const answer = await send(server.url, { method: "GET", path: `/foundation-models?${query}` });
    expect(answer.status).toBe(400);
    expect(answer.body.toString()).toContain(message);
  });

  it("are got by id or ARN", async () => {
    const client = await start();
    const get = async (modelIdentifier: string): Promise<unknown> =>
      (await client.send(new GetFoundationModelCommand({ modelIdentifier }))).modelDetails;
    const model = await get("anthropic.claude-sonnet-5");
    expect(model).toMatchObject({ inferenceTypesSupported: ["INFERENCE_PROFILE"], responseStreamingSupported: true });
    expect(await get("arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-5")).toEqual(model);
    for (const id of ["anthropic.claude-nothing", "us.anthropic.claude-sonnet-5"]) {
      expect(await rejection(get(id))).toMatchObject({
        name: "ValidationException",
        message: "The provided model identifier is invalid.",
      });
    }
  });
});

describe("inference profiles", () => {
  it("come in pages that together are all of the region", async () => {
    const client = await start("ap-southeast-2");
    const ids: (string | undefined)[] = [];
    const pages = paginateListInferenceProfiles({ client, pageSize: 7 }, {});
    for await (const { inferenceProfileSummaries = [] } of pages) {
      expect(inferenceProfileSummaries.length).toBeLessThanOrEqual(7);
      ids.push(...inferenceProfileSummaries.map(({ inferenceProfileId }) => inferenceProfileId));
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain("au.anthropic.claude-sonnet-5");
    expect(ids).toContain("global.anthropic.claude-sonnet-5");
    expect(ids).not.toContain("us.anthropic.claude-sonnet-5");
  });

  it("of applications there are none", async () => {
    const client = await start();
    const list = async (typeEquals: "APPLICATION" | "SYSTEM_DEFINED"): Promise<number | undefined> =>
      (await client.send(new ListInferenceProfilesCommand({ typeEquals }))).inferenceProfileSummaries?.length;
    expect(await list("APPLICATION")).toBe(0);
    expect(await list("SYSTEM_DEFINED")).toBeGreaterThan(10);
  });

  it.each([
    ["maxResults=0", "ValidationException", "Value '0' at 'maxResults' failed"],
    ["maxResults=1001", "ValidationException", "Member must have value less than or equal to 1000"],
    ["maxResults=many", "SerializationException", "can not be converted to an Integer"],
    ["type=MINE", "ValidationException", "Value 'MINE' at 'typeEquals' failed"],
    ["nextToken=abc", "ValidationException", "The provided nextToken is invalid."],
  ])("are refused to %s", async (query, name, message) => {
    const server = await startServer({ auth: "none" });
    const answer = await send(server.url, { method: "GET", path: `/inference-profiles?${query}` });
    expect(answer.headers["x-amzn-errortype"]).toContain(name);
    expect(answer.body.toString()).toContain(message);
  });

  it("are got by id or ARN, where the region has them", async () => {
    const server = await startServer();
    const get = (inferenceProfileIdentifier: string, region: string) =>
      createControlClient(server, region).send(new GetInferenceProfileCommand({ inferenceProfileIdentifier }));
    const profile = await get("eu.amazon.nova-lite-v1:0", "eu-west-1");
    expect(profile).toMatchObject({
      inferenceProfileName: "EU Amazon Nova Lite",
      createdAt: new Date("2026-01-01T00:00:00Z"),
      status: "ACTIVE",
      type: "SYSTEM_DEFINED",
    });
    expect(await get(profile.inferenceProfileArn ?? "", "eu-west-1")).toMatchObject({ models: profile.models });
    expect(await rejection(get("eu.amazon.nova-lite-v1:0", "us-east-1"))).toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it("can be used in a conversation, each one of them", async () => {
    const server = await startServer();
    const { inferenceProfileSummaries = [] } = await createControlClient(server).send(
      new ListInferenceProfilesCommand({}),
    );
    const chats = inferenceProfileSummaries.filter(({ inferenceProfileId: id = "" }) => /claude|nova-lite/.test(id));
    expect(chats.length).toBeGreaterThan(10);
    const client = createRuntimeClient(server);
    for (const { inferenceProfileArn: modelId } of chats) {
      const messages = [{ role: "user" as const, content: [{ text: "Hi" }] }];
      expect((await client.send(new ConverseCommand({ modelId, messages }))).stopReason).toBe("end_turn");
    }
  });
});

describe("guardrails", () => {
  const guardrails = [
    { id: "gr1", name: "first", words: ["cactus"], profanity: true, contextualGrounding: { grounding: 0.5 } },
    { id: "gr1", version: "3", topics: [{ name: "Stocks", keywords: ["shares"] }] },
    { id: "gr2", version: "1", contentFilters: [{ type: "PROMPT_ATTACK" as const }] },
    {
      id: "gr3",
      piiEntities: [{ type: "EMAIL" as const, action: "ANONYMIZE" as const }],
      regexes: [{ name: "Order", pattern: "ORD-\\d+", action: "BLOCK" as const }],
      automatedReasoning: [{ name: "leave", keywords: ["leave"], result: "valid" as const }],
    },
  ];

  it("are listed once each, in pages", async () => {
    const client = await start("us-west-2", { guardrails });
    const found: unknown[] = [];
    for await (const page of paginateListGuardrails({ client, pageSize: 2 }, {}))
      found.push(...(page.guardrails ?? []));
    const date = new Date("2026-01-01T00:00:00Z");
    expect(found).toHaveLength(3);
    expect(found[0]).toEqual({
      id: "gr1",
      arn: "arn:aws:bedrock:us-west-2:123456789012:guardrail/gr1",
      name: "first",
      version: "DRAFT",
      status: "READY",
      createdAt: date,
      updatedAt: date,
    });
    expect(found[1]).toMatchObject({ id: "gr2", version: "1" });
  });

  it("are listed in all versions when one is named", async () => {
    const client = await start(undefined, { guardrails });
    const list = async (guardrailIdentifier: string): Promise<unknown> =>
      (await client.send(new ListGuardrailsCommand({ guardrailIdentifier }))).guardrails?.map(({ version }) => version);
    expect(await list("gr1")).toEqual(["DRAFT", "3"]);
    expect(await list("arn:aws:bedrock:us-east-1:123456789012:guardrail/gr2")).toEqual(["1"]);
    expect(await rejection(list("gr9"))).toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("are got with their policies", async () => {
    const client = await start(undefined, { guardrails });
    const get = async (guardrailIdentifier: string, guardrailVersion?: string): Promise<object> => {
      const { $metadata: _metadata, ...details } = await client.send(
        new GetGuardrailCommand({ guardrailIdentifier, guardrailVersion }),
      );
      return details;
    };
    expect(await get("gr1")).toMatchObject({
      guardrailId: "gr1",
      version: "DRAFT",
      blockedInputMessaging: "Sorry, the model cannot answer this question.",
      wordPolicy: { words: [{ text: "cactus" }], managedWordLists: [{ type: "PROFANITY" }] },
      contextualGroundingPolicy: { filters: [{ type: "GROUNDING", threshold: 0.5 }] },
    });
    expect(await get("gr1")).not.toHaveProperty("topicPolicy");
    expect(await get("gr1", "3")).toMatchObject({ version: "3", topicPolicy: { topics: [{ name: "Stocks" }] } });
    expect(await get("gr2")).toMatchObject({
      contentPolicy: { filters: [{ type: "PROMPT_ATTACK", inputStrength: "HIGH", outputStrength: "NONE" }] },
    });
    expect(await get("gr3")).toMatchObject({
      sensitiveInformationPolicy: {
        piiEntities: [{ type: "EMAIL", action: "ANONYMIZE" }],
        regexes: [{ name: "Order", pattern: "ORD-\\d+", action: "BLOCK" }],
      },
      automatedReasoningPolicy: {
        policies: ["arn:aws:bedrock:us-east-1:123456789012:automated-reasoning-policy/localpolicy1:1"],
      },
    });
    expect(await rejection(get("gr2", "7"))).toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("are the sample policy under any name, but none in the list, as long as none is configured", async () => {
    const client = await start();
    expect((await client.send(new ListGuardrailsCommand({}))).guardrails).toEqual([]);
    const sample = await client.send(new GetGuardrailCommand({ guardrailIdentifier: "my-policy-id" }));
    expect(sample).toMatchObject({ guardrailId: "my-policy-id", name: "sample-policy" });
  });
});

describe("the region of what is listed", () => {
  it("is that of the server when it has one", async () => {
    const server = await startServer({ region: "eu-west-1", auth: "none" });
    const answer = await send(server.url, { method: "GET", path: "/foundation-models/amazon.nova-lite-v1%3A0" });
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      modelDetails: { modelArn: "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0" },
    });
  });
});

describe("models that may not be used", () => {
  const modelId = "us.anthropic.claude-sonnet-5";
  const denied = {
    name: "AccessDeniedException",
    message: "You don't have access to the model with the specified model ID.",
  };

  it.each([
    ["anthropic.claude-sonnet-5"],
    ["eu.anthropic.claude-sonnet-5"],
    ["arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-5"],
  ])("answer AccessDeniedException, named as %s", async (id) => {
    const client = createRuntimeClient(await startServer({ deniedModels: [id] }));
    const ask = (model: string) =>
      client.send(new ConverseCommand({ modelId: model, messages: [{ role: "user", content: [{ text: "Hi" }] }] }));
    expect(await rejection(ask(modelId))).toMatchObject(denied);
    expect(await rejection(ask(`arn:aws:bedrock:us-east-1:123456789012:inference-profile/${modelId}`))).toMatchObject(
      denied,
    );
    expect((await ask("us.anthropic.claude-sonnet-4-6")).stopReason).toBe("end_turn");
  });

  it("are refused before anything else of the request is looked at, but after the signature", async () => {
    const server = await startServer({ deniedModels: [modelId] });
    const path = `/model/${modelId}/converse`;
    expect((await call(server, { path, body: "{}" })).headers["x-amzn-errortype"]).toMatch(/^AccessDenied/);
    expect((await send(server.url, { path, body: "{}" })).headers["x-amzn-errortype"]).toMatch(
      /^MissingAuthentication/,
    );
  });

  it("must be a list of ids", async () => {
    for (const deniedModels of ["anthropic.claude-sonnet-5", [""], [1]]) {
      const options: BedrockLocalOptions = JSON.parse(JSON.stringify({ deniedModels }));
      await expect(startServer(options)).rejects.toThrow("The option deniedModels must be a list of model ids");
    }
  });
});

describe("a model that needs a profile", () => {
  it("is refused by its bare id, by Converse and InvokeModel in the same words", async () => {
    const client = createRuntimeClient(await startServer());
    const modelId = "anthropic.claude-sonnet-4-20250514-v1:0";
    const messages = [{ role: "user" as const, content: [{ text: "Hi" }] }];
    const refusal = {
      name: "ValidationException",
      message:
        `Invocation of model ID ${modelId} with on-demand throughput isn’t supported. ` +
        "Retry your request with the ID or ARN of an inference profile that contains this model.",
    };
    expect(await rejection(client.send(new ConverseCommand({ modelId, messages })))).toMatchObject(refusal);
    expect(await rejection(client.send(new InvokeModelCommand({ modelId, body: "{}" })))).toMatchObject(refusal);
  });
});
