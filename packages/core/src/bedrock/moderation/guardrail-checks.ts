import type { ModerateRequest, ModerateResult } from "../../requests/moderate.ts";
import { compact, numberOf, objectOf, objectsOf, stringOf, type JsonObject } from "../../types/json.ts";
import type { GuardrailFinding } from "../../types/response.ts";
import type { BedrockClient } from "../client.ts";
import { callJson } from "../json-call.ts";

type Names = NonNullable<ModerateRequest["checks"]>;

/** How a check asks and answers: the list of its categories, the member that holds one, the score, and the policy. */
const CHECKS: Readonly<
  Record<keyof Names, readonly [list: string, name: string, score: string, policy: GuardrailFinding["policy"]]>
> = {
  contentFilter: ["categories", "category", "severityScore", "content"],
  promptAttack: ["categories", "category", "severityScore", "content"],
  sensitiveInformation: ["entities", "type", "confidenceScore", "sensitiveInformation"],
};
const KINDS = Object.keys(CHECKS) as readonly (keyof Names)[];

/**
 * Assesses one text with checks alone. They only look, and give scores: from the threshold on they flag. An answer that
 * leaves out what was asked for is none, and a list that was cut off flags.
 *
 * @throws {APIError} `ERR_RESPONSE` when there is not a score for all that was asked for
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeGuardrailChecks.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-invoke-guardrail-checks-examples.html
 */
export async function invokeChecks(
  client: BedrockClient,
  { source, text = "", threshold = 0.5, options }: ModerateRequest,
  checks: Names,
): Promise<ModerateResult> {
  const body = {
    messages: [{ role: source === "input" ? "user" : "assistant", content: [{ text }] }],
    checks: renderChecks(checks),
  };
  const call = { operation: "InvokeGuardrailChecks", path: "/guardrail-checks/invoke", body, options };
  const { json, requestId } = await callJson(client, call, (answer) => readScores(answer, checks) !== undefined);
  const found = (readScores(json, checks) ?? []).map((each) => ({ ...each, isFound: each.score >= threshold }));
  const scores = new Map<string, number>();
  const isCut = objectOf(objectOf(json["results"])?.["sensitiveInformation"])?.["truncated"] === true;
  // Of personal data only what was detected has a score.
  if (!isCut) for (const name of checks.sensitiveInformation ?? []) scores.set(name, 0);
  for (const { name, score } of found) scores.set(name, Math.max(score, scores.get(name) ?? 0));
  const findings = found.flatMap(({ isFound, policy, name, raw }): GuardrailFinding[] =>
    isFound ? [{ policy, where: source, action: "NONE", name, raw }] : [],
  );
  return {
    flagged: findings.length > 0 || isCut,
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

function renderChecks(checks: Names): JsonObject {
  const rendered = KINDS.flatMap((check): [string, JsonObject][] => {
    const [list, name] = CHECKS[check];
    const names = checks[check];
    return names ? [[check, { [list]: names.map((each) => ({ [name]: each })) }]] : [];
  });
  return Object.fromEntries(rendered);
}

/** An entry of an answer. */
interface Score extends Pick<GuardrailFinding, "policy" | "name" | "raw"> {
  readonly score: number;
}

/** All scores; nothing when one is missing. */
function readScores({ results }: JsonObject, checks: Names): readonly Score[] | undefined {
  const scores: Score[] = [];
  for (const check of KINDS) {
    const names = checks[check];
    if (!names) continue;
    const [, member, measure, policy] = CHECKS[check];
    const entries = objectOf(objectOf(results)?.[check])?.["results"];
    if (!Array.isArray(entries)) return undefined;
    const before = scores.length;
    for (const raw of objectsOf(entries)) {
      const [name, score] = [stringOf(raw[member]), numberOf(raw[measure])];
      if (name !== undefined && score !== undefined) scores.push({ policy, name, raw, score });
    }
    const own = scores.slice(before);
    const isWhole = policy === "sensitiveInformation" || names.every((each) => own.some(({ name }) => name === each));
    if (own.length !== entries.length || !isWhole) return undefined;
  }
  return scores;
}

function readUnits(usage: JsonObject = {}): ModerateResult["usage"] {
  const units = Object.entries(usage).map(([check, counts]) => [check, numberOf(objectOf(counts)?.["textUnits"])]);
  return Object.fromEntries(units.filter(([, count]) => count !== undefined)) as ModerateResult["usage"];
}
