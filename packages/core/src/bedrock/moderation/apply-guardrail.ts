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

/** How sure a filter is, from 0 to 1. */
const CONFIDENCES: readonly unknown[] = ["NONE", "LOW", "MEDIUM", "HIGH"];

/**
 * Reads an answer of ApplyGuardrail. That the guardrail did something says `action`; what it did, say the assessments: what
 * is not surely only masked was blocked.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html
 */
export function parseApplied(raw: JsonObject, where: GuardrailFinding["where"]): ModerateResult {
  const received = objectsOf(raw["assessments"]);
  const entries = received.flatMap((assessment) => listEntries(assessment, where));
  const findings = entries.filter(isFound);
  const outputs = objectsOf(raw["outputs"]).flatMap(({ text }) => stringOf(text) ?? []);
  const action = readAction(raw, outputs);
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

/** What is masked has a text to go on with. */
function readAction({ action, assessments }: JsonObject, outputs: readonly string[]): ModerateResult["action"] {
  const actions = listActions(assessments);
  if (actions.has("BLOCKED")) return "blocked";
  if (action === "NONE") return "none";
  actions.delete("NONE");
  return actions.size === 1 && actions.has("ANONYMIZED") && outputs.length > 0 ? "masked" : "blocked";
}

/** Every action in an assessment, wherever it stands: a policy that is new blocks, too. Without recursion, however deep it is. */
function listActions(assessments: JsonValue | undefined): Set<unknown> {
  const actions = new Set<unknown>();
  const open: unknown[] = [assessments];
  for (const value of open) {
    if (typeof value !== "object" || value === null) continue;
    if ("action" in value && value.action !== null) actions.add(value.action);
    const members: unknown[] = Object.values(value);
    for (const member of members) open.push(member);
  }
  return actions;
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
    const confidence = CONFIDENCES.indexOf(raw["confidence"]) / 3;
    const score = numberOf(raw["score"]) ?? confidence;
    if (score >= 0) scores.set(name, Math.max(score, scores.get(name) ?? 0));
  }
  return Object.fromEntries(scores);
}

/** The counts that are numbers. */
function readUsage(value: unknown): GuardrailUsage {
  const counts = Object.entries(objectOf(value) ?? {}).filter(([, count]) => typeof count === "number");
  return Object.fromEntries(counts);
}

/** No assessment is deeper; what is goes on as it is. */
const MAX_LEVELS = 64;

/** Bedrock writes `null` where the policy is absent. */
function dropNulls(value: JsonValue | undefined, levels = MAX_LEVELS): JsonValue | undefined {
  if (levels === 0) return value ?? undefined;
  if (Array.isArray(value)) return value.map((item: JsonValue) => dropNulls(item, levels - 1) ?? null);
  if (!isObject(value)) return value ?? undefined;
  const members = Object.entries(value).map(([name, member]) => [name, dropNulls(member, levels - 1)] as const);
  return compact(Object.fromEntries(members));
}
