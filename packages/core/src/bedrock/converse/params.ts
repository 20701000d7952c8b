import { InputError } from "../../errors.ts";
import type { ChatParams } from "../../provider.ts";
import { compact, isObject } from "../../types/json.ts";
import { GUARDRAIL_RULES } from "../config.ts";
import type { WireRequest } from "./wire.ts";

type Rule = readonly [allowed: string, isAllowed: (value: unknown) => boolean];

const share: Rule = ["a number from 0 to 1", (v) => typeof v === "number" && v >= 0 && v <= 1];
const object: Rule = ["an object", isObject];

const texts = (most: number, shortest: number, longest: number) => (v: unknown) =>
  Array.isArray(v) &&
  v.length <= most &&
  v.every((text) => typeof text === "string" && text.length >= shortest && text.length <= longest);

const METADATA_TEXT = /^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/;

function isMetadata(value: unknown): boolean {
  if (!isObject(value)) return false;
  const entries = Object.entries(value);
  const fits = ([key, text]: [string, unknown]): boolean =>
    key !== "" && METADATA_TEXT.test(key) && typeof text === "string" && METADATA_TEXT.test(text);
  return entries.length >= 1 && entries.length <= 16 && entries.every(fits);
}

function isThinking(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { budget = 1024, display = "omitted", ...others } = value;
  const isBudget = typeof budget === "number" && Number.isInteger(budget) && budget >= 1024;
  return isBudget && (display === "omitted" || display === "summarized") && Object.keys(others).length === 0;
}

function isCache(value: unknown): boolean {
  return value === "auto" || (isObject(value) && (value["ttl"] === "5m" || value["ttl"] === "1h"));
}

function isGuardrail(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { guardrailIdentifier: id, guardrailVersion: version, trace, streamProcessingMode, ...others } = value;
  const { latestTurnOnly = false, ...unknown } = others;
  const fits = (member: unknown, [pattern]: readonly [RegExp, string?]): boolean =>
    member === undefined || (typeof member === "string" && pattern.test(member));
  return (
    fits(id, GUARDRAIL_RULES.Identifier) &&
    fits(version, GUARDRAIL_RULES.Version) &&
    fits(trace, GUARDRAIL_RULES.Trace) &&
    fits(streamProcessingMode, [/^a?sync$/]) &&
    typeof latestTurnOnly === "boolean" &&
    Object.keys(unknown).length === 0
  );
}

/** What Bedrock accepts for each parameter. */
const RULES: Readonly<Record<keyof ChatParams, Rule>> = {
  temperature: share,
  topP: share,
  maxTokens: [
    "a whole number from 1 to 2147483647",
    (v) => Number.isInteger(v) && Number(v) >= 1 && Number(v) < 2 ** 31,
  ],
  stopSequences: ["at most 2500 texts, none empty", texts(2500, 1, Infinity)],
  additionalModelRequestFields: object,
  additionalModelResponseFieldPaths: [
    "at most 10 JSON Pointers of up to 256 characters",
    (v) => texts(10, 1, 256)(v) && (v as string[]).every((path) => /^(\/([^~/]|~[01])*)+$/.test(path)),
  ],
  promptVariables: object,
  requestMetadata: ["1 to 16 texts of up to 256 letters, digits, spaces and :_@$#=/+,.-", isMetadata],
  performanceConfig: object,
  serviceTier: object,
  guardrailConfig: [
    'an object with guardrailIdentifier (an id or ARN), guardrailVersion (a number as text, or "DRAFT"), ' +
      'trace ("enabled", "disabled", "enabled_full"), streamProcessingMode ("sync", "async"), latestTurnOnly',
    isGuardrail,
  ],
  outputConfig: object,
  thinking: ["true, false or an object with budget", (v) => typeof v === "boolean" || isThinking(v)],
  effort: ['a text like "low", "medium" or "high"', (v) => typeof v === "string" && /^[a-z]{1,16}$/.test(v)],
  cache: ['"auto" or { ttl: "5m" } or { ttl: "1h" }', isCache],
};

/**
 * Checks parameters against what Converse accepts.
 *
 * @throws {InputError} `ERR_INPUT` naming the parameter, what was received and what is allowed
 */
export function checkParams(params: ChatParams): void {
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue;
    const rule = Object.hasOwn(RULES, name) ? RULES[name as keyof ChatParams] : undefined;
    if (!rule) {
      throw new InputError(
        `${name} is no parameter: give one of ${Object.keys(RULES).join(", ")}. ` +
          `A model's own go into additionalModelRequestFields.`,
      );
    }
    const [allowed, isAllowed] = rule;
    if (!isAllowed(value)) throw new InputError(`${name} is ${show(value)}: give ${allowed}.`);
  }
}

function show(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** The members of a Converse request that come from parameters. What is not set is not sent. */
export function renderParams(params: ChatParams): Omit<WireRequest, "messages" | "system"> {
  checkParams(params);
  const { temperature, maxTokens, topP, stopSequences, guardrailConfig: ____, ...members } = params;
  const { thinking: _, effort: __, cache: ___, additionalModelRequestFields, outputConfig, ...rest } = members;
  const inferenceConfig = compact({ maxTokens, temperature, topP, stopSequences });
  return {
    ...compact({
      inferenceConfig: Object.keys(inferenceConfig).length > 0 ? inferenceConfig : undefined,
      additionalModelRequestFields,
      outputConfig,
    }),
    rest: compact(rest),
  };
}
