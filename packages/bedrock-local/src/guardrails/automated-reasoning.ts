/**
 * A stand-in for automated reasoning: sentences with a rule's keywords are claims, and the rule says what they are.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailAutomatedReasoningFinding.html
 */
import { createHash } from "node:crypto";

import type { ReasoningFinding, ReasoningTranslation } from "./assessment.ts";
import type { Guardrail, ReasoningRule } from "./guardrail.ts";

/** A finding for every rule that knows a sentence of `texts`; `noTranslations` when none does; none without rules. */
export function assessReasoning(
  { automatedReasoning: rules, reasoningPolicyArn }: Guardrail,
  texts: readonly string[],
): ReasoningFinding[] {
  if (rules.length === 0 || texts.length === 0) return [];
  const sentences = texts.flatMap((text) => text.match(/[^.!?\n]+[.!?]*/g) ?? []).map((sentence) => sentence.trim());
  const findings = rules.flatMap((rule) => {
    const claims = sentences.filter((sentence) => rule.patterns.some((pattern) => sentence.search(pattern) >= 0));
    return claims.length === 0 ? [] : [createFinding(rule, claims, reasoningPolicyArn)];
  });
  return findings.length > 0 ? findings : [{ noTranslations: {} }];
}

function createFinding(
  { name, result }: ReasoningRule,
  sentences: string[],
  policyVersionArn: string,
): ReasoningFinding {
  const claims = sentences.map((naturalLanguage) => ({ logic: name, naturalLanguage }));
  const translation: ReasoningTranslation = {
    premises: [],
    claims,
    untranslatedPremises: [],
    untranslatedClaims: [],
    confidence: 1,
  };
  const rules = [{ identifier: identify(name), policyVersionArn }];
  const claimsTrueScenario = { statements: claims };
  const claimsFalseScenario = { statements: claims.map((claim) => ({ ...claim, logic: `(not ${name})` })) };
  switch (result) {
    case "valid":
      return { valid: { translation, claimsTrueScenario, supportingRules: rules } };
    case "invalid":
      return { invalid: { translation, contradictingRules: rules } };
    case "impossible":
      return { impossible: { translation, contradictingRules: rules } };
    case "satisfiable":
      return { satisfiable: { translation, claimsTrueScenario, claimsFalseScenario } };
    case "translationAmbiguous": {
      const other = { ...translation, claims: claimsFalseScenario.statements };
      const options = [{ translations: [translation] }, { translations: [other] }];
      return { translationAmbiguous: { options, differenceScenarios: [claimsTrueScenario, claimsFalseScenario] } };
    }
    default:
      return { tooComplex: {} };
  }
}

/** Twelve lower-case letters and digits, as rules are named on the wire. */
function identify(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 12);
}
