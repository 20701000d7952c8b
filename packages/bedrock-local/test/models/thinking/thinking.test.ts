import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerConverse, type Answer } from "../../../src/models/answer.ts";
import { resolveModel } from "../../../src/models/families.ts";
import { checkReplay } from "../../../src/models/thinking/check-replay.ts";
import { createSigner } from "../../../src/models/thinking/signatures.ts";
import { createRandom } from "../../../src/random.ts";
import type { ContentBlock, ConverseRequest, Json, Message, ReasoningContentBlock } from "../../../src/wire.ts";
import { CLAUDE, findCalls, findText, reply, TOOLS, user } from "../tools/support.ts";

const ENABLED = { thinking: { type: "enabled", budget_tokens: 2048 } };

function ask(modelId: string, fields: Json | undefined, more: ConverseRequest = {}, isStreaming = false): Answer {
  const request: ConverseRequest = {
    messages: [user("Count to 3")],
    ...(fields === undefined ? {} : { additionalModelRequestFields: fields }),
    ...more,
  };
  return answerConverse(request, modelId, { random: createRandom(7), seed: 1, isStreaming });
}

function findThoughts({ message }: Answer): ReasoningContentBlock[] {
  return message.content.flatMap((block) => ("reasoningContent" in block ? [block.reasoningContent] : []));
}

describe("whether a model thinks", () => {
  it.each<[string, Json | undefined]>([
    [CLAUDE, ENABLED],
    [CLAUDE, { reasoning_config: { type: "enabled", budget_tokens: 1024 } }],
    ["us.anthropic.claude-opus-4-6-v1", { thinking: { type: "adaptive" } }],
    ["arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc", ENABLED],
    ["us.amazon.nova-2-lite-v1:0", { reasoningConfig: { type: "enabled", maxReasoningEffort: "low" } }],
    ["us.deepseek.r1-v1:0", undefined],
    ["deepseek.v3-v1:0", { reasoning_effort: "high" }],
    ["openai.gpt-oss-120b-1:0", undefined],
    ["openai.gpt-oss-20b-1:0", { reasoning_effort: "high" }],
    ["qwen.qwen3-32b-v1:0", { reasoning_config: "high" }],
    ["minimax.minimax-m2", undefined],
    ["moonshot.kimi-k2-thinking", undefined],
  ])("%s does with %j", (modelId, fields) => {
    const answer = ask(modelId, fields);
    expect(findThoughts(answer)).toHaveLength(1);
    expect(findText(answer)).toBe("1, 2, 3");
  });

  it.each<[string, Json | undefined]>([
    [CLAUDE, undefined],
    [CLAUDE, { thinking: { type: "disabled" } }],
    ["anthropic.claude-3-haiku-20240307-v1:0", ENABLED],
    ["us.amazon.nova-2-lite-v1:0", { reasoningConfig: { type: "disabled" } }],
    ["us.amazon.nova-2-lite-v1:0", undefined],
    ["deepseek.v3-v1:0", undefined],
    ["qwen.qwen3-32b-v1:0", undefined],
    ["mistral.mistral-large-2402-v1:0", { thinking: { type: "enabled" } }],
  ])("%s does not with %j", (modelId, fields) => {
    expect(findThoughts(ask(modelId, fields))).toEqual([]);
  });
});

describe("a thought", () => {
  it("stands before the answer, signed for Claude only", () => {
    const [first] = ask(CLAUDE, ENABLED).message.content;
    expect(first).toEqual({
      reasoningContent: {
        reasoningText: {
          text: expect.stringContaining("Count to 3"),
          signature: expect.stringMatching(/^[\w+/]{40,}={0,2}$/),
        },
      },
    });
    const [plain] = findThoughts(ask("openai.gpt-oss-120b-1:0", undefined));
    expect(plain).toEqual({ reasoningText: { text: expect.stringContaining("Count to 3") } });
  });

  it("stands after the answer of DeepSeek R1, except in a stream", () => {
    const kinds = ({ message }: Answer): (string | undefined)[] =>
      message.content.map((block) => Object.keys(block)[0]);
    expect(kinds(ask("us.deepseek.r1-v1:0", undefined))).toEqual(["text", "reasoningContent"]);
    expect(kinds(ask("us.deepseek.r1-v1:0", undefined, {}, true))).toEqual(["reasoningContent", "text"]);
  });

  it("is not shown by Nova, and by late Claudes only on request", () => {
    const nova = ask("us.amazon.nova-2-lite-v1:0", { reasoningConfig: { type: "enabled", maxReasoningEffort: "low" } });
    expect(findThoughts(nova)).toEqual([{ reasoningText: { text: "[REDACTED]" } }]);
    const late = (fields: Json): ReasoningContentBlock | undefined =>
      findThoughts(ask("us.anthropic.claude-opus-4-8", fields))[0];
    expect(late({ thinking: { type: "adaptive" } })).toEqual({
      reasoningText: { text: "", signature: expect.any(String) },
    });
    expect(late({ thinking: { type: "adaptive", display: "summarized" } })).toMatchObject({
      reasoningText: { text: expect.stringContaining("Count") },
    });
  });

  it("counts as output, also where it is not shown", () => {
    const silent = ask(CLAUDE, undefined).usage.outputTokens;
    expect(ask(CLAUDE, ENABLED).usage.outputTokens).toBeGreaterThan(silent + 10);
    expect(ask("us.anthropic.claude-opus-4-8", { thinking: { type: "adaptive" } }).usage.outputTokens).toBeGreaterThan(
      silent + 10,
    );
  });

  it("is longer with more effort", () => {
    const [low, high] = ["low", "high"].map((reasoning_effort) => ask("openai.gpt-oss-120b-1:0", { reasoning_effort }));
    expect(high?.usage.outputTokens).toBeGreaterThan(low?.usage.outputTokens ?? 0);
  });

  it("comes redacted on demand, as base64 of readable text", () => {
    const answer = ask(CLAUDE, ENABLED, { messages: [user("Say hi. Redact your thinking.")] });
    const [thought] = findThoughts(answer);
    expect(thought).toEqual({ redactedContent: expect.any(String) });
    const inner = Buffer.from(
      thought !== undefined && "redactedContent" in thought ? thought.redactedContent : "",
      "base64",
    );
    expect(inner.toString("latin1")).toMatch(/^[\w+/=.]+$/);
  });

  it("is cut by maxTokens and then not signed", () => {
    const answer = ask(CLAUDE, ENABLED, { inferenceConfig: { maxTokens: 4 } });
    expect(answer.stopReason).toBe("max_tokens");
    expect(answer.message.content).toEqual([{ reasoningContent: { reasoningText: { text: expect.any(String) } } }]);
    expect(answer.usage.outputTokens).toBe(4);
  });

  it("stands before the calls it leads to, and comes again after results only where the model interleaves", () => {
    const messages = [user("Weather in Paris?")];
    const run = (modelId: string, fields: Json, conversation: Message[]): Answer =>
      ask(modelId, fields, { messages: conversation, toolConfig: { tools: TOOLS } });
    const first = run(CLAUDE, ENABLED, messages);
    expect(Object.keys(first.message.content[0] ?? {})).toEqual(["reasoningContent"]);
    expect(findCalls(first)).toHaveLength(1);
    const next = reply(messages, first, () => ({ content: [{ text: "sunny" }] }));
    expect(findThoughts(run(CLAUDE, ENABLED, next))).toEqual([]);
    const interleaved = { ...ENABLED, anthropic_beta: ["interleaved-thinking-2025-05-14"] };
    expect(findThoughts(run(CLAUDE, interleaved, next))).toHaveLength(1);
    expect(findThoughts(run("us.anthropic.claude-opus-4-6-v1", { thinking: { type: "adaptive" } }, next))).toHaveLength(
      1,
    );
  });
});

describe("thinking that comes back", () => {
  const model = resolveModel(CLAUDE);
  const first = ask(CLAUDE, ENABLED, { messages: [user("Weather in Paris?")], toolConfig: { tools: TOOLS } });
  const check = (messages: Message[], fields: Json = ENABLED, seed = 1): void => {
    if (model === undefined) throw new Error("The model is unknown.");
    checkReplay({ messages, additionalModelRequestFields: fields }, model, createSigner(seed));
  };
  const after = (content: ContentBlock[]): Message[] =>
    reply([user("Weather in Paris?")], { ...first, message: { role: "assistant", content } }, () => ({
      content: [{ text: "sunny" }],
    }));

  it("passes unchanged, also through JSON", () => {
    const restored: Message[] = JSON.parse(JSON.stringify(after(first.message.content)));
    expect(() => check(restored)).not.toThrow();
    const redacted = ask(CLAUDE, ENABLED, { messages: [user("Hi. Redact your thinking.")] });
    expect(() => check([user("Hi"), redacted.message, user("And?")])).not.toThrow();
    const omitted = ask("us.anthropic.claude-opus-4-8", { thinking: { type: "adaptive" } });
    expect(() => check([user("Hi"), omitted.message, user("And?")])).not.toThrow();
  });

  it("is refused with another text, another signature or the signature of another server", () => {
    const [thought, ...rest] = first.message.content;
    const reasoning =
      thought !== undefined && "reasoningContent" in thought ? thought.reasoningContent : { redactedContent: "" };
    const { text, signature = "" } = "reasoningText" in reasoning ? reasoning.reasoningText : { text: "" };
    const change = (changed: { text: string; signature: string }): Message[] =>
      after([{ reasoningContent: { reasoningText: changed } }, ...rest]);
    const message =
      "The model returned the following errors: messages.1.content.0: Invalid `signature` in `thinking` block";
    expect(() => check(change({ text: `${text} `, signature }))).toThrow(message);
    expect(() => check(change({ text, signature: "EoMHCkgIDRABGAIqQP8Rojwvl6OxxHAHwqntIBwfOk4=" }))).toThrow(message);
    expect(() => check(change({ text: "", signature }))).toThrow(message);
    expect(() => check(change({ text, signature }), ENABLED, 2)).toThrow(message);
  });

  it("is refused with any one character changed", () => {
    const thought = findThoughts(first)[0];
    const { text, signature = "" } =
      thought !== undefined && "reasoningText" in thought ? thought.reasoningText : { text: "" };
    const signer = createSigner(1);
    fc.assert(
      fc.property(fc.nat(signature.length - 1), fc.constantFrom("A", "B", "/", "="), (at, character) => {
        const changed = signature.slice(0, at) + character + signature.slice(at + 1);
        expect(signer.isValid("clear", text, changed)).toBe(changed === signature);
      }),
    );
  });

  it("is refused when redacted thinking was changed (our words)", () => {
    const { content } = ask(CLAUDE, ENABLED, { messages: [user("Hi. Redact your thinking.")] }).message;
    const data = Buffer.from(JSON.stringify(content)).toString("base64");
    expect(() =>
      check([
        user("Hi"),
        { role: "assistant", content: [{ reasoningContent: { redactedContent: data } }] },
        user("And?"),
      ]),
    ).toThrow("messages.1.content.0: Invalid `data` in `redacted_thinking` block");
  });

  it("must be there while calls are answered, if thinking has a budget", () => {
    const lost = after(first.message.content.slice(1));
    const refusal = "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `text`.";
    expect(() => check(lost)).toThrow(refusal);
    expect(() => check(after(first.message.content.filter((block) => "toolUse" in block)))).toThrow(
      "but found `tool_use`.",
    );
    expect(() => check(lost, {})).not.toThrow();
    expect(() => check(lost, { thinking: { type: "adaptive" } })).not.toThrow();
    expect(() => check([...lost, { role: "assistant", content: [{ text: "Sunny." }] }, user("Thanks")])).not.toThrow();
  });

  it("is asked for only once in a loop of several calls", () => {
    const messages = after(first.message.content);
    const second: ContentBlock[] = [{ toolUse: { toolUseId: "b", name: "get_time", input: {} } }];
    const result: ContentBlock[] = [{ toolResult: { toolUseId: "b", content: [] } }];
    expect(() =>
      check([...messages, { role: "assistant", content: second }, { role: "user", content: result }]),
    ).not.toThrow();
  });

  it("is not looked at by other families", () => {
    const nova = resolveModel("us.amazon.nova-2-lite-v1:0");
    if (nova === undefined) throw new Error("The model is unknown.");
    const messages: Message[] = [
      user("Hi"),
      { role: "assistant", content: [{ reasoningContent: { reasoningText: { text: "x", signature: "y" } } }] },
    ];
    expect(() => checkReplay({ messages }, nova, createSigner(1))).not.toThrow();
  });
});
