import type { Credentials } from "../aws/credentials.ts";
import { parseRestError } from "../aws/rest-error.ts";
import { createKeepingSigner, type Signer } from "../aws/signing.ts";
import { addFacts, ConfigurationError, InputError, type APIError } from "../errors.ts";
import { createFollower, type Abort, type AbortLike } from "../http/abort.ts";
import { readText } from "../http/body.ts";
import { createRetryBudget, parseRetryAfter, retry, type RetryBudget } from "../http/retry.ts";
import { createDeadline, defaultTimeouts, withTimeouts, type TimedRequest, type Timeouts } from "../http/timeouts.ts";
import type { HttpResponse, Transport } from "../http/transport.ts";
import type { Logger, RequestOptions } from "../provider.ts";
import type { World } from "../world.ts";
import { resolveSettings, resolveTarget, type BedrockOptions, type Settings } from "./config.ts";
import { createAwsError } from "./errors.ts";
import type { Model } from "./models.ts";
import { createRedact, type Redact } from "./redact.ts";

/** What the pipeline needs of a client. */
export interface PipelineOptions {
  readonly bedrock: BedrockOptions;
  readonly transport: Transport;
  readonly world: World;
  readonly maxRetries: number;
  readonly timeouts: Partial<Timeouts>;
  readonly logger: Logger | undefined;
}

/** One call of an operation, whichever it is. */
export interface Call {
  /** Like `"Converse"`. */
  readonly operation: string;
  readonly model: Model;
  readonly method: string;
  /** Path without the endpoint's prefix, percent-encoded. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly options: RequestOptions;
  /** Stops the call, in place of the caller's signal. */
  readonly abort?: Abort;
}

/** A successful response: its head, with the body still to read. */
export interface Received {
  readonly response: HttpResponse;
  readonly requestId: string | undefined;
  /** For whatever of the response goes into an error. */
  readonly redact: Redact;
}

/** A request that may go out, and what proves who sends it. */
interface Authorized {
  readonly request: Pick<TimedRequest, "endpoint" | "path" | "headers">;
  readonly credentials: Credentials | undefined;
  /** Takes out what no error may repeat. */
  readonly redact: Redact;
}

/** An error body is read this far. */
const MAX_ERROR_BYTES = 1024 * 1024;
/** AWS refuses signatures that are more than 5 minutes off. */
const SKEW_MS = 4 * 60_000;
const SKEWED = /^(RequestTimeTooSkewed|RequestExpired|InvalidSignature|SignatureDoesNotMatch|AuthFailure)/;

/**
 * The one way to Bedrock, for every operation of a client: `retry(sign(timeouts(transport)))`. What it learns (settings,
 * signing keys, clock, retry budget) is the client's own.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #exchange: (request: TimedRequest) => Promise<HttpResponse>;
  readonly #budget: RetryBudget = createRetryBudget();
  readonly #sign: Signer = createKeepingSigner();
  /** Gives what to listen to in place of a caller's signal. */
  readonly follow: (signal: AbortSignal) => AbortLike = createFollower();
  #settings: Settings | undefined;
  /** How far AWS's clock is ahead of ours. */
  #clockOffsetMs = 0;

  constructor(options: PipelineOptions) {
    const problem = findProblem(options);
    if (problem !== undefined) throw new ConfigurationError(problem);
    this.#options = options;
    this.#exchange = withTimeouts(options.transport, options.world);
  }

  /**
   * Makes a call, again after a failure that may pass. An attempt has succeeded when `consume` has.
   *
   * @throws {LLMError} typed by AWS's exception name, with operation, model and request id
   */
  async run<T>(call: Call, consume: (received: Received) => Promise<T>): Promise<T> {
    const { logger, world, timeouts, maxRetries } = this.#options;
    const { operation, model, options } = call;
    const facts = { operation, model: model.id };
    const problem = findProblem(options);
    if (problem !== undefined) throw new InputError(problem, facts);
    const limits = { ...defaultTimeouts, ...timeouts, ...options.timeouts };
    const deadline = createDeadline(limits, world);
    const what = `${operation} with ${model.id}`;
    logger?.debug?.(what, facts);
    const attempt = async (): Promise<T> => {
      const received = await this.#attempt(call, limits, deadline);
      return consume(received).catch((error: unknown) => {
        throw addFacts(error, { requestId: received.requestId });
      });
    };
    const calling = retry(attempt, {
      maxRetries: options.maxRetries ?? maxRetries,
      budget: this.#budget,
      deadline,
      signal: this.#signalOf(call),
      world,
      onRetry: (info) => logger?.warn?.(`${what} is tried again`, { ...facts, ...info }),
    });
    return calling.catch((error: unknown) => {
      throw addFacts(error, facts);
    });
  }

  #signalOf({ abort, options }: Call): AbortLike | undefined {
    return abort ?? (options.signal && this.follow(options.signal));
  }

  /** Signs and sends once; and once more where the refusal taught how to sign better. */
  async #attempt(call: Call, timeouts: Timeouts, deadline: number, isSecond = false): Promise<Received> {
    const { request, credentials, redact } = await this.#authorize(call);
    const { method, body } = call;
    const signal = this.#signalOf(call);
    const response = await this.#exchange({ ...request, method, body, timeouts, deadline, signal });
    if (response.status >= 200 && response.status < 300) {
      return { response, requestId: response.headers["x-amzn-requestid"], redact };
    }
    const error = await readError(call, response, redact, this.#options.world);
    if (isSecond || !credentials || !this.#learn(error, response, credentials)) throw error;
    return this.#attempt(call, timeouts, deadline, true);
  }

  async #authorize({ method, model, path: ownPath, headers, body }: Call): Promise<Authorized> {
    const { world, bedrock } = this.#options;
    const settings = (this.#settings ??= resolveSettings(bedrock, world));
    const { endpoint, region } = resolveTarget(settings, model.region);
    const path = endpoint.pathPrefix + ownPath;
    const { auth } = settings;
    if (auth.kind !== "sigv4") {
      const added = auth.kind === "bearer" && { authorization: `Bearer ${auth.token}` };
      const redact = createRedact(auth.kind === "bearer" ? [auth.token] : []);
      return { request: { endpoint, path, headers: { ...headers, ...added } }, credentials: undefined, redact };
    }
    const credentials = await auth.credentials.get();
    const added = await this.#sign(
      { method, path, host: endpoint.host, headers, body },
      { credentials, region, service: "bedrock", date: world.now() + this.#clockOffsetMs },
    );
    const redact = createRedact([credentials.secretAccessKey, credentials.sessionToken]);
    return { request: { endpoint, path, headers: { ...headers, ...added } }, credentials, redact };
  }

  /** Learns from a refused signature. Returns whether the same request, signed anew, may be accepted. */
  #learn({ exception = "" }: APIError, { headers }: HttpResponse, used: Credentials): boolean {
    const auth = this.#settings?.auth;
    if (/^ExpiredToken(Exception)?$/.test(exception))
      return auth?.kind === "sigv4" && auth.credentials.invalidate(used);
    const offsetMs = Date.parse(headers["date"] ?? "") - this.#options.world.now();
    if (!SKEWED.test(exception) || !(Math.abs(offsetMs - this.#clockOffsetMs) > SKEW_MS)) return false;
    this.#clockOffsetMs = offsetMs;
    return true;
  }
}

/** What is wrong with the limits of a client or a call. */
function findProblem({
  maxRetries = 0,
  timeouts = {},
}: Pick<RequestOptions, "maxRetries" | "timeouts">): string | undefined {
  if (!Number.isInteger(maxRetries) || maxRetries < 0) {
    return `maxRetries is ${String(maxRetries)}: give a whole number, 0 or more.`;
  }
  for (const [name, ms] of Object.entries(timeouts)) {
    if (!Object.hasOwn(defaultTimeouts, name)) {
      return `${name} is no timeout: give one of ${Object.keys(defaultTimeouts).join(", ")}.`;
    }
    if (!(typeof ms === "number" && ms >= 0))
      return `timeouts.${name} is ${String(ms)}: give milliseconds, or 0 for no limit.`;
  }
  return undefined;
}

/** The typed error that a refusal stands for. */
async function readError(
  { operation, model }: Call,
  { status, headers, body: stream }: HttpResponse,
  redact: Redact,
  world: World,
): Promise<APIError> {
  // A body that breaks off says less, but the status stands.
  const received = await readText(stream, MAX_ERROR_BYTES).catch(() => "");
  // Some services quote the request that they refuse, token and all.
  const body = redact(received);
  const retryAfterMs = parseRetryAfter(headers["retry-after"], world.now());
  const requestId = headers["x-amzn-requestid"];
  return createAwsError(parseRestError(headers["x-amzn-errortype"], body), {
    operation,
    model: model.id,
    status,
    body,
    requestId,
    retryAfterMs,
  });
}

/**
 * A caller's headers, names in lower case.
 *
 * @throws {InputError} `ERR_INPUT` when a name or a value cannot stand in an HTTP header, or is the pipeline's to set
 */
export function checkHeaders(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (/^(authorization|host|content-length|x-amz-(date|content-sha256|security-token))$/.test(lower)) {
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
