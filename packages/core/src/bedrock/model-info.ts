import { compact } from "../types/json.ts";
import { findPrice } from "./cost.ts";
import { resolveKnownModel } from "./known-models.ts";
import { LIMITS } from "./limit-table.ts";
import { findRow } from "./lookup.ts";
import type { Price } from "./prices.ts";
import type { Family } from "./traits.ts";

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
 * What the tables tell of a model.
 *
 * @throws {InputError} `ERR_INPUT` when it cannot be a model id
 */
export function createModelInfo(id: string, baseModel: string | undefined): ModelInfo {
  const model = resolveKnownModel(id, baseModel);
  const { bareId, profile, region, traits } = model;
  const [context, output, letters = ""] = findRow(LIMITS, bareId) ?? [];
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
