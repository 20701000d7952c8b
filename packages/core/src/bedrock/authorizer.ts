import type { Credentials } from "../aws/credentials/credentials.ts";
import { createKeepingSigner, type Signer } from "../aws/signing.ts";
import { signRequest } from "../aws/sigv4.ts";
import type { Body } from "../bytes/body.ts";
import { ConfigurationError, type APIError } from "../errors.ts";
import { waitWithin, type TimedRequest } from "../http/timeouts.ts";
import type { HttpResponse, Transport } from "../http/transport.ts";
import type { RequestOptions } from "../provider.ts";
import type { World } from "../world.ts";
import type { BedrockSigning } from "./address-options.ts";
import {
  addProfile,
  needsProfile,
  resolveSettings,
  resolveTarget,
  type BedrockOptions,
  type Settings,
} from "./config.ts";
import type { Service } from "./endpoints.ts";
import type { Model } from "./models.ts";
import type { Promotions } from "./promotion.ts";
import { createRedact, type Redact } from "./redact.ts";
import type { findClockOffset } from "./refusal.ts";

/** What of a call decides where it goes and what is signed. */
export interface Authorizable {
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
  /** Absent for GET. A function where it names the region that is asked, which is known when the request is signed. */
  readonly body?: Uint8Array | Body | ((region: string) => Uint8Array) | undefined;
  readonly options: RequestOptions;
}

/** A request that may go out, and what proves who sends it. */
export interface Authorized extends Pick<TimedRequest, "endpoint" | "path" | "headers" | "body"> {
  readonly credentials: Credentials | undefined;
  /** How far ahead AWS's clock was thought to be when it was signed, in milliseconds. */
  readonly clockOffsetMs: number;
  /** `""` when none is known. */
  readonly region: string;
  /** The inference profile that is asked in place of the model. */
  readonly promoted: Model | undefined;
  /** Takes out what no error may repeat. */
  readonly redact: Redact;
}

/** What bounds one call. */
export type Bounds = Pick<TimedRequest, "timeouts" | "deadline" | "signal">;

/** Says where calls go, and proves who makes them. What it learns (settings, signing keys, clock) is one client's own. */
export class Authorizer {
  readonly #bedrock: BedrockOptions;
  readonly #world: World;
  readonly #transport: Transport;
  readonly #signPlain: Signer = createKeepingSigner();
  #settings: Settings | undefined;
  /** How far AWS's clock is ahead of ours. */
  #clockOffsetMs = 0;

  constructor(bedrock: BedrockOptions, world: World, transport: Transport) {
    this.#bedrock = bedrock;
    this.#world = world;
    this.#transport = transport;
  }

  /**
   * The request of a call, signed.
   *
   * @param promotions the inference profiles that are known to stand in for models
   * @throws {ConfigurationError} `ERR_CONFIGURATION` when region, endpoint or API key cannot do
   * @throws {LLMError} of the source of credentials; `ERR_TIMEOUT_TOTAL`, `ERR_ABORTED` while it is waited for
   */
  async authorize(call: Authorizable, bounds: Bounds, promotions: Promotions | undefined): Promise<Authorized> {
    const { service = "bedrock-runtime", options } = call;
    const world = this.#world;
    let settings = this.#settings ?? resolveSettings(this.#bedrock, world, this.#transport);
    const ownRegion = call.region ?? call.model?.region;
    if (settings.findProfile && needsProfile(settings, ownRegion, service)) {
      const found = await waitWithin(settings.findProfile(), bounds, world);
      // Another call may have been faster: its credentials are everybody's.
      settings = addProfile(this.#settings ?? settings, found);
    }
    const { endpoint, region } = resolveTarget(settings, ownRegion, service);
    this.#settings = settings;
    const model = promotions && promotableModel(call);
    const promoted = model && promotions.find(model, region);
    const path = endpoint.pathPrefix + (promoted ? promote(call.path, model, promoted) : call.path);
    const body = typeof call.body === "function" ? call.body(region) : call.body;
    const { auth } = settings;
    const clockOffsetMs = this.#clockOffsetMs;
    let credentials: Credentials | undefined;
    let added: Record<string, string> = {};
    if (auth.kind === "bearer") {
      if (service === "s3") throw new ConfigurationError("S3 takes no Bedrock API key: give AWS credentials.");
      added = { authorization: `Bearer ${auth.token}` };
    }
    if (auth.kind === "sigv4") {
      const found = auth.credentials.get();
      credentials = found instanceof Promise ? await waitWithin(found, bounds, world) : found;
      const signing: BedrockSigning = service === "s3" ? { service } : settings.signing;
      const { host = endpoint.host, region: signedRegion = region, service: name = "bedrock" } = signing;
      const payload = !body || body instanceof Uint8Array ? { body } : { payloadHash: await body.sha256() };
      const request = { method: call.method, path, host, headers: call.headers, ...payload };
      const date = world.now() + clockOffsetMs;
      added = await this.#sign(request, { credentials, region: signedRegion, service: name, date });
    }
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
    const headers = Object.assign(added, call.headers);
    return { endpoint, path, headers, body, credentials, clockOffsetMs, region, promoted, redact };
  }

  /** Paths with a query, and those of S3, are made canonical in ways of their own. */
  #sign(...[request, context]: Parameters<Signer>): ReturnType<Signer> {
    const isPlain = context.service !== "s3" && !request.path.includes("?");
    return isPlain ? this.#signPlain(request, context) : signOther(request, context);
  }

  /** Learns from a refused signature. Returns whether the same request, signed anew, may be accepted. */
  learn(
    { exception = "" }: APIError,
    { headers }: HttpResponse,
    { credentials, clockOffsetMs }: Authorized,
    findOffset: typeof findClockOffset,
  ): boolean {
    const auth = this.#settings?.auth;
    if (!credentials || auth?.kind !== "sigv4") return false;
    if (/^ExpiredToken(Exception)?$/.test(exception)) return auth.credentials.invalidate(credentials);
    // Another call may have learned meanwhile: what counts is how this one was signed.
    const offsetMs = findOffset(exception, headers["date"], this.#world.now(), clockOffsetMs);
    if (offsetMs === undefined) return false;
    this.#clockOffsetMs = offsetMs;
    return true;
  }
}

function signOther(...[request, context]: Parameters<Signer>): ReturnType<Signer> {
  const isUsual = context.service !== "s3";
  return signRequest(request, context, { doubleEncode: isUsual, normalizePath: isUsual });
}

/** The model that a call names in its path, where a profile may stand in its place: models count tokens, profiles do not. */
export function promotableModel({ operation, model, path }: Authorizable): Model | undefined {
  return model && operation !== "CountTokens" && path.startsWith(modelPath(model)) ? model : undefined;
}

function modelPath({ pathSegment }: Model): string {
  return `/model/${pathSegment}/`;
}

function promote(path: string, model: Model, promoted: Model): string {
  return modelPath(promoted) + path.slice(modelPath(model).length);
}
