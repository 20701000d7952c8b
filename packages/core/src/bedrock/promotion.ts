import type { APIError } from "../errors.ts";
import type { Warning } from "../types/response.ts";
import type { BedrockAddressOptions } from "./address-options.ts";
import { resolveModel, type Model } from "./models.ts";
import { isProfileOnly, listNearProfiles } from "./profile-hint.ts";

/** The inference profiles that stand in for models named without one, as AWS's refusals have taught. */
export interface Promotions {
  /** The profile to ask in place of a model. */
  find(model: Model, region: string): Model | undefined;
  /**
   * Learns from a refusal.
   *
   * @param askedId what was asked: the model, or a profile of it
   * @returns whether `find` has now another answer than what was asked
   */
  learn(error: APIError, model: Model, region: string, askedId: string): boolean;
}

interface Entry {
  current: Model | undefined;
  readonly rest: string[];
}

const UNKNOWN_ID = /model identifier is invalid/i;

/**
 * Creates what promotes models to inference profiles: only those named by their bare id, only when AWS says that they are
 * served through profiles only, and only within the chosen geography.
 *
 * @param choice `"auto"`: the narrowest geography around the region that has the model, never another continent, another
 *   country's, or all of the world
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
 */
export function createPromotions(choice: NonNullable<BedrockAddressOptions["bedrockInferenceProfile"]>): Promotions {
  const entries = new Map<string, Entry>();
  const keyOf = ({ id }: Model, region: string): string => `${region} ${id}`;
  return {
    find: (model, region) => entries.get(keyOf(model, region))?.current,
    learn({ message }, model, region, askedId) {
      const key = keyOf(model, region);
      const known = entries.get(key);
      if (model.id !== model.bareId || model.id.startsWith("arn:")) return false;
      if (known?.current && known.current.id !== askedId) return true;
      if (!isProfileOnly(message) && !(known?.current && UNKNOWN_ID.test(message))) return false;
      const entry = known ?? { current: undefined, rest: choice === "auto" ? listHomeProfiles(region) : [choice] };
      const profile = entry.rest.shift();
      entry.current = profile === undefined ? undefined : { ...model, ...resolveModel(`${profile}.${model.id}`) };
      entries.set(key, entry);
      return entry.current !== undefined;
    },
  };
}

/** The profiles that keep a request where its region is. */
function listHomeProfiles(region: string): string[] {
  return listNearProfiles(region).filter((name) => name !== "global" && (name !== "us" || region.startsWith("us-")));
}

/** Tells that a profile was asked in place of a model. */
export function createPromotionWarning({ id }: Pick<Model, "id">, promoted: Pick<Model, "id">): Warning {
  const message = `${id} is served through inference profiles only: ${promoted.id} was asked. Give that as model.`;
  return { code: "inference_profile_used", message };
}
