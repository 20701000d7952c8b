import { checkGiven } from "../../checks.ts";
import { InputError } from "../../errors.ts";
import type { ModelInfo } from "../model-info.ts";
import { LIMITS } from "../limit-table.ts";
import { createModelInfo } from "../model-info.ts";
import { PRICES } from "../price-table.ts";
import type { ModelFilter } from "./types.ts";

/** What the tables tell of a model; `undefined` when they tell nothing. */
export function findModel(id: string, baseModel?: string): ModelInfo | undefined {
  const info = createModelInfo(id, baseModel);
  return info.family === "unknown" && !info.contextTokens && !info.price ? undefined : info;
}

const FILTERS: Readonly<Record<keyof ModelFilter, true>> = {
  family: true,
  input: true,
  profile: true,
  minContextTokens: true,
};

/**
 * The models of the tables that fit, sorted by id.
 *
 * @throws {InputError} `ERR_INPUT` when the filter has a member that nobody knows
 */
export function filterModels(filter: ModelFilter | ((model: ModelInfo) => boolean) = {}): ModelInfo[] {
  const fits = typeof filter === "function" ? filter : createTest(filter);
  return listIds()
    .map((id) => createModelInfo(id, undefined))
    .filter((model) => fits(model));
}

function createTest(filter: ModelFilter): (model: ModelInfo) => boolean {
  checkGiven(filter);
  const unknown = Object.keys(filter).find((name) => !Object.hasOwn(FILTERS, name));
  if (unknown !== undefined) {
    throw new InputError(
      `models.filter() does not know ${unknown}: give ${Object.keys(FILTERS).join(", ")}, or a function.`,
    );
  }
  const { family, input = [], profile, minContextTokens = 0 } = filter;
  const inputs = typeof input === "string" ? [input] : input;
  return (model) =>
    (family === undefined || model.family === family) &&
    inputs.every((kind) => model.input?.includes(kind)) &&
    (profile === undefined || (model.profile ?? null) === profile) &&
    (model.contextTokens ?? 0) >= minContextTokens;
}

/** Every id that a table has. */
function listIds(): string[] {
  const lines = [...LIMITS.trim().split("\n"), ...PRICES.trim().split("\n")];
  return [...new Set(lines.map((line) => line.slice(0, line.indexOf(" "))))].sort();
}
