import type { GuardrailAssessment, GuardrailCoverage, GuardrailUsage } from "../types/guardrail.ts";
import type { JsonObject } from "../types/json.ts";
import type { GuardrailFinding } from "../types/response.ts";
import type { RequestOptions } from "./options.ts";

/** The checks of `InvokeGuardrailChecks`, and the categories that each knows. */
export interface ModerationCategories {
  contentFilter: "VIOLENCE" | "HATE" | "SEXUAL" | "MISCONDUCT" | "INSULTS";
  promptAttack: "JAILBREAK" | "PROMPT_INJECTION" | "PROMPT_LEAKAGE";
  sensitiveInformation:
    | "ADDRESS"
    | "AGE"
    | "AWS_ACCESS_KEY"
    | "AWS_SECRET_KEY"
    | "CA_HEALTH_NUMBER"
    | "CA_SOCIAL_INSURANCE_NUMBER"
    | "CREDIT_DEBIT_CARD_CVV"
    | "CREDIT_DEBIT_CARD_EXPIRY"
    | "CREDIT_DEBIT_CARD_NUMBER"
    | "DRIVER_ID"
    | "EMAIL"
    | "INTERNATIONAL_BANK_ACCOUNT_NUMBER"
    | "IP_ADDRESS"
    | "LICENSE_PLATE"
    | "MAC_ADDRESS"
    | "NAME"
    | "PASSWORD"
    | "PHONE"
    | "PIN"
    | "SWIFT_CODE"
    | "UK_NATIONAL_HEALTH_SERVICE_NUMBER"
    | "UK_NATIONAL_INSURANCE_NUMBER"
    | "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER"
    | "URL"
    | "USERNAME"
    | "US_BANK_ACCOUNT_NUMBER"
    | "US_BANK_ROUTING_NUMBER"
    | "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER"
    | "US_PASSPORT_NUMBER"
    | "US_SOCIAL_SECURITY_NUMBER"
    | "VEHICLE_IDENTIFICATION_NUMBER";
}

/** The same to go through. */
export const MODERATION_CHECKS: { readonly [K in keyof ModerationCategories]: readonly ModerationCategories[K][] } = {
  contentFilter: ["VIOLENCE", "HATE", "SEXUAL", "MISCONDUCT", "INSULTS"],
  promptAttack: ["JAILBREAK", "PROMPT_INJECTION", "PROMPT_LEAKAGE"],
  sensitiveInformation: [
    "ADDRESS",
    "AGE",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "CA_HEALTH_NUMBER",
    "CA_SOCIAL_INSURANCE_NUMBER",
    "CREDIT_DEBIT_CARD_CVV",
    "CREDIT_DEBIT_CARD_EXPIRY",
    "CREDIT_DEBIT_CARD_NUMBER",
    "DRIVER_ID",
    "EMAIL",
    "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
    "IP_ADDRESS",
    "LICENSE_PLATE",
    "MAC_ADDRESS",
    "NAME",
    "PASSWORD",
    "PHONE",
    "PIN",
    "SWIFT_CODE",
    "UK_NATIONAL_HEALTH_SERVICE_NUMBER",
    "UK_NATIONAL_INSURANCE_NUMBER",
    "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER",
    "URL",
    "USERNAME",
    "US_BANK_ACCOUNT_NUMBER",
    "US_BANK_ROUTING_NUMBER",
    "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
    "US_PASSPORT_NUMBER",
    "US_SOCIAL_SECURITY_NUMBER",
    "VEHICLE_IDENTIFICATION_NUMBER",
  ],
};

/** Which checks run without a guardrail: `true` for all categories of one, or a list of them. */
export type ModerationChecks = {
  readonly [K in keyof ModerationCategories]?: true | readonly ModerationCategories[K][] | undefined;
};

/** A picture to assess. */
export interface ModerateImage {
  readonly format: "png" | "jpeg";
  readonly base64: string;
}

/** One item to assess. */
export interface ModerateRequest {
  /** What came from a user, or what a model wrote. */
  readonly source: "input" | "output";
  readonly text?: string | undefined;
  readonly images?: readonly ModerateImage[] | undefined;
  /** What the text must be grounded in. */
  readonly groundingSources?: readonly string[] | undefined;
  /** The question that the text answers. */
  readonly query?: string | undefined;
  /** Default: the client's. */
  readonly guardrail?: ModerationGuardrail | undefined;
  /** What to look for without a guardrail: categories by check. */
  readonly checks?: Readonly<Partial<Record<keyof ModerationCategories, readonly string[]>>> | undefined;
  /** From which score on checks flag an item, 0 to 1. */
  readonly threshold?: number | undefined;
  /** Whether assessments list what was looked for in vain, too. Default: Bedrock's, `"interventions"`. */
  readonly outputScope?: "interventions" | "full" | undefined;
  readonly options: RequestOptions;
}

/** The guardrail of a call. */
export interface ModerationGuardrail {
  /** Id or ARN. Default: the client's `bedrockGuardrailIdentifier`. */
  readonly guardrailIdentifier?: string | undefined;
  /** A number, as text, or `"DRAFT"`. Default, for the client's guardrail: the client's `bedrockGuardrailVersion`. */
  readonly guardrailVersion?: string | undefined;
}

/** What was found in one item. */
export interface ModerateResult {
  /** Whether the guardrail blocked it; of checks, whether a score reached the threshold. What is only masked is not. */
  readonly flagged: boolean;
  /** What the guardrail did. Checks only look: always `"none"`. */
  readonly action: "none" | "masked" | "blocked";
  /** What was looked at, by name (filter, topic, kind of personal data, word, …), and whether it was found. */
  readonly categories: Readonly<Record<string, boolean>>;
  /**
   * From 0 to 1, where there is one: how sure a filter is (`LOW` is 1/3, `MEDIUM` 2/3, `HIGH` 1), or the score as received.
   * `GROUNDING` and `RELEVANCE` are good when they are high.
   */
  readonly scores: Readonly<Record<string, number>>;
  /** The masked text, or the guardrail's message in place of what it blocked. Absent when it did nothing. */
  readonly output?: string;
  /** One for each thing that was found. */
  readonly findings: readonly GuardrailFinding[];
  /** One for each guardrail; empty for checks. */
  readonly assessments: readonly GuardrailAssessment[];
  readonly usage: GuardrailUsage;
  readonly coverage?: GuardrailCoverage;
  readonly requestId?: string;
  /** The response as received. */
  readonly raw: JsonObject;
}
