import { createDefaultTransport } from "#transport";
import { checkOptions, type BedrockOptions } from "./bedrock/config.ts";
import { checkPrices, type Prices } from "./bedrock/prices.ts";
import { createBedrockProvider } from "./bedrock/provider.ts";
import type { ChatDefaults } from "./chat/chat-defaults.ts";
import { Chat, type ChatOptions } from "./chat/chat.ts";
import { checkMiddleware, type Middleware } from "./chat/middleware.ts";
import { ConfigurationError } from "./errors.ts";
import { createFollower } from "./http/abort.ts";
import { createFetchTransport } from "./http/fetch.ts";
import type { Transport } from "./http/transport.ts";
import { checkMediaOptions, type LoadMedia, type MediaOptions } from "./media/options.ts";
import type { TimeoutOptions } from "./http/timeouts.ts";
import type { Logger, Provider } from "./provider.ts";
import { createWorld, type World } from "./world.ts";

/** The options of {@link createLLM}. */
export interface LLMOptions extends BedrockOptions {
  /** `"bedrock"`, or an object that implements `Provider`. */
  provider: "bedrock" | Provider;
  /** The model of `llm.chat()` when none is named. */
  defaultChatModel?: string | undefined;
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
  prices: true,
  maxRetries: true,
  maxToolCalls: true,
  middlewares: true,
  timeouts: true,
  fetch: true,
  media: true,
  logger: true,
};

/** A client. It keeps connections alive between calls; make one and share it. */
export class LLM {
  readonly #provider: Provider;
  readonly #defaultChatModel: string | undefined;
  readonly #chatDefaults: ChatDefaults;

  /** @internal Use `createLLM`. */
  constructor(provider: Provider, defaultChatModel: string | undefined, chatDefaults: ChatDefaults) {
    this.#provider = provider;
    this.#defaultChatModel = defaultChatModel;
    this.#chatDefaults = chatDefaults;
  }

  /**
   * Starts a conversation, or goes on with one: `llm.chat(saved.model, saved)`.
   *
   * @param model model id, inference profile id or ARN; default: `defaultChatModel`
   * @throws {ConfigurationError} `ERR_CONFIGURATION` when no model is named
   */
  chat(model: string | undefined = this.#defaultChatModel, options: ChatOptions = {}): Chat {
    if (model === undefined) {
      throw new ConfigurationError("No model is set: give one to llm.chat(), or defaultChatModel.");
    }
    return new Chat(this.#provider, model, options, this.#chatDefaults);
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
  return new LLM(createProvider(options, world), options.defaultChatModel, readChatDefaults(options, world));
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

function createProvider(options: LLMOptions, world: World): Provider {
  const { provider, fetch, prices = {}, maxRetries = 2, timeouts = {}, logger } = options;
  if (isProvider(provider)) return provider;
  if (provider !== "bedrock") {
    throw new ConfigurationError(`provider is ${JSON.stringify(provider)}: give "bedrock" or a Provider.`);
  }
  if (fetch !== undefined && typeof fetch !== "function") {
    throw new ConfigurationError(`fetch is ${typeof fetch}: give a function like the platform's.`);
  }
  checkOptions(options);
  checkPrices(prices);
  const transport = fetch ? createFetchTransport(fetch) : createDefaultTransport();
  return createBedrockProvider({ bedrock: options, transport, world, prices, maxRetries, timeouts, logger });
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
