import type { Transport } from "../http/transport.ts";
import type { World } from "../world.ts";
import type { BedrockOptions } from "./config.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Prices } from "./prices.ts";

/** What an operation needs of its client. */
export interface BedrockClient {
  readonly pipeline: Pipeline;
  readonly bedrock: BedrockOptions;
  /** Prices that the user knows better. */
  readonly prices: Prices;
  readonly world: World;
  readonly transport: Transport;
}
