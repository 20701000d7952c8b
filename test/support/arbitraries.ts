import type { ChatParams, ContentPart, JsonValue, Message } from "@node-llm/core";
import fc from "fast-check";

/** Text of any script, often blank. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }) },
  { weight: 3, arbitrary: fc.string({ unit: "grapheme-ascii", maxLength: 60 }) },
  { weight: 1, arbitrary: fc.constantFrom("", " ", "\n", "\u00a0\t") },
);

const base64: fc.Arbitrary<string> = fc
  .uint8Array({ minLength: 1, maxLength: 24 })
  .map((bytes) => Buffer.from(bytes).toString("base64"));

const textPart: fc.Arbitrary<ContentPart> = fc.record({ type: fc.constant("text" as const), text });

const thinkingPart: fc.Arbitrary<ContentPart> = fc.oneof(
  fc.record({ type: fc.constant("thinking" as const), text }),
  fc.record({ type: fc.constant("thinking" as const), text, signature: base64 }),
  fc.record({ type: fc.constant("thinking" as const), text: fc.constant(""), redacted: base64 }),
);

/** A message as a caller of the chat may write or keep it: text, and of the assistant also thinking. */
export const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    role: fc.constantFrom("system" as const, "user" as const, "tool" as const),
    content: fc.oneof(text, fc.array(textPart, { maxLength: 4 })),
  }),
  fc.record({
    role: fc.constant("assistant" as const),
    content: fc.oneof(text, fc.array(fc.oneof(textPart, thinkingPart), { maxLength: 4 })),
  }),
);

const label = fc.string({
  unit: fc.constantFrom(..."abzABZ019 \t:_@$#=/+,-.".split("")),
  minLength: 1,
  maxLength: 40,
});

const pointer = fc
  .array(
    fc.array(fc.constantFrom("a", "B", "0", "~0", "~1", "-", "é"), { maxLength: 5 }).map((units) => units.join("")),
    { minLength: 1, maxLength: 4 },
  )
  .map((steps) => steps.map((step) => `/${step}`).join(""));

const json: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom(null, true, 0, -1.5, "x"),
  fc.array(fc.integer(), { maxLength: 3 }),
  fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
);

const share = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));

const guardrail = fc.record(
  {
    guardrailIdentifier: fc.constantFrom("gr1", "arn:aws:bedrock:us-east-1:123456789012:guardrail/gr1"),
    guardrailVersion: fc.constantFrom("1", "42", "DRAFT"),
    trace: fc.constantFrom("enabled" as const, "disabled" as const, "enabled_full" as const),
    streamProcessingMode: fc.constantFrom("sync" as const, "async" as const),
  },
  { requiredKeys: ["guardrailIdentifier", "guardrailVersion"] },
);

const outputConfig = fc.constant({
  textFormat: {
    type: "json_schema",
    structure: { jsonSchema: { schema: '{"type":"object","additionalProperties":false}', name: "answer" } },
  },
});

/** Any legal set of parameters. */
export const params: fc.Arbitrary<ChatParams> = fc.record(
  {
    temperature: share,
    topP: share,
    maxTokens: fc.integer({ min: 1, max: 100_000 }),
    stopSequences: fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }), { maxLength: 6 }),
    additionalModelRequestFields: fc.dictionary(fc.constantFrom("top_k", "seed", "deep"), json),
    additionalModelResponseFieldPaths: fc.array(pointer, { maxLength: 10 }),
    promptVariables: fc.dictionary(fc.string(), fc.record({ text: fc.string() }), { maxKeys: 3 }),
    requestMetadata: fc.dictionary(label, fc.oneof(label, fc.constant("")), { minKeys: 1, maxKeys: 16 }),
    performanceConfig: fc.record({ latency: fc.constantFrom("standard" as const, "optimized" as const) }),
    serviceTier: fc.record({
      type: fc.constantFrom("default" as const, "priority" as const, "flex" as const, "reserved" as const),
    }),
    guardrailConfig: guardrail,
    outputConfig,
  },
  { requiredKeys: [] },
);
