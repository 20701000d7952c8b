import { InputError } from "../../errors.ts";
import type { ChatParams } from "../../provider.ts";
import { compact, isObject, type JsonObject } from "../../types/json.ts";

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
  guardrailConfig: object,
  outputConfig: object,
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
export function renderParams(params: ChatParams, streaming: boolean): JsonObject {
  checkParams(params);
  const { temperature, maxTokens, topP, stopSequences, guardrailConfig, ...members } = params;
  const inferenceConfig = compact({ maxTokens, temperature, topP, stopSequences });
  // The mode exists only for streams; Converse itself refuses it.
  const { streamProcessingMode, ...guardrail } = guardrailConfig ?? {};
  return compact({
    inferenceConfig: Object.keys(inferenceConfig).length > 0 ? inferenceConfig : undefined,
    guardrailConfig: guardrailConfig && compact({ ...guardrail, ...(streaming && { streamProcessingMode }) }),
    ...members,
  });
}
