import { isPlainObject } from "../json.ts";
import { isPiiType, type PiiType } from "./pii.ts";

/** What a guardrail does with a finding: nothing but report it, block the whole text, or hide the finding. */
export type SensitiveAction = "BLOCK" | "ANONYMIZE" | "NONE";

/** Kinds of harmful content. `PROMPT_ATTACK` is looked for in input only. */
export type ContentFilterType = "INSULTS" | "HATE" | "SEXUAL" | "VIOLENCE" | "MISCONDUCT" | "PROMPT_ATTACK";

/** How much it takes for a content filter to block: with `HIGH`, the least suspicion is enough. */
export type FilterStrength = "LOW" | "MEDIUM" | "HIGH";

/** What automated reasoning makes of a claim. It is only reported: these findings never block. */
export type ReasoningResult =
  "valid" | "invalid" | "satisfiable" | "impossible" | "translationAmbiguous" | "tooComplex";

/** A guardrail of the local Bedrock. Every policy is optional; the words of a text decide, not their meaning. */
export interface GuardrailOptions {
  /** Lower-case letters and digits, as in `gr1a2b3c4d5e`. Requests name it by this or by an ARN that ends in it. */
  readonly id: string;
  /** `"DRAFT"` or a number as text. Default `"DRAFT"`. */
  readonly version?: string | undefined;
  /** Default: the id. */
  readonly name?: string | undefined;
  /** What stands for the answer when the input is blocked. Default: AWS's sentence. */
  readonly blockedInputMessaging?: string | undefined;
  /** What stands for the answer when it is blocked. Default: AWS's sentence. */
  readonly blockedOutputsMessaging?: string | undefined;
  /** Words and phrases that are blocked, whatever their case. */
  readonly words?: readonly string[] | undefined;
  /** Whether swear words are blocked. Default `false`. */
  readonly profanity?: boolean | undefined;
  /** Patterns (JavaScript's regular expressions); a hidden match becomes `{name}`. */
  readonly regexes?:
    readonly { readonly name: string; readonly pattern: string; readonly action: SensitiveAction }[] | undefined;
  /** Personal data; what is hidden becomes `{EMAIL}` and so on. */
  readonly piiEntities?: readonly { readonly type: PiiType; readonly action: SensitiveAction }[] | undefined;
  /** Topics that are denied, each known by keywords. */
  readonly topics?: readonly { readonly name: string; readonly keywords: readonly string[] }[] | undefined;
  /** One keyword is suspicious (`MEDIUM`), two are sure (`HIGH`). Strength is `HIGH` and the keywords are built in by default. */
  readonly contentFilters?:
    | readonly {
        readonly type: ContentFilterType;
        readonly strength?: FilterStrength | undefined;
        readonly keywords?: readonly string[] | undefined;
      }[]
    | undefined;
  /**
   * Least scores, from 0 up to 0.99, of an answer against its source (`grounding`) and against the question
   * (`relevance`): shares of words. Looked at when the request marks a grounding source and a query.
   */
  readonly contextualGrounding?:
    { readonly grounding?: number | undefined; readonly relevance?: number | undefined } | undefined;
  /**
   * A stand-in for automated reasoning, in answers only: a sentence that has one of the keywords is a claim, and gets this
   * result by the rule of this name. An answer without a claim gets `noTranslations`.
   */
  readonly automatedReasoning?:
    | readonly { readonly name: string; readonly keywords: readonly string[]; readonly result: ReasoningResult }[]
    | undefined;
}

const FILTER_TYPES: readonly string[] = ["INSULTS", "HATE", "SEXUAL", "VIOLENCE", "MISCONDUCT", "PROMPT_ATTACK"];
const STRENGTHS: readonly string[] = ["LOW", "MEDIUM", "HIGH"];
const REASONING_RESULTS: readonly string[] = [
  "valid",
  "invalid",
  "satisfiable",
  "impossible",
  "translationAmbiguous",
  "tooComplex",
];
const ACTIONS: readonly string[] = ["BLOCK", "ANONYMIZE", "NONE"];

/** Every member, so that a misspelt one fails instead of being ignored. */
const MEMBERS: Readonly<Record<keyof GuardrailOptions, (value: unknown) => boolean>> = {
  id: (value) => typeof value === "string" && /^[a-z0-9]{1,2048}$/.test(value),
  version: (value) => typeof value === "string" && /^([1-9][0-9]{0,7}|DRAFT)$/.test(value),
  name: isText,
  blockedInputMessaging: isText,
  blockedOutputsMessaging: isText,
  words: isTextList,
  profanity: (value) => typeof value === "boolean",
  regexes: (value) => isListOf(value, { name: isText, pattern: isPattern, action: isAction }),
  piiEntities: (value) => isListOf(value, { type: isPiiType, action: isAction }),
  topics: (value) => isListOf(value, { name: isText, keywords: isTextList }),
  contentFilters: (value) =>
    isListOf(value, {
      type: (type) => isOneOf(type, FILTER_TYPES),
      strength: (strength) => strength === undefined || isOneOf(strength, STRENGTHS),
      keywords: (keywords) => keywords === undefined || isTextList(keywords),
    }),
  contextualGrounding: (value) =>
    isPlainObject(value) && hasOnly(value, { grounding: isThreshold, relevance: isThreshold }),
  automatedReasoning: (value) =>
    isListOf(value, {
      name: isText,
      keywords: isTextList,
      result: (result) => isOneOf(result, REASONING_RESULTS),
    }),
};

/**
 * Checks guardrails that come from outside, as from a file of JSON.
 *
 * Throws `TypeError` that names the guardrail and the member.
 */
export function parseGuardrails(value: unknown): readonly GuardrailOptions[] {
  if (!Array.isArray(value)) throw new TypeError("Guardrails must be given as a list.");
  const list: readonly unknown[] = value;
  const versions = new Set<string>();
  for (const [index, guardrail] of list.entries()) {
    assertGuardrail(guardrail, index);
    const key = `${guardrail.id}:${guardrail.version ?? "DRAFT"}`;
    if (versions.has(key)) throw new TypeError(`Guardrail ${guardrail.id} is given twice in one version.`);
    versions.add(key);
  }
  return list.filter(isChecked);
}

function assertGuardrail(value: unknown, index: number): asserts value is GuardrailOptions {
  if (!isPlainObject(value)) throw new TypeError(`Guardrail number ${index + 1} is not an object.`);
  if (value["id"] === undefined) throw new TypeError(`Guardrail number ${index + 1} has no id.`);
  for (const [member, given] of Object.entries(value)) {
    const isGood = isMember(member) ? MEMBERS[member] : undefined;
    if (isGood === undefined) {
      const known = Object.keys(MEMBERS).join(", ");
      throw new TypeError(`Guardrail number ${index + 1} has an unknown member ${member}: give ${known}.`);
    }
    if (given !== undefined && !isGood(given)) {
      throw new TypeError(`Guardrail number ${index + 1} has a wrong ${member}: ${JSON.stringify(given)}.`);
    }
  }
}

/** Tells the compiler what `assertGuardrail` has found. */
function isChecked(value: unknown): value is GuardrailOptions {
  return isPlainObject(value);
}

function isMember(name: string): name is keyof GuardrailOptions {
  return Object.hasOwn(MEMBERS, name);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}

function isOneOf(value: unknown, allowed: readonly string[]): boolean {
  return typeof value === "string" && allowed.includes(value);
}

function isAction(value: unknown): boolean {
  return isOneOf(value, ACTIONS);
}

function isThreshold(value: unknown): boolean {
  return value === undefined || (typeof value === "number" && value >= 0 && value <= 0.99);
}

function isPattern(value: unknown): boolean {
  if (typeof value !== "string" || value === "") return false;
  try {
    return new RegExp(value) instanceof RegExp;
  } catch {
    return false;
  }
}

type Checks = Readonly<Record<string, (value: unknown) => boolean>>;

function isListOf(value: unknown, checks: Checks): boolean {
  return Array.isArray(value) && value.every((item: unknown) => isPlainObject(item) && hasOnly(item, checks));
}

function hasOnly(value: Record<string, unknown>, checks: Checks): boolean {
  const isKnown = Object.keys(value).every((member) => Object.hasOwn(checks, member));
  return isKnown && Object.entries(checks).every(([member, isGood]) => isGood(value[member]));
}
