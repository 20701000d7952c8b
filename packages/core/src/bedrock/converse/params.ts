import { checkRules, isFit, isWhole, type Rule, type Rules } from "../../checks.ts";
import { InputError } from "../../errors.ts";
import type { ChatParams } from "../../provider.ts";
import { compact, isObject } from "../../types/json.ts";
import { GUARDRAIL_RULES } from "../config.ts";
import type { WireRequest } from "./wire.ts";

const share: Rule = [(v) => typeof v === "number" && v >= 0 && v <= 1, "a number from 0 to 1"];
const object: Rule = [isObject, "an object"];

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
  return (
    isWhole(budget, 1024) && (display === "omitted" || display === "summarized") && Object.keys(others).length === 0
  );
}

function isCache(value: unknown): boolean {
  return value === "auto" || (isObject(value) && (value["ttl"] === "5m" || value["ttl"] === "1h"));
}

function isGuardrail(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { guardrailIdentifier, guardrailVersion, trace, streamProcessingMode, ...others } = value;
  const { latestTurnOnly = false, ...unknown } = others;
  const fits = (member: unknown, rule: Rule): boolean => member === undefined || isFit(member, rule);
  return (
    fits(guardrailIdentifier, GUARDRAIL_RULES.Identifier) &&
    fits(guardrailVersion, GUARDRAIL_RULES.Version) &&
    fits(trace, GUARDRAIL_RULES.Trace) &&
    fits(streamProcessingMode, [/^a?sync$/, ""]) &&
    typeof latestTurnOnly === "boolean" &&
    Object.keys(unknown).length === 0
  );
}

/** What Bedrock accepts for each parameter. */
const RULES: Rules<keyof ChatParams> = {
  temperature: share,
  topP: share,
  maxTokens: [(v) => isWhole(v, 1, 2 ** 31 - 1), "a whole number from 1 to 2147483647"],
  stopSequences: [texts(2500, 1, Infinity), "at most 2500 texts, none empty"],
  additionalModelRequestFields: object,
  additionalModelResponseFieldPaths: [
    (v) => texts(10, 1, 256)(v) && (v as string[]).every((path) => /^(\/([^~/]|~[01])*)+$/.test(path)),
    "at most 10 JSON Pointers of up to 256 characters",
  ],
  promptVariables: object,
  requestMetadata: [isMetadata, "1 to 16 texts of up to 256 letters, digits, spaces and :_@$#=/+,.-"],
  performanceConfig: object,
  serviceTier: object,
  guardrailConfig: [
    isGuardrail,
    'an object with guardrailIdentifier (an id or ARN), guardrailVersion (a number as text, or "DRAFT"), ' +
      'trace ("enabled", "disabled", "enabled_full"), streamProcessingMode ("sync", "async"), latestTurnOnly',
  ],
  outputConfig: object,
  thinking: [(v) => typeof v === "boolean" || isThinking(v), "true, false or an object with budget"],
  effort: [/^[a-z]{1,16}$/, 'a text like "low", "medium" or "high"'],
  cache: [isCache, '"auto" or { ttl: "5m" } or { ttl: "1h" }'],
};

/**
 * Checks parameters against what Converse accepts.
 *
 * @throws {InputError} `ERR_INPUT` naming the parameter, what was received and what is allowed
 */
export function checkParams(params: ChatParams): void {
  checkRules(params, RULES, "", InputError, " A model's own go into additionalModelRequestFields.");
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
