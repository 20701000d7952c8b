import { keepLast } from "../keep-last.ts";
import { compact, objectOf, stringOf } from "../types/json.ts";
import type { ResponseMetadata } from "../types/response.ts";
import type { Cost, Usage } from "../types/usage.ts";
import { findRow } from "./lookup.ts";
import { nameModel, type Model, type ModelName } from "./models.ts";
import { PRICES } from "./price-table.ts";
import type { Price, Prices } from "./prices.ts";

/** Models that are paid by the hour or at a price of their own, whatever model they were made of. */
const OWN_CAPACITY = /^arn:[^:]+:(sagemaker:|bedrock:[^:]*:[^:]*:(custom-model|imported-model|provisioned-model))/;

/**
 * The list price of a model, where it is known.
 *
 * @param region the AWS region that is asked; a bare id has its list price in the regions of the United States only
 */
export function findPrice({ bareId, profile }: ModelName, region: string | undefined): Price | undefined {
  if (!profile && !/^us-(?!gov)/.test(region ?? "")) return undefined;
  const row = findRow(PRICES, profile ? `${profile}.${bareId}` : bareId);
  if (!row) return undefined;
  const [input, output, cacheRead, cacheWrite] = row.map(Number);
  // Only Claude has a price to write; writing for an hour costs twice the input.
  // https://platform.claude.com/docs/en/about-claude/pricing
  const cacheWrite1h = cacheWrite === undefined || input === undefined ? undefined : 2 * input;
  return compact({ input, output, cacheRead, cacheWrite, cacheWrite1h });
}

/**
 * What an answer cost; `undefined` when a price that it needs is not known. A part without tokens needs none.
 *
 * @param prices those of the user; an entry stands for itself and takes nothing from the list
 * @param region the AWS region that answered
 * @param choose default: one that remembers nothing
 * @see https://aws.amazon.com/bedrock/pricing/
 */
export function computeCost(
  usage: Usage,
  model: Model,
  metadata: ResponseMetadata,
  prices: Prices,
  region: string | undefined,
  choose: typeof choosePrice = choosePrice,
): Cost | undefined {
  const { serviceTier, performanceConfig, trace } = metadata;
  // Other tiers and optimized latency have prices of their own.
  if ((stringOf(serviceTier?.["type"]) ?? "default") !== "default") return undefined;
  if (performanceConfig?.["latency"] === "optimized") return undefined;
  const routed = stringOf(objectOf(trace?.["promptRouter"])?.["invokedModelId"]);
  const price = choose(model, routed, prices, region);
  if (!price) return undefined;
  const inputUsd = pay(usage.inputTokens, price.input);
  const outputUsd = pay(usage.outputTokens, price.output);
  const cacheReadUsd = pay(usage.cacheReadTokens, price.cacheRead);
  const cacheWriteUsd = payWrites(usage, price);
  const totalUsd = inputUsd + outputUsd + cacheReadUsd + cacheWriteUsd;
  return Number.isNaN(totalUsd) ? undefined : { totalUsd, inputUsd, outputUsd, cacheReadUsd, cacheWriteUsd };
}

/** Creates a {@link choosePrice} that keeps the last price. Prices of the user's, who may change them, are looked at each time. */
export function createPriceKeeper(): typeof choosePrice {
  const keep = keepLast(choosePrice);
  return (...asked) => (Object.keys(asked[2]).length > 0 ? choosePrice : keep)(...asked);
}

/**
 * The price of what was asked; `undefined` when it is not known.
 *
 * @param routed the model that a prompt router chose
 * @param prices those of the user
 */
export function choosePrice(
  model: Model,
  routed: string | undefined,
  prices: Prices,
  region: string | undefined,
): Price | undefined {
  const given = (id: string): Price | undefined => (Object.hasOwn(prices, id) ? prices[id] : undefined);
  const own = given(model.id);
  const isArn = model.id.startsWith("arn:");
  if (own || (isArn && OWN_CAPACITY.test(model.id))) return own;
  // Without its trace, a router does not tell which model answered.
  if (routed === undefined && isArn && /:(default-)?prompt-router\//.test(model.id)) return undefined;
  const name = routed === undefined ? model : nameModel(routed);
  const { bareId, profile } = name;
  return (profile && given(`${profile}.${bareId}`)) || (given(bareId) ?? findPrice(name, name.region ?? region));
}

/** `NaN` when the price is not known, or the count is none. */
function pay(tokens: number, usdPerMillion: number | undefined): number {
  if (tokens === 0) return 0;
  return tokens > 0 && usdPerMillion !== undefined ? (tokens * usdPerMillion) / 1e6 : NaN;
}

/** Bedrock tells the times to live where there is a choice; what it does not tell lives for 5 minutes. */
function payWrites({ cacheWriteTokens, cacheWriteTokensByTtl = {} }: Usage, price: Price): number {
  let rest = cacheWriteTokens;
  let usd = 0;
  for (const [ttl, tokens] of Object.entries(cacheWriteTokensByTtl)) {
    rest -= tokens;
    usd += pay(tokens, ttl === "5m" ? price.cacheWrite : ttl === "1h" ? price.cacheWrite1h : undefined);
  }
  return usd + pay(rest, price.cacheWrite);
}
