import { describe, expect, test } from "vitest";
import { createClient, failureOf, useServer } from "../../support/bedrock.ts";

const server = useServer();
const CLIENT = { bedrockGuardrailIdentifier: "client1", bedrockGuardrailVersion: "1" } as const;

describe("an answer that is none of the operation's", () => {
  test.each([
    ["no JSON", "<html>"],
    ["a list", []],
    ["no action", { outputs: [] }],
    ["an error within", { Output: { __type: "ValidationException" } }],
  ])("of ApplyGuardrail is an error: %s", async (_, body) => {
    server().enqueue({ status: 200, body });
    const error = await failureOf(createClient(server(), CLIENT).moderate("Hi"));
    expect(error).toMatchObject({ code: "ERR_RESPONSE", operation: "ApplyGuardrail", retryable: false });
    expect(error.requestId).toBe(server().requests[0]?.id);
  });

  test("of InvokeGuardrailChecks is an error", async () => {
    server().enqueue({ status: 200, body: { result: {} } });
    const error = await failureOf(createClient(server()).moderate("Hi", { checks: "all" }));
    expect(error).toMatchObject({ code: "ERR_RESPONSE", operation: "InvokeGuardrailChecks" });
  });
});

// https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-invoke-guardrail-checks-examples.html
test("the documented answer of checks is read", async () => {
  const body = {
    results: {
      contentFilter: {
        results: [
          { category: "VIOLENCE", severityScore: 0.8 },
          { category: "HATE", severityScore: 0.2 },
        ],
      },
      promptAttack: { results: [{ category: "JAILBREAK", severityScore: 0.6 }] },
      sensitiveInformation: {
        results: [
          { type: "EMAIL", confidenceScore: 0.8, messageIndex: 0, contentIndex: 0, beginOffset: 0, endOffset: 5 },
          { type: "EMAIL", confidenceScore: 0.4, messageIndex: 0, contentIndex: 0, beginOffset: 9, endOffset: 14 },
        ],
        truncated: false,
      },
      newCheck: { results: [{ severityScore: 1 }] },
    },
    usage: { contentFilter: { textUnits: 1 }, promptAttack: { textUnits: 2 }, sensitiveInformation: {} },
  };
  server().enqueue({ status: 200, body });
  const checks = {
    contentFilter: ["VIOLENCE", "HATE"],
    promptAttack: ["JAILBREAK"],
    sensitiveInformation: ["EMAIL", "PHONE"],
  } as const;
  const { results } = await createClient(server()).moderate("Hi", { checks, threshold: 0.6 });
  expect(results[0]).toMatchObject({
    flagged: true,
    scores: { VIOLENCE: 0.8, HATE: 0.2, JAILBREAK: 0.6, EMAIL: 0.8, PHONE: 0 },
    categories: { VIOLENCE: true, HATE: false, JAILBREAK: true, EMAIL: true, PHONE: false },
    usage: { contentFilter: 1, promptAttack: 2 },
    raw: body,
  });
});

describe("what does not tell all that was asked for is no answer of checks", () => {
  const violence = { category: "VIOLENCE", severityScore: 0 };
  test.each([
    ["nothing", {}],
    ["no check", { contentFilter: null }],
    ["no list", { contentFilter: { results: null } }],
    ["not every category", { contentFilter: { results: [violence] } }],
    ["a category without a score", { contentFilter: { results: [violence, { category: "HATE" }] } }],
    ["a score as text", { contentFilter: { results: [violence, { category: "HATE", severityScore: "0.9" }] } }],
    ["what is no entry", { contentFilter: { results: [violence, { category: "HATE", severityScore: 0 }, null] } }],
    ["a name of all objects", { constructor: { results: [violence] } }],
  ])("%s", async (_, results) => {
    server().enqueue({ status: 200, body: { results, usage: {} } });
    const checks = { contentFilter: ["VIOLENCE", "HATE"] } as const;
    const error = await failureOf(createClient(server()).moderate("Hi", { checks }));
    expect(error).toMatchObject({ code: "ERR_RESPONSE", operation: "InvokeGuardrailChecks" });
    expect(error.requestId).toBe(server().requests[0]?.id);
  });
});

test("a list of personal data that was cut off flags, and tells nothing of what it does not name", async () => {
  const results = { sensitiveInformation: { results: [{ type: "EMAIL", confidenceScore: 0.2 }], truncated: true } };
  server().enqueue({ status: 200, body: { results, usage: {} } });
  const checks = { sensitiveInformation: ["EMAIL", "PHONE"] } as const;
  const { flagged, results: found } = await createClient(server()).moderate("Hi", { checks });
  expect(flagged).toBe(true);
  expect(found[0]).toMatchObject({ flagged: true, findings: [] });
  expect([found[0]?.categories, found[0]?.scores]).toEqual([{ EMAIL: false }, { EMAIL: 0.2 }]);
});

test.each(["ApplyGuardrail", "InvokeGuardrailChecks"])("the documented failures of %s are typed", async (operation) => {
  const failures = [
    ["ValidationException", "ERR_BAD_REQUEST"],
    ["AccessDeniedException", "ERR_FORBIDDEN"],
    ["ResourceNotFoundException", "ERR_NOT_FOUND"],
    ["ThrottlingException", "ERR_RATE_LIMIT"],
    ["ServiceQuotaExceededException", "ERR_QUOTA_EXCEEDED"],
    ["InternalServerException", "ERR_SERVER"],
    ["ServiceUnavailableException", "ERR_SERVICE_UNAVAILABLE"],
  ] as const;
  const llm = createClient(server(), { ...CLIENT, maxRetries: 0 });
  const codes: string[] = [];
  for (const [error] of failures) {
    server().enqueue({ error });
    const options = operation === "ApplyGuardrail" ? {} : ({ checks: "all" } as const);
    const failure = await failureOf(llm.moderate("Hi", options));
    expect(failure.operation).toBe(operation);
    codes.push(failure.code);
  }
  expect(codes).toEqual(failures.map(([, code]) => code));
});
