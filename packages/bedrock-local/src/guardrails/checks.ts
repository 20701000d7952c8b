/**
 * Checks without a guardrail: how strongly texts match a category, and where personal data stands.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-invoke-guardrail-checks-scores.html
 */
import type {
  CheckedAttack,
  CheckedContent,
  CheckedMessage,
  InvokeGuardrailChecksRequest,
} from "../wire/guardrails.ts";
import { createRule } from "./guardrail.ts";
import { DEFAULT_KEYWORDS } from "./keywords.ts";
import { getPiiPattern, type PiiType } from "./pii.ts";
import { countFound } from "./policies.ts";

/** How strongly texts match a category: 0, 0.2, 0.4, 0.6, 0.8 or 1. */
export type SeverityFinding<Category> = { category: Category; severityScore: number };

/** Personal data and its place. Offsets count as in JavaScript strings; the end is the first character after it. */
export type EntityFinding = {
  type: PiiType;
  confidenceScore: number;
  beginOffset: number;
  endOffset: number;
  messageIndex: number;
  contentIndex: number;
};

/** What the checks found: the answer of InvokeGuardrailChecks. Only what was asked for is there. */
export interface CheckResult {
  readonly results: {
    readonly contentFilter?: { results: SeverityFinding<CheckedContent>[] };
    readonly promptAttack?: { results: SeverityFinding<CheckedAttack>[] };
    readonly sensitiveInformation?: { results: EntityFinding[]; truncated: boolean };
  };
  readonly usage: Readonly<Record<string, { textUnits: number }>>;
}

const CHARACTERS_PER_UNIT = 1_000;
/** AWS caps the list as well, at a number that it does not tell. */
const MAX_ENTITIES = 100;
/** Found by form or by a word beside it, never by meaning: likely, not sure. */
const CONFIDENCE = 0.8;
/** By the number of keywords found. One is 0.6, so that a threshold in the middle finds it. */
const SEVERITIES: readonly number[] = [0, 0.6, 0.8, 1];

const ATTACK_KEYWORDS: Readonly<Record<CheckedAttack, readonly string[]>> = {
  JAILBREAK: [
    "jailbreak",
    "developer mode",
    "do anything now",
    "without any restrictions",
    "pretend you have no rules",
  ],
  PROMPT_INJECTION: [
    "ignore previous instructions",
    "ignore all previous instructions",
    "ignore the above",
    "disregard your instructions",
    "new instructions",
  ],
  PROMPT_LEAKAGE: [
    "reveal your system prompt",
    "show me your system prompt",
    "print your system prompt",
    "repeat your instructions",
    "what are your instructions",
  ],
};

/** Runs the checks of a request over all its messages, whoever speaks. */
export function runChecks({ messages, checks }: InvokeGuardrailChecksRequest): CheckResult {
  const text = messages.flatMap(({ content }) => content.map((block) => block.text)).join("\n");
  const { contentFilter, promptAttack, sensitiveInformation } = checks;
  return {
    results: {
      ...(contentFilter && { contentFilter: { results: rate(contentFilter.categories, DEFAULT_KEYWORDS, text) } }),
      ...(promptAttack && { promptAttack: { results: rate(promptAttack.categories, ATTACK_KEYWORDS, text) } }),
      ...(sensitiveInformation && {
        sensitiveInformation: findEntities(messages, new Set(sensitiveInformation.entities.map(({ type }) => type))),
      }),
    },
    usage: countUsage(messages, Object.keys(checks)),
  };
}

function rate<Category extends string>(
  categories: readonly { category: Category }[],
  keywords: Readonly<Record<Category, readonly string[]>>,
  text: string,
): SeverityFinding<Category>[] {
  return categories.map(({ category }) => {
    const found = countFound(createRule(category, keywords[category]).patterns, text);
    return { category, severityScore: SEVERITIES[Math.min(found, SEVERITIES.length - 1)] ?? 0 };
  });
}

/** In the order of the text. */
function findEntities(
  messages: readonly CheckedMessage[],
  types: ReadonlySet<PiiType>,
): { results: EntityFinding[]; truncated: boolean } {
  const found = messages.flatMap(({ content }, messageIndex) =>
    content.flatMap(({ text }, contentIndex) =>
      [...types]
        .flatMap((type) => findPlaces(type, text))
        .toSorted((a, b) => a.beginOffset - b.beginOffset)
        .map((finding) => ({ ...finding, messageIndex, contentIndex })),
    ),
  );
  return { results: found.slice(0, MAX_ENTITIES), truncated: found.length > MAX_ENTITIES };
}

function findPlaces(type: PiiType, text: string): Omit<EntityFinding, "messageIndex" | "contentIndex">[] {
  return [...text.matchAll(getPiiPattern(type))].map(({ 0: match, index }) => ({
    type,
    confidenceScore: CONFIDENCE,
    beginOffset: index,
    endOffset: index + match.length,
  }));
}

function countUsage(messages: readonly CheckedMessage[], checks: readonly string[]): CheckResult["usage"] {
  const characters = messages.reduce(
    (sum, { content }) => content.reduce((inner, { text }) => inner + text.length, sum),
    0,
  );
  const textUnits = Math.ceil(characters / CHARACTERS_PER_UNIT);
  return Object.fromEntries(checks.map((check) => [check, { textUnits }]));
}
