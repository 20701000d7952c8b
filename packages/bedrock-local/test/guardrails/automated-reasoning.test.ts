import { describe, expect, it } from "vitest";
import { assess, type GuardrailResult } from "../../src/guardrails/assess.ts";
import { createGuardrail } from "../../src/guardrails/guardrail.ts";
import type { ReasoningResult } from "../../src/guardrails/options.ts";

function reason(result: ReasoningResult, text: string, source: "INPUT" | "OUTPUT" = "OUTPUT"): GuardrailResult {
  const automatedReasoning = [{ name: "leaveIsPaid", keywords: ["paid leave"], result }];
  const guardrail = createGuardrail({ id: "gr1", automatedReasoning }, "1", "us-east-1");
  return assess(guardrail, source, [{ text: { text } }]);
}

const findingsOf = ({ assessments }: GuardrailResult): unknown => assessments[0]?.automatedReasoningPolicy?.findings;

describe("the stand-in for automated reasoning", () => {
  it("takes the sentences with a keyword for claims, and reports without blocking", () => {
    const result = reason("invalid", "Hello. You have 90 days of paid leave! Enjoy.");
    expect(result).toMatchObject({ action: "NONE", outputs: [] });
    expect(findingsOf(result)).toEqual([
      {
        invalid: {
          translation: {
            premises: [],
            claims: [{ logic: "leaveIsPaid", naturalLanguage: "You have 90 days of paid leave!" }],
            untranslatedPremises: [],
            untranslatedClaims: [],
            confidence: 1,
          },
          contradictingRules: [
            {
              identifier: expect.stringMatching(/^[a-z0-9]{12}$/),
              policyVersionArn: "arn:aws:bedrock:us-east-1:123456789012:automated-reasoning-policy/localpolicy1:1",
            },
          ],
        },
      },
    ]);
    expect(result.usage).toMatchObject({ automatedReasoningPolicyUnits: 1, automatedReasoningPolicies: 1 });
  });

  it.each([
    ["valid", ["translation", "claimsTrueScenario", "supportingRules"]],
    ["impossible", ["translation", "contradictingRules"]],
    ["satisfiable", ["translation", "claimsTrueScenario", "claimsFalseScenario"]],
    ["translationAmbiguous", ["options", "differenceScenarios"]],
    ["tooComplex", []],
  ] as const)("can find a claim %s", (result, members) => {
    const findings = reason(result, "Paid leave is fine").assessments[0]?.automatedReasoningPolicy?.findings;
    const shape = Object.fromEntries(members.map((member) => [member, expect.anything()]));
    expect(findings).toStrictEqual([{ [result]: shape }]);
  });

  it("says that there is no claim in an answer without one, and nothing of a question", () => {
    expect(findingsOf(reason("valid", "The sun shines."))).toEqual([{ noTranslations: {} }]);
    const question = reason("valid", "Is it paid leave?", "INPUT");
    expect(findingsOf(question)).toBeUndefined();
    expect(question.usage.automatedReasoningPolicies).toBe(0);
  });
});
