import { addFacts, ConfigurationError, InputError, type APIError } from "../errors.ts";
import { createFollower, type Abort, type AbortLike } from "../http/abort.ts";
import { createRetryBudget, retry, type RetryBudget } from "../http/retry.ts";
import {
  createDeadline,
  defaultTimeouts,
  withTimeouts,
  type TimedRequest,
  type TimeoutOptions,
  type Timeouts,
} from "../http/timeouts.ts";
import type { HttpResponse, Transport } from "../http/transport.ts";
import type { Logger, RequestOptions } from "../provider.ts";
import { compact } from "../types/json.ts";
import type { World } from "../world.ts";
import { Authorizer, promotableModel, type Authorizable, type Authorized, type Bounds } from "./authorizer.ts";
import type { BedrockOptions } from "./config.ts";
import type { Failover, Route } from "./failover.ts";
import type { Model } from "./models.ts";
import type { Promotions } from "./promotion.ts";
import { redactError, type Redact } from "./redact.ts";

/** What the pipeline needs of a client. */
export interface PipelineOptions {
  readonly bedrock: BedrockOptions;
  readonly transport: Transport;
  readonly world: World;
  readonly maxRetries: number;
  readonly timeouts: TimeoutOptions;
  readonly logger: Logger | undefined;
}

/** One call of an operation, whichever it is. */
export interface Call extends Authorizable {
  /** Stops the call, in place of the caller's signal. */
  readonly abort?: Abort;
}

/** A successful response: its head, with the body still to read. */
export interface Received {
  readonly response: HttpResponse;
  readonly requestId: string | undefined;
  /** The region that answered; `""` when a custom endpoint was asked without one. */
  readonly region: string;
  /** The inference profile that was asked in place of the model. */
  readonly promoted?: Model | undefined;
  /** For whatever of the response goes into an error. */
  readonly redact: Redact;
}

/**
 * The one way to Bedrock, for every operation of a client: `retry(sign(timeouts(transport)))`. What it learns is the
 * client's own.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #exchange: (request: TimedRequest) => Promise<HttpResponse>;
  readonly #timeouts: Timeouts;
  readonly #budget: RetryBudget = createRetryBudget();
  readonly #authorizer: Authorizer;
  /** Gives what to listen to in place of a caller's signal. */
  readonly follow: (signal: AbortSignal) => AbortLike = createFollower();
  #failover: Failover | undefined;
  #promotions: Promotions | undefined;

  constructor(options: PipelineOptions) {
    const problem = findProblem(options);
    if (problem !== undefined) throw new ConfigurationError(problem);
    this.#options = options;
    this.#timeouts = { ...defaultTimeouts, ...compact(options.timeouts) };
    this.#authorizer = new Authorizer(options.bedrock, options.world, options.transport);
    this.#exchange = withTimeouts(options.transport, options.world);
  }

  /**
   * Makes a call, again after a failure that may pass. An attempt has succeeded when `consume` has.
   *
   * @throws {LLMError} typed by AWS's exception name, with operation, model and request id
   */
  async run<T>(call: Call, consume: (received: Received) => Promise<T>): Promise<T> {
    const { logger, world, maxRetries } = this.#options;
    const { operation, model, options } = call;
    const facts = model ? { operation, model: model.id } : { operation };
    const problem = findProblem(options);
    if (problem !== undefined) throw new InputError(problem, facts);
    const timeouts = options.timeouts ? { ...this.#timeouts, ...compact(options.timeouts) } : this.#timeouts;
    const deadline = createDeadline(timeouts, world);
    const signal = call.abort ?? (options.signal && this.follow(options.signal));
    const bounds = { timeouts, deadline, signal };
    const what = model ? `${operation} with ${model.id}` : operation;
    if (logger) tell(() => logger.debug?.(what, facts));
    const route = this.hasRegions ? await this.#openRoute(call) : undefined;
    const attempts = route
      ? () => route.follow((region) => this.#attempt({ ...call, region }, bounds, consume))
      : () => this.#attempt(call, bounds, consume);
    try {
      return await retry(attempts, {
        maxRetries: options.maxRetries ?? maxRetries,
        budget: this.#budget,
        deadline,
        signal,
        world,
        isElsewhere: route && (() => route.isElsewhere()),
        onRetry: (info) => tell(() => logger?.warn?.(`${what} is tried again`, { ...facts, ...info })),
      });
    } catch (error) {
      throw addFacts(error, facts);
    }
  }

  /** Signs, sends and has the answer read once; and once more where the refusal taught how to sign better. */
  async #attempt<T>(
    call: Call,
    bounds: Bounds,
    consume: (received: Received) => Promise<T>,
    isSecond = false,
  ): Promise<T> {
    const authorized = await this.#authorizer.authorize(call, bounds, this.#promotions);
    const { endpoint, path, headers, body, redact, region, promoted } = authorized;
    const { method } = call;
    const { timeouts, deadline, signal } = bounds;
    let response: HttpResponse;
    try {
      response = await this.#exchange({ endpoint, method, path, headers, body, timeouts, deadline, signal });
    } catch (error) {
      throw addFacts(error, { region: region || undefined });
    }
    const requestId = readRequestId(response);
    if (response.status < 200 || response.status >= 300) {
      const isTheSecond = await this.#learn(response, requestId, call, authorized, isSecond);
      return this.#attempt(call, bounds, consume, isTheSecond);
    }
    try {
      return await consume({ response, requestId, region, promoted, redact });
    } catch (error) {
      throw redactError(addFacts(error, { requestId, region: region || undefined }), redact);
    }
  }

  /**
   * Learns from a refusal.
   *
   * @returns whether the next attempt is the second, and last, that is signed in another way
   * @throws {APIError} the refusal, when it taught nothing
   */
  async #learn(
    response: HttpResponse,
    requestId: string | undefined,
    call: Call,
    authorized: Authorized,
    isSecond: boolean,
  ): Promise<boolean> {
    const { region, promoted, redact } = authorized;
    const refusals = await import("./refusal.ts");
    const refused = { operation: call.operation, model: promoted ?? call.model, requestId, region, redact };
    const error = await refusals.readRefusal(response, refused, this.#options.world.now());
    if (await this.#promote(error, call, authorized)) return isSecond;
    if (!isSecond && this.#authorizer.learn(error, response, authorized, refusals.findClockOffset)) return true;
    throw redactError(error, redact);
  }

  /** Whether the client has several regions to choose from. */
  get hasRegions(): boolean {
    return (this.#options.bedrock.bedrockRegions?.length ?? 0) > 1;
  }

  async #openRoute(call: Call): Promise<Route | undefined> {
    const { bedrock, world } = this.#options;
    const { createFailover } = await import("./failover.ts");
    return (this.#failover ??= createFailover(bedrock.bedrockRegions ?? [], world)).open(call);
  }

  /** Whether a refusal taught that the model is to be asked by another id, in its path. */
  async #promote(error: APIError, call: Call, { region, promoted }: Authorized): Promise<boolean> {
    const { bedrockInferenceProfile: choice } = this.#options.bedrock;
    const model = choice && promotableModel(call);
    if (!model) return false;
    const { createPromotions } = await import("./promotion.ts");
    return (this.#promotions ??= createPromotions(choice)).learn(error, model, region, (promoted ?? model).id);
  }
}

/** S3 has a name of its own for it. */
function readRequestId({ headers }: HttpResponse): string | undefined {
  return headers["x-amzn-requestid"] ?? headers["x-amz-request-id"];
}

/** Tells the logger something; what it throws is its own affair. */
function tell(log: () => void): void {
  try {
    log();
  } catch {
    // A full disk must not cost an answer.
  }
}

/** What is wrong with the limits of a client or a call. */
function findProblem({
  maxRetries = 0,
  timeouts,
}: Pick<RequestOptions, "maxRetries" | "timeouts">): string | undefined {
  if (!Number.isInteger(maxRetries) || maxRetries < 0) {
    return `maxRetries is ${String(maxRetries)}: give a whole number, 0 or more.`;
  }
  if (!timeouts) return undefined;
  for (const [name, ms] of Object.entries(compact(timeouts))) {
    if (!Object.hasOwn(defaultTimeouts, name)) {
      return `${name} is no timeout: give one of ${Object.keys(defaultTimeouts).join(", ")}.`;
    }
    if (!(typeof ms === "number" && ms >= 0))
      return `timeouts.${name} is ${String(ms)}: give milliseconds, or 0 for no limit.`;
  }
  return undefined;
}

/** What the client sets itself, and what belongs to the connection rather than to the request. */
const OWN_HEADERS =
  /^(accept|authorization|connection|content-(length|type)|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade|x-amz-(date|content-sha256|security-token)|__proto__)$/;

/**
 * A caller's headers, names in lower case.
 *
 * @throws {InputError} `ERR_INPUT` when a name or a value cannot stand in an HTTP header, or is the pipeline's to set
 */
export function checkHeaders(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (OWN_HEADERS.test(lower)) {
      throw new InputError(`The header ${lower} is the client's own: leave it out.`);
    }
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || typeof value !== "string" || !/^[\t\x20-\x7e]*$/.test(value)) {
      throw new InputError(
        `The header ${JSON.stringify(name)} has a character that HTTP does not allow: leave it out.`,
      );
    }
    checked[lower] = value;
  }
  return checked;
}
