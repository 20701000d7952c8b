import { ListInferenceProfilesCommand } from "@aws-sdk/client-bedrock";
import { describe, expect, it, vi } from "vitest";

import { itFitsAwsModel } from "../support/aws-model.ts";
import { only, useSideBySide, withTimes } from "../support/side-by-side.ts";

// The first request of a cold SDK takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const IDS = ["gr1a", "gr2b", "gr3c"];
const both = useSideBySide({
  guardrails: [
    ...IDS.map((id) => ({ id, name: `The ${id}`, words: ["x"] })),
    { id: "gr1a", version: "1" },
    { id: "gr1a", version: "2" },
  ],
});

interface Summary {
  readonly modelId: string;
  readonly modelArn: string;
  readonly modelName: string;
}
interface Profile {
  readonly inferenceProfileId: string;
  readonly inferenceProfileArn: string;
  readonly models: readonly { readonly modelArn: string }[];
}

describe("the models that our client lists", () => {
  it("are those that the official SDK lists, with the same profiles", async () => {
    const { ours, requests, official } = await both().compare((llm) => llm.models.list());
    expect(new Set(requests.map(({ operation }) => operation))).toEqual(
      new Set(["ListFoundationModels", "ListInferenceProfiles"]),
    );
    expect(requests).toHaveLength(2);
    const all: { modelSummaries: Summary[]; inferenceProfileSummaries: Profile[] } = Object.assign({}, ...official);
    expect(all.modelSummaries.length).toBeGreaterThan(50);
    const summaries = all.modelSummaries.toSorted((a, b) => (a.modelId < b.modelId ? -1 : 1));
    expect(withTimes(ours.flatMap(({ raw }) => raw ?? []))).toEqual(summaries);
    const listed = ours.filter(({ raw }) => raw).map(({ bareId, arn, name }) => [bareId, arn, name]);
    expect(listed).toEqual(summaries.map(({ modelId, modelArn, modelName }) => [modelId, modelArn, modelName]));
    expect(all.inferenceProfileSummaries.length).toBeGreaterThan(20);
    const modelByProfile = ours.flatMap((model) =>
      model.profiles.map(({ id, arn }) => [id, [arn, model.bareId]] as const),
    );
    expect(modelByProfile).toHaveLength(all.inferenceProfileSummaries.length);
    expect(Object.fromEntries(modelByProfile)).toEqual(
      Object.fromEntries(
        all.inferenceProfileSummaries.map(({ inferenceProfileId, inferenceProfileArn, models }) => [
          inferenceProfileId,
          [inferenceProfileArn, models[0]?.modelArn.split("/")[1]],
        ]),
      ),
    );
  });

  it("are the same when the profiles come in pages", async () => {
    const { clients, compare, enqueue } = both();
    const { ours: whole } = await compare((llm) => llm.models.list());
    const { $metadata: _, ...body } = await clients.bedrock.send(new ListInferenceProfilesCommand({ maxResults: 7 }));
    enqueue({ status: 200, body, match: { operation: "ListInferenceProfiles" } });
    const { ours, requests, official } = await compare((llm) => llm.models.list());
    expect(ours).toEqual(whole);
    expect(requests.filter(({ operation }) => operation === "ListInferenceProfiles")).toHaveLength(2);
    expect(official.filter(({ nextToken }) => nextToken !== undefined)).toHaveLength(1);
  });
});

describe("the guardrails that our client lists", () => {
  it.each([
    ["every guardrail", {}, 3],
    ["the versions of one", { guardrailIdentifier: "gr1a" }, 3],
    ["no more than a limit", { limit: 2 }, 2],
  ])("are those that the official SDK lists: %s", async (_name, options, count) => {
    const { ours, requests, official } = await both().compare((llm) => llm.guardrails.list(options));
    expect(only(requests).operation).toBe("ListGuardrails");
    expect(withTimes(ours.map(({ raw }) => raw))).toEqual(only(official)["guardrails"]);
    expect(ours).toHaveLength(count);
    expect(ours).toMatchObject(
      ours.map(({ raw: { id, arn, name, version, status } }) => ({ id, arn, name, version, status })),
    );
  });

  it("are the same when they come in pages", async () => {
    const { compare, enqueue } = both();
    const { official: begun } = await compare((llm) => llm.guardrails.list({ limit: 2 }));
    enqueue({ status: 200, body: only(begun) });
    const { ours, requests, official } = await compare((llm) => llm.guardrails.list());
    expect(requests).toHaveLength(2);
    expect(official.flatMap(({ guardrails }) => guardrails)).toEqual(withTimes(ours.map(({ raw }) => raw)));
    expect(ours.map(({ id }) => id)).toEqual(IDS);
  });
});

itFitsAwsModel(() => both().server.requests);
