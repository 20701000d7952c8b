import { startBedrockLocal, type BedrockLocal } from "@node-llm/bedrock-local";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { resolveModel as resolveLocal } from "../../packages/bedrock-local/src/models/families.ts";
import { LIMITS } from "../../packages/core/src/bedrock/limit-table.ts";
import { findTraits } from "../../packages/core/src/bedrock/families.ts";
import { WAYS } from "../support/both-clients.ts";
import { createOurClient } from "../support/our-client.ts";

// The first request of a cold process takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** Models that are too old for the table of facts. */
const OLDER = [
  "anthropic.claude-v2:1",
  "anthropic.claude-instant-v1",
  "anthropic.claude-3-opus-20240229-v1:0",
  "anthropic.claude-3-haiku-20240307-v1:0",
  "anthropic.claude-3-5-haiku-20241022-v1:0",
  "anthropic.claude-3-5-sonnet-20240620-v1:0",
  "anthropic.claude-3-5-sonnet-20241022-v2:0",
  "anthropic.claude-3-7-sonnet-20250219-v1:0",
  "anthropic.claude-sonnet-4-20250514-v1:0",
  "anthropic.claude-opus-4-20250514-v1:0",
  "anthropic.claude-opus-5",
  "anthropic.claude-model-of-tomorrow",
  "amazon.nova-premier-v1:0",
  "amazon.titan-text-express-v1",
  "meta.llama2-13b-chat-v1",
  "meta.llama3-70b-instruct-v1:0",
  "meta.llama3-2-1b-instruct-v1:0",
  "meta.llama3-2-90b-instruct-v1:0",
  "mistral.mistral-7b-instruct-v0:2",
  "mistral.mixtral-8x7b-instruct-v0:1",
  "mistral.mistral-small-2402-v1:0",
  "mistral.mistral-large-2407-v1:0",
  "cohere.command-text-v14",
  "cohere.command-r-plus-v1:0",
  "ai21.jamba-instruct-v1:0",
  "ai21.jamba-1-5-large-v1:0",
  "moonshotai.kimi-k3",
  "xai.grok-5",
];
const IDS = [
  ...LIMITS.trim()
    .split("\n")
    .flatMap((line) => line.split(" ")[0] ?? []),
  ...OLDER,
];

const SAMPLING = ["neither", "either", "both"];
const TOOLS = ["nowhere", "not-in-streams", "everywhere"];
const THINKING: Readonly<Record<string, string>> = {
  budget: "budget",
  "budget-or-adaptive": "any",
  adaptive: "adaptive",
};

describe("our traits of a model", () => {
  it.each(IDS)("%s allow nothing that the local Bedrock refuses", (id) => {
    const ours = findTraits(id);
    const theirs = resolveLocal(id);
    if (!theirs) return expect(ours.family).toBe("unknown");
    expect(ours.family).toBe(theirs.family);
    const points: Readonly<Record<string, readonly string[]>> = {
      all: ["inTools", "inSystem", "inMessages"],
      "not-in-tools": ["inSystem", "inMessages"],
      none: [],
    };
    const places = Object.entries(ours.cache ?? {}).flatMap(([name, is]) => (is === true ? [name] : []));
    const wrong = {
      startsWithAssistant: !ours.startsWithUser && theirs.startsWithUser,
      continuesAssistant: ours.continuesAssistant && !theirs.continuesAssistant,
      hasSystem: ours.hasSystem && !theirs.hasSystem,
      tools: TOOLS.indexOf(ours.tools) > TOOLS.indexOf(theirs.tools),
      mixesToolResults: ours.mixesToolResults && !theirs.mixesToolResults,
      hasResultStatus: ours.hasResultStatus && !theirs.resultStatus,
      toolChoices: ours.toolChoices.some((choice) => !theirs.toolChoices.includes(choice)),
      hasStrictTools: ours.hasStrictTools && theirs.schemas !== true,
      nativeOutput: ours.output === "native" && theirs.schemas !== true,
      media: ours.media.some((medium) => !theirs.media.includes(medium)),
      hasResultImages: ours.hasResultImages && !theirs.resultImages,
      readsS3: ours.readsS3 && !theirs.readsS3,
      maxImages: ours.maxImages > theirs.maxImages,
      cachePlaces: places.some((name) => name !== "hasOneHour" && points[theirs.cachePoints]?.includes(name) === false),
      hasOneHour: ours.cache?.hasOneHour === true && !theirs.cacheTtls,
      cacheMinTokens: (ours.cache?.minTokens ?? Infinity) < theirs.minCacheTokens,
      sampling: SAMPLING.indexOf(ours.sampling) > SAMPLING.indexOf(theirs.sampling),
      hasStopSequences: ours.hasStopSequences && !theirs.stopSequences,
      thinking: (THINKING[ours.thinking] ?? "none") !== theirs.thinking,
      efforts: ours.efforts.some((effort) => theirs.efforts?.includes(effort) === false),
      replaysThinking: ours.replaysThinking !== "none" && !theirs.signedReasoning,
      maxOutputTokens: (ours.maxOutputTokens ?? Infinity) > theirs.maxOutputTokens,
    };
    expect(Object.entries(wrong).filter(([, is]) => is)).toEqual([]);
  });
});

describe("our client and the local Bedrock", () => {
  let server: BedrockLocal;
  beforeAll(async () => {
    server = await startBedrockLocal();
  });
  afterAll(() => server.close());

  it.each(WAYS)("agree on every model, whatever parameters are set (%s)", async (way) => {
    const llm = createOurClient(server.url, { maxRetries: 0 });
    const params = { temperature: 0.5, topP: 0.9, maxTokens: 2 ** 31 - 1, stopSequences: ["never"] };
    for (const id of IDS) {
      const chat = llm.chat(`us.${id}`).withParams(params);
      const answer = await (way === "ask" ? chat.ask("Hi") : chat.stream("Hi").response());
      expect(answer.warnings.map(({ code }) => code)).toContain("max_tokens_lowered");
    }
  });
});
