import { checkRules, isWhole, type Rules } from "../checks.ts";
import { InputError } from "../errors.ts";
import { isStandardSchema, type Schema } from "../schema/standard-schema.ts";
import { isObject } from "../types/json.ts";
import type { OutputFormat } from "../types/tool.ts";
import { freezeCopy } from "./history.ts";

/** How a structured answer is asked for. */
export interface SchemaOptions {
  /** What the model knows the answer as: up to 64 letters, digits, `_` and `-`. Default `"answer"`. */
  readonly name?: string | undefined;
  /** What the answer is for. Default: the schema's own description. */
  readonly description?: string | undefined;
  /**
   * `"native"`: Bedrock holds the model to the schema. `"tool"`: as the arguments of a tool call. `"prompt"`: by
   * instruction. Default `"auto"`: the first of them that model and schema allow.
   */
  readonly mode?: OutputFormat["mode"] | undefined;
  /** How often the model is told what is wrong with its answer, and asked again. Default 0. */
  readonly repair?: number | undefined;
}

const RULES: Rules<keyof SchemaOptions> = {
  name: [/^[a-zA-Z0-9_-]{1,64}$/, "up to 64 letters, digits, _ and -"],
  description: [/\S/, "a text that is not blank"],
  mode: [/^(auto|native|tool|prompt)$/, '"auto", "native", "tool" or "prompt"'],
  repair: [(repair) => isWhole(repair, 0, 10), "a whole number from 0 to 10"],
};

/**
 * Checks how a structured answer is asked for.
 *
 * @throws {InputError} `ERR_INPUT` when an option is none
 */
export function checkSchemaOptions(options: SchemaOptions): void {
  checkRules(options, RULES, "withSchema(): ", InputError);
}

/**
 * A schema that stays as it is: of JSON Schema a copy, a library's own as it is.
 *
 * @param what how it is named in errors
 * @throws {InputError} `ERR_INPUT` when it is none
 */
export function keepSchema(given: unknown, what: string): Schema {
  if ((typeof given === "function" || isObject(given)) && isStandardSchema(given)) return given;
  if (isObject(given)) return freezeCopy(given);
  throw new InputError(`${what} is ${given === null ? "null" : typeof given}: give JSON Schema or a schema.`);
}
