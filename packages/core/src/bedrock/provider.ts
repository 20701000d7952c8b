import { AbortError } from "../errors.ts";
import type { Provider, ProviderStream } from "../provider.ts";
import type { PartialResponse } from "../types/response.ts";
import type { BedrockClient } from "./client.ts";
import { converse, type ConverseOptions } from "./converse/converse.ts";
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
    loaded: {},
  };
  return {
    name: "bedrock",
    client,
    chat: (request) => converse(client, request),
    stream: (request) =>
      new LazyStream(async () => {
        const { ConverseStream } = await import("./converse/converse-stream.ts");
        return new ConverseStream(client, request);
      }),
    paint: async (request) => (await import("./images/paint.ts")).paint(client, request),
    embedder: async (request) => (await import("./embeddings/embedder.ts")).createEmbedder(client, request),
    moderate: async (request) => (await import("./moderation/moderate.ts")).moderate(client, request),
    rerank: async (request) => (await import("./rerank.ts")).rerank(client, request),
    countTokens: async (request) => (await import("./count-tokens.ts")).countTokens(client, request),
  };
}

/** A stream whose code is loaded when it is first read. */
class LazyStream implements ProviderStream {
  readonly #load: () => Promise<ProviderStream>;
  #stream: ProviderStream | undefined;
  #isLeft = false;

  constructor(load: () => Promise<ProviderStream>) {
    this.#load = load;
  }

  next(): ReturnType<ProviderStream["next"]> {
    return this.#stream ? this.#stream.next() : this.#open();
  }

  return(): PartialResponse | undefined {
    this.#isLeft = true;
    return this.#stream?.return();
  }

  async #open(): ReturnType<ProviderStream["next"]> {
    const stream = (this.#stream = await this.#load());
    if (this.#isLeft) throw new AbortError("The stream was left before its end.");
    return stream.next();
  }
}
