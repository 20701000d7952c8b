import { ConfigurationError, InputError, type LLMError } from "./errors.ts";
import { isObject } from "./types/json.ts";

/** What a value must be, and how an error says it after "give". */
export type Rule = readonly [fits: RegExp | ((value: unknown) => boolean), allowed: string];

/** The rule of each option; `undefined` for one that is checked elsewhere. */
export type Rules<Name extends string> = Readonly<Record<Name, Rule | undefined>>;

type ErrorType = new (message: string) => LLMError;

/** Whether a value is a function. */
export function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

/** Whether a value is true or false. */
export function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}

/** Whether a value is a whole number from `least` to `most`. */
export function isWhole(value: unknown, least: number, most: number = Infinity): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

/** Whether a value fits its rule. */
export function isFit(value: unknown, [fits]: Rule): boolean {
  return typeof fits === "function" ? fits(value) : typeof value === "string" && fits.test(value);
}

/** The rule of options themselves: neither `null` nor a list. */
export const OBJECT: Rule = [isObject, "an object"];

/** Rules of a kind. What does not fit may be anything, like the URL of a proxy with its password: errors tell its kind only. */
const KINDS: readonly unknown[] = [isFunction, isObject, Array.isArray];

/** A value as errors show it; a long one is cut. */
function show(value: unknown, [fits]: Rule): string {
  const kind = Array.isArray(value) ? "array" : typeof value;
  const isHeld = kind === "string" || (typeof value === "object" && value !== null);
  if (kind === "function" || (isHeld && KINDS.includes(fits))) return kind;
  // JSON has no NaN.
  const text = typeof value === "number" ? String(value) : (tryStringify(value) ?? kind);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** Nothing of what JSON cannot hold. */
function tryStringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/**
 * Checks one value.
 *
 * @param name what it is called in the error
 * @param type the error's class; default `ConfigurationError`
 * @returns the value
 * @throws {LLMError} of that class, naming the value, what was received, and what is allowed
 */
export function checkValue<T>(value: T, rule: Rule, name: string, type: ErrorType = ConfigurationError): T {
  if (isFit(value, rule)) return value;
  throw new type(`${name} is ${show(value, rule)}: give ${rule[1]}.`);
}

/**
 * Checks that options are an object.
 *
 * @param type the error's class
 * @returns the options
 * @throws {LLMError} of that class
 */
export function checkGiven<T extends object>(options: T, type: ErrorType = InputError): T {
  return checkValue(options, OBJECT, "options", type);
}

/**
 * Checks options by their rules; `undefined` is always allowed.
 *
 * @param where what stands before the names in errors, like `"http."`
 * @param type the error's class; default `ConfigurationError`
 * @param note what is said of a name that has no rule, after those that have one
 * @throws {LLMError} of that class, when they are no object, or one has no place in the rules or does not fit its own
 */
export function checkRules(
  given: object,
  rules: Rules<string>,
  where: string = "",
  type: ErrorType = ConfigurationError,
  note: string = "",
): void {
  checkGiven(given, type);
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(rules, name));
  if (unknown.length > 0) {
    throw new type(`${where}${unknown.join(", ")} is no option: give ${Object.keys(rules).join(", ")}.${note}`);
  }
  for (const [name, value] of Object.entries(given)) {
    const rule = rules[name];
    if (rule && value !== undefined) checkValue(value, rule, where + name, type);
  }
}

/**
 * Checks that an option is not set without another that it needs.
 *
 * @throws {ConfigurationError} naming both
 */
export function checkNeeds<T extends object>(
  options: T,
  name: keyof T & string,
  needed: keyof T & string,
  advice: string = "both",
): void {
  if (options[name] === undefined || options[needed] !== undefined) return;
  throw new ConfigurationError(`${name} is set without ${needed}: give ${advice}.`);
}
