/**
 * What a guardrail tells of its work, as on the wire.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailAssessment.html
 */

/** Whether a finding let the text be blocked. */
export type BlockAction = "BLOCKED" | "NONE";

/** What was done with personal data or a pattern's match. */
export type MaskAction = "ANONYMIZED" | BlockAction;

/** How sure a content filter is. */
export type Confidence = "NONE" | "LOW" | "MEDIUM" | "HIGH";

/** A finding of the topic policy. */
export type TopicFinding = { name: string; type: "DENY"; action: BlockAction; detected: boolean };

/** A finding of the content policy. */
export type ContentFinding = {
  type: string;
  confidence: Confidence;
  filterStrength: string;
  action: BlockAction;
  detected: boolean;
};

/** A word that was found. Lists of AWS's own have a type. */
export type WordFinding = { match: string; action: BlockAction; detected: boolean };

/** Personal data that was found; `match` is empty when nothing was. */
export type PiiFinding = { match: string; type: string; action: MaskAction; detected: boolean };

/** A pattern's match. */
export type RegexFinding = { name: string; match: string; regex: string; action: MaskAction; detected: boolean };

/** A score of the contextual grounding policy. */
export type GroundingFinding = {
  type: "GROUNDING" | "RELEVANCE";
  threshold: number;
  score: number;
  action: BlockAction;
  detected: boolean;
};

/** A claim or a premise, in the words of the text and as a formula. */
export type ReasoningStatement = { logic: string; naturalLanguage: string };

/** How a text was understood. `confidence` is from 0 to 1. */
export type ReasoningTranslation = {
  premises: ReasoningStatement[];
  claims: ReasoningStatement[];
  untranslatedPremises: { text: string }[];
  untranslatedClaims: { text: string }[];
  confidence: number;
};

/** A rule that supports or contradicts a claim. */
export type ReasoningRuleReference = { identifier: string; policyVersionArn: string };

/** Statements under which a claim holds or fails. */
export type ReasoningScenario = { statements: ReasoningStatement[] };

/** A finding of automated reasoning: a union. */
export type ReasoningFinding =
  | {
      valid: {
        translation: ReasoningTranslation;
        claimsTrueScenario: ReasoningScenario;
        supportingRules: ReasoningRuleReference[];
      };
    }
  | { invalid: { translation: ReasoningTranslation; contradictingRules: ReasoningRuleReference[] } }
  | { impossible: { translation: ReasoningTranslation; contradictingRules: ReasoningRuleReference[] } }
  | {
      satisfiable: {
        translation: ReasoningTranslation;
        claimsTrueScenario: ReasoningScenario;
        claimsFalseScenario: ReasoningScenario;
      };
    }
  | {
      translationAmbiguous: {
        options: { translations: ReasoningTranslation[] }[];
        differenceScenarios: ReasoningScenario[];
      };
    }
  | { tooComplex: Record<string, never> }
  | { noTranslations: Record<string, never> };

/** Units of text that each policy worked on, of 1,000 characters each. */
export type GuardrailUsage = {
  topicPolicyUnits: number;
  contentPolicyUnits: number;
  wordPolicyUnits: number;
  sensitiveInformationPolicyUnits: number;
  sensitiveInformationPolicyFreeUnits: number;
  contextualGroundingPolicyUnits: number;
  contentPolicyImageUnits: number;
  automatedReasoningPolicyUnits: number;
  automatedReasoningPolicies: number;
};

/** How much of what was sent the guardrail looked at. */
export type GuardrailCoverage = {
  textCharacters: { guarded: number; total: number };
  images?: { guarded: number; total: number };
};

/** All that a guardrail found in one text. Policies without a finding are left out, unless everything was asked for. */
export type GuardrailAssessment = {
  topicPolicy?: { topics: TopicFinding[] };
  contentPolicy?: { filters: ContentFinding[] };
  wordPolicy?: { customWords: WordFinding[]; managedWordLists: (WordFinding & { type: "PROFANITY" })[] };
  sensitiveInformationPolicy?: { piiEntities: PiiFinding[]; regexes: RegexFinding[] };
  contextualGroundingPolicy?: { filters: GroundingFinding[] };
  automatedReasoningPolicy?: { findings: ReasoningFinding[] };
  invocationMetrics: {
    guardrailProcessingLatency: number;
    usage: GuardrailUsage;
    guardrailCoverage: GuardrailCoverage;
  };
  appliedGuardrailDetails: {
    guardrailId: string;
    guardrailVersion: string;
    guardrailArn: string;
    guardrailOrigin: string[];
    guardrailOwnership: string;
  };
};
