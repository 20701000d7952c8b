import { expect } from "vitest";
import type { LLM } from "../../src/llm.ts";
import { converseResponse } from "../support/events.ts";

const MODEL = "us.anthropic.claude-sonnet-4-6";

/** A call of the library, the answers that it can have, and what must hold of what it gives. */
export interface FuzzedOperation {
  readonly answers: readonly object[];
  readonly call: (llm: LLM) => Promise<unknown>;
}

const number = expect.any(Number) as number;

/** Checks the types that the public face promises, whatever the server sent. */
function expectUsage(usage: object | undefined): void {
  for (const count of Object.values(usage ?? {})) {
    if (typeof count !== "object") expect(count).toSatisfy((value) => Number.isFinite(value));
  }
}

const CITED = {
  citationsContent: {
    content: [{ text: "Two." }],
    citations: [
      {
        title: "T",
        sourceContent: [{ text: "2" }],
        location: { documentChar: { documentIndex: 0, start: 0, end: 1 } },
      },
    ],
  },
};
const THOUGHT = { reasoningContent: { reasoningText: { text: "Hm", signature: "c2ln" } } };
const HIDDEN = { reasoningContent: { redactedContent: "cmVk" } };
const CALL = { toolUse: { toolUseId: "t1", name: "add", input: { a: 1, b: [2, { c: 3 }] } } };
const IMAGE = { image: { format: "png", source: { bytes: "iVBORw0KGgo=" } } };
const TRACE = {
  trace: { guardrail: { inputAssessment: { gr: { topicPolicy: { topics: [{ name: "T", action: "BLOCKED" }] } } } } },
};
const ASSESSMENT = {
  contentPolicy: { filters: [{ type: "VIOLENCE", confidence: "HIGH", action: "BLOCKED", detected: true }] },
  sensitiveInformationPolicy: { piiEntities: [{ type: "EMAIL", match: "a@b.c", action: "ANONYMIZED" }] },
  automatedReasoningPolicy: { findings: [{ valid: { translation: { premises: [] } } }] },
  invocationMetrics: { guardrailProcessingLatency: 12, usage: { topicPolicyUnits: 1 } },
};

/** Every operation that reads an answer in JSON. */
export const OPERATIONS: Readonly<Record<string, FuzzedOperation>> = {
  Converse: {
    answers: [
      converseResponse([{ text: "Hi" }]),
      converseResponse([THOUGHT, HIDDEN, { text: "A" }, CITED, IMAGE, { video: {} }], TRACE),
      converseResponse([CALL], {
        stopReason: "end_turn",
        usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3, cacheDetails: [{ ttl: "5m", inputTokens: 3 }] },
      }),
      converseResponse([CALL], { stopReason: "tool_use", additionalModelResponseFields: { stop: [1] } }),
    ],
    call: async (llm) => {
      const chat = llm.chat(MODEL).withSchema({ type: "object", properties: { a: { type: "number" } } });
      const response = await chat.ask("Hi").catch(async (error: unknown) => {
        // An answer that does not fit is an answer all the same: the chat goes on.
        await chat.fork().ask("Again").catch(expectNothing);
        throw error;
      });
      expect(response).toMatchObject({
        content: expect.any(String) as string,
        finishReason: expect.any(String) as string,
      });
      expect(String(response)).toBe(response.content);
      expect(response.parts.every(({ type }) => typeof type === "string")).toBe(true);
      expectUsage(response.usage);
      expect(Object.getPrototypeOf(response.metadata)).toBe(Object.prototype);
      for (const part of response.parts) {
        if (part.type !== "text") continue;
        for (const citation of part.citations ?? []) expect(Object.getPrototypeOf(citation)).toBe(Object.prototype);
      }
      // What came can be asked about again, or is refused in words.
      await chat.fork().ask("And?").catch(expectNothing);
      return response;
    },
  },
  "Converse with tools": {
    answers: [converseResponse([{ text: "I add." }, CALL], { stopReason: "tool_use" })],
    call: async (llm) => {
      const schema = { type: "object", properties: { a: { type: "number" } }, required: ["a"] } as const;
      const add = { name: "add", description: "Adds", schema, execute: () => "3" };
      return llm.chat(MODEL).withTools([add]).ask("Add");
    },
  },
  ApplyGuardrail: {
    answers: [
      {
        usage: { topicPolicyUnits: 1 },
        action: "GUARDRAIL_INTERVENED",
        outputs: [{ text: "No." }],
        assessments: [ASSESSMENT, ASSESSMENT],
        guardrailCoverage: { textCharacters: { guarded: 1, total: 1 } },
      },
      { action: "NONE", outputs: [], assessments: [], output: null },
    ],
    call: async (llm) => {
      const guardrail = { guardrailIdentifier: "gr", guardrailVersion: "1" };
      const { results, flagged } = await llm.moderate("Text", { guardrail });
      expect(typeof flagged).toBe("boolean");
      for (const { categories, scores } of results) {
        expect(Object.values(categories).every((found) => typeof found === "boolean")).toBe(true);
        for (const score of Object.values(scores)) expect(score).toEqual(number);
      }
    },
  },
  InvokeGuardrailChecks: {
    answers: [
      {
        results: { contentFilter: { results: [{ category: "VIOLENCE", severityScore: 0.5 }] } },
        usage: { contentFilter: { textUnits: 1 } },
      },
    ],
    call: (llm) => llm.moderate("Text", { checks: { contentFilter: ["VIOLENCE"] } }),
  },
  "Embeddings of Titan": {
    answers: [{ embedding: [0.5, 0.25], embeddingsByType: { float: [0.5, 0.25] }, inputTextTokenCount: 2 }],
    call: async (llm) => {
      const { vectors } = await llm.embed(["a", "b"], { model: "amazon.titan-embed-text-v2:0" });
      for (const vector of vectors) expect(vector.every(Number.isFinite)).toBe(true);
    },
  },
  "Embeddings of Cohere": {
    answers: [
      {
        embeddings: {
          float: [
            [0.5, 0.25],
            [1, 2],
          ],
        },
        id: "i",
        response_type: "embeddings_by_type",
        texts: ["a", "b"],
      },
      { embeddings: [[0.5], [1]], response_type: "embeddings_floats" },
    ],
    call: async (llm) => {
      const { vectors } = await llm.embed(["a", "b"], { model: "cohere.embed-v4:0" });
      expect(vectors).toHaveLength(2);
      for (const vector of vectors) expect(vector.every(Number.isFinite)).toBe(true);
    },
  },
  "Images of Amazon": {
    answers: [{ images: ["iVBORw0KGgo="], error: null, maskImage: "iVBORw0KGgo=" }],
    call: async (llm) => {
      const image = await llm.paint("A cat", { model: "amazon.nova-canvas-v1:0" });
      expect(image.data).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
    },
  },
  "Images of Stability": {
    answers: [{ images: ["iVBORw0KGgo="], seeds: [7], finish_reasons: [null] }],
    call: async (llm) => (await llm.paint("A cat", { model: "stability.sd3-5-large-v1:0" })).toBuffer(),
  },
  "InvokeModel for ranks": {
    answers: [
      {
        results: [
          { index: 1, relevance_score: 0.9 },
          { index: 0, relevance_score: 0.1 },
        ],
      },
    ],
    call: async (llm) => {
      const { results } = await llm.rerank("q", ["a", "b"], { model: "cohere.rerank-v3-5:0" });
      for (const { document, score } of results) {
        expect(["a", "b"]).toContain(document);
        expect(Number.isFinite(score)).toBe(true);
      }
    },
  },
  Rerank: {
    answers: [
      {
        results: [
          { index: 0, relevanceScore: 0.9 },
          { index: 1, relevanceScore: 0.1 },
        ],
      },
    ],
    call: (llm) => llm.rerank("q", ["a", "b"], { model: "amazon.rerank-v1:0", via: "agent" }),
  },
  CountTokens: {
    answers: [{ inputTokens: 12 }],
    call: async (llm) => {
      const result = await llm.countTokens("Hi", { model: MODEL });
      expect(result.inputTokens).toSatisfy(Number.isFinite);
      return result;
    },
  },
  InvokeModel: {
    answers: [{ completion: "Hi", usage: { input_tokens: 1 } }],
    call: (llm) => llm.invoke(MODEL, { prompt: "Hi" }),
  },
  "ListFoundationModels and ListInferenceProfiles": {
    answers: [
      {
        modelSummaries: [
          {
            modelId: "amazon.nova-lite-v1:0",
            modelArn: "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
            inputModalities: ["TEXT"],
            outputModalities: ["TEXT"],
            inferenceTypesSupported: ["ON_DEMAND"],
            modelLifecycle: { status: "ACTIVE", endOfLifeTime: "2027-01-01T00:00:00Z" },
          },
        ],
        inferenceProfileSummaries: [
          {
            inferenceProfileId: "us.amazon.nova-lite-v1:0",
            inferenceProfileArn: "arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-lite-v1:0",
            models: [{ modelArn: "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0" }],
            status: "ACTIVE",
            type: "SYSTEM_DEFINED",
          },
        ],
      },
    ],
    call: (llm) => llm.models.list(),
  },
  ListGuardrails: {
    answers: [
      { guardrails: [{ id: "g", arn: "a", name: "N", version: "1", status: "READY", createdAt: "2026-01-01" }] },
    ],
    call: (llm) => llm.guardrails.list(),
  },
  GetModelInvocationJob: {
    answers: [
      {
        jobArn: "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abc123",
        modelId: "m",
        status: "Completed",
        submitTime: "2026-01-01T00:00:00Z",
        inputDataConfig: { s3InputDataConfig: { s3Uri: "s3://bucket/in.jsonl" } },
        outputDataConfig: { s3OutputDataConfig: { s3Uri: "s3://bucket/out/" } },
        totalRecordCount: 3,
      },
    ],
    call: (llm) => llm.batch.get("arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abc123"),
  },
  ListModelInvocationJobs: {
    answers: [{ invocationJobSummaries: [{ jobArn: "a", jobName: "n", status: "Failed", message: "m" }] }],
    call: (llm) => llm.batch.list(),
  },
  GetAsyncInvoke: {
    answers: [
      {
        invocationArn: "arn:aws:bedrock:us-east-1:123456789012:async-invoke/abc123",
        status: "Completed",
        submitTime: "2026-01-01T00:00:00Z",
        outputDataConfig: { s3OutputDataConfig: { s3Uri: "s3://bucket/out" } },
      },
    ],
    call: (llm) => llm.asyncInvocations.get("arn:aws:bedrock:us-east-1:123456789012:async-invoke/abc123"),
  },
  ListAsyncInvokes: {
    answers: [{ asyncInvokeSummaries: [{ invocationArn: "a", status: "Failed", failureMessage: "m" }] }],
    call: (llm) => llm.asyncInvocations.list(),
  },
  Doctor: {
    answers: [{ asyncInvokeSummaries: [] }],
    call: async (llm) => {
      const report = await llm.doctor({ model: MODEL });
      expect(String(report)).toEqual(expect.any(String));
      return report;
    },
  },
};

/** Only that it is typed counts; {@link outcomeOf} looks at the first failure, and this at those after it. */
function expectNothing(error: unknown): void {
  expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_/) as string });
}
