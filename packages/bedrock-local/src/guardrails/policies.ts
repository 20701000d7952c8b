/** The policies of a guardrail: each looks at texts and lists all that it knows, found or not. */
import type {
  Confidence,
  ContentFinding,
  GroundingFinding,
  MaskAction,
  PiiFinding,
  RegexFinding,
  TopicFinding,
  WordFinding,
} from "./assessment.ts";
import type { ContentRule, Guardrail, KeywordRule, SensitiveRule } from "./guardrail.ts";
import type { SensitiveAction } from "./options.ts";

const MASK_ACTIONS: Readonly<Record<SensitiveAction, MaskAction>> = {
  BLOCK: "BLOCKED",
  ANONYMIZE: "ANONYMIZED",
  NONE: "NONE",
};
/** The least confidence that each strength blocks. */
const BLOCKED_FROM: Readonly<Record<string, number>> = { HIGH: 1, MEDIUM: 2, LOW: 3 };
const CONFIDENCES: readonly Confidence[] = ["NONE", "LOW", "MEDIUM", "HIGH"];

/** Words that say nothing of what a text is about. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  "a an and are as at be by can do does for from has have how i in is it of on or that the this to was what when where which who why will with you your".split(
    " ",
  ),
);

/** Denied topics: a single keyword is enough. */
export function assessTopics(topics: readonly KeywordRule[], text: string): TopicFinding[] {
  return topics.map(({ name, patterns }) => {
    const detected = countFound(patterns, text) > 0;
    return { name, type: "DENY", action: detected ? "BLOCKED" : "NONE", detected };
  });
}

/** Harmful content: the more of a filter's keywords, the surer. */
export function assessContent(filters: readonly ContentRule[], text: string): ContentFinding[] {
  return filters.map(({ name, patterns, strength }) => {
    const found = countFound(patterns, text);
    const level = found === 0 ? 0 : found === 1 ? 2 : 3;
    const detected = level >= (BLOCKED_FROM[strength] ?? 1);
    return {
      type: name,
      confidence: CONFIDENCES[level] ?? "NONE",
      filterStrength: strength,
      action: detected ? "BLOCKED" : "NONE",
      detected,
    };
  });
}

/** Words, each with the spelling that was found. */
export function assessWords(words: readonly KeywordRule[], text: string): WordFinding[] {
  return words.map(({ name, patterns }) => {
    const [match] = patterns.flatMap((pattern) => text.match(pattern) ?? []);
    const detected = match !== undefined;
    return { match: match ?? name, action: detected ? "BLOCKED" : "NONE", detected };
  });
}

/** Personal data: a finding for every match, or one that says that there is none. */
export function assessPii(rules: readonly SensitiveRule[], texts: readonly string[]): PiiFinding[] {
  return rules.flatMap((rule) => findSensitive(rule, texts).map((finding) => ({ ...finding, type: rule.name })));
}

/** Matches of the guardrail's own patterns. */
export function assessRegexes(rules: readonly SensitiveRule[], texts: readonly string[]): RegexFinding[] {
  return rules.flatMap((rule) =>
    findSensitive(rule, texts).map((finding) => ({ ...finding, name: rule.name, regex: rule.pattern.source })),
  );
}

function findSensitive(
  { pattern, action }: SensitiveRule,
  texts: readonly string[],
): { match: string; action: MaskAction; detected: boolean }[] {
  const matches = texts.flatMap((text) => [...text.matchAll(pattern)].map(([match]) => match)).filter(Boolean);
  if (matches.length === 0) return [{ match: "", action: "NONE", detected: false }];
  return matches.map((match) => ({ match, action: MASK_ACTIONS[action], detected: true }));
}

/** Hides what the guardrail hides: `{EMAIL}` for personal data, `{name}` for a pattern's match. */
export function maskText({ piiEntities, regexes }: Guardrail, text: string): string {
  return [...piiEntities, ...regexes]
    .filter(({ action }) => action === "ANONYMIZE")
    .reduce((masked, { name, pattern }) => masked.replace(pattern, (match) => (match === "" ? "" : `{${name}}`)), text);
}

/** What an answer is measured by. */
export interface GroundingTexts {
  readonly answer: string;
  readonly source: string;
  readonly query: string;
}

/** How much of the answer stands in the source, and how much of the question in the answer: shares of words. */
export function assessGrounding(
  thresholds: NonNullable<Guardrail["contextualGrounding"]>,
  { answer, source, query }: GroundingTexts,
): GroundingFinding[] {
  const rate = (type: GroundingFinding["type"], threshold: number | undefined, score: number): GroundingFinding[] => {
    if (threshold === undefined) return [];
    const detected = score < threshold;
    return [{ type, threshold, score, action: detected ? "BLOCKED" : "NONE", detected }];
  };
  return [
    ...rate("GROUNDING", thresholds.grounding, shareOfWords(answer, source)),
    ...rate("RELEVANCE", thresholds.relevance, shareOfWords(query, answer)),
  ];
}

/** Of the telling words of `text`, the share that `other` has, in hundredths; 1 when there are none. */
function shareOfWords(text: string, other: string): number {
  const words = listWords(text);
  const known = new Set(listWords(other));
  if (words.length === 0) return 1;
  return Math.round((words.filter((word) => known.has(word)).length / words.length) * 100) / 100;
}

function listWords(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !STOP_WORDS.has(word));
}

/** How many of the patterns are found in a text. */
export function countFound(patterns: readonly RegExp[], text: string): number {
  return patterns.filter((pattern) => text.search(pattern) >= 0).length;
}
