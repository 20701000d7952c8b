import type { ModerateRequest, ModerateResult } from "../../requests/moderate.ts";
import type { GuardrailAssessment, GuardrailCoverage, GuardrailUsage } from "../../types/guardrail.ts";
import { compact, isObject, numberOf, objectOf, objectsOf, stringOf } from "../../types/json.ts";
import type { JsonObject, JsonValue } from "../../types/json.ts";
import type { GuardrailFinding } from "../../types/response.ts";
import { isFound, listEntries } from "../guardrail-entries.ts";

/**
 * The content blocks of an item. Where something is to be grounded, each text says what it is.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-contextual-grounding-check.html
 */
export function renderContent({ text, images = [], groundingSources = [], query }: ModerateRequest): JsonObject[] {
  const block = (content: string, qualifier?: string): JsonObject => ({
    text: { text: content, ...(qualifier !== undefined && { qualifiers: [qualifier] }) },
  });
  return [
    ...groundingSources.map((source) => block(source, "grounding_source")),
    ...(query === undefined ? [] : [block(query, "query")]),
    ...(text === undefined ? [] : [block(text, query === undefined ? undefined : "guard_content")]),
    ...images.map(({ format, base64 }) => ({ image: { format, source: { bytes: base64 } } })),
  ];
}

/** How sure a filter is, as a number. */
const CONFIDENCES: Readonly<Record<string, number>> = { NONE: 0, LOW: 1 / 3, MEDIUM: 2 / 3, HIGH: 1 };

/**
 * Reads an answer of ApplyGuardrail. That the guardrail did something says `action`; what it did, say the findings: what
 * is not only masked was blocked.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html
 */
export function parseApplied(raw: JsonObject, where: GuardrailFinding["where"]): ModerateResult {
  const received = objectsOf(raw["assessments"]);
  const entries = received.flatMap((assessment) => listEntries(assessment, where));
  const findings = entries.filter(isFound);
  const has = (action: string): boolean => findings.some((finding) => finding.action === action);
  const isMasked = has("ANONYMIZED") && !has("BLOCKED");
  const action = raw["action"] === "NONE" ? "none" : isMasked ? "masked" : "blocked";
  const outputs = objectsOf(raw["outputs"]).map(({ text }) => stringOf(text) ?? "");
  const coverage = objectOf(raw["guardrailCoverage"]);
  return {
    flagged: action === "blocked",
    action,
    categories: listCategories(entries),
    scores: listScores(entries),
    findings,
    // All members of these types may be absent, and their words are Bedrock's.
    assessments: received.map((assessment) => dropNulls(assessment) as GuardrailAssessment),
    usage: readUsage(raw["usage"]),
    ...compact({
      output: outputs.length > 0 ? outputs.join("\n") : undefined,
      coverage: coverage && (dropNulls(coverage) as GuardrailCoverage),
    }),
    raw,
  };
}

/** Automated reasoning is left out: its findings tell of proofs, not of categories. */
function listCategories(entries: readonly GuardrailFinding[]): Record<string, boolean> {
  const categories = new Map<string, boolean>();
  for (const entry of entries) {
    if (entry.policy === "automatedReasoning") continue;
    categories.set(entry.name, isFound(entry) || categories.get(entry.name) === true);
  }
  return Object.fromEntries(categories);
}

function listScores(entries: readonly GuardrailFinding[]): Record<string, number> {
  const scores = new Map<string, number>();
  for (const { name, raw } of entries) {
    const score = numberOf(raw["score"]) ?? CONFIDENCES[stringOf(raw["confidence"]) ?? ""];
    if (score !== undefined) scores.set(name, Math.max(score, scores.get(name) ?? 0));
  }
  return Object.fromEntries(scores);
}

/** The counts that are numbers. */
export function readUsage(value: unknown): GuardrailUsage {
  const counts = Object.entries(objectOf(value) ?? {}).filter(([, count]) => typeof count === "number");
  return Object.fromEntries(counts);
}

/** Bedrock writes `null` where the policy is absent. */
function dropNulls(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((item: JsonValue) => dropNulls(item) ?? null);
  if (!isObject(value)) return value ?? undefined;
  return compact(Object.fromEntries(Object.entries(value).map(([name, member]) => [name, dropNulls(member)])));
}
