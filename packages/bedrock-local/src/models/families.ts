/**
 * How the local Bedrock's models differ, and which model an id stands for.
 *
 * An id becomes a `Model` once, in `resolveModel`; nothing else compares id strings. The table of models is in
 * `family-table.ts`.
 */
import { DEFAULT_TRAITS, FAMILY_DEFAULTS, ROWS } from "./family-table.ts";
import type { Family, ModelTraits } from "./traits.ts";

export type { Medium } from "./traits.ts";

/** A known model. `id` is bare: without ARN and geographic prefix. */
export interface Model extends ModelTraits {
  readonly id: string;
  /** Whether the id came as an inference profile, by prefix or by ARN. */
  readonly isProfile: boolean;
}

const GEOGRAPHIC_PREFIX = /^(us-gov|us|eu|apac|jp|au|ca|in|global)\./;
const BEDROCK_ARN = /^arn:aws(?:-[^:]+)?:bedrock:[^:]*:[^:]*:([a-z-]+)\/(.+)$/;
const SAGEMAKER_ARN = /^arn:aws:sagemaker:[^:]+:\d{12}:endpoint\//;

/** Kinds of ARN whose resource names the model. */
const NAMING_ARNS: ReadonlySet<string> = new Set(["foundation-model", "inference-profile", "custom-model"]);

/**
 * The model behind a model id, with or without geographic prefix, or any kind of ARN that Converse takes.
 *
 * @param modelId the id from the path, URL-decoded.
 * @returns `undefined` when the id fits no known family.
 */
export function resolveModel(modelId: string): Model | undefined {
  const [, kind, resource] = BEDROCK_ARN.exec(modelId) ?? [];
  if (kind !== undefined && resource !== undefined) {
    if (!NAMING_ARNS.has(kind)) return createModel(resource, "opaque", {}, true);
    return findModel(resource, kind !== "foundation-model");
  }
  if (SAGEMAKER_ARN.test(modelId)) return createModel(modelId, "opaque", {}, true);
  return findModel(modelId, false);
}

/** The bare id behind a model id or an ARN that names its model; an ARN that does not is left as it is. */
export function parseModelId(modelId: string): { readonly id: string; readonly isProfile: boolean } {
  const [, kind, resource] = BEDROCK_ARN.exec(modelId) ?? [];
  const name = kind !== undefined && NAMING_ARNS.has(kind) ? (resource ?? "") : modelId;
  const id = name.replace(GEOGRAPHIC_PREFIX, "");
  return { id, isProfile: id !== name || kind === "inference-profile" };
}

function findModel(name: string, isProfile: boolean): Model | undefined {
  const id = name.replace(GEOGRAPHIC_PREFIX, "");
  const row = ROWS.find(([prefix]) => id.startsWith(prefix));
  return row && createModel(id, row[1], row[2] ?? {}, isProfile || id !== name);
}

function createModel(id: string, family: Family, traits: Partial<ModelTraits>, isProfile: boolean): Model {
  return { ...DEFAULT_TRAITS, ...FAMILY_DEFAULTS[family], ...traits, family, id, isProfile };
}
