import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveModel } from "../../src/models/families.ts";
import { validateConverse } from "../../src/validations/converse.ts";
import { assistant, hi, MODELS, refusal, refusalText, text, toolConfig, toolResult, toolUse, user } from "./support.ts";

describe("the model id", () => {
  it.each(["does-not-exist", "us.does-not-exist-v1:0", "claude-sonnet-4-6"])("%s is unknown", (id) => {
    expect(refusalText({ messages: [hi] }, id)).toBe("The provided model identifier is invalid.");
  });

  it("of an embedding model is not for Converse", () => {
    expect(refusalText({ messages: [hi] }, "amazon.titan-embed-text-v2:0")).toContain(
      "This action doesn't support the model",
    );
  });

  it("without a profile is refused where one is needed", () => {
    const id = "anthropic.claude-sonnet-4-6";
    const words = (name: string): string =>
      `Invocation of model ID ${name} with on-demand throughput isn’t supported. ` +
      "Retry your request with the ID or ARN of an inference profile that contains this model.";
    expect(refusalText({ messages: [hi] }, id)).toBe(words(id));
    const arn = `arn:aws:bedrock:us-east-1::foundation-model/${id}`;
    expect(refusalText({ messages: [hi] }, arn)).toBe(words(arn));
    const profile = `arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.${id}`;
    expect(refusalText({ messages: [hi] }, profile)).toBeUndefined();
  });

  it("must match AWS's pattern", () => {
    expect(refusalText({ messages: [hi] }, "not/an/id")).toMatch(
      /^1 validation error detected: Value 'not\/an\/id' at 'modelId' failed to satisfy constraint: Member must satisfy regular/,
    );
  });
});

describe("a request", () => {
  it("is returned as sent, without its null members", () => {
    const body = { messages: [hi], system: null, inferenceConfig: { maxTokens: 5, topP: null } };
    expect(validateConverse({ modelId: MODELS.nova, body, streaming: false })).toEqual({
      messages: [hi],
      inferenceConfig: { maxTokens: 5 },
    });
  });

  it("may have no messages when the id is a prompt", () => {
    const id = "arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1";
    expect(refusalText({ promptVariables: { name: { text: "Ada" } } }, id)).toBeUndefined();
  });

  it("has a stream mode in its guardrail when it streams, and only then", () => {
    const body = { messages: [hi], guardrailConfig: { streamProcessingMode: "sync" } };
    expect(refusalText(body, MODELS.nova, true)).toBeUndefined();
    expect(refusalText(body, MODELS.nova, false)).toContain("#/guardrailConfig: extraneous key [streamProcessingMode]");
  });

  it("with an unknown member names the place", () => {
    expect(refusalText({ messages: [{ role: "user", content: [{ type: "text", text: "a" }] }] })).toBe(
      "Malformed input request: #/messages/0/content/0: extraneous key [type] is not permitted, please reformat your input and try again.",
    );
  });

  it("with an empty block names the keys", () => {
    expect(refusalText({ messages: [user({})] })).toMatch(
      /^ContentBlock object at messages\.0\.content\.0 must set one of the following keys: text, image, toolUse, toolResult, document, video,/,
    );
  });

  it("with a missing role names the place", () => {
    expect(refusalText({ messages: [{ content: [text("a")] }] })).toBe(
      "1 validation error detected: Value null at 'messages.1.member.role' failed to satisfy constraint: Member must not be null",
    );
  });

  it("of the wrong type is a serialization error", () => {
    expect(refusal({ messages: "hi" })).toBe("SerializationException: Expected list or null");
    expect(refusal("hi")).toBe("SerializationException: Expected null");
  });
});

/** Bodies that are near enough to good ones to reach every rule. */
function createBodies(): fc.Arbitrary<unknown> {
  const block = fc.oneof(
    fc.constantFrom<unknown>(
      text("a"),
      text(""),
      text(" "),
      toolUse("a"),
      toolUse("b", { input: [1] }),
      toolResult("a"),
      toolResult("b", { status: "error", content: [] }),
      { cachePoint: { type: "default", ttl: "1h" } },
      { document: { name: "a.b", source: { text: "x" } } },
      { image: { format: "png", source: { s3Location: { uri: "s3://bucket/k" } } } },
    ),
    fc.jsonValue(),
  );
  const message = fc.record({ role: fc.constantFrom("user", "assistant", "system", 1), content: fc.array(block) });
  return fc.record(
    {
      messages: fc.oneof(fc.array(message), fc.jsonValue()),
      toolConfig: fc.oneof(fc.constant(toolConfig), fc.jsonValue()),
      inferenceConfig: fc.oneof(fc.record({ maxTokens: fc.integer(), temperature: fc.double() }), fc.jsonValue()),
      additionalModelRequestFields: fc.jsonValue(),
      additionalModelResponseFieldPaths: fc.oneof(fc.array(fc.string()), fc.jsonValue()),
      requestMetadata: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
}

describe("the validator", () => {
  it("throws nothing but AwsError, whatever it is given", () => {
    const ids = fc.oneof(fc.constantFrom(...Object.values(MODELS)), fc.string());
    fc.assert(
      fc.property(fc.oneof(createBodies(), fc.jsonValue()), ids, fc.boolean(), (body, id, streaming) => {
        expect(() => refusal(body, id, streaming)).not.toThrow();
      }),
      { numRuns: 1_000 },
    );
  });

  it("accepts any alternating conversation of words", () => {
    const words = fc.string({ minLength: 1 }).filter((value) => value.trim() !== "");
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 9 }), (turns) => {
        const odd = turns.length % 2 === 0 ? turns.slice(1) : turns;
        const messages = odd.map((value, index) => (index % 2 === 0 ? user(text(value)) : assistant(text(value))));
        for (const id of Object.values(MODELS)) expect(refusal({ messages }, id)).toBeUndefined();
      }),
    );
  });

  it("is quick with ids that are hard on the pattern", () => {
    const id = `${"a_".repeat(1_000)}!`;
    expect(refusalText({ messages: [hi] }, id)).toContain("at 'modelId'");
    expect(resolveModel(id)).toBeUndefined();
  });
});
