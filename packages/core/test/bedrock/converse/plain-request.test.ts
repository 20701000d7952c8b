import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BedrockOptions } from "../../../src/bedrock/config.ts";
import { renderFittedRequest } from "../../../src/bedrock/converse/fitted-request.ts";
import { renderPlainConversation, renderPlainRequest } from "../../../src/bedrock/converse/plain-request.ts";
import { renderRequest } from "../../../src/bedrock/converse/request.ts";
import type { RenderedRequest } from "../../../src/bedrock/converse/wire.ts";
import type { ChatRequest } from "../../../src/provider.ts";
import type { ContentPart } from "../../../src/types/content.ts";
import type { Message } from "../../../src/types/message.ts";

/** A plain request in the two ways that there are, without and with what its model tells. */
function renderPlain(request: ChatRequest, client: BedrockOptions): RenderedRequest | undefined {
  const conversation = renderPlainConversation(request, client);
  if (!conversation) return undefined;
  const fitted = renderFittedRequest(request, conversation);
  const rendered = renderPlainRequest(request, conversation);
  if (rendered) expect(rendered.body).toEqual(fitted?.body);
  return rendered ?? fitted;
}

const MODELS = [
  "anthropic.claude-3-5-sonnet-20240620-v1:0",
  "us.anthropic.claude-sonnet-4-6",
  "anthropic.claude-opus-4-8",
  "amazon.nova-lite-v1:0",
  "amazon.titan-text-express-v1",
  "mistral.mistral-7b-instruct-v0:2",
  "us.meta.llama3-3-70b-instruct-v1:0",
  "us.deepseek.r1-v1:0",
  "openai.gpt-oss-120b-1:0",
  "new.model-v1:0",
];

const text = fc.oneof(fc.string(), fc.constantFrom("", " ", "\n", "\u00a0", "Hi", "a ", "\ud800"));
const part = fc.oneof(
  { weight: 6, arbitrary: text.map((value): ContentPart => ({ type: "text", text: value })) },
  { weight: 1, arbitrary: text.map((value): ContentPart => ({ type: "thinking", text: value, signature: "s" })) },
);
const content = fc.oneof({ weight: 3, arbitrary: text }, fc.array(part, { maxLength: 3 }));
const role = fc.constantFrom("user" as const, "assistant" as const, "system" as const);
const anyMessages: fc.Arbitrary<Message[]> = fc.array(fc.record({ role, content }), { maxLength: 6 });
const turns: fc.Arbitrary<Message[]> = fc
  .tuple(fc.array(content, { maxLength: 5 }), fc.option(content))
  .map(([said, system]) => [
    ...(system === null ? [] : [{ role: "system" as const, content: system }]),
    ...said.map((each, index) => ({
      role: index % 2 === 0 ? ("user" as const) : ("assistant" as const),
      content: each,
    })),
  ]);
const params = fc.record(
  {
    temperature: fc.double({ min: 0, max: 1, noNaN: true }),
    topP: fc.double({ min: 0, max: 1, noNaN: true }),
    maxTokens: fc.integer({ min: 1, max: 1_000_000 }),
    stopSequences: fc.array(fc.string({ minLength: 1 }), { maxLength: 2 }),
    serviceTier: fc.constant({ type: "flex" as const }),
    requestMetadata: fc.constant({ team: "search" }),
  },
  { requiredKeys: [] },
);
const requests: fc.Arbitrary<ChatRequest> = fc.record({
  model: fc.constantFrom(...MODELS),
  messages: fc.oneof(turns, anyMessages),
  params,
  options: fc.constant({}),
});

describe("a plain request", () => {
  test("is what the full rendering makes of it, without a word", () => {
    let plain = 0;
    fc.assert(
      fc.property(requests, (request) => {
        const short = renderPlain(request, {});
        if (!short) return;
        plain += 1;
        const full = renderRequest(request, {}, false);
        expect(short.body).toEqual(full.body);
        expect(short.warnings).toEqual(full.warnings);
        expect(full.model).toMatchObject(short.model);
        expect(full.reader).toBeUndefined();
        expect(full.checkCache).toBeUndefined();
        expect(full.isUnstreamable).toBe(false);
      }),
      { numRuns: 2000 },
    );
    expect(plain).toBeGreaterThan(50);
  });

  const question: Message = { role: "user", content: "Hi" };
  const base: ChatRequest = { model: MODELS[1] ?? "", messages: [question], params: {}, options: {} };

  test("has system prompt, turns and parameters", () => {
    const messages: Message[] = [{ role: "system", content: "Be brief." }, question];
    expect(renderPlain({ ...base, messages, params: { maxTokens: 5 } }, {})?.body).toEqual({
      system: [{ text: "Be brief." }],
      messages: [{ role: "user", content: [{ text: "Hi" }] }],
      inferenceConfig: { maxTokens: 5 },
    });
  });

  test.each<[what: string, more: Partial<ChatRequest>]>([
    ["tools", { tools: [{ name: "a", inputSchema: {} }] }],
    ["a schema", { output: { schema: {} } }],
    ["thinking", { params: { thinking: false } }],
    ["effort", { params: { effort: "low" } }],
    ["a cache", { params: { cache: "auto" } }],
    ["a guardrail", { params: { guardrailConfig: {} } }],
    ["fields of the model's own", { params: { additionalModelRequestFields: {} } }],
    ["an output configuration", { params: { outputConfig: {} } }],
    [
      "a cache point",
      { messages: [{ role: "user", content: [{ type: "text", text: "Hi", cache_control: { type: "ephemeral" } }] }] },
    ],
    ["the assistant's word last", { messages: [question, { role: "assistant", content: "Well" }] }],
    ["a tool's result", { messages: [question, { role: "assistant", content: "a" }, { role: "tool", content: "b" }] }],
    [
      "a system prompt for a model without",
      { model: MODELS[4] ?? "", messages: [{ role: "system", content: "x" }, question] },
    ],
  ])("is not one with %s", (_what, more) => {
    expect(renderPlain({ ...base, ...more }, {})).toBeUndefined();
  });

  test("is not one where the client has a guardrail", () => {
    expect(renderPlain(base, { bedrockGuardrailIdentifier: "gr1" })).toBeUndefined();
    expect(renderPlain(base, { bedrockGuardrailVersion: "1" })).toBeUndefined();
  });
});
