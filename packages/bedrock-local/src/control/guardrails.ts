/**
 * Guardrails as the control plane shows them.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetGuardrail.html
 */
import type { Guardrail } from "../guardrails/guardrail.ts";
import type { FilterStrength } from "../guardrails/options.ts";
import { CREATED_AT } from "./created-at.ts";

const STATE = { status: "READY", createdAt: CREATED_AT, updatedAt: CREATED_AT };

/** A guardrail in a list. */
export function renderGuardrailSummary({ id, arn, name, version }: Guardrail): Record<string, unknown> {
  return { id, arn, name, version, ...STATE };
}

/** A guardrail with its policies; those that it does not have are left out. */
export function renderGuardrailDetails(guardrail: Guardrail): Record<string, unknown> {
  const { topics, contentFilters, piiEntities, regexes, words, profanity, contextualGrounding } = guardrail;
  const lists = profanity.length > 0 ? [{ type: "PROFANITY" }] : [];
  return {
    guardrailId: guardrail.id,
    guardrailArn: guardrail.arn,
    name: guardrail.name,
    version: guardrail.version,
    blockedInputMessaging: guardrail.blockedInputMessaging,
    blockedOutputsMessaging: guardrail.blockedOutputsMessaging,
    ...STATE,
    ...(topics.length > 0 && {
      topicPolicy: { topics: topics.map(({ name }) => ({ name, definition: name, type: "DENY" })) },
    }),
    ...(contentFilters.length > 0 && {
      contentPolicy: { filters: contentFilters.map(({ name, strength }) => renderFilter(name, strength)) },
    }),
    ...(words.length + lists.length > 0 && {
      wordPolicy: { words: words.map(({ name }) => ({ text: name })), managedWordLists: lists },
    }),
    ...(piiEntities.length + regexes.length > 0 && {
      sensitiveInformationPolicy: {
        piiEntities: piiEntities.map(({ name, action }) => ({ type: name, action })),
        regexes: regexes.map(({ name, pattern, action }) => ({ name, pattern: pattern.source, action })),
      },
    }),
    ...(contextualGrounding !== undefined && {
      contextualGroundingPolicy: { filters: renderThresholds(contextualGrounding) },
    }),
    ...(guardrail.automatedReasoning.length > 0 && {
      automatedReasoningPolicy: { policies: [guardrail.reasoningPolicyArn], confidenceThreshold: 1 },
    }),
  };
}

function renderFilter(type: string, strength: FilterStrength): Record<string, string> {
  return { type, inputStrength: strength, outputStrength: type === "PROMPT_ATTACK" ? "NONE" : strength };
}

function renderThresholds({ grounding, relevance }: NonNullable<Guardrail["contextualGrounding"]>): unknown[] {
  return [
    { type: "GROUNDING", threshold: grounding },
    { type: "RELEVANCE", threshold: relevance },
  ].filter(({ threshold }) => threshold !== undefined);
}
