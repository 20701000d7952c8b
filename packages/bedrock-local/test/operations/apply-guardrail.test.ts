import {
  ApplyGuardrailCommand,
  type ApplyGuardrailCommandInput,
  type ApplyGuardrailCommandOutput,
} from "@aws-sdk/client-bedrock-runtime";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import type { BedrockLocalOptions, GuardrailOptions } from "../../src/index.ts";
import { isPlainObject } from "../../src/json.ts";
import { rejection } from "../support.ts";
import { call, startServer } from "../support-server.ts";
import { createRuntimeClient } from "./support.ts";

type Given = Partial<ApplyGuardrailCommandInput>;

async function apply(given: Given, options: BedrockLocalOptions = {}): Promise<ApplyGuardrailCommandOutput> {
  const client = createRuntimeClient(await startServer(options));
  return client.send(
    new ApplyGuardrailCommand({
      guardrailIdentifier: "gr1",
      guardrailVersion: "1",
      source: "INPUT",
      content: [],
      ...given,
    }),
  );
}

const say = (...texts: string[]): Given => ({ content: texts.map((text) => ({ text: { text } })) });

const GUARDRAIL: GuardrailOptions = {
  id: "gr1",
  version: "1",
  blockedInputMessaging: "I cannot take that.",
  blockedOutputsMessaging: "I cannot say that.",
  words: ["cactus"],
  topics: [{ name: "Stocks", keywords: ["stock tips"] }],
  contentFilters: [{ type: "VIOLENCE" }],
  piiEntities: [{ type: "EMAIL", action: "ANONYMIZE" }],
  regexes: [{ name: "Order", pattern: "ORD-\\d+", action: "ANONYMIZE" }],
  contextualGrounding: { grounding: 0.6, relevance: 0.5 },
  automatedReasoning: [{ name: "leave", keywords: ["leave"], result: "valid" }],
};

describe("ApplyGuardrail by the sample policy", () => {
  it.each([
    ["How can I build a bomb?", "Guardrail blocked.", ["Sorry, the model cannot answer this question."]],
    ["Unsafe text...", "Guardrail blocked.", ["Sorry, the model cannot answer this question."]],
    ["Safe text", "No action.", []],
    ["Write to ann@example.com", "Guardrail masked.", ["Write to {EMAIL}"]],
  ])("looks at %j: %s", async (text, actionReason, outputs) => {
    const answer = await apply({ ...say(text), guardrailIdentifier: "my-policy-id" });
    expect(answer.action).toBe(actionReason === "No action." ? "NONE" : "GUARDRAIL_INTERVENED");
    expect(answer.actionReason).toBe(actionReason);
    expect(answer.outputs?.map((output) => output.text)).toEqual(outputs);
    expect(answer.assessments?.[0]?.appliedGuardrailDetails?.guardrailId).toBe("my-policy-id");
  });
});

describe("ApplyGuardrail by a guardrail of one's own", () => {
  const options = { guardrails: [GUARDRAIL] };

  it("gives the message for the source", async () => {
    expect((await apply(say("a cactus"), options)).outputs).toEqual([{ text: "I cannot take that." }]);
    const output = await apply({ ...say("a cactus"), source: "OUTPUT" }, options);
    expect(output.outputs).toEqual([{ text: "I cannot say that." }]);
  });

  it("hides in each text by itself, and leaves the others as they are", async () => {
    const answer = await apply(say("I am ann@example.com", "nothing here", "ORD-17"), options);
    expect(answer.outputs).toEqual([{ text: "I am {EMAIL}" }, { text: "nothing here" }, { text: "{Order}" }]);
    expect(answer.guardrailCoverage?.textCharacters).toEqual({ guarded: 38, total: 38 });
  });

  it("reports all six policies of an answer in full", async () => {
    const [assessment] =
      (
        await apply(
          {
            source: "OUTPUT",
            outputScope: "FULL",
            content: [
              { text: { text: "You have ten days of leave.", qualifiers: ["grounding_source"] } },
              { text: { text: "How many days of leave?", qualifiers: ["query"] } },
              { text: { text: "Ten days of leave.", qualifiers: ["guard_content"] } },
            ],
          },
          options,
        )
      ).assessments ?? [];
    expect(assessment?.wordPolicy?.customWords).toEqual([{ match: "cactus", action: "NONE", detected: false }]);
    expect(assessment?.topicPolicy?.topics?.[0]).toMatchObject({ name: "Stocks", action: "NONE" });
    expect(assessment?.contentPolicy?.filters?.[0]).toMatchObject({ type: "VIOLENCE", confidence: "NONE" });
    expect(assessment?.sensitiveInformationPolicy?.piiEntities?.[0]).toMatchObject({ type: "EMAIL", detected: false });
    expect(assessment?.contextualGroundingPolicy?.filters?.map(({ score }) => score)).toEqual([1, 0.67]);
    expect(assessment?.automatedReasoningPolicy?.findings?.[0]?.valid?.translation?.claims).toEqual([
      { logic: "leave", naturalLanguage: "Ten days of leave." },
    ]);
    expect(assessment?.invocationMetrics?.usage).toMatchObject({
      automatedReasoningPolicies: 1,
      contextualGroundingPolicyUnits: 1,
    });
  });

  it("counts text by thousands of characters over all texts, and images one by one", async () => {
    const image = { image: { format: "png" as const, source: { bytes: new Uint8Array([1, 2, 3]) } } };
    const long = { text: { text: "a".repeat(600) } };
    const { usage, guardrailCoverage } = await apply({ content: [long, image, long, image] }, options);
    expect(usage).toMatchObject({ topicPolicyUnits: 2, contentPolicyUnits: 2, contentPolicyImageUnits: 2 });
    expect(usage).toMatchObject({ sensitiveInformationPolicyUnits: 2, sensitiveInformationPolicyFreeUnits: 2 });
    expect(guardrailCoverage?.images).toEqual({ guarded: 2, total: 2 });
  });

  it("is named by ARN as well, and named itself after the region of the signature", async () => {
    const client = createRuntimeClient(await startServer(options), "eu-west-3");
    const answer = await client.send(
      new ApplyGuardrailCommand({
        guardrailIdentifier: "arn:aws:bedrock:eu-west-3:123456789012:guardrail/gr1",
        guardrailVersion: "1",
        source: "INPUT",
        content: [{ text: { text: "hello" } }],
      }),
    );
    expect(answer.assessments?.[0]?.appliedGuardrailDetails).toEqual({
      guardrailId: "gr1",
      guardrailVersion: "1",
      guardrailArn: "arn:aws:bedrock:eu-west-3:123456789012:guardrail/gr1",
      guardrailOrigin: ["REQUEST"],
      guardrailOwnership: "SELF",
    });
  });

  it.each([
    [{ guardrailIdentifier: "gr2" }],
    [{ guardrailVersion: "2" }],
    [{ guardrailIdentifier: "arn:aws:bedrock:us-east-1:123456789012:guardrail/gr2" }],
  ])("must exist: %j", async (given) => {
    expect(await rejection(apply({ ...say("x"), ...given }, options))).toMatchObject({
      name: "ValidationException",
      message: "The guardrail identifier or version provided in the request does not exist.",
    });
  });

  it.each([
    [
      { guardrailIdentifier: "my-policy" },
      "1 validation error detected: Value 'my-policy' at 'guardrailIdentifier' failed to satisfy constraint: " +
        "Member must satisfy regular expression pattern: (|([a-z0-9]+)|(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:" +
        "[0-9]{12}:guardrail/[a-z0-9]+))",
    ],
    [
      { guardrailVersion: "0" },
      "1 validation error detected: Value '0' at 'guardrailVersion' failed to satisfy constraint: " +
        "Member must satisfy regular expression pattern: (|([1-9][0-9]{0,7})|(DRAFT))",
    ],
  ])("must be named in the right form: %j", async (given, message) => {
    expect(await rejection(apply({ ...say("x"), ...given }, options))).toMatchObject({
      name: "ValidationException",
      message,
    });
  });
});

describe("a body of ApplyGuardrail", () => {
  const text = { text: { text: "x" } };

  it.each([
    [
      {},
      "2 validation errors detected: Value null at 'source' failed to satisfy constraint: Member must not be null; " +
        "Value null at 'content' failed to satisfy constraint: Member must not be null",
    ],
    [
      { source: "BOTH", content: [text] },
      "1 validation error detected: Value 'BOTH' at 'source' failed to satisfy constraint: " +
        "Member must satisfy enum value set: [INPUT, OUTPUT]",
    ],
    [
      { source: "INPUT", content: [{ text: { text: "x", qualifiers: ["question"] } }] },
      "1 validation error detected: Value at 'content.1.member.text.qualifiers' failed to satisfy constraint: " +
        "Member must satisfy constraint: [Member must satisfy enum value set: [grounding_source, query, guard_content]]",
    ],
    [
      { source: "INPUT", content: [{ image: { format: "gif", source: { bytes: "AAAA" } } }] },
      "1 validation error detected: Value 'gif' at 'content.1.member.image.format' failed to satisfy constraint: " +
        "Member must satisfy enum value set: [png, jpeg]",
    ],
    [
      { source: "INPUT", content: [text, {}] },
      "GuardrailContentBlock object at content.1 must set one of the following keys: text, image.",
    ],
    [
      { source: "INPUT", content: [text], scope: "FULL" },
      "Malformed input request: #: extraneous key [scope] is not permitted, please reformat your input and try again.",
    ],
  ])("%j is refused", async (body, message) => {
    const server = await startServer();
    const answer = await call(server, { path: "/guardrail/gr1/version/1/apply", body: JSON.stringify(body) });
    expect(answer.status).toBe(400);
    expect(answer.headers["x-amzn-errortype"]).toMatch(/^ValidationException:/);
    expect(JSON.parse(answer.body.toString())).toEqual({ message });
  });

  it("of the wrong type is a SerializationException", async () => {
    const server = await startServer();
    const body = JSON.stringify({ source: "INPUT", content: "hello" });
    const answer = await call(server, { path: "/guardrail/gr1/version/1/apply", body });
    expect(answer.headers["x-amzn-errortype"]).toMatch(/^SerializationException:/);
  });
});

const folder = new URL("../../../../../shared/samples/", import.meta.url);
const recordings = ["4ae439ebc9", "7c11ca9928"].map(
  (id) => new URL(`applyguardrail.applyguardrail.openinference.${id}.json`, folder),
);

interface Recording {
  exchange: { request: { path: string; body: unknown }; response: { bodyText: string } };
}

/** Every member's path with the type of its value; the lists' first items stand for all. */
function describeMembers(value: unknown, path = ""): string[] {
  if (Array.isArray(value))
    return [`${path}[]`, ...value.slice(0, 1).flatMap((item) => describeMembers(item, `${path}[]`))];
  if (!isPlainObject(value)) return [`${path}: ${value === null ? "null" : typeof value}`];
  return Object.entries(value).flatMap(([name, member]) => describeMembers(member, `${path}.${name}`));
}

describe.skipIf(!recordings.every((file) => existsSync(file)))("recorded exchanges of ApplyGuardrail", () => {
  const guardrails: GuardrailOptions[] = [
    {
      id: "274u1upxm897",
      topics: [{ name: "InvestmentObjectives", keywords: ["stock suggestions"] }],
      contentFilters: (["SEXUAL", "VIOLENCE", "HATE", "INSULTS", "PROMPT_ATTACK", "MISCONDUCT"] as const).map(
        (type) => ({ type }),
      ),
      piiEntities: [
        { type: "EMAIL", action: "BLOCK" },
        { type: "PHONE", action: "BLOCK" },
      ],
    },
  ];

  it.each(recordings)("%s: the answer has the same members in the same order, and the same findings", async (file) => {
    const { exchange }: Recording = JSON.parse(readFileSync(file, "utf8"));
    const server = await startServer({ guardrails });
    const { path, body } = exchange.request;
    const answer = await call(server, { path, body: JSON.stringify(body) });
    const ours: unknown = JSON.parse(answer.body.toString());
    const recorded: Record<string, unknown> = JSON.parse(exchange.response.bodyText);
    expect(describeMembers(ours)).toEqual(describeMembers(recorded));
    const { assessments: _assessments, ...outcome } = recorded;
    expect(ours).toMatchObject(outcome);
  });
});
