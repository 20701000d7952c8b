import type { GuardContentBlock } from "../wire.ts";
import type { GuardrailAssessment, GuardrailCoverage, GuardrailUsage } from "./assessment.ts";
import { assessReasoning } from "./automated-reasoning.ts";
import type { Guardrail } from "./guardrail.ts";
import {
  assessContent,
  assessGrounding,
  assessPii,
  assessRegexes,
  assessTopics,
  assessWords,
  maskText,
} from "./policies.ts";

/** Whether a text goes to the model or comes from it. */
export type GuardrailSource = "INPUT" | "OUTPUT";

/** How an assessment is made. */
export interface AssessOptions {
  /** `FULL` lists what was looked for and not found as well. Default `INTERVENTIONS`. */
  readonly scope?: "INTERVENTIONS" | "FULL";
  /** The clock, in milliseconds: for the latency that the assessment tells. Default: it tells 0. */
  readonly now?: () => number;
}

/** What a guardrail makes of some texts: the answer of ApplyGuardrail. */
export interface GuardrailResult {
  readonly action: "NONE" | "GUARDRAIL_INTERVENED";
  readonly actionReason: string;
  /** Whether the texts must not pass; `false` when they pass, hidden in parts or not. */
  readonly isBlocked: boolean;
  /** Empty when nothing was done; the guardrail's message when it blocked; else the guarded texts, hidden in parts. */
  readonly outputs: { text: string }[];
  readonly assessments: GuardrailAssessment[];
  readonly usage: GuardrailUsage;
  readonly guardrailCoverage: GuardrailCoverage;
}

const CHARACTERS_PER_UNIT = 1_000;

/**
 * Looks at texts through a guardrail.
 *
 * Texts that are only marked as grounding source or query are not looked at: they are what an answer is measured by.
 * Images are counted, not looked at.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html
 */
export function assess(
  guardrail: Guardrail,
  source: GuardrailSource,
  contents: readonly GuardContentBlock[],
  { scope = "INTERVENTIONS", now = (): number => 0 }: AssessOptions = {},
): GuardrailResult {
  const startedAt = now();
  const sorted = sortContents(source, contents);
  const policies = assessPolicies(guardrail, source, sorted);
  const findings = listFindings(policies);
  const isBlocked = findings.some(({ action }) => action === "BLOCKED");
  const isMasked = findings.some(({ action }) => action === "ANONYMIZED");
  const reasoning = source === "OUTPUT" ? assessReasoning(guardrail, sorted.guarded) : [];
  const usage = countUnits(guardrail, sorted, {
    isMeasured: policies.grounding.length > 0,
    isReasoned: reasoning.length > 0,
  });
  const messaging = source === "INPUT" ? guardrail.blockedInputMessaging : guardrail.blockedOutputsMessaging;
  const masked = isMasked ? sorted.guarded.map((text) => ({ text: maskText(guardrail, text) })) : [];
  return {
    action: isBlocked || isMasked ? "GUARDRAIL_INTERVENED" : "NONE",
    actionReason: isBlocked ? "Guardrail blocked." : isMasked ? "Guardrail masked." : "No action.",
    isBlocked,
    outputs: isBlocked ? [{ text: messaging }] : masked,
    assessments: [
      {
        ...renderPolicies(policies, scope === "FULL"),
        ...(reasoning.length > 0 ? { automatedReasoningPolicy: { findings: reasoning } } : {}),
        invocationMetrics: {
          guardrailProcessingLatency: Math.max(0, now() - startedAt),
          usage,
          guardrailCoverage: sorted.coverage,
        },
        appliedGuardrailDetails: {
          guardrailId: guardrail.id,
          guardrailVersion: guardrail.version,
          guardrailArn: guardrail.arn,
          guardrailOrigin: ["REQUEST"],
          guardrailOwnership: "SELF",
        },
      },
    ],
    usage,
    guardrailCoverage: sorted.coverage,
  };
}

interface SortedContents {
  readonly guarded: string[];
  readonly grounding: string;
  readonly query: string;
  readonly coverage: GuardrailCoverage;
}

function sortContents(source: GuardrailSource, contents: readonly GuardContentBlock[]): SortedContents {
  const texts = contents.flatMap((content) => ("text" in content ? [content.text] : []));
  const images = contents.length - texts.length;
  const isGuarded = ({ qualifiers = [] }: { qualifiers?: string[] }): boolean =>
    qualifiers.length === 0 || qualifiers.includes("guard_content");
  const join = (qualifier: string): string =>
    texts
      .filter(({ qualifiers = [] }) => qualifiers.includes(qualifier))
      .map(({ text }) => text)
      .join("\n");
  const guarded = texts.filter(isGuarded).map(({ text }) => text);
  const counted = source === "INPUT" ? texts.map(({ text }) => text) : guarded;
  return {
    guarded,
    grounding: join("grounding_source"),
    query: join("query"),
    coverage: {
      textCharacters: { guarded: countCharacters(guarded), total: countCharacters(counted) },
      ...(images > 0 ? { images: { guarded: images, total: images } } : {}),
    },
  };
}

function countCharacters(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

type Policies = ReturnType<typeof assessPolicies>;

function assessPolicies(guardrail: Guardrail, source: GuardrailSource, sorted: SortedContents) {
  const { guarded, grounding, query } = sorted;
  const text = guarded.join("\n");
  const filters = guardrail.contentFilters.filter(({ name }) => source === "INPUT" || name !== "PROMPT_ATTACK");
  const thresholds = guardrail.contextualGrounding;
  const isMeasured = source === "OUTPUT" && grounding !== "" && query !== "";
  return {
    topics: assessTopics(guardrail.topics, text),
    content: assessContent(filters, text),
    words: assessWords(guardrail.words, text),
    profanity: assessWords(guardrail.profanity, text),
    pii: assessPii(guardrail.piiEntities, guarded),
    regexes: assessRegexes(guardrail.regexes, guarded),
    grounding:
      thresholds !== undefined && isMeasured
        ? assessGrounding(thresholds, { answer: text, source: grounding, query })
        : [],
  };
}

function listFindings(policies: Policies): { action: string }[] {
  return Object.values(policies).flat();
}

/** Scores are always told; of the rest, what was found, or all when `isFull`. */
function renderPolicies(
  policies: Policies,
  isFull: boolean,
): Omit<GuardrailAssessment, "invocationMetrics" | "appliedGuardrailDetails"> {
  const keep = <Finding extends { detected: boolean }>(list: Finding[]): Finding[] =>
    isFull ? list : list.filter(({ detected }) => detected);
  const topics = keep(policies.topics);
  const filters = keep(policies.content);
  const customWords = keep(policies.words);
  const managedWordLists = keep(policies.profanity).map((finding) => ({ ...finding, type: "PROFANITY" as const }));
  const piiEntities = keep(policies.pii);
  const regexes = keep(policies.regexes);
  return {
    ...(topics.length > 0 ? { topicPolicy: { topics } } : {}),
    ...(filters.length > 0 ? { contentPolicy: { filters } } : {}),
    ...(customWords.length + managedWordLists.length > 0 ? { wordPolicy: { customWords, managedWordLists } } : {}),
    ...(piiEntities.length + regexes.length > 0 ? { sensitiveInformationPolicy: { piiEntities, regexes } } : {}),
    ...(policies.grounding.length > 0 ? { contextualGroundingPolicy: { filters: policies.grounding } } : {}),
  };
}

/** A policy that the guardrail has costs a unit for each 1,000 characters begun. */
function countUnits(
  guardrail: Guardrail,
  { coverage, grounding, query }: SortedContents,
  { isMeasured, isReasoned }: { readonly isMeasured: boolean; readonly isReasoned: boolean },
): GuardrailUsage {
  const units = Math.ceil(coverage.textCharacters.total / CHARACTERS_PER_UNIT);
  const measured = coverage.textCharacters.total + grounding.length + query.length;
  const count = (...policies: readonly (readonly unknown[])[]): number =>
    policies.some((policy) => policy.length > 0) ? units : 0;
  return {
    topicPolicyUnits: count(guardrail.topics),
    contentPolicyUnits: count(guardrail.contentFilters),
    wordPolicyUnits: count(guardrail.words, guardrail.profanity),
    sensitiveInformationPolicyUnits: count(guardrail.piiEntities),
    sensitiveInformationPolicyFreeUnits: count(guardrail.regexes),
    contextualGroundingPolicyUnits: isMeasured ? Math.ceil(measured / CHARACTERS_PER_UNIT) : 0,
    contentPolicyImageUnits: guardrail.contentFilters.length > 0 ? (coverage.images?.total ?? 0) : 0,
    automatedReasoningPolicyUnits: isReasoned ? units : 0,
    automatedReasoningPolicies: isReasoned ? 1 : 0,
  };
}
