import { type BedrockLocal, type ReceivedRequest, startBedrockLocal } from "@node-llm/bedrock-local";
import { BadRequestError, type ChatParams, InputError, type LLM, type Message } from "@node-llm/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { message, params } from "../support/arbitraries.ts";
import { hasModel, readModelCheck } from "../support/aws-model.ts";
import { WAYS } from "../support/both-clients.ts";
import { createOurClient } from "../support/our-client.ts";

// A whole property, or the first request of a cold SDK, takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** An id that does not tell the model behind it, so that only the service's own rules hold. */
const OPAQUE = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6";
const SHAPES = { ask: "ConverseRequest", stream: "ConverseStreamRequest" };
const RUNS = 150;

describe.skipIf(!hasModel)("the requests of our client and AWS's model of them", () => {
  const check = readModelCheck();
  let server: BedrockLocal;
  let llm: LLM;
  beforeAll(async () => {
    server = await startBedrockLocal();
    llm = createOurClient(server.url, { maxRetries: 0 });
  });
  afterAll(() => server.close());

  /** The request that leaves for an input; none when our client refuses the input. */
  async function send(
    way: (typeof WAYS)[number],
    messages: readonly Message[],
    settings: ChatParams,
  ): Promise<ReceivedRequest | undefined> {
    const before = server.requests.length;
    const chat = llm.chat(OPAQUE, { messages, params: settings });
    try {
      await (way === "ask" ? chat.ask() : chat.stream().response());
    } catch (error) {
      if (!(error instanceof InputError) || server.requests.length > before) throw error;
      return undefined;
    }
    return server.requests.at(-1);
  }

  function problemsOf(way: (typeof WAYS)[number], { path, json }: ReceivedRequest): string[] {
    const modelId = decodeURIComponent(path.split("/")[2] ?? "");
    return check(SHAPES[way], { modelId, ...(typeof json === "object" && json) });
  }

  it.each(WAYS)("fit it, and pass the local Bedrock, for any history and any legal parameters (%s)", async (way) => {
    let sent = 0;
    const history = fc.array(message, { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(history, params, async (messages, settings) => {
        const request = await send(way, messages, settings);
        if (!request) return;
        sent += 1;
        expect(problemsOf(way, request)).toEqual([]);
        expect(request.status).toBe(200);
      }),
      { numRuns: RUNS },
    );
    // Only a history without any text to answer is refused.
    expect(sent).toBeGreaterThan(RUNS / 2);
  });

  it("are refused by the checker when they are wrong", () => {
    const good = { modelId: OPAQUE, messages: [{ role: "user", content: [{ text: "Hi" }] }] };
    expect(check("ConverseRequest", good)).toEqual([]);
    const bad: [object, string][] = [
      [{ ...good, modelId: undefined }, "modelId is missing"],
      [{ ...good, topK: 1 }, "topK is unknown"],
      [{ ...good, messages: {} }, "no list"],
      [{ ...good, messages: [{ role: "tool", content: [] }] }, "none of"],
      [{ ...good, system: [{ text: "" }] }, "0 is not from 1"],
      [{ ...good, system: [{ text: "a", cachePoint: { type: "default" } }] }, "exactly one"],
      [{ ...good, inferenceConfig: { temperature: 1.5 } }, "1.5 is not from 0 to 1"],
      [{ ...good, inferenceConfig: { maxTokens: 1.5 } }, "no integer"],
      [{ ...good, requestMetadata: { é: "a" } }, "does not match"],
      [{ ...good, requestMetadata: {} }, "0 is not from 1 to 16"],
    ];
    for (const [value, problem] of bad) expect(check("ConverseRequest", value).join()).toContain(problem);
  });

  interface Outcome {
    readonly refusedBy: "us" | "Bedrock" | "nobody";
    /** Whether what left fits AWS's model; nothing when nothing left. */
    readonly isLegal: boolean | undefined;
  }

  async function outcomeOf(settings: Readonly<Record<string, unknown>>): Promise<Outcome> {
    const before = server.requests.length;
    const asked = llm.chat(OPAQUE).withParams(settings).ask("Hi");
    const refusedBy = await asked.then(
      () => "nobody" as const,
      (error: unknown) => {
        if (error instanceof InputError) return "us" as const;
        if (error instanceof BadRequestError) return "Bedrock" as const;
        throw error;
      },
    );
    const request = server.requests[before];
    return { refusedBy, isLegal: request && problemsOf("ask", request).length === 0 };
  }

  it.each<[name: string, illegal: readonly unknown[], legal: readonly unknown[]]>([
    ["temperature", [-0.1, 1.1, NaN, Infinity, "0", null], [0, 0.5, 1]],
    ["topP", [-1, 2, NaN, true], [0, 1]],
    ["maxTokens", [0, -1, 1.5, 2 ** 53, "1"], [1]],
    ["stopSequences", [[""], ["a", 1], "a", Array.from({ length: 2501 }, () => "a")], [[], ["a"]]],
    [
      "additionalModelResponseFieldPaths",
      [[""], ["/".repeat(257)], Array.from({ length: 11 }, () => "/a"), "/a"],
      [[], ["/a"]],
    ],
    ["requestMetadata", [{}, { "": "a" }, { a: "ü" }, { a: 1 }, { a: "b".repeat(257) }], [{ a: "" }]],
    ["additionalModelRequestFields", ["top_k", ["top_k"], 1], [{ top_k: 1 }]],
    ["performanceConfig", ["optimized"], [{ latency: "standard" }]],
    ["serviceTier", ["flex"], [{ type: "flex" }]],
    [
      "guardrailConfig",
      ["gr1", { guardrailIdentifier: "No!" }, { guardrailIdentifer: "gr1" }],
      [{ guardrailIdentifier: "gr1", guardrailVersion: "1" }],
    ],
    ["promptVariables", ["a", []], [{ a: { text: "b" } }]],
    ["outputConfig", ["json"], [{ effort: "low" }]],
    ["topK", [1], []],
  ])("never leave with a %s that it does not allow", async (name, illegal, legal) => {
    for (const value of illegal) {
      expect(await outcomeOf({ [name]: value })).toEqual({ refusedBy: "us", isLegal: undefined });
    }
    for (const value of legal) {
      expect(await outcomeOf({ [name]: value })).toEqual({ refusedBy: "nobody", isLegal: true });
    }
  });

  // New values may come at any time, so what stands inside these objects is for Bedrock to judge.
  it.each<[name: string, value: unknown]>([
    ["performanceConfig", { latency: "fast" }],
    ["serviceTier", { type: "cheap" }],
    ["promptVariables", { a: {} }],
    ["outputConfig", { textFormat: { type: "json" } }],
  ])("leave with what is inside a %s as it is, and Bedrock's refusal comes back", async (name, value) => {
    expect(await outcomeOf({ [name]: value })).toEqual({ refusedBy: "Bedrock", isLegal: false });
  });
});
