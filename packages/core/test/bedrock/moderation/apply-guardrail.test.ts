import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseApplied, renderContent } from "../../../src/bedrock/moderation/apply-guardrail.ts";
import type { JsonObject } from "../../../src/types/json.ts";

const options = {};
const base64 = "iVBORw==";

// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html
test.each([
  ["a text", { text: "Hi" }, [{ text: { text: "Hi" } }]],
  [
    "images",
    {
      images: [
        { format: "png", base64 },
        { format: "jpeg", base64 },
      ],
    },
    [{ image: { format: "png", source: { bytes: base64 } } }, { image: { format: "jpeg", source: { bytes: base64 } } }],
  ],
  [
    "text and image",
    { text: "Hi", images: [{ format: "png", base64 }] },
    [{ text: { text: "Hi" } }, { image: { format: "png", source: { bytes: base64 } } }],
  ],
  [
    "grounding",
    { text: "It is Paris.", query: "Which?", groundingSources: ["A", "B"] },
    [
      { text: { text: "A", qualifiers: ["grounding_source"] } },
      { text: { text: "B", qualifiers: ["grounding_source"] } },
      { text: { text: "Which?", qualifiers: ["query"] } },
      { text: { text: "It is Paris.", qualifiers: ["guard_content"] } },
    ],
  ],
] as const)("the content of %s is what AWS documents", (_, item, expected) => {
  expect(renderContent({ source: "input", options, ...item })).toEqual(expected);
});

/** An answer with one assessment. */
const answer = (assessment: JsonObject, action = "GUARDRAIL_INTERVENED"): JsonObject => ({
  action,
  outputs: action === "NONE" ? [] : [{ text: "Sorry." }],
  assessments: [assessment],
  usage: { topicPolicyUnits: 1, wordPolicyUnits: 0, unknown: "x" },
});

describe("each policy is read", () => {
  test.each([
    [
      "topic",
      { topicPolicy: { topics: [{ name: "Tax", type: "DENY", action: "BLOCKED", detected: true }] } },
      { Tax: true },
      {},
    ],
    [
      "content",
      {
        contentPolicy: {
          filters: [
            { type: "HATE", confidence: "LOW", filterStrength: "HIGH", action: "BLOCKED", detected: true },
            { type: "SEXUAL", confidence: "NONE", filterStrength: "HIGH", action: "NONE", detected: false },
            { type: "PROMPT_ATTACK", confidence: "HIGH", action: "BLOCKED" },
          ],
        },
      },
      { HATE: true, SEXUAL: false, PROMPT_ATTACK: true },
      { HATE: 1 / 3, SEXUAL: 0, PROMPT_ATTACK: 1 },
    ],
    [
      "word",
      {
        wordPolicy: {
          customWords: [{ match: "cactus", action: "BLOCKED", detected: true }],
          managedWordLists: [{ match: "damn", type: "PROFANITY", action: "BLOCKED", detected: true }],
        },
      },
      { cactus: true, PROFANITY: true },
      {},
    ],
    [
      "sensitiveInformation",
      {
        sensitiveInformationPolicy: {
          piiEntities: [
            { match: "", type: "EMAIL", action: "NONE", detected: false },
            { match: "a@b.c", type: "EMAIL", action: "BLOCKED", detected: true },
            { match: "", type: "EMAIL", action: "NONE", detected: false },
          ],
          regexes: [
            { name: "Order", match: "ORD-1", regex: "ORD-\\d", action: "BLOCKED" },
            { match: "7", regex: "\\d", action: "NONE", detected: false },
          ],
        },
      },
      { EMAIL: true, Order: true, "\\d": false },
      {},
    ],
    [
      "contextualGrounding",
      {
        contextualGroundingPolicy: {
          filters: [
            { type: "GROUNDING", threshold: 0.7, score: 0.2, action: "BLOCKED" },
            { type: "RELEVANCE", threshold: 0.5, score: 0.9, action: "NONE" },
          ],
        },
      },
      { GROUNDING: true, RELEVANCE: false },
      { GROUNDING: 0.2, RELEVANCE: 0.9 },
    ],
  ] as const)("%s", (policy, assessment, categories, scores) => {
    const result = parseApplied(answer(assessment), "input");
    expect(result).toMatchObject({ flagged: true, action: "blocked", categories, scores, output: "Sorry." });
    expect(new Set(result.findings.map((finding) => finding.policy))).toEqual(new Set([policy]));
    expect(result.findings).toHaveLength(Object.values(categories).filter(Boolean).length);
    expect(result.assessments).toEqual([assessment]);
    expect(result.usage).toEqual({ topicPolicyUnits: 1, wordPolicyUnits: 0 });
  });

  test("automatedReasoning, as a finding, but as no category", () => {
    const valid = { translation: { confidence: 0.9 }, supportingRules: [{ identifier: "r1" }] };
    const result = parseApplied(answer({ automatedReasoningPolicy: { findings: [{ valid }] } }, "NONE"), "output");
    expect(result).toMatchObject({ flagged: false, action: "none" });
    expect(result.categories).toEqual({});
    expect(result.findings).toMatchObject([{ policy: "automatedReasoning", name: "valid", where: "output" }]);
    expect(result.assessments[0]?.automatedReasoningPolicy?.findings?.[0]?.valid?.translation?.confidence).toBe(0.9);
  });
});

const email = (action: string): JsonObject => ({
  sensitiveInformationPolicy: { piiEntities: [{ match: "a@b.c", type: "EMAIL", action }] },
});
const word = (action: string): JsonObject => ({ wordPolicy: { customWords: [{ match: "x", action }] } });

test.each([
  ["only masked", answer(email("ANONYMIZED")), "masked"],
  ["masked, and something detected", answer({ ...email("ANONYMIZED"), ...word("NONE") }), "masked"],
  ["masked and blocked", answer({ ...email("ANONYMIZED"), ...word("BLOCKED") }), "blocked"],
  [
    "blocked by another guardrail",
    { ...answer(email("ANONYMIZED")), assessments: [email("ANONYMIZED"), word("BLOCKED")] },
    "blocked",
  ],
  ["nothing told of why", answer({}), "blocked"],
  ["blocked by a policy that is new", answer({ ...email("ANONYMIZED"), newPolicy: word("BLOCKED") }), "blocked"],
  [
    "blocked by a new list of a policy",
    answer({ ...email("ANONYMIZED"), wordPolicy: { newWords: [{ action: "BLOCKED" }] } }),
    "blocked",
  ],
  ["masked, and done something new with", answer({ ...email("ANONYMIZED"), ...word("QUARANTINED") }), "blocked"],
  ["masked without a text to go on with", { ...answer(email("ANONYMIZED")), outputs: [] }, "blocked"],
  ["masked with null as text", { ...answer(email("ANONYMIZED")), outputs: [{ text: null }] }, "blocked"],
  ["blocked, and yet called nothing", answer(word("BLOCKED"), "NONE"), "blocked"],
  ["masked, with members of null", answer({ ...email("ANONYMIZED"), topicPolicy: null, action: null }), "masked"],
  ["only detected", answer(email("NONE"), "NONE"), "none"],
  ["a new kind of action", answer({}, "GUARDRAIL_ESCALATED"), "blocked"],
])("%s is action %#", (_, raw, action) => {
  const result = parseApplied(raw, "input");
  expect(result.action).toBe(action);
  expect(result.flagged).toBe(action === "blocked");
});

test("several masked texts are told one below the other", () => {
  const raw = { ...answer(email("ANONYMIZED")), outputs: [{ text: "{EMAIL}" }, { text: "Bye" }] };
  expect(parseApplied(raw, "input").output).toBe("{EMAIL}\nBye");
});

test("names that JavaScript keeps for itself are categories as any other", () => {
  const topics = ["__proto__", "constructor"].map((name) => ({
    name,
    type: "DENY",
    action: "BLOCKED",
    detected: true,
  }));
  const { categories } = parseApplied(answer({ topicPolicy: { topics } }), "input");
  expect(Object.entries(categories)).toEqual([
    ["__proto__", true],
    ["constructor", true],
  ]);
  const filters = [{ type: "HATE", confidence: "constructor", action: "NONE" }];
  expect(parseApplied(answer({ contentPolicy: { filters } }, "NONE"), "input").scores).toEqual({});
});

test.each([
  {},
  { assessments: null, outputs: null, usage: null, guardrailCoverage: null },
  {
    assessments: [null, 7, { topicPolicy: 7 }, { contentPolicy: { filters: [null, {}] } }],
    outputs: [{}, 7],
    usage: 3,
  },
])("an answer with less than documented is read, too: %j", (members) => {
  expect(parseApplied({ action: "NONE", ...members }, "input")).toMatchObject({ flagged: false, action: "none" });
});

/** Recorded answers of Bedrock. They lie beside the repository where they exist. */
const folder = fileURLToPath(new URL("../../../../../../shared/samples/", import.meta.url));
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("applyguardrail")) : [];

describe.skipIf(files.length === 0)("recorded answers", () => {
  interface Sample {
    exchange: { request: { body: { content: unknown } }; response: { bodyText: string } };
    sdk: { output: { action: string; outputs: { text: string }[]; assessments: unknown; usage: unknown } };
  }
  const read = (name: string): Sample => JSON.parse(readFileSync(folder + name, "utf8")) as Sample;

  test.each(files)("%s", (name) => {
    const { exchange, sdk } = read(name);
    const raw = JSON.parse(exchange.response.bodyText) as JsonObject;
    const result = parseApplied(raw, "input");
    const { action, outputs, assessments, usage } = sdk.output;
    expect(result.action).toBe(action === "NONE" ? "none" : "blocked");
    expect(result.output).toBe(outputs[0]?.text);
    // The official SDK leaves out what is null, too.
    expect(result.assessments).toEqual(assessments);
    expect(result.usage).toEqual(usage);
    expect(result.coverage).toEqual({ textCharacters: expect.any(Object) });
    expect(result.raw).toBe(raw);
  });

  test("tell what was found, and what was not", () => {
    const blocked = files.map(read).find(({ sdk }) => sdk.output.action !== "NONE") ?? expect.unreachable();
    expect(parseApplied(JSON.parse(blocked.exchange.response.bodyText) as JsonObject, "input").categories).toEqual({
      InvestmentObjectives: true,
      EMAIL: true,
      PHONE: false,
      ...Object.fromEntries(
        ["SEXUAL", "VIOLENCE", "HATE", "INSULTS", "PROMPT_ATTACK", "MISCONDUCT"].map((filter) => [filter, false]),
      ),
    });
  });
});
