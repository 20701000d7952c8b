import { ConfigurationError } from "../errors.ts";
import { isObject } from "../types/json.ts";

/** Prices of a model, in US dollars per million tokens. What is not known is left out. */
export interface Price {
  readonly input?: number;
  readonly output?: number;
  readonly cacheRead?: number;
  /** Writing to the cache for 5 minutes. */
  readonly cacheWrite?: number;
  /** Writing to the cache for an hour. */
  readonly cacheWrite1h?: number;
}

/** Prices by model id; one with a profile's prefix beats the bare one, an ARN beats both. */
export type Prices = Readonly<Record<string, Price>>;

const KINDS: Readonly<Record<keyof Price, true>> = {
  input: true,
  output: true,
  cacheRead: true,
  cacheWrite: true,
  cacheWrite1h: true,
};

/**
 * Checks prices as they are given to `createLLM`.
 *
 * @throws {ConfigurationError} `ERR_CONFIGURATION` naming the model and the price that is wrong
 */
export function checkPrices(prices: Prices): void {
  const given: unknown = prices;
  if (!isObject(given)) throw new ConfigurationError("prices is no object: give prices by model id.");
  for (const [id, price] of Object.entries(given)) {
    const entries = isObject(price) ? Object.entries(price) : [["", price] as const];
    for (const [kind, usd] of entries) {
      if (Object.hasOwn(KINDS, kind) && (usd === undefined || (Number.isFinite(usd) && Number(usd) >= 0))) continue;
      throw new ConfigurationError(
        `prices[${JSON.stringify(id)}] has ${JSON.stringify({ [kind]: usd })}: give any of ` +
          `${Object.keys(KINDS).join(", ")}, each a number of US dollars per million tokens, 0 or more.`,
      );
    }
  }
}
