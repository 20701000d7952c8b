/** What a policy does with what it found; `"NONE"` where it only reports. */
export type GuardrailAction = "BLOCKED" | "ANONYMIZED" | "NONE" | (string & {});

/** What every entry of an assessment has. */
export interface GuardrailEntry {
  readonly action?: GuardrailAction;
  /** Told by newer guardrails. With `outputScope: "full"`, what was looked for in vain is listed, too. */
  readonly detected?: boolean;
}

/** How sure a content filter is. */
export type GuardrailConfidence = "NONE" | "LOW" | "MEDIUM" | "HIGH" | (string & {});

/** A statement of automated reasoning. */
export interface ReasoningStatement {
  readonly logic?: string;
  readonly naturalLanguage?: string;
}

/** What was understood of a text, as statements. */
export interface ReasoningTranslation {
  readonly premises?: readonly ReasoningStatement[];
  readonly claims?: readonly ReasoningStatement[];
  readonly untranslatedPremises?: readonly { readonly text?: string }[];
  readonly untranslatedClaims?: readonly { readonly text?: string }[];
  /** 0 to 1. */
  readonly confidence?: number;
}

/** What holds in one case. */
export interface ReasoningScenario {
  readonly statements?: readonly ReasoningStatement[];
}

/** A rule of a policy. */
export interface ReasoningRule {
  readonly identifier?: string;
  readonly policyVersionArn?: string;
}

/** A judgement of automated reasoning; which members there are depends on the kind. */
export interface ReasoningJudgement {
  readonly translation?: ReasoningTranslation;
  readonly claimsTrueScenario?: ReasoningScenario;
  readonly claimsFalseScenario?: ReasoningScenario;
  readonly supportingRules?: readonly ReasoningRule[];
  readonly contradictingRules?: readonly ReasoningRule[];
  readonly logicWarning?: {
    readonly type?: "ALWAYS_FALSE" | "ALWAYS_TRUE" | (string & {});
    readonly premises?: readonly ReasoningStatement[];
    readonly claims?: readonly ReasoningStatement[];
  };
}

/** A finding of automated reasoning: its only member names the kind. */
export interface ReasoningFinding {
  readonly valid?: ReasoningJudgement;
  readonly invalid?: ReasoningJudgement;
  readonly satisfiable?: ReasoningJudgement;
  readonly impossible?: ReasoningJudgement;
  readonly translationAmbiguous?: {
    readonly options?: readonly { readonly translations?: readonly ReasoningTranslation[] }[];
    readonly differenceScenarios?: readonly ReasoningScenario[];
  };
  readonly tooComplex?: object;
  readonly noTranslations?: object;
}

/** How much of the content was looked at. */
export interface GuardrailCoverage {
  readonly textCharacters?: { readonly guarded?: number; readonly total?: number };
  readonly images?: { readonly guarded?: number; readonly total?: number };
}

/** Units that AWS charges for, by their names in the response. A text unit has up to 1,000 characters. */
export type GuardrailUsage = Readonly<
  Partial<
    Record<
      | "topicPolicyUnits"
      | "contentPolicyUnits"
      | "contentPolicyImageUnits"
      | "wordPolicyUnits"
      | "sensitiveInformationPolicyUnits"
      | "sensitiveInformationPolicyFreeUnits"
      | "contextualGroundingPolicyUnits"
      | "automatedReasoningPolicyUnits"
      | "automatedReasoningPolicies"
      // Of checks without a guardrail: text units.
      | "contentFilter"
      | "promptAttack"
      | "sensitiveInformation",
      number
    >
  >
>;

/**
 * What the policies of one guardrail found, as received; a policy that the guardrail does not have is absent.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailAssessment.html
 */
export interface GuardrailAssessment {
  readonly topicPolicy?: {
    readonly topics?: readonly (GuardrailEntry & { readonly name?: string; readonly type?: string })[];
  };
  readonly contentPolicy?: {
    readonly filters?: readonly (GuardrailEntry & {
      /** Like `"VIOLENCE"` or `"PROMPT_ATTACK"`. */
      readonly type?: string;
      readonly confidence?: GuardrailConfidence;
      readonly filterStrength?: GuardrailConfidence;
    })[];
  };
  readonly wordPolicy?: {
    readonly customWords?: readonly (GuardrailEntry & { readonly match?: string })[];
    readonly managedWordLists?: readonly (GuardrailEntry & { readonly match?: string; readonly type?: string })[];
  };
  readonly sensitiveInformationPolicy?: {
    readonly piiEntities?: readonly (GuardrailEntry & { readonly match?: string; readonly type?: string })[];
    readonly regexes?: readonly (GuardrailEntry & {
      readonly name?: string;
      readonly match?: string;
      readonly regex?: string;
    })[];
  };
  readonly contextualGroundingPolicy?: {
    readonly filters?: readonly (GuardrailEntry & {
      readonly type?: "GROUNDING" | "RELEVANCE" | (string & {});
      /** 0 to 1; found is what lies below it. */
      readonly threshold?: number;
      readonly score?: number;
    })[];
  };
  readonly automatedReasoningPolicy?: { readonly findings?: readonly ReasoningFinding[] };
  readonly invocationMetrics?: {
    /** In milliseconds. */
    readonly guardrailProcessingLatency?: number;
    readonly usage?: GuardrailUsage;
    readonly guardrailCoverage?: GuardrailCoverage;
  };
  readonly appliedGuardrailDetails?: {
    readonly guardrailId?: string;
    readonly guardrailVersion?: string;
    readonly guardrailArn?: string;
    /** Like `["REQUEST"]`, or `["ACCOUNT_ENFORCED"]` for one that the account applies to all. */
    readonly guardrailOrigin?: readonly string[];
    readonly guardrailOwnership?: "SELF" | "CROSS_ACCOUNT" | (string & {});
  };
}
