import type { ModerateRequest, ModerateResult } from "../../requests/moderate.ts";
import { compact, isObject, numberOf, objectOf, objectsOf, stringOf, type JsonObject } from "../../types/json.ts";
import type { GuardrailFinding } from "../../types/response.ts";
import type { BedrockClient } from "../client.ts";
import { callJson } from "../json-call.ts";

/** Which list of a check names its categories, the member that holds one, and the policy that it is a part of. */
const CHECKS: Readonly<Record<string, readonly [list: string, name: string, policy: GuardrailFinding["policy"]]>> = {
  contentFilter: ["categories", "category", "content"],
  promptAttack: ["categories", "category", "content"],
  sensitiveInformation: ["entities", "type", "sensitiveInformation"],
};

/**
 * Assesses one text with checks alone. They only look, and give scores: from the threshold on they flag.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeGuardrailChecks.html
 */
export async function invokeChecks(
  client: BedrockClient,
  { source, text = "", threshold = 0.5, options }: ModerateRequest,
  checks: NonNullable<ModerateRequest["checks"]>,
): Promise<ModerateResult> {
  const body = {
    messages: [{ role: source === "input" ? "user" : "assistant", content: [{ text }] }],
    checks: renderChecks(checks),
  };
  const call = { operation: "InvokeGuardrailChecks", path: "/guardrail-checks/invoke", body, options };
  const { json, requestId } = await callJson(client, call, ({ results }) => isObject(results));
  const scores = new Map<string, number>();
  for (const names of Object.values(checks)) for (const name of names) scores.set(name, 0);
  const findings = parseChecks(json, source, threshold, scores);
  return {
    flagged: findings.length > 0,
    action: "none",
    categories: Object.fromEntries([...scores].map(([name, score]) => [name, score >= threshold])),
    scores: Object.fromEntries(scores),
    findings,
    assessments: [],
    usage: readUnits(objectOf(json["usage"])),
    ...compact({ requestId }),
    raw: json,
  };
}

function renderChecks(checks: NonNullable<ModerateRequest["checks"]>): JsonObject {
  const rendered = Object.entries(checks).map(([check, names]) => {
    const [list = "", name = ""] = CHECKS[check] ?? [];
    return [check, { [list]: names.map((each) => ({ [name]: each })) }];
  });
  return Object.fromEntries(rendered) as JsonObject;
}

/** Each entry whose score reaches the threshold; keeps the highest score of each category. */
function parseChecks(
  json: JsonObject,
  where: GuardrailFinding["where"],
  threshold: number,
  scores: Map<string, number>,
): GuardrailFinding[] {
  const findings: GuardrailFinding[] = [];
  for (const [check, result] of Object.entries(objectOf(json["results"]) ?? {})) {
    for (const raw of objectsOf(objectOf(result)?.["results"])) {
      const [, member = "", policy = "content"] = CHECKS[check] ?? [];
      const name = stringOf(raw[member]) ?? "";
      const score = numberOf(raw["severityScore"]) ?? numberOf(raw["confidenceScore"]) ?? 0;
      scores.set(name, Math.max(score, scores.get(name) ?? 0));
      if (score >= threshold) findings.push({ policy, where, action: "NONE", name, raw });
    }
  }
  return findings;
}

function readUnits(usage: JsonObject = {}): ModerateResult["usage"] {
  const units = Object.entries(usage).map(([check, counts]) => [check, numberOf(objectOf(counts)?.["textUnits"])]);
  return Object.fromEntries(units.filter(([, count]) => count !== undefined)) as ModerateResult["usage"];
}
