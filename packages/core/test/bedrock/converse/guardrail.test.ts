import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { checkOptions, type BedrockOptions } from "../../../src/bedrock/config.ts";
import { parseGuardrail } from "../../../src/bedrock/converse/guardrail.ts";
import { renderRequest } from "../../../src/bedrock/converse/request.ts";
import { ConfigurationError, InputError } from "../../../src/errors.ts";
import type { GuardrailConfig } from "../../../src/provider.ts";
import { objectOf, type JsonObject } from "../../../src/types/json.ts";
import type { Message } from "../../../src/types/message.ts";
import { bodyOf, createClient, errorOf, failureOf, MODEL, useServer, withServer } from "../../support/bedrock.ts";
import { converseResponse, metadata, start, stop, text, close } from "../../support/events.ts";

const CLIENT: BedrockOptions = { bedrockGuardrailIdentifier: "client1", bedrockGuardrailVersion: "3" };
const BOTH: GuardrailConfig = { guardrailIdentifier: "chat1", guardrailVersion: "DRAFT" };
const QUESTION: readonly Message[] = [{ role: "user", content: "Hi" }];

interface Sent {
  readonly config: unknown;
  readonly messages: unknown;
  readonly told: readonly string[];
}

function send(config: GuardrailConfig | undefined, client = CLIENT, messages = QUESTION, isStreaming = false): Sent {
  const params = { guardrailConfig: config };
  const { body, warnings } = renderRequest({ model: MODEL, messages, params, options: {} }, client, isStreaming);
  return { config: body["guardrailConfig"], messages: body["messages"], told: warnings.map(({ code }) => code) };
}

describe("the guardrail of a request", () => {
  const client = { guardrailIdentifier: "client1", guardrailVersion: "3" };

  test.each<[string, GuardrailConfig | undefined, BedrockOptions, JsonObject | undefined]>([
    ["is none by default", undefined, {}, undefined],
    ["is the client's", undefined, CLIENT, client],
    [
      "has the client's trace",
      undefined,
      { ...CLIENT, bedrockGuardrailTrace: "enabled" },
      { ...client, trace: "enabled" },
    ],
    ["is the chat's over the client's", BOTH, CLIENT, { ...BOTH }],
    ["is the chat's alone", BOTH, {}, { ...BOTH }],
    ["may be another version of the client's", { guardrailVersion: "4" }, CLIENT, { ...client, guardrailVersion: "4" }],
    [
      "has the chat's trace",
      { trace: "disabled" },
      { ...CLIENT, bedrockGuardrailTrace: "enabled" },
      { ...client, trace: "disabled" },
    ],
    ["has the client's version for the same guardrail", { guardrailIdentifier: "client1" }, CLIENT, client],
  ])("%s", (_, config, options, sent) => {
    expect(send(config, options).config).toEqual(sent);
  });

  test("has its stream mode only in a stream", () => {
    const config: GuardrailConfig = { ...BOTH, streamProcessingMode: "async" };
    expect(send(config, CLIENT, QUESTION, true).config).toEqual(config);
    expect(send(config).config).toEqual(BOTH);
  });

  test.each<[GuardrailConfig, BedrockOptions, string]>([
    [{}, {}, "guardrailConfig has no guardrailIdentifier"],
    [{ guardrailVersion: "1" }, {}, "guardrailConfig has no guardrailIdentifier"],
    [{ guardrailIdentifier: "abc" }, {}, "guardrailConfig has no guardrailVersion"],
    [{ guardrailIdentifier: "abc" }, CLIENT, "guardrailConfig has no guardrailVersion"],
  ])("needs identifier and version: %j over %j", (config, options, told) => {
    const error = errorOf(() => send(config, options));
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toContain(told);
  });

  test.each<[BedrockOptions, string]>([
    [{ bedrockGuardrailIdentifier: "abc" }, "bedrockGuardrailIdentifier is set without bedrockGuardrailVersion"],
    [{ bedrockGuardrailVersion: "1" }, "bedrockGuardrailVersion is set without bedrockGuardrailIdentifier"],
    [{ ...CLIENT, bedrockGuardrailIdentifier: "My guardrail" }, 'bedrockGuardrailIdentifier is "My guardrail"'],
    [{ ...CLIENT, bedrockGuardrailVersion: "0" }, 'bedrockGuardrailVersion is "0"'],
    [{ ...CLIENT, bedrockGuardrailTrace: JSON.parse('"all"') }, 'bedrockGuardrailTrace is "all"'],
    [{ ...CLIENT, bedrockGuardrailVersion: JSON.parse("1") }, "bedrockGuardrailVersion is 1"],
  ])("is checked when the client is created: %j", (options, told) => {
    const error = errorOf(() => checkOptions(options));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain(told);
  });

  test("may be an ARN", () => {
    const bedrockGuardrailIdentifier = "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:guardrail/abc";
    expect(() => checkOptions({ ...CLIENT, bedrockGuardrailIdentifier })).not.toThrow();
  });
});

describe("latestTurnOnly", () => {
  const config: GuardrailConfig = { latestTurnOnly: true };
  const guarded = (text: string): JsonObject => ({ guardContent: { text: { text } } });
  const turns: readonly Message[] = [
    { role: "user", content: "Old" },
    { role: "assistant", content: "Answer" },
  ];

  test("marks the last question, and not the turns before", () => {
    const { messages, config: sent } = send(config, CLIENT, [...turns, { role: "user", content: "New" }]);
    expect(messages).toMatchObject([{ content: [{ text: "Old" }] }, {}, { content: [guarded("New")] }]);
    expect(sent).toEqual({ guardrailIdentifier: "client1", guardrailVersion: "3" });
  });

  test("marks all messages of the turn", () => {
    const { messages } = send(config, CLIENT, [
      ...turns,
      { role: "user", content: "New" },
      { role: "user", content: [{ type: "text", text: "Newer" }] },
    ]);
    expect(messages).toMatchObject([{}, {}, { content: [guarded("New"), guarded("Newer")] }]);
  });

  test("leaves blocks alone that are marked already, in the turn that has them", () => {
    const content = [
      { type: "text", text: "Context" },
      { type: "guard_text", text: "New", qualifiers: ["query"] },
    ] as const;
    const { messages } = send(config, CLIENT, [...turns, { role: "user", content }]);
    expect(messages).toMatchObject([
      {},
      {},
      { content: [{ text: "Context" }, { guardContent: { text: { text: "New", qualifiers: ["query"] } } }] },
    ]);
  });

  test("marks the question before a message that says nothing", () => {
    const { messages, told } = send(config, CLIENT, [
      { role: "user", content: "New" },
      { role: "assistant", content: "Answer" },
      { role: "user", content: " " },
    ]);
    expect(messages).toMatchObject([{ content: [guarded("New")] }, { content: [{ text: "Answer" }] }, {}]);
    expect(told).not.toContain("guardrail_whole_conversation");
  });

  test("marks nothing where all of the last turn is marked", () => {
    const content = [{ type: "guard_text", text: "New" }] as const;
    const { messages, told } = send(config, CLIENT, [...turns, { role: "user", content }]);
    expect(messages).toMatchObject([{ content: [{ text: "Old" }] }, {}, { content: [guarded("New")] }]);
    expect(told).toEqual([]);
  });

  test("still marks the question while tools run", () => {
    const { messages } = send(config, CLIENT, [
      { role: "user", content: "Weather?" },
      { role: "assistant", content: [{ type: "tool_call", id: "t1", name: "f", arguments: {} }] },
      { role: "tool", content: [{ type: "tool_result", id: "t1", content: "Sunny" }] },
    ]);
    expect(messages).toMatchObject([{ content: [guarded("Weather?")] }, {}, { content: [{ toolResult: {} }] }]);
  });

  test("marks PNG and JPEG images, and cannot mark others", () => {
    const base64 = "iVBORw0KGgo=";
    const raw = (format: string): Message["content"][number] & object => ({
      type: "raw",
      block: { image: { format, source: { bytes: base64 } } },
    });
    const content = [raw("png"), raw("webp"), { type: "text", text: "What is this?" }] as const;
    const { messages } = send(config, CLIENT, [{ role: "user", content }]);
    expect(messages).toMatchObject([
      {
        content: [
          { guardContent: { image: { format: "png", source: { bytes: base64 } } } },
          { image: { format: "webp" } },
          guarded("What is this?"),
        ],
      },
    ]);
  });

  test("tells when there is nothing to mark", () => {
    const block = { image: { format: "webp", source: { bytes: "AA==" } } };
    const { told } = send(config, CLIENT, [{ role: "user", content: [{ type: "raw", block }] }]);
    expect(told).toEqual(["guardrail_whole_conversation"]);
  });
});

test("guard_text stands in the system prompt, too", () => {
  const content = [{ type: "guard_text", text: "Paris is in France.", qualifiers: ["grounding_source"] }] as const;
  const { body } = renderRequest(
    { model: MODEL, messages: [{ role: "system", content }, ...QUESTION], params: {}, options: {} },
    CLIENT,
    false,
  );
  expect(body["system"]).toEqual([
    { guardContent: { text: { text: "Paris is in France.", qualifiers: ["grounding_source"] } } },
  ]);
});

const FOUND = {
  topicPolicy: { topics: [{ name: "Investments", type: "DENY", action: "BLOCKED", detected: true }] },
  contentPolicy: {
    filters: [
      { type: "VIOLENCE", confidence: "HIGH", filterStrength: "HIGH", action: "BLOCKED" },
      { type: "HATE", confidence: "NONE", action: "NONE", detected: false },
      { type: "INSULTS", confidence: "HIGH", action: "NONE", detected: true },
    ],
  },
  wordPolicy: {
    customWords: [{ match: "acme", action: "BLOCKED" }],
    managedWordLists: [{ match: "darn", type: "PROFANITY", action: "BLOCKED" }],
  },
  sensitiveInformationPolicy: {
    piiEntities: [{ match: "a@b.c", type: "EMAIL", action: "ANONYMIZED" }],
    regexes: [
      { name: "Account", match: "1", regex: "\\d", action: "ANONYMIZED" },
      { match: "1", regex: "\\d", action: "NONE", detected: true },
    ],
  },
};
const GROUNDING = {
  contextualGroundingPolicy: {
    filters: [
      { type: "GROUNDING", threshold: 0.7, score: 0.2, action: "BLOCKED" },
      { type: "RELEVANCE", threshold: 0.7, score: 0.9, action: "NONE" },
    ],
  },
  automatedReasoningPolicy: { findings: [{ impossible: { contradictingRules: [] } }] },
};
const TRACE = { guardrail: { inputAssessment: { g1: FOUND }, outputAssessments: { g1: [GROUNDING], g2: [{}] } } };

describe("what the guardrail did", () => {
  test("is told finding by finding, of every policy, in and out", () => {
    const outcome = parseGuardrail(TRACE, "guardrail_intervened");
    expect(outcome?.intervened).toBe(true);
    expect(outcome?.findings.map(({ policy, where, action, name }) => `${where} ${policy} ${action} ${name}`)).toEqual([
      "input topic BLOCKED Investments",
      "input content BLOCKED VIOLENCE",
      "input content NONE INSULTS",
      "input word BLOCKED acme",
      "input word BLOCKED PROFANITY",
      "input sensitiveInformation ANONYMIZED EMAIL",
      "input sensitiveInformation ANONYMIZED Account",
      "input sensitiveInformation NONE \\d",
      "output contextualGrounding BLOCKED GROUNDING",
      "output automatedReasoning NONE impossible",
    ]);
    expect(outcome?.findings[0]?.raw).toBe(FOUND.topicPolicy.topics[0]);
  });

  test("is decided by the stop reason, never by the findings", () => {
    expect(parseGuardrail(TRACE, "end_turn")?.intervened).toBe(false);
    expect(parseGuardrail(undefined, "guardrail_intervened")).toEqual({ intervened: true, findings: [] });
    expect(parseGuardrail({ guardrail: { actionReason: "No action." } }, "end_turn")).toEqual({
      intervened: false,
      findings: [],
    });
  });

  test("is nothing where the answer tells of none", () => {
    expect(parseGuardrail(undefined, "end_turn")).toBeUndefined();
    expect(parseGuardrail({ promptRouter: { invokedModelId: "m" } }, "end_turn")).toBeUndefined();
  });

  test("survives a trace of another shape", () => {
    const guardrail = { inputAssessment: [null], outputAssessments: { g: [null, { topicPolicy: 1, wordPolicy: {} }] } };
    expect(parseGuardrail({ guardrail }, "end_turn")).toEqual({ intervened: false, findings: [] });
  });
});

const SAMPLE = fileURLToPath(
  new URL("../../../../../../shared/samples/converse.titan.openllmetry.5dd9e7786b.json", import.meta.url),
);
describe.skipIf(!existsSync(SAMPLE))("a recorded answer of Bedrock", () => {
  test("tells what was masked, and not the grounding that was good enough", () => {
    const sample: { exchange: { response: { bodyText: string } } } = JSON.parse(readFileSync(SAMPLE, "utf8"));
    const raw: JsonObject = JSON.parse(sample.exchange.response.bodyText);
    const outcome = parseGuardrail(objectOf(raw["trace"]), String(raw["stopReason"]));
    expect(outcome?.intervened).toBe(true);
    expect(outcome?.findings.map(({ where, name, action }) => [where, name, action])).toEqual(
      Array.from({ length: 4 }, () => ["output", "ADDRESS", "ANONYMIZED"]),
    );
  });
});

describe("at the public face", () => {
  const server = useServer();
  const options = { ...CLIENT, bedrockGuardrailTrace: "enabled" } as const;
  const blocked = { stopReason: "guardrail_intervened", trace: TRACE };

  test("ask and stream tell the same outcome, and keep the trace as received", async () => {
    const chat = createClient(server(), options).chat(MODEL);
    server().enqueue({ status: 200, body: converseResponse([{ text: "Sorry." }], blocked) });
    const asked = await chat.ask("Hi");
    server().enqueue({
      events: [start, text("Sorry."), close(), stop("guardrail_intervened"), metadata({ trace: TRACE })],
    });
    const streamed = await chat.stream("Hi").response();
    for (const { guardrail, metadata, content } of [asked, streamed]) {
      expect(guardrail?.intervened).toBe(true);
      expect(guardrail?.findings).toHaveLength(10);
      expect(metadata.trace).toEqual(TRACE);
      expect(content).toBe("Sorry.");
    }
    expect(bodyOf(server())["guardrailConfig"]).toEqual({
      guardrailIdentifier: "client1",
      guardrailVersion: "3",
      trace: "enabled",
    });
    expect(chat.history.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant"]);
  });

  test("masking intervenes, and blocks nothing", async () => {
    const guardrail = { id: "client1", version: "3", piiEntities: [{ type: "EMAIL", action: "ANONYMIZE" }] } as const;
    await withServer({ guardrails: [guardrail] }, async (guarded) => {
      const chat = createClient(guarded, options).chat(MODEL);
      const asked = await chat.ask("Repeat this: write to ada@example.com.");
      const streamed = await chat.stream("Repeat this: write to ada@example.com.").response();
      for (const { content, guardrail } of [asked, streamed]) {
        expect(content).toContain("{EMAIL}");
        expect(guardrail?.intervened).toBe(true);
        expect(guardrail?.findings.map(({ action }) => action)).not.toContain("BLOCKED");
      }
    });
  });

  test("a question that was blocked does not block the next one, where only the last turn is looked at", async () => {
    const guardrail = { id: "client1", version: "3", words: ["forbidden"], blockedInputMessaging: "No." } as const;
    await withServer({ guardrails: [guardrail] }, async (guarded) => {
      const ask = async (latestTurnOnly: boolean): Promise<string[]> => {
        const chat = createClient(guarded, options).chat(MODEL).withParams({ guardrailConfig: { latestTurnOnly } });
        const first = await chat.ask("This is forbidden.");
        const second = await chat.stream("What is 6 times 7?").response();
        expect([first, second].map(({ guardrail }) => guardrail?.intervened)).toEqual([true, !latestTurnOnly]);
        return [first.content, second.content];
      };
      expect(await ask(false)).toEqual(["No.", "No."]);
      expect(await ask(true)).toEqual(["No.", expect.stringContaining("42")]);
    });
  });

  test("a guardrail without its version is refused before anything is sent", async () => {
    const chat = createClient(server())
      .chat(MODEL)
      .withParams({ guardrailConfig: { guardrailIdentifier: "abc" } });
    expect(await failureOf(chat.ask("Hi"))).toBeInstanceOf(InputError);
    expect(await failureOf(chat.stream("Hi").response())).toBeInstanceOf(InputError);
    expect(server().requests).toHaveLength(0);
    expect(errorOf(() => createClient(server(), { bedrockGuardrailVersion: "1" }))).toBeInstanceOf(ConfigurationError);
  });
});
