import { renderArn } from "../arn.ts";
import { DEFAULT_KEYWORDS, PROFANITY } from "./keywords.ts";
import type {
  ContentFilterType,
  FilterStrength,
  GuardrailOptions,
  ReasoningResult,
  SensitiveAction,
} from "./options.ts";
import { getPiiPattern } from "./pii.ts";

/** What is searched for in a text, and what happens to what is found. */
export interface SensitiveRule {
  /** PII type, or the name of the user's pattern. A hidden match becomes this in braces. */
  readonly name: string;
  /** Global. */
  readonly pattern: RegExp;
  readonly action: SensitiveAction;
}

/** A topic or a content filter: known by its words. */
export interface KeywordRule {
  readonly name: string;
  /** One for each keyword, global. */
  readonly patterns: readonly RegExp[];
}

/** A content filter. */
export interface ContentRule extends KeywordRule {
  readonly name: ContentFilterType;
  readonly strength: FilterStrength;
}

/** A rule of automated reasoning. */
export interface ReasoningRule extends KeywordRule {
  readonly result: ReasoningResult;
}

/** A guardrail that is ready for use. Empty lists stand for policies that it does not have. */
export interface Guardrail {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly arn: string;
  readonly blockedInputMessaging: string;
  readonly blockedOutputsMessaging: string;
  readonly words: readonly KeywordRule[];
  readonly profanity: readonly KeywordRule[];
  readonly topics: readonly KeywordRule[];
  readonly contentFilters: readonly ContentRule[];
  readonly piiEntities: readonly SensitiveRule[];
  readonly regexes: readonly SensitiveRule[];
  readonly contextualGrounding: GuardrailOptions["contextualGrounding"];
  readonly automatedReasoning: readonly ReasoningRule[];
  /** The ARN of the policy that the rules of automated reasoning stand in, with its version. */
  readonly reasoningPolicyArn: string;
}

const DEFAULT_MESSAGING = "Sorry, the model cannot answer this question.";

/**
 * Makes a guardrail of its options.
 *
 * @param version what the request calls this version, for guardrails that answer to every one.
 */
export function createGuardrail(options: GuardrailOptions, version: string, region: string): Guardrail {
  const { id, name = id, words = [], topics = [], contentFilters = [], piiEntities = [], regexes = [] } = options;
  const { automatedReasoning = [] } = options;
  return {
    id,
    version,
    name,
    arn: renderArn(region, `guardrail/${id}`),
    blockedInputMessaging: options.blockedInputMessaging ?? DEFAULT_MESSAGING,
    blockedOutputsMessaging: options.blockedOutputsMessaging ?? DEFAULT_MESSAGING,
    words: words.map((word) => createRule(word, [word])),
    profanity: options.profanity === true ? PROFANITY.map((word) => createRule(word, [word])) : [],
    topics: topics.map((topic) => createRule(topic.name, topic.keywords)),
    contentFilters: contentFilters.map(({ type, strength = "HIGH", keywords = DEFAULT_KEYWORDS[type] }) => ({
      ...createRule(type, keywords),
      name: type,
      strength,
    })),
    piiEntities: piiEntities.map(({ type, action }) => ({ name: type, pattern: getPiiPattern(type), action })),
    regexes: regexes.map((regex) => ({ ...regex, pattern: new RegExp(regex.pattern, "g") })),
    contextualGrounding: options.contextualGrounding,
    automatedReasoning: automatedReasoning.map((rule) => ({
      ...createRule(rule.name, rule.keywords),
      result: rule.result,
    })),
    reasoningPolicyArn: renderArn(region, "automated-reasoning-policy/localpolicy1:1"),
  };
}

/** A rule that is known by words and phrases. */
export function createRule(name: string, keywords: readonly string[]): KeywordRule {
  return { name, patterns: keywords.map(createWordPattern) };
}

/** Finds a word or phrase as a whole, whatever its case and the white space within. */
function createWordPattern(words: string): RegExp {
  const source = words
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&"))
    .join("\\s+");
  return new RegExp(`(?<![\\p{L}\\p{N}])${source}(?![\\p{L}\\p{N}])`, "giu");
}
