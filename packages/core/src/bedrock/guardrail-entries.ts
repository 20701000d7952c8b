import { numberOf, objectOf, objectsOf, stringOf, type JsonObject } from "../types/json.ts";
import type { GuardrailFinding } from "../types/response.ts";

/** Where an assessment lists what each policy looked for, and the member that names it. */
const LISTS: readonly (readonly [policy: GuardrailFinding["policy"], list: string, name: string])[] = [
  ["topic", "topics", "name"],
  ["content", "filters", "type"],
  ["word", "customWords", "match"],
  ["word", "managedWordLists", "type"],
  ["sensitiveInformation", "piiEntities", "type"],
  ["sensitiveInformation", "regexes", "name"],
  ["contextualGrounding", "filters", "type"],
];

/**
 * All entries of an assessment, those included that were looked for in vain.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailAssessment.html
 */
export function listEntries(assessment: JsonObject, where: GuardrailFinding["where"]): GuardrailFinding[] {
  const entries = LISTS.flatMap(([policy, list, name]): GuardrailFinding[] =>
    objectsOf(objectOf(assessment[`${policy}Policy`])?.[list]).map((raw) => ({
      policy,
      where,
      action: stringOf(raw["action"]) ?? "NONE",
      name: stringOf(raw[name]) ?? stringOf(raw["regex"]) ?? "",
      raw,
    })),
  );
  // These name their kind by their only member, and have no action: they only tell.
  const reasoned = objectsOf(objectOf(assessment["automatedReasoningPolicy"])?.["findings"]);
  for (const raw of reasoned) {
    const [name = ""] = Object.keys(raw);
    entries.push({ policy: "automatedReasoning", where, action: "NONE", name, raw });
  }
  return entries;
}

/** Whether an entry was found: a full trace lists what was looked for in vain, too; grounding scores are always listed. */
export function isFound({ raw: { detected, action, score, threshold } }: GuardrailFinding): boolean {
  if (typeof detected === "boolean") return detected;
  const isScore = numberOf(score) !== undefined && numberOf(threshold) !== undefined;
  return !isScore || action !== "NONE" || Number(score) < Number(threshold);
}
