import { findTraits } from "./families.ts";
import { resolveModel, type Model } from "./models.ts";
import type { ModelTraits } from "./traits.ts";

/** A model, and how requests to it differ. */
export interface KnownModel extends Model {
  readonly traits: ModelTraits;
}

/**
 * Resolves a model id, and looks its traits up.
 *
 * @param baseModel the model behind an ARN that hides it; it always wins
 * @throws {InputError} `ERR_INPUT` when one of them cannot be a model id
 */
export function resolveKnownModel(id: string, baseModel?: string): KnownModel {
  const model = resolveModel(id, baseModel);
  return { ...model, traits: findTraits(model.bareId) };
}
