import { compact } from "../types/json.ts";
import type { Price } from "./prices.ts";
import type { Family } from "./traits.ts";
import { resolveModel } from "./models.ts";

/** What a model reads beside and including text. */
export type Modality = "text" | "image" | "pdf" | "video" | "audio";

/** What the library knows of a model; what it does not know is left out. */
export interface ModelInfo {
  /** As it was asked for. */
  readonly id: string;
  /** Without ARN and geographic prefix; of the base model where one was named. */
  readonly bareId: string;
  /** The inference profile's prefix, like `"us"` or `"global"`. */
  readonly profile?: string;
  /** The region that an ARN names. */
  readonly region?: string;
  readonly family: Family;
  /** Most tokens of question and answer together. */
  readonly contextTokens?: number;
  /** Most tokens of an answer. */
  readonly maxOutputTokens?: number;
  readonly input?: readonly Modality[];
  /** The list price; of a bare id, that of the regions in the United States. */
  readonly price?: Price;
}

/** A table holds their first letters. */
const MODALITIES: readonly Modality[] = ["text", "image", "pdf", "video", "audio"];

/**
 * Tells what the library knows of a model, without asking AWS.
 *
 * @param id model id, inference profile or any ARN
 * @param baseModel the model behind an ARN that hides it
 * @throws {InputError} `ERR_INPUT` when it cannot be a model id
 */
export async function describeModel(id: string, baseModel?: string): Promise<ModelInfo> {
  const model = resolveModel(id, baseModel);
  const { bareId, profile, region, traits } = model;
  // The tables are loaded when they are first asked for.
  const { findLimits, findPrice } = await import("./cost.ts");
  const [context, output, letters = ""] = findLimits(bareId) ?? [];
  return {
    id,
    bareId,
    family: traits.family,
    ...compact({
      profile,
      region,
      contextTokens: Number(context) || undefined,
      maxOutputTokens: Number(output) || undefined,
      input: letters ? MODALITIES.filter((name) => letters.includes(name.charAt(0))) : undefined,
      price: findPrice(model, region ?? "us-east-1"),
    }),
  };
}
