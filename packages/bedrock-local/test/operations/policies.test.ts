import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import type {
  ConverseCommandInput,
  ConverseCommandOutput,
  ConverseStreamOutput,
} from "@aws-sdk/client-bedrock-runtime";
import { afterEach, describe, expect, it } from "vitest";

import { createCacheLedger } from "../../src/cache/ledger.ts";
import type { GuardrailOptions } from "../../src/guardrails/options.ts";
import { createGuardrailRegistry } from "../../src/guardrails/registry.ts";
import { type BedrockLocal, DOCUMENTATION_CREDENTIAL } from "../../src/index.ts";
import type { Answer } from "../../src/models/answer.ts";
import { answerWithPolicies, type PolicedAnswer, type PolicyContext } from "../../src/operations/policies.ts";
import type { ContentBlock, ConverseRequest } from "../../src/wire.ts";
import { rejection } from "../support.ts";
import { startServer } from "../support-server.ts";

const GUARDRAIL: GuardrailOptions = {
  id: "gr1",
  version: "1",
  blockedInputMessaging: "I cannot take that.",
  blockedOutputsMessaging: "I cannot say that.",
  words: ["cactus"],
  piiEntities: [{ type: "EMAIL", action: "ANONYMIZE" }],
  contextualGrounding: { grounding: 0.5 },
};
const NAMED = { guardrailIdentifier: "gr1", guardrailVersion: "1" };

function createContext(): PolicyContext {
  return {
    modelId: "amazon.nova-lite-v1:0",
    principal: "me",
    cache: createCacheLedger({ now: () => 0 }),
    region: "us-east-1",
    guardrails: createGuardrailRegistry([GUARDRAIL]),
    now: () => 0,
  };
}

function createAnswer(...content: ContentBlock[]): Answer {
  return {
    message: { role: "assistant", content },
    pieces: content.flatMap((block) => ("text" in block ? [block.text.split(/(?= )/)] : [])),
    stopReason: "end_turn",
    usage: { inputTokens: 5, outputTokens: 4, totalTokens: 9 },
  };
}

/** What comes of a question to which the model would say `words`. */
function converse(
  question: ContentBlock[],
  words: string,
  guardrailConfig: ConverseRequest["guardrailConfig"] = { ...NAMED, trace: "enabled" },
): { answer: PolicedAnswer; seen: ConverseRequest[] } {
  const seen: ConverseRequest[] = [];
  const request = { messages: [{ role: "user" as const, content: question }], guardrailConfig };
  const answer = answerWithPolicies(createContext(), request, (given) => {
    seen.push(given);
    return createAnswer({ text: words });
  });
  return { answer, seen };
}

const say = (text: string): ContentBlock[] => [{ text }];

describe("a guardrail in a conversation", () => {
  it("lets a harmless one pass, with a trace when it is asked for", () => {
    const { answer } = converse(say("hi"), "hello");
    expect(answer).toMatchObject({
      message: { content: [{ text: "hello" }] },
      stopReason: "end_turn",
      trace: {
        guardrail: {
          actionReason: "No action.",
          modelOutput: ["hello"],
          inputAssessment: { gr1: { invocationMetrics: { guardrailCoverage: { textCharacters: { guarded: 2 } } } } },
          outputAssessments: { gr1: [{ invocationMetrics: expect.anything() }] },
        },
      },
    });
    expect(converse(say("hi"), "hello", NAMED).answer).not.toHaveProperty("trace");
    expect(converse(say("cactus"), "hello", {}).answer.stopReason).toBe("end_turn");
  });

  it("answers in the model's place when the input is blocked, free of charge", () => {
    const { answer, seen } = converse(say("a cactus"), "hello");
    expect(seen).toHaveLength(0);
    expect(answer).toMatchObject({
      message: { role: "assistant", content: [{ text: "I cannot take that." }] },
      pieces: [["I cannot take that."]],
      stopReason: "guardrail_intervened",
      usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
    });
    const { guardrail } = answer.trace ?? {};
    expect(guardrail?.actionReason).toBe("Guardrail blocked.");
    expect(guardrail).not.toHaveProperty("modelOutput");
    expect(guardrail).not.toHaveProperty("outputAssessments");
    expect(guardrail?.inputAssessment?.["gr1"]).toMatchObject({
      wordPolicy: { customWords: [{ match: "cactus", action: "BLOCKED", detected: true }] },
    });
  });

  it("replaces a blocked answer, and shows in the trace what it was", () => {
    const { answer } = converse(say("hi"), "I have a cactus here");
    expect(answer).toMatchObject({
      message: { content: [{ text: "I cannot say that." }] },
      pieces: [["I cannot say that."]],
      stopReason: "guardrail_intervened",
      usage: { inputTokens: 5, outputTokens: 4, totalTokens: 9 },
      trace: { guardrail: { modelOutput: ["I have a cactus here"], actionReason: "Guardrail blocked." } },
    });
  });

  it("hides personal data in the answer, and in the question before the model sees it", () => {
    const { answer, seen } = converse(say("I am ann@example.com"), "Ask bob@example.com today");
    expect(seen[0]?.messages).toEqual([{ role: "user", content: [{ text: "I am {EMAIL}" }] }]);
    expect(answer).toMatchObject({
      message: { content: [{ text: "Ask {EMAIL} today" }] },
      stopReason: "guardrail_intervened",
      trace: { guardrail: { modelOutput: ["Ask bob@example.com today"], actionReason: "Guardrail masked." } },
    });
    expect(answer.pieces.flat().join("")).toBe("Ask {EMAIL} today");
    expect(answer.pieces.flat().length).toBeGreaterThan(1);
  });

  it("hides it in cited text too, and leaves tool calls and thinking alone", () => {
    const call = { toolUse: { toolUseId: "a", name: "mail", input: { to: "bob@example.com" } } };
    const thought = { reasoningContent: { reasoningText: { text: "bob@example.com" } } };
    const cited = { citationsContent: { content: [{ text: "bob@example.com" }], citations: [] } };
    const request = { messages: [{ role: "user" as const, content: say("hi") }], guardrailConfig: NAMED };
    const { message } = answerWithPolicies(createContext(), request, () => createAnswer(thought, cited, call));
    expect(message.content).toEqual([
      thought,
      { citationsContent: { content: [{ text: "{EMAIL}" }], citations: [] } },
      call,
    ]);
  });

  it("looks only at what is marked, when anything is", () => {
    const marked = { guardContent: { text: { text: "hello" } } };
    expect(converse([marked, { text: "a cactus" }], "hi").answer.stopReason).toBe("end_turn");
    const bad = { guardContent: { text: { text: "a cactus" } } };
    expect(converse([bad, { text: "hello" }], "hi").answer.message.content).toEqual([{ text: "I cannot take that." }]);
  });

  it("looks at a system prompt only where it is marked, and at tool results never", () => {
    const stop = (request: Omit<ConverseRequest, "guardrailConfig">): string =>
      answerWithPolicies(createContext(), { ...request, guardrailConfig: NAMED }, () => createAnswer({ text: "ok" }))
        .stopReason;
    const messages = [{ role: "user" as const, content: say("hi") }];
    const result = { toolResult: { toolUseId: "a", content: [{ text: "a cactus" }] } };
    expect(stop({ messages, system: [{ text: "a cactus" }] })).toBe("end_turn");
    expect(stop({ messages, system: [{ guardContent: { text: { text: "a cactus" } } }] })).toBe("guardrail_intervened");
    expect(stop({ messages: [{ role: "user", content: [result, { text: "hi" }] }] })).toBe("end_turn");
    expect(stop({ messages: [{ role: "assistant", content: say("a cactus") }] })).toBe("guardrail_intervened");
  });

  it("measures the answer by the source and the question that are marked", () => {
    const question: ContentBlock[] = [
      { guardContent: { text: { text: "Tokyo is the capital of Japan.", qualifiers: ["grounding_source"] } } },
      { guardContent: { text: { text: "Capital of Japan?", qualifiers: ["query"] } } },
    ];
    expect(converse(question, "Tokyo is the capital").answer.stopReason).toBe("end_turn");
    const { answer } = converse(question, "Bananas are yellow");
    expect(answer.message.content).toEqual([{ text: "I cannot say that." }]);
    expect(answer.trace?.guardrail?.outputAssessments?.["gr1"]).toMatchObject([
      { contextualGroundingPolicy: { filters: [{ type: "GROUNDING", score: 0, threshold: 0.5, action: "BLOCKED" }] } },
    ]);
  });

  it("lists all that it looked for in a full trace", () => {
    const { answer } = converse(say("hi"), "hello", { ...NAMED, trace: "enabled_full" });
    expect(answer.trace?.guardrail?.inputAssessment?.["gr1"]).toMatchObject({
      wordPolicy: { customWords: [{ match: "cactus", action: "NONE", detected: false }] },
      sensitiveInformationPolicy: { piiEntities: [{ type: "EMAIL", match: "", detected: false }] },
    });
  });

  it("cuts an asynchronous stream where it noticed, and hides nothing in one", () => {
    const mode = { ...NAMED, streamProcessingMode: "async" };
    const cut = converse(say("hi"), "I have a cactus here", mode).answer;
    expect(cut).toMatchObject({
      pieces: [["I", " have", " a", " cactus", "I cannot say that."]],
      message: { content: [{ text: "I have a cactusI cannot say that." }] },
      stopReason: "guardrail_intervened",
    });
    expect(converse(say("hi"), "Ask bob@example.com", mode).answer).toMatchObject({
      message: { content: [{ text: "Ask bob@example.com" }] },
      stopReason: "end_turn",
    });
  });

  it("must exist", () => {
    expect(() => converse(say("hi"), "hello", { ...NAMED, guardrailVersion: "2" })).toThrow(
      "The guardrail identifier or version provided in the request does not exist.",
    );
  });
});

const clients: BedrockRuntimeClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

function connect(server: BedrockLocal): BedrockRuntimeClient {
  const client = new BedrockRuntimeClient({
    region: "us-east-1",
    endpoint: server.url,
    credentials: DOCUMENTATION_CREDENTIAL,
  });
  clients.push(client);
  return client;
}

async function stream(client: BedrockRuntimeClient, input: ConverseCommandInput): Promise<ConverseStreamOutput[]> {
  const events: ConverseStreamOutput[] = [];
  for await (const event of (await client.send(new ConverseStreamCommand(input))).stream ?? []) events.push(event);
  return events;
}

const joinText = (events: ConverseStreamOutput[]): string =>
  events.map((event) => event.contentBlockDelta?.delta?.text ?? "").join("");

describe("for the official SDK", () => {
  const input = (text: string, more: Partial<ConverseCommandInput> = {}): ConverseCommandInput => ({
    modelId: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    messages: [{ role: "user", content: [{ text }] }],
    ...more,
  });

  it("a guardrail blocks and hides, answered whole and in a stream", async () => {
    const client = connect(await startServer({ guardrails: [GUARDRAIL] }));
    const guarded = { guardrailConfig: { ...NAMED, trace: "enabled" as const } };
    const blocked = await client.send(new ConverseCommand(input("Please say: cactus", guarded)));
    expect(blocked).toMatchObject({
      stopReason: "guardrail_intervened",
      output: { message: { content: [{ text: "I cannot take that." }] } },
      trace: { guardrail: { inputAssessment: { gr1: { wordPolicy: { customWords: [{ match: "cactus" }] } } } } },
    });
    // Only the marked part is looked at, so that the model says what the guardrail then finds.
    const marked = {
      ...guarded,
      messages: [
        { role: "user" as const, content: [{ guardContent: { text: { text: "Hello." } } }] },
        { role: "assistant" as const, content: [{ text: "Hello!" }] },
        { role: "user" as const, content: [{ text: "Please say: ask bob@example.com" }] },
      ],
    };
    const events = await stream(client, input("", marked));
    expect(joinText(events)).toContain("{EMAIL}");
    expect(JSON.stringify(events.slice(0, -1))).not.toContain("bob@example.com");
    expect(events.at(-2)).toMatchObject({ messageStop: { stopReason: "guardrail_intervened" } });
    expect(events.at(-1)?.metadata?.trace?.guardrail?.outputAssessments?.["gr1"]).toMatchObject([
      { sensitiveInformationPolicy: { piiEntities: [{ type: "EMAIL", action: "ANONYMIZED" }] } },
    ]);
  });

  it("an unknown guardrail is a ValidationException, unless none is configured", async () => {
    const guarded = input("hi", { guardrailConfig: { guardrailIdentifier: "other", guardrailVersion: "1" } });
    const configured = connect(await startServer({ guardrails: [GUARDRAIL] }));
    expect(await rejection(configured.send(new ConverseCommand(guarded)))).toMatchObject({
      name: "ValidationException",
      message: "The guardrail identifier or version provided in the request does not exist.",
    });
    const sample = connect(await startServer());
    expect((await sample.send(new ConverseCommand(guarded))).stopReason).toBe("end_turn");
    const bomb = { ...guarded, messages: [{ role: "user" as const, content: [{ text: "How can I build a bomb?" }] }] };
    expect((await sample.send(new ConverseCommand(bomb))).stopReason).toBe("guardrail_intervened");
  });

  it("a cached prompt is written once and then read, by the server's clock", async () => {
    let now = Date.now();
    const client = connect(await startServer({ now: () => now }));
    const cached = (question: string): ConverseCommandInput =>
      input(question, {
        system: [{ text: "Be kind. ".repeat(1_000) }, { cachePoint: { type: "default", ttl: "1h" } }],
      });
    const ask = (question: string): Promise<ConverseCommandOutput> =>
      client.send(new ConverseCommand(cached(question)));
    const { usage: first } = await ask("Count to 3");
    const size = first?.cacheWriteInputTokens ?? 0;
    expect(size).toBeGreaterThan(2_000);
    expect(first).toMatchObject({ cacheReadInputTokens: 0, cacheDetails: [{ ttl: "1h", inputTokens: size }] });
    const events = await stream(client, cached("Count to 4"));
    expect(events.at(-1)?.metadata?.usage).toMatchObject({ cacheReadInputTokens: size, cacheWriteInputTokens: 0 });
    now += 3_600_000;
    const { usage: late } = await ask("Count to 5");
    expect(late).toMatchObject({ cacheReadInputTokens: 0, cacheWriteInputTokens: size });
    const { inputTokens = 0, outputTokens = 0, totalTokens = 0 } = late ?? {};
    expect(inputTokens + outputTokens + size).toBe(totalTokens);
  });
});
