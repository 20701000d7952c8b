import type { PiiType } from "../guardrails/pii.ts";
import type { GuardContentBlock } from "./content.ts";

/** The body of ApplyGuardrail. */
export interface ApplyGuardrailRequest {
  source: "INPUT" | "OUTPUT";
  content: GuardContentBlock[];
  outputScope?: "INTERVENTIONS" | "FULL";
}

/** Kinds of harmful content that InvokeGuardrailChecks looks for. */
export type CheckedContent = "VIOLENCE" | "HATE" | "SEXUAL" | "MISCONDUCT" | "INSULTS";

/** Kinds of attacks on a prompt that InvokeGuardrailChecks looks for. */
export type CheckedAttack = "JAILBREAK" | "PROMPT_INJECTION" | "PROMPT_LEAKAGE";

/** A turn to be checked. */
export interface CheckedMessage {
  role: "user" | "assistant" | "system";
  content: { text: string }[];
}

/** The body of InvokeGuardrailChecks. */
export interface InvokeGuardrailChecksRequest {
  messages: CheckedMessage[];
  checks: {
    contentFilter?: { categories: { category: CheckedContent }[] };
    promptAttack?: { categories: { category: CheckedAttack }[] };
    sensitiveInformation?: { entities: { type: PiiType }[] };
  };
}
