import { keepLast } from "../keep-last.ts";
import type { Provider } from "../provider.ts";
import type { BedrockClient } from "./client.ts";
import { ConverseStream } from "./converse/converse-stream.ts";
import { converse, type ConverseOptions } from "./converse/converse.ts";
import { createPriceKeeper } from "./cost.ts";
import { resolveModel } from "./models.ts";
import type { Prices } from "./prices.ts";
import { Pipeline, type PipelineOptions } from "./pipeline.ts";

/** What the Bedrock provider needs of a client. */
export interface BedrockProviderOptions extends PipelineOptions {
  readonly prices: Prices;
}

/** Bedrock, and what its operations need that no other provider has. */
export interface BedrockProvider extends Required<Provider> {
  readonly client: BedrockClient;
}

/** Creates the Bedrock provider. It reads the environment at the first request, and never again. */
export function createBedrockProvider(options: BedrockProviderOptions): BedrockProvider {
  const { bedrock, prices, world, transport } = options;
  const client: ConverseOptions & BedrockClient = {
    pipeline: new Pipeline(options),
    bedrock,
    prices,
    world,
    transport,
    choosePrice: createPriceKeeper(),
    // The last of each is kept, as most clients ask only one model.
    resolve: keepLast(resolveModel),
    loaded: {},
    kept: new WeakMap(),
  };
  return {
    name: "bedrock",
    client,
    chat: (request) => converse(client, request),
    stream: (request) => new ConverseStream(client, request),
    paint: async (request) => (await import("./images/paint.ts")).paint(client, request),
    embedder: async (request) => (await import("./embeddings/embedder.ts")).createEmbedder(client, request),
    moderate: async (request) => (await import("./moderation/moderate.ts")).moderate(client, request),
    rerank: async (request) => (await import("./rerank.ts")).rerank(client, request),
    countTokens: async (request) => (await import("./count-tokens.ts")).countTokens(client, request),
  };
}
