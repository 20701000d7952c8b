import { createDefaultTransport } from "#transport";
import type { BedrockClient } from "./bedrock/client.ts";
import { checkOptions, type BedrockOptions } from "./bedrock/config.ts";
import type { InvokeOptions, InvokeResult } from "./bedrock/invoke-model.ts";
import { checkPrices, type Prices } from "./bedrock/prices.ts";
import { createBedrockProvider } from "./bedrock/provider.ts";
import type { ChatDefaults } from "./chat/chat-defaults.ts";
import { Chat, type ChatOptions } from "./chat/chat.ts";
import { checkMiddleware, type Middleware } from "./chat/middleware.ts";
import { CapabilityError, ConfigurationError } from "./errors.ts";
import { createFollower } from "./http/abort.ts";
import { createFetchTransport } from "./http/fetch.ts";
import type { Transport } from "./http/transport.ts";
import { checkMediaOptions, type LoadMedia, type MediaOptions } from "./media/options.ts";
import type { TimeoutOptions } from "./http/timeouts.ts";
import type { Logger, Provider } from "./provider.ts";
import type { CountTokensResult } from "./requests/count-tokens.ts";
import type { RerankResult } from "./requests/rerank.ts";
import type { countTokens, CountTokensOptions } from "./tasks/count-tokens.ts";
import type { embed, Embedding, EmbedOptions } from "./tasks/embed.ts";
import type { GeneratedImage } from "./tasks/generated-image.ts";
import type { moderate, ModerateOptions, Moderation } from "./tasks/moderate.ts";
import type { PaintOptions } from "./tasks/paint.ts";
import type { rerank, RerankOptions } from "./tasks/rerank.ts";
import type { TaskEnvironment } from "./tasks/task.ts";
import type { JsonObject } from "./types/json.ts";
import { createWorld, type World } from "./world.ts";

/** The options of {@link createLLM}. */
export interface LLMOptions extends BedrockOptions {
  /** `"bedrock"`, or an object that implements `Provider`. */
  provider: "bedrock" | Provider;
  /** The model of `llm.chat()` when none is named. */
  defaultChatModel?: string | undefined;
  /** The model of `llm.embed()` when none is named. */
  defaultEmbeddingModel?: string | undefined;
  /** The model of `llm.paint()` when none is named. */
  defaultImageModel?: string | undefined;
  /** Prices by model id, in US dollars per million tokens; they beat those that the library knows. */
  prices?: Prices | undefined;
  /** How often a request is tried again after a failure that may pass. Default 2. */
  maxRetries?: number | undefined;
  /** How often tools may be called in one turn. Default 16. */
  maxToolCalls?: number | undefined;
  /** Stand around each request and each tool call of all chats; the first is the outermost. */
  middlewares?: readonly Middleware[] | undefined;
  /** In milliseconds; `0` and `Infinity` wait for ever. Defaults: connect 5 s, first byte 10 min, idle 5 min, total off. */
  timeouts?: TimeoutOptions | undefined;
  /** Makes the requests instead of the platform's own HTTP client. */
  fetch?: typeof globalThis.fetch | undefined;
  /** How paths and URLs of media are read. */
  media?: MediaOptions | undefined;
  /** Told about requests (`debug`) and retries (`warn`). */
  logger?: Logger | undefined;
}

/** Every option, so that a misspelt one fails instead of being ignored. */
const OPTIONS: Readonly<Record<keyof LLMOptions, true>> = {
  provider: true,
  bedrockRegion: true,
  bedrockAccessKeyId: true,
  bedrockSecretAccessKey: true,
  bedrockSessionToken: true,
  bedrockCredentials: true,
  bedrockApiKey: true,
  bedrockAuth: true,
  bedrockEndpoint: true,
  bedrockGuardrailIdentifier: true,
  bedrockGuardrailVersion: true,
  bedrockGuardrailTrace: true,
  defaultChatModel: true,
  defaultEmbeddingModel: true,
  defaultImageModel: true,
  prices: true,
  maxRetries: true,
  maxToolCalls: true,
  middlewares: true,
  timeouts: true,
  fetch: true,
  media: true,
  logger: true,
};

/** What a client is made of. */
interface LLMParts {
  /** Chats and tasks. */
  readonly environment: TaskEnvironment;
  /** Set when the provider is Bedrock. */
  readonly bedrock: BedrockClient | undefined;
  readonly defaultChatModel: string | undefined;
  readonly chatDefaults: ChatDefaults;
}

/** A client. It keeps connections alive between calls; make one and share it. */
export class LLM {
  readonly #parts: LLMParts;

  /** @internal Use `createLLM`. */
  constructor(parts: LLMParts) {
    this.#parts = parts;
  }

  /**
   * Starts a conversation, or goes on with one: `llm.chat(saved.model, saved)`.
   *
   * @param model model id, inference profile id or ARN; default: `defaultChatModel`
   * @throws {ConfigurationError} `ERR_CONFIGURATION` when no model is named
   */
  chat(model: string | undefined = this.#parts.defaultChatModel, options: ChatOptions = {}): Chat {
    if (model === undefined) {
      throw new ConfigurationError("No model is set: give one to llm.chat(), or defaultChatModel.");
    }
    const { environment, chatDefaults } = this.#parts;
    return new Chat(environment.provider, model, options, chatDefaults);
  }

  /**
   * Makes images.
   *
   * @throws {LLMError}
   */
  async paint(prompt?: string, options: PaintOptions = {}): Promise<GeneratedImage> {
    return (await import("./tasks/paint.ts")).paint(this.#parts.environment, prompt, options);
  }

  /**
   * Embeds texts and images.
   *
   * @throws {LLMError}
   */
  async embed(input: Parameters<typeof embed>[1], options: EmbedOptions = {}): Promise<Embedding> {
    return (await import("./tasks/embed.ts")).embed(this.#parts.environment, input, options);
  }

  /**
   * Assesses content with a guardrail.
   *
   * @throws {LLMError}
   */
  async moderate(input: Parameters<typeof moderate>[1], options: ModerateOptions = {}): Promise<Moderation> {
    return (await import("./tasks/moderate.ts")).moderate(this.#parts.environment, input, options);
  }

  /**
   * Orders documents by how well they answer a query.
   *
   * @throws {LLMError}
   */
  async rerank(
    query: string,
    documents: Parameters<typeof rerank>[2],
    options: RerankOptions = {},
  ): Promise<RerankResult> {
    return (await import("./tasks/rerank.ts")).rerank(this.#parts.environment, query, documents, options);
  }

  /**
   * Counts the tokens of a conversation without answering it.
   *
   * @throws {LLMError}
   */
  async countTokens(
    input: Parameters<typeof countTokens>[1],
    options: CountTokensOptions = {},
  ): Promise<CountTokensResult> {
    return (await import("./tasks/count-tokens.ts")).countTokens(this.#parts.environment, input, options);
  }

  /**
   * Asks any model with a body of its own.
   *
   * @throws {LLMError}
   */
  async invoke(model: string, body: JsonObject, options: InvokeOptions = {}): Promise<InvokeResult> {
    return (await import("./bedrock/invoke-model.ts")).invokeModel(this.#needBedrock("invoke"), model, body, options);
  }

  #needBedrock(what: string): BedrockClient {
    const { bedrock, environment } = this.#parts;
    if (bedrock) return bedrock;
    throw new CapabilityError(`The provider ${environment.provider.name} has no ${what}: it is a part of Bedrock.`);
  }
}

/**
 * Creates a client.
 *
 * ```ts
 * const llm = createLLM({ provider: "bedrock" }); // region and credentials from the environment
 * const answer = await llm.chat("us.anthropic.claude-sonnet-4-6").ask("Hello!");
 * ```
 *
 * Environment variables are read when the first request is made. Two clients share nothing.
 *
 * @param world clocks, timers, randomness and environment, for tests and unusual hosts; default: the platform's
 * @throws {ConfigurationError} `ERR_CONFIGURATION` when an option is unknown or wrong
 */
export function createLLM(options: LLMOptions, world: World = createWorld()): LLM {
  if (typeof options !== "object")
    throw new ConfigurationError('createLLM needs options: give { provider: "bedrock" }.');
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(OPTIONS, name));
  if (unknown.length > 0) {
    throw new ConfigurationError(`${unknown.join(", ")} is no option: give one of ${Object.keys(OPTIONS).join(", ")}.`);
  }
  const { defaultChatModel, defaultEmbeddingModel, defaultImageModel } = options;
  const { provider, bedrock } = createProvider(options, world);
  const chatDefaults = readChatDefaults(options, world);
  const environment = { ...chatDefaults, provider, defaultEmbeddingModel, defaultImageModel };
  return new LLM({ environment, bedrock, defaultChatModel, chatDefaults });
}

function readChatDefaults(options: LLMOptions, world: World): ChatDefaults {
  const { maxToolCalls = 16, middlewares = [] } = options;
  if (!Number.isInteger(maxToolCalls) || maxToolCalls < 0) {
    throw new ConfigurationError(`maxToolCalls is ${String(maxToolCalls)}: give a whole number of at least 0.`);
  }
  if (!Array.isArray(middlewares)) {
    throw new ConfigurationError(`middlewares is ${typeof middlewares}: give a list of middlewares.`);
  }
  return {
    maxToolCalls,
    middlewares: middlewares.map(checkMiddleware),
    follow: createListener(),
    load: createLoader(options, world),
  };
}

/** Creates what reads media. All that it needs is loaded with the first path or URL. */
function createLoader({ fetch, media = {} }: LLMOptions, world: World): LoadMedia {
  checkMediaOptions(media);
  let loader: Promise<LoadMedia> | undefined;
  const create = async (): Promise<LoadMedia> => {
    const { isPublicAddress } = await import("./media/addresses.ts");
    const { createMediaLoader } = await import("./media/load.ts");
    const isAllowed = media.allowPrivateAddresses ? undefined : isPublicAddress;
    const createTransport = (): Transport => (fetch ? createFetchTransport(fetch) : createDefaultTransport(isAllowed));
    return createMediaLoader({ ...media, createTransport, world });
  };
  return async (...asked) => (await (loader ??= create()))(...asked);
}

function createProvider(options: LLMOptions, world: World): { provider: Provider; bedrock: BedrockClient | undefined } {
  const { provider, fetch, prices = {}, maxRetries = 2, timeouts = {}, logger } = options;
  if (isProvider(provider)) return { provider, bedrock: undefined };
  if (provider !== "bedrock") {
    throw new ConfigurationError(`provider is ${JSON.stringify(provider)}: give "bedrock" or a Provider.`);
  }
  if (fetch !== undefined && typeof fetch !== "function") {
    throw new ConfigurationError(`fetch is ${typeof fetch}: give a function like the platform's.`);
  }
  checkOptions(options);
  checkPrices(prices);
  const transport = fetch ? createFetchTransport(fetch) : createDefaultTransport();
  const made = createBedrockProvider({ bedrock: options, transport, world, prices, maxRetries, timeouts, logger });
  return { provider: made, bedrock: made.client };
}

function isProvider(value: unknown): value is Provider {
  return typeof value === "object" && value !== null && "chat" in value && "stream" in value;
}

/** Listens to callers' signals, to each of them once, however many turns share it. */
function createListener(): ChatDefaults["follow"] {
  const follow = createFollower();
  return (signal, onAbort) => {
    const followed = follow(signal);
    followed.addEventListener("abort", onAbort);
    return () => followed.removeEventListener("abort", onAbort);
  };
}
