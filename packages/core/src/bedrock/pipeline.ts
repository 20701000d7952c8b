import type { Credentials } from "../aws/credentials.ts";
import { parseRestError } from "../aws/rest-error.ts";
import { createKeepingSigner, type Signer } from "../aws/signing.ts";
import { addFacts, ConfigurationError, InputError, LLMError, type APIError, type ErrorFacts } from "../errors.ts";
import { createFollower, type Abort, type AbortLike } from "../http/abort.ts";
import { readText } from "../http/body.ts";
import { createRetryBudget, parseRetryAfter, retry, type RetryBudget } from "../http/retry.ts";
import {
  createDeadline,
  defaultTimeouts,
  waitWithin,
  withTimeouts,
  type TimedRequest,
  type TimeoutOptions,
} from "../http/timeouts.ts";
import type { HttpResponse, Transport } from "../http/transport.ts";
import type { Logger, RequestOptions } from "../provider.ts";
import { compact } from "../types/json.ts";
import type { World } from "../world.ts";
import { resolveSettings, resolveTarget, type BedrockOptions, type Settings } from "./config.ts";
import type { Service } from "./endpoints.ts";
import { createAwsError } from "./errors.ts";
import { addProfileHint } from "./profile-hint.ts";
import type { Model } from "./models.ts";
import { createRedact, redactError, type Redact } from "./redact.ts";

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
export interface Call {
  /** Like `"Converse"`. */
  readonly operation: string;
  /** Default `"bedrock-runtime"`. */
  readonly service?: Service;
  /** The model that is asked, where one is. */
  readonly model?: Model | undefined;
  /** The region that the ARN of what is asked for names. Default: the model's. */
  readonly region?: string | undefined;
  readonly method: string;
  /** Path and query without the endpoint's prefix, percent-encoded. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Absent for GET. */
  readonly body?: Uint8Array | undefined;
  readonly options: RequestOptions;
  /** Stops the call, in place of the caller's signal. */
  readonly abort?: Abort;
}

/** A successful response: its head, with the body still to read. */
export interface Received {
  readonly response: HttpResponse;
  readonly requestId: string | undefined;
  /** The region that answered; `""` when a custom endpoint was asked without one. */
  readonly region: string;
  /** For whatever of the response goes into an error. */
  readonly redact: Redact;
}

/** A request that may go out, and what proves who sends it. */
interface Authorized extends Pick<TimedRequest, "endpoint" | "path" | "headers"> {
  readonly credentials: Credentials | undefined;
  /** How far ahead AWS's clock was thought to be when it was signed, in milliseconds. */
  readonly clockOffsetMs: number;
  /** `""` when none is known. */
  readonly region: string;
  /** Takes out what no error may repeat. */
  readonly redact: Redact;
}

/** What bounds one call. */
type Bounds = Pick<TimedRequest, "timeouts" | "deadline" | "signal">;

/** An error body is read this far, and kept this far: a secret that the cut would split is out by then. */
const MAX_ERROR_BYTES = 1024 * 1024;
const MAX_ERROR_CHARS = 64 * 1024;
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
  readonly #signPlain: Signer = createKeepingSigner();
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
    const facts = model ? { operation, model: model.id } : { operation };
    const problem = findProblem(options);
    if (problem !== undefined) throw new InputError(problem, facts);
    const limits = { ...defaultTimeouts, ...compact(timeouts), ...compact(options.timeouts ?? {}) };
    const deadline = createDeadline(limits, world);
    const signal = call.abort ?? (options.signal && this.follow(options.signal));
    const bounds = { timeouts: limits, deadline, signal };
    const what = model ? `${operation} with ${model.id}` : operation;
    tell(() => logger?.debug?.(what, facts));
    const attempt = async (): Promise<T> => {
      const received = await this.#attempt(call, bounds);
      try {
        return await consume(received);
      } catch (error) {
        throw redactError(addFacts(error, { requestId: received.requestId }), received.redact);
      }
    };
    try {
      return await retry(attempt, {
        maxRetries: options.maxRetries ?? maxRetries,
        budget: this.#budget,
        deadline,
        signal,
        world,
        onRetry: (info) => tell(() => logger?.warn?.(`${what} is tried again`, { ...facts, ...info })),
      });
    } catch (error) {
      throw addFacts(error, facts);
    }
  }

  /** Signs and sends once; and once more where the refusal taught how to sign better. */
  async #attempt(call: Call, bounds: Bounds, isSecond = false): Promise<Received> {
    const authorized = await this.#authorize(call, bounds);
    const { endpoint, path, headers, redact, region } = authorized;
    const { method, body } = call;
    const { timeouts, deadline, signal } = bounds;
    const response = await this.#exchange({ endpoint, method, path, headers, body, timeouts, deadline, signal });
    if (response.status >= 200 && response.status < 300) {
      return { response, requestId: readRequestId(response), region, redact };
    }
    const error = await readError(call, response, authorized, this.#options.world);
    if (isSecond || !this.#learn(error, response, authorized)) throw redactError(error, redact);
    return this.#attempt(call, bounds, true);
  }

  async #authorize(call: Call, bounds: Bounds): Promise<Authorized> {
    const { service = "bedrock-runtime", options } = call;
    const settings = (this.#settings ??= resolveSettings(this.#options.bedrock, this.#options.world));
    const { endpoint, region } = resolveTarget(settings, call.region ?? call.model?.region, service);
    const path = endpoint.pathPrefix + call.path;
    const { auth } = settings;
    const clockOffsetMs = this.#clockOffsetMs;
    let credentials: Credentials | undefined;
    let added: Record<string, string> = {};
    if (auth.kind === "bearer") {
      if (service === "s3") throw new ConfigurationError("S3 takes no Bedrock API key: give AWS credentials.");
      added = { authorization: `Bearer ${auth.token}` };
    }
    if (auth.kind === "sigv4") {
      const { world } = this.#options;
      const found = auth.credentials.get();
      credentials = found instanceof Promise ? await waitWithin(found, bounds, world) : found;
      const request = { method: call.method, path, host: endpoint.host, headers: call.headers, body: call.body };
      const date = world.now() + clockOffsetMs;
      const name = service === "s3" ? service : "bedrock";
      added = await this.#sign(request, { credentials, region, service: name, date });
    }
    const { headers } = call;
    const { authorization = "" } = added;
    const redact: Redact = (text) =>
      createRedact([
        authorization,
        // The token, or the signature.
        authorization.split(/ |Signature=/).at(-1),
        credentials?.secretAccessKey,
        credentials?.sessionToken,
        // Those of the caller may be secrets, too; short ones are words that stand anywhere.
        ...Object.values(options.headers ?? {}).filter((value) => value.length >= 8),
      ])(text);
    return { endpoint, path, headers: { ...headers, ...added }, credentials, clockOffsetMs, region, redact };
  }

  /** Paths with a query, and those of S3, are made canonical in ways that chats need not load. */
  #sign(...[request, context]: Parameters<Signer>): ReturnType<Signer> {
    const isPlain = context.service === "bedrock" && !request.path.includes("?");
    return isPlain ? this.#signPlain(request, context) : signOther(request, context);
  }

  /** Learns from a refused signature. Returns whether the same request, signed anew, may be accepted. */
  #learn({ exception = "" }: APIError, { headers }: HttpResponse, { credentials, clockOffsetMs }: Authorized): boolean {
    const auth = this.#settings?.auth;
    if (!credentials || auth?.kind !== "sigv4") return false;
    if (/^ExpiredToken(Exception)?$/.test(exception)) return auth.credentials.invalidate(credentials);
    const offsetMs = Date.parse(headers["date"] ?? "") - this.#options.world.now();
    // Another call may have learned meanwhile: what counts is how this one was signed.
    if (!SKEWED.test(exception) || !(Math.abs(offsetMs - clockOffsetMs) > SKEW_MS)) return false;
    this.#clockOffsetMs = offsetMs;
    return true;
  }
}

async function signOther(...[request, context]: Parameters<Signer>): ReturnType<Signer> {
  const { signRequest } = await import("../aws/sigv4.ts");
  const isBedrock = context.service === "bedrock";
  return signRequest(request, context, { doubleEncode: isBedrock, normalizePath: isBedrock });
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
  timeouts = {},
}: Pick<RequestOptions, "maxRetries" | "timeouts">): string | undefined {
  if (!Number.isInteger(maxRetries) || maxRetries < 0) {
    return `maxRetries is ${String(maxRetries)}: give a whole number, 0 or more.`;
  }
  for (const [name, ms] of Object.entries(compact(timeouts))) {
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
  response: HttpResponse,
  { redact, region }: Authorized,
  world: World,
): Promise<APIError> {
  const { status, headers } = response;
  let text = "";
  try {
    text = await readText(response.body, MAX_ERROR_BYTES);
  } catch (error) {
    // A body that breaks off says less, but the status stands; what ends the whole call goes before it.
    const { code }: ErrorFacts = error instanceof LLMError ? error : {};
    if (code === "ERR_ABORTED" || code === "ERR_TIMEOUT_TOTAL") throw error;
  }
  // Some services quote the request that they refuse, token and all.
  const body = redact(text).slice(0, MAX_ERROR_CHARS);
  const error = parseRestError(headers["x-amzn-errortype"], body);
  const facts = {
    operation,
    model: model?.id,
    status,
    body,
    requestId: readRequestId(response),
    retryAfterMs: parseRetryAfter(headers["retry-after"], world.now()),
  };
  return createAwsError(model ? { ...error, message: addProfileHint(error.message, model, region) } : error, facts);
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
