import { createDefaultTransport } from "#transport";
import { checkOptions, type BedrockOptions } from "./bedrock/config.ts";
import { createBedrockProvider } from "./bedrock/provider.ts";
import { Chat, type ChatOptions } from "./chat/chat.ts";
import { ConfigurationError } from "./errors.ts";
import { createFetchTransport } from "./http/fetch.ts";
import type { TimeoutOptions } from "./http/timeouts.ts";
import type { Logger, Provider } from "./provider.ts";
import { createWorld, type World } from "./world.ts";

/** The options of {@link createLLM}. */
export interface LLMOptions extends BedrockOptions {
  /** `"bedrock"`, or an object that implements `Provider`. */
  provider: "bedrock" | Provider;
  /** The model of `llm.chat()` when none is named. */
  defaultChatModel?: string | undefined;
  /** How often a request is tried again after a failure that may pass. Default 2. */
  maxRetries?: number | undefined;
  /** In milliseconds; `0` and `Infinity` wait for ever. Defaults: connect 5 s, first byte 10 min, idle 5 min, total off. */
  timeouts?: TimeoutOptions | undefined;
  /** Makes the requests instead of the platform's own HTTP client. */
  fetch?: typeof globalThis.fetch | undefined;
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
  defaultChatModel: true,
  maxRetries: true,
  timeouts: true,
  fetch: true,
  logger: true,
};

/** A client. It keeps connections alive between calls; make one and share it. */
export class LLM {
  readonly #provider: Provider;
  readonly #defaultChatModel: string | undefined;

  /** @internal Use `createLLM`. */
  constructor(provider: Provider, defaultChatModel: string | undefined) {
    this.#provider = provider;
    this.#defaultChatModel = defaultChatModel;
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
    return new Chat(this.#provider, model, options);
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
  return new LLM(createProvider(options, world), options.defaultChatModel);
}

function createProvider(options: LLMOptions, world: World): Provider {
  const { provider, fetch, maxRetries = 2, timeouts = {}, logger } = options;
  if (isProvider(provider)) return provider;
  if (provider !== "bedrock") {
    throw new ConfigurationError(`provider is ${JSON.stringify(provider)}: give "bedrock" or a Provider.`);
  }
  if (fetch !== undefined && typeof fetch !== "function") {
    throw new ConfigurationError(`fetch is ${typeof fetch}: give a function like the platform's.`);
  }
  checkOptions(options);
  const transport = fetch ? createFetchTransport(fetch) : createDefaultTransport();
  return createBedrockProvider({ bedrock: options, transport, world, maxRetries, timeouts, logger });
}

function isProvider(value: unknown): value is Provider {
  return typeof value === "object" && value !== null && "chat" in value && "stream" in value;
}
