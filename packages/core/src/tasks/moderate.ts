import { checkRequestOptions } from "../chat/options.ts";
import { APIError, InputError } from "../errors.ts";
import {
  MODERATION_CHECKS,
  type ModerateRequest,
  type ModerateResult,
  type ModerationChecks,
  type ModerationGuardrail,
} from "../requests/moderate.ts";
import { checkNames, REQUEST_OPTIONS, type RequestOptions } from "../requests/options.ts";
import { compact, isObject } from "../types/json.ts";
import { checkItem, completeItem, type ModerationItem } from "./moderate-item.ts";
import { runEach } from "./run-each.ts";
import { needTask, runTask, type TaskEnvironment } from "./task.ts";

/** The options of `llm.moderate()`. */
export interface ModerateOptions extends RequestOptions {
  /** What came from a user, or what a model wrote. Default `"input"`; of an item with a grounding source `"output"`. */
  source?: "input" | "output" | undefined;
  /** The guardrail to ask. Default: the client's. */
  guardrail?: ModerationGuardrail | undefined;
  /** Whether assessments list what was looked for in vain, too. Default `"interventions"`: only what was found. */
  outputScope?: "interventions" | "full" | undefined;
  /** Looks for categories without any guardrail: `"all"`, or the ones that are wanted. For texts only. */
  checks?: "all" | ModerationChecks | undefined;
  /** From which score on checks flag an item, above 0 up to 1. Default 0.5. */
  threshold?: number | undefined;
  /** How many items of a list are sent at the same time. Default 8. */
  concurrency?: number | undefined;
}

/** What `llm.moderate()` gives. */
export interface Moderation {
  /** One for each item, in their order. */
  readonly results: readonly ModerateResult[];
  /** Whether any item was flagged. */
  readonly flagged: boolean;
}

const OPTIONS: readonly string[] = [
  "source",
  "guardrail",
  "outputScope",
  "checks",
  "threshold",
  "concurrency",
] satisfies (keyof ModerateOptions)[];

/**
 * Assesses one item, or each of a list in a request of its own. The first failure stops the others.
 *
 * @throws {InputError} `ERR_INPUT` when an item or an option is none that can be assessed; `ERR_MEDIA` for an image that
 *   cannot be read
 * @throws {LLMError} of a list with `results`: those that came, in order, `undefined` where none came
 */
export async function moderate(
  env: TaskEnvironment,
  input: ModerationItem | readonly ModerationItem[],
  options: ModerateOptions,
): Promise<Moderation> {
  const ask = needTask(env.provider, "moderate");
  const { request, concurrency } = readOptions(options);
  const one = async (item: ModerationItem, where: string, signal: AbortSignal | undefined): Promise<ModerateResult> => {
    const own = { ...request.options, ...(signal && { signal }) };
    const complete = await completeItem(item, where, env.load, signal);
    const { source = complete.groundingSources ? "output" : "input" } = request;
    const result = await runTask(env, "moderate", { ...request, source, ...complete, options: own }, ask);
    if (typeof result.flagged === "boolean") return result;
    // What tells nothing must not pass for harmless.
    throw new APIError(`${where} was assessed without flagged: check the middlewares and the provider.`, {
      code: "ERR_RESPONSE",
    });
  };
  const { signal } = request.options;
  const isList = (value: typeof input): value is readonly ModerationItem[] => Array.isArray(value);
  if (!isList(input)) {
    checkItem(input, "input", request);
    return sumUp([await one(input, "input", signal)]);
  }
  for (const [index, item] of input.entries()) checkItem(item, `input[${index}]`, request);
  return sumUp(
    await runEach(env, input, { concurrency, signal }, (item, index, stop) => one(item, `input[${index}]`, stop)),
  );
}

function sumUp(results: readonly ModerateResult[]): Moderation {
  return { results, flagged: results.some(({ flagged }) => flagged) };
}

/** What all items of a call share; without a source, each has its own. */
export type ModerationSettings = Omit<ModerateRequest, "source"> & { readonly source?: ModerateRequest["source"] };

function readOptions(options: ModerateOptions): { request: ModerationSettings; concurrency: number } {
  checkNames(options, [...OPTIONS, ...REQUEST_OPTIONS], "moderate()");
  const { source, guardrail, outputScope, checks, threshold, concurrency = 8, ...rest } = options;
  checkRequestOptions(rest, "moderate()");
  const fail = (name: keyof ModerateOptions, allowed: string): never => {
    throw new InputError(`${name} is ${JSON.stringify(options[name])}: give ${allowed}.`);
  };
  if (![undefined, "input", "output"].includes(source)) fail("source", '"input" or "output"');
  if (![undefined, "interventions", "full"].includes(outputScope)) fail("outputScope", '"interventions" or "full"');
  if (!Number.isInteger(concurrency) || concurrency < 1) fail("concurrency", "a whole number of at least 1");
  if (guardrail !== undefined && !isObject(guardrail)) fail("guardrail", "guardrailIdentifier and guardrailVersion");
  checkNames(guardrail ?? {}, ["guardrailIdentifier", "guardrailVersion"], "guardrail");
  if (threshold !== undefined && !(threshold > 0 && threshold <= 1)) fail("threshold", "a number above 0 up to 1");
  if (checks !== undefined && (guardrail ?? outputScope)) {
    throw new InputError("checks work without a guardrail: leave out guardrail and outputScope, or checks.");
  }
  if (checks === undefined && threshold !== undefined) {
    throw new InputError("threshold is for the scores of checks: give checks, too, or leave it out.");
  }
  const all = { contentFilter: true, promptAttack: true, sensitiveInformation: true } as const;
  const read = checks === undefined ? undefined : readChecks(checks === "all" ? all : checks);
  const members = compact({ source, guardrail, outputScope, checks: read, threshold });
  return { request: { ...members, options: compact(rest) }, concurrency };
}

function readChecks(checks: ModerationChecks): NonNullable<ModerateRequest["checks"]> {
  if (!isObject(checks)) throw new InputError(`checks is ${String(checks)}: give "all", or categories by check.`);
  checkNames(checks, Object.keys(MODERATION_CHECKS), "checks");
  const entries = Object.entries(MODERATION_CHECKS).map(([check, known]): [string, readonly string[] | undefined] => {
    const given: unknown = checks[check as keyof typeof MODERATION_CHECKS];
    if (given === undefined) return [check, undefined];
    if (given === true) return [check, known];
    const isKnown = (name: unknown): boolean => known.some((each) => each === name);
    if (Array.isArray(given) && given.length > 0 && given.every(isKnown)) return [check, [...new Set<string>(given)]];
    throw new InputError(`checks.${check} is ${JSON.stringify(given)}: give true, or a list of ${known.join(", ")}.`);
  });
  const read = compact(Object.fromEntries(entries));
  if (Object.keys(read).length > 0) return read;
  throw new InputError(`checks names none: give "all", or any of ${Object.keys(MODERATION_CHECKS).join(", ")}.`);
}
