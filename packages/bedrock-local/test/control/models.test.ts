import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findListedModel, listModels } from "../../src/control/models.ts";
import { listProfiles } from "../../src/control/profiles.ts";
import { MODEL_ROWS } from "../../src/control/model-table.ts";
import { parseModelId, resolveModel } from "../../src/models/families.ts";
import { checkThroughput } from "../../src/validations/model-access.ts";
import { isRefused } from "./support.ts";

const REGION = "eu-central-1";
const all = listModels(REGION);
const idsOf = (filter: Parameters<typeof listModels>[1]): string[] =>
  listModels(REGION, filter).map(({ modelId }) => modelId);

describe("the table of models", () => {
  it("has each id once, sorted", () => {
    const ids = all.map(({ modelId }) => modelId);
    expect(ids).toEqual([...new Set(ids)].toSorted());
  });

  it("says ON_DEMAND exactly where the bare id is not refused", () => {
    for (const { modelId, inferenceTypesSupported } of all) {
      const isRefusedBare = isRefused(() => checkThroughput(modelId));
      expect([modelId, inferenceTypesSupported.includes("ON_DEMAND")]).toEqual([modelId, !isRefusedBare]);
    }
  });

  it("gives every model a way to be used", () => {
    for (const { modelId, inferenceTypesSupported } of all) {
      expect([modelId, inferenceTypesSupported.some((type) => type !== "PROVISIONED")]).toEqual([modelId, true]);
    }
  });

  it("has text models that answer, and others that do not", () => {
    for (const { modelId, outputModalities, responseStreamingSupported } of all) {
      const chats = resolveModel(modelId)?.chats ?? false;
      if (outputModalities.join() !== "TEXT") expect([modelId, chats]).toEqual([modelId, false]);
      expect(responseStreamingSupported).toBe(outputModalities.join() === "TEXT" && chats);
    }
  });

  it("is legible: names, providers, modalities", () => {
    for (const model of all) {
      expect(model).toMatchObject({
        modelArn: `arn:aws:bedrock:eu-central-1::foundation-model/${model.modelId}`,
        modelName: expect.stringMatching(/\S/),
        providerName: expect.stringMatching(/\S/),
      });
      for (const modality of [...model.inputModalities, ...model.outputModalities]) {
        expect(["TEXT", "IMAGE", "SPEECH", "VIDEO", "EMBEDDING"]).toContain(modality);
      }
    }
  });

  it("knows the image models that come to their end", () => {
    const legacy = all.filter(({ modelLifecycle }) => modelLifecycle.endOfLifeTime !== undefined);
    expect(legacy.map(({ modelId, modelLifecycle }) => [modelId, modelLifecycle])).toEqual(
      ["amazon.nova-canvas-v1:0", "amazon.titan-image-generator-v1", "amazon.titan-image-generator-v2:0"].map((id) => [
        id,
        { status: "LEGACY", endOfLifeTime: "2026-09-30T00:00:00Z" },
      ]),
    );
  });

  it("is narrowed by each filter, and by all together", () => {
    expect(idsOf({ byProvider: "stability ai" })).toContain("stability.sd3-5-large-v1:0");
    expect(idsOf({ byProvider: "Stability" })).toEqual([]);
    expect(idsOf({ byOutputModality: "EMBEDDING" })).toContain("cohere.embed-v4:0");
    expect(idsOf({ byOutputModality: "EMBEDDING" })).not.toContain("cohere.rerank-v3-5:0");
    expect(idsOf({ byInferenceType: "ON_DEMAND" })).not.toContain("anthropic.claude-sonnet-5");
    expect(idsOf({ byInferenceType: "PROVISIONED", byProvider: "Anthropic" })).toEqual([
      "anthropic.claude-3-haiku-20240307-v1:0",
    ]);
    expect(idsOf({ byCustomizationType: "DISTILLATION" })).toEqual([]);
    expect(idsOf({})).toHaveLength(MODEL_ROWS.length);
  });

  it("finds a model by id and by ARN", () => {
    const nova = findListedModel("amazon.nova-lite-v1:0", REGION);
    expect(nova?.inferenceTypesSupported).toEqual(["ON_DEMAND", "INFERENCE_PROFILE", "PROVISIONED"]);
    expect(findListedModel(nova?.modelArn ?? "", REGION)).toEqual(nova);
    expect(findListedModel("us.amazon.nova-lite-v1:0", REGION)).toBeUndefined();
  });
});

const file = new URL("../../../../../shared/reference/models.json", import.meta.url);

describe.skipIf(!existsSync(file))("the public table of models", () => {
  const { models }: { models: { id: string }[] } = existsSync(file)
    ? JSON.parse(readFileSync(file, "utf8"))
    : { models: [] };
  /** Those of another endpoint, and spellings without a version. */
  const elsewhere = /^openai\.gpt-(5|oss-\d+b$)/;

  it("is in ours, profiles included", () => {
    const regions = ["us-east-1", "eu-west-1", "ap-northeast-1", "ap-southeast-2"];
    const known = new Set([
      ...all.map(({ modelId }) => modelId),
      ...regions.flatMap((region) => listProfiles(region).map(({ inferenceProfileId }) => inferenceProfileId)),
    ]);
    const missing = models.map(({ id }) => id).filter((id) => !known.has(id) && !elsewhere.test(parseModelId(id).id));
    expect(missing).toEqual([]);
  });
});
