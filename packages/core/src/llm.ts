import { createDefaultTransport, createFetchTransport } from "#transport";
import type { BedrockClient } from "./bedrock/client.ts";
import { BEDROCK_RULES, checkOptions, type BedrockOptions } from "./bedrock/config.ts";
import { createGuardrails, createModels } from "./bedrock/control/catalog.ts";
import type { Guardrails, Models } from "./bedrock/control/types.ts";
import type { DoctorOptions } from "./bedrock/doctor/doctor.ts";
import type { DoctorReport } from "./bedrock/doctor/report.ts";
import type { InvokeResult } from "./bedrock/invoke/invoke-model.ts";
import type { InvokeStream } from "./bedrock/invoke/invoke-stream.ts";
import type { InvokeBody, InvokeOptions } from "./bedrock/invoke/request.ts";
import type { AsyncInvocation, AsyncInvocations } from "./bedrock/jobs/async-invocation.ts";
import type { Batch } from "./bedrock/jobs/batch.ts";
import type { VideoOptions } from "./bedrock/jobs/video.ts";
import { checkPrices, type Prices } from "./bedrock/prices.ts";
import { createBedrockProvider } from "./bedrock/provider.ts";
import type { ChatDefaults } from "./chat/chat-defaults.ts";
import { Chat, type ChatOptions } from "./chat/chat.ts";
import { checkMiddleware, type Middleware } from "./chat/middleware.ts";
import { isFunction, isWhole, OBJECT, type Rules } from "./checks.ts";
import { CapabilityError, ConfigurationError } from "./errors.ts";
import { createFollower } from "./http/abort.ts";
import { checkHttpOptions, type HttpOptions } from "./http/options.ts";
import type { Transport } from "./http/transport.ts";
import { checkMediaOptions, type LoadMedia, type MediaOptions } from "./media/options.ts";
import type { TimeoutOptions } from "./http/timeouts.ts";
import type { Logger, Provider } from "./provider.ts";
import type { CountTokensResult } from "./requests/count-tokens.ts";
import type { CountTokensInput, CountTokensOptions } from "./tasks/count-tokens.ts";
import type { EmbedInput } from "./tasks/embed-input.ts";
import type { Embedded, EmbedSource } from "./tasks/embed-stream.ts";
import type { EmbedOptions, EmbedStreamOptions } from "./tasks/embed-options.ts";
import type { Embedding } from "./tasks/embed.ts";
import type { GeneratedImage } from "./tasks/generated-image.ts";
import type { ModerationItem } from "./tasks/moderate-item.ts";
import type { ModerateOptions, Moderation } from "./tasks/moderate.ts";
import type { PaintOptions } from "./tasks/paint.ts";
import type { Reranking, RerankOptions } from "./tasks/rerank.ts";
import type { TaskEnvironment } from "./tasks/task.ts";
import { isObject, type JsonObject } from "./types/json.ts";
import type { OutputType } from "./types/vector.ts";
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
  /** Proxy, certificates and agent of the connections; on Node. Default: `HTTPS_PROXY` and the like. */
  http?: HttpOptions | undefined;
  /** How paths and URLs of media are read. */
  media?: MediaOptions | undefined;
  /** Told about requests (`debug`) and retries (`warn`). */
  logger?: Logger | undefined;
}

/** A rule for each option, so that a misspelt one fails instead of being ignored. */
const RULES: Rules<keyof LLMOptions> = {
  provider: undefined,
  ...BEDROCK_RULES,
  defaultChatModel: undefined,
  defaultEmbeddingModel: undefined,
  defaultImageModel: undefined,
  prices: undefined,
  maxRetries: undefined,
  maxToolCalls: [(count) => isWhole(count, 0), "a whole number of at least 0"],
  middlewares: [Array.isArray, "a list of middlewares"],
  timeouts: OBJECT,
  fetch: [isFunction, "a function like the platform's"],
  http: OBJECT,
  media: OBJECT,
  logger: undefined,
};

/** What a client is made of. */
interface LLMParts {
  /** Chats and tasks. */
  readonly environment: TaskEnvironment & ChatDefaults;
  /** Set when the provider is Bedrock. */
  readonly bedrock: BedrockClient | undefined;
}

let construct: (parts: LLMParts) => LLM;

/** A client, made by `createLLM`. It keeps connections alive between calls; make one and share it. */
export class LLM {
  readonly #parts: LLMParts;

  static {
    construct = (parts) => new LLM(parts);
  }

  private constructor(parts: LLMParts) {
    this.#parts = parts;
  }

  /**
   * Starts a conversation, or goes on with one: `llm.chat(saved.model, saved)`.
   *
   * @param model model id, inference profile id or ARN; default: `defaultChatModel`
   * @throws {ConfigurationError} `ERR_CONFIGURATION` when no model is named
   */
  chat(model: string | undefined = this.#parts.environment.defaultChatModel, options: ChatOptions = {}): Chat {
    if (model === undefined) {
      throw new ConfigurationError("No model is set: give one to llm.chat(), or defaultChatModel.");
    }
    const { environment } = this.#parts;
    return new Chat(environment.provider, model, options, environment);
  }

  /**
   * Makes images: `(await llm.paint("A city on Mars", { model, size: "1024x1024" })).save("mars.png")`.
   *
   * @param prompt 1 to 512 characters (Titan), 1,024 (Nova Canvas), 2,000 (SDXL), 10,000 (Stability); some tasks take none
   * @throws {LLMError} before anything is sent: `ERR_INPUT` (missing, out of range, no image), `ERR_MEDIA` (cannot be read),
   *   `ERR_CAPABILITY` (not this model), `ERR_CONFIGURATION` (no model); after: `ERR_CONTENT_FILTERED` and `ERR_MODEL`, with
   *   the images that came in `images`, and those of any request
   */
  async paint(prompt?: string, options: PaintOptions = {}): Promise<GeneratedImage> {
    return (await import("./tasks/paint.ts")).paint(this.#parts.environment, prompt, options);
  }

  /**
   * Embeds texts and images, any number of them: `(await llm.embed("Hello", { model })).vector` is a `Float32Array`. Several
   * requests are under way at once, in batches as large as the model takes; the vectors are in the order of the inputs.
   *
   * @param input a text, `{ text }`, `{ image }` or `{ text, image }`, or a list of these
   * @throws {LLMError} before anything is sent: `ERR_INPUT` (an input or option is none), `ERR_CAPABILITY` (not this model),
   *   `ERR_CONFIGURATION` (no model); later `ERR_MEDIA` (an image cannot be read) and those of any request, with `partial`:
   *   `llm.embed(input, { resume: error.partial })` embeds what is missing
   */
  async embed<T extends OutputType = "float">(
    input: EmbedInput | readonly EmbedInput[],
    options: EmbedOptions<T> = {},
  ): Promise<Embedding<T>> {
    return (await import("./tasks/embed.ts")).embed(this.#parts.environment, input, options);
  }

  /**
   * Embeds more than the memory holds: reads inputs as they are needed, and gives `{ index, input, vector }` in their order.
   * After a failure, go on with the inputs from the last `index` + 1.
   *
   * @throws {LLMError} as `embed` does, while it is read; without `partial`
   */
  async *embedStream<T extends OutputType = "float">(
    inputs: EmbedSource,
    options: EmbedStreamOptions<T> = {},
  ): AsyncGenerator<Embedded<T>, void, undefined> {
    yield* (await import("./tasks/embed-stream.ts")).embedStream(this.#parts.environment, inputs, options);
  }

  /**
   * Assesses texts and images with a guardrail, or with checks that need none: `(await llm.moderate(text)).flagged`.
   *
   * @param input a text, `{ text, images, groundingSource, query }`, or a list of these
   * @throws {LLMError} before anything is sent: `ERR_INPUT` (cannot be assessed), `ERR_CONFIGURATION` (neither guardrail nor
   *   checks); later `ERR_MEDIA` (an image cannot be read) and those of any request, of a list with `results`: those that
   *   had come
   */
  async moderate(
    input: ModerationItem | readonly ModerationItem[],
    options: ModerateOptions = {},
  ): Promise<Moderation> {
    return (await import("./tasks/moderate.ts")).moderate(this.#parts.environment, input, options);
  }

  /**
   * Orders documents by how well they answer a query: `results[0].document` is the best, `index` its old place.
   *
   * @param documents 1 to 1,000 texts or JSON objects
   * @throws {LLMError} before anything is sent: `ERR_INPUT` (query, documents or an option are none), `ERR_CAPABILITY` (not
   *   this model), `ERR_CONFIGURATION` (no model); after: those of any request
   */
  async rerank<D extends string | JsonObject>(
    query: string,
    documents: readonly D[],
    options: RerankOptions = {},
  ): Promise<Reranking<D>> {
    return (await import("./tasks/rerank.ts")).rerank(this.#parts.environment, query, documents, options);
  }

  /**
   * Counts the tokens of what would be sent, without sending it to be answered. An estimate, with `isExact: false`, where
   * the model does not count.
   *
   * @param input a chat (and `options.question`), a text, or `{ messages, system, tools }`
   * @throws {LLMError} before anything is sent: `ERR_INPUT` (could not be sent), `ERR_CHAT_BUSY` (the chat is answering),
   *   `ERR_MEDIA` (cannot be read), `ERR_CAPABILITY` (not this model), `ERR_CONFIGURATION` (no model); after: those of any
   *   request
   */
  async countTokens(
    input: string | Chat<unknown> | CountTokensInput,
    options: CountTokensOptions = {},
  ): Promise<CountTokensResult> {
    return (await import("./tasks/count-tokens.ts")).countTokens(this.#parts.environment, input, options);
  }

  /**
   * Asks any model with a body of its own: `(await llm.invoke(id, { inputText: "Hi" })).json`. With `stream: true`, it
   * resolves to a stream of the model's own pieces.
   *
   * @param body JSON, or a text or bytes that are sent as they are
   * @throws {LLMError} before anything is sent: `ERR_INPUT` (cannot be sent), `ERR_CAPABILITY` (the provider is not Bedrock);
   *   after: those of any request
   */
  invoke(model: string, body: InvokeBody, options: InvokeOptions & { readonly stream: true }): Promise<InvokeStream>;
  invoke(model: string, body: InvokeBody, options?: InvokeOptions & { readonly stream?: false }): Promise<InvokeResult>;
  async invoke(
    model: string,
    body: InvokeBody,
    options: InvokeOptions & { readonly stream?: boolean } = {},
  ): Promise<InvokeResult | InvokeStream> {
    const client = this.#needBedrock("invoke");
    return (await import("./bedrock/invoke/invoke-model.ts")).invoke(client, model, body, options);
  }

  /**
   * Starts a video, which the model writes to S3; `wait()` on what it gives.
   *
   * @param prompt up to 512 characters (Nova Reel, one scene), 4,000 (several), 5,000 (Ray 2); absent when `shots` are given
   * @throws {LLMError} before anything is sent: `ERR_INPUT` (missing, out of range, no image), `ERR_MEDIA` (cannot be read),
   *   `ERR_CAPABILITY` (not this model, or the provider is not Bedrock); after: those of any request
   */
  async video(prompt: string | undefined, options: VideoOptions): Promise<AsyncInvocation> {
    const client = this.#needBedrock("video");
    return (await import("./bedrock/jobs/video.ts")).startVideo(client, this.#parts.environment.load, prompt, options);
  }

  /**
   * Invocations that write their answers to S3, of any model that has them.
   *
   * @throws {CapabilityError} `ERR_CAPABILITY` when the provider is not Bedrock
   */
  get asyncInvocations(): AsyncInvocations {
    const client = this.#needBedrock("asyncInvocations");
    const load = () => import("./bedrock/jobs/async-invocation.ts");
    return {
      start: async (...asked) => (await load()).startAsyncInvocation(client, ...asked),
      get: async (...asked) => (await load()).getAsyncInvocation(client, ...asked),
      list: async (...asked) => (await load()).listAsyncInvocations(client, ...asked),
    };
  }

  /**
   * Bedrock's own batch engine: thousands of requests in one job, at a lower price.
   *
   * @throws {CapabilityError} `ERR_CAPABILITY` when the provider is not Bedrock
   */
  get batch(): Batch {
    const client = this.#needBedrock("batch");
    const load = () => import("./bedrock/jobs/batch.ts");
    return {
      submit: async (...asked) => (await load()).submitBatch(client, ...asked),
      get: async (...asked) => (await load()).getBatchJob(client, ...asked),
      list: async (...asked) => (await load()).listBatchJobs(client, ...asked),
    };
  }

  /**
   * Models: what the library knows of them (`find`, `filter`), and those that the region has (`list`).
   *
   * @throws {CapabilityError} `ERR_CAPABILITY` when the provider is not Bedrock
   */
  get models(): Models {
    return createModels(this.#needBedrock("models"));
  }

  /**
   * The guardrails of the account (`list`).
   *
   * @throws {CapabilityError} `ERR_CAPABILITY` when the provider is not Bedrock
   */
  get guardrails(): Guardrails {
    return createGuardrails(this.#needBedrock("guardrails"));
  }

  /**
   * Looks at everything that a request needs: region, endpoint, credentials and where they came from, a signed call, the
   * clock, and the model. `console.log(String(await llm.doctor()))` prints it.
   *
   * @throws {LLMError} `ERR_ABORTED`, `ERR_CAPABILITY` when the provider is not Bedrock; what it finds is in the report
   */
  async doctor(options: DoctorOptions = {}): Promise<DoctorReport> {
    const client = this.#needBedrock("doctor");
    const { defaultChatModel } = this.#parts.environment;
    return (await import("./bedrock/doctor/doctor.ts")).examine(client, options, defaultChatModel);
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
  if (!isObject(options)) throw new ConfigurationError('createLLM needs options: give { provider: "bedrock" }.');
  checkOptions(options, RULES);
  const { defaultChatModel, defaultEmbeddingModel, defaultImageModel } = options;
  const { provider, bedrock } = createProvider(options, world);
  const defaults = { defaultChatModel, defaultEmbeddingModel, defaultImageModel };
  return construct({ environment: { ...readChatDefaults(options, world), provider, ...defaults }, bedrock });
}

function readChatDefaults(options: LLMOptions, world: World): ChatDefaults {
  const { maxToolCalls = 16, middlewares = [] } = options;
  return {
    maxToolCalls,
    middlewares: middlewares.map(checkMiddleware),
    completed: new WeakSet(),
    follow: createFollower(),
    load: createLoader(options, world),
  };
}

/** Creates what reads media. All that it needs is loaded with the first path or URL. */
function createLoader({ fetch, http, media = {} }: LLMOptions, world: World): LoadMedia {
  checkMediaOptions(media);
  let loader: Promise<LoadMedia> | undefined;
  const create = async (): Promise<LoadMedia> => {
    const { isPublicAddress } = await import("./media/addresses.ts");
    const { createMediaLoader } = await import("./media/load.ts");
    const isAllowed = media.allowPrivateAddresses ? undefined : isPublicAddress;
    const createTransport = (): Transport => {
      if (fetch) return createFetchTransport(fetch);
      // Where a proxy resolves names, nobody could tell which are private.
      return createDefaultTransport(isAllowed, isAllowed ? undefined : { http, world });
    };
    return createMediaLoader({ ...media, createTransport, world });
  };
  return async (...asked) => (await (loader ??= create()))(...asked);
}

function createProvider(options: LLMOptions, world: World): { provider: Provider; bedrock: BedrockClient | undefined } {
  const { provider, fetch, http, prices = {}, maxRetries = 2, timeouts = {}, logger } = options;
  if (isProvider(provider)) return { provider, bedrock: undefined };
  if (provider !== "bedrock") {
    throw new ConfigurationError(`provider is ${JSON.stringify(provider)}: give "bedrock" or a Provider.`);
  }
  if (http !== undefined) {
    if (fetch) throw new ConfigurationError("http and fetch are set: a fetch makes its own connections.");
    checkHttpOptions(http);
  }
  checkPrices(prices);
  const transport = fetch ? createFetchTransport(fetch) : createDefaultTransport(undefined, { http, world });
  const made = createBedrockProvider({ bedrock: options, transport, world, prices, maxRetries, timeouts, logger });
  return { provider: made, bedrock: made.client };
}

function isProvider(value: unknown): value is Provider {
  return typeof value === "object" && value !== null && "chat" in value && "stream" in value;
}
