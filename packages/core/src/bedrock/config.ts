import {
  cachedCredentials,
  checkCredentials,
  isToken,
  staticCredentials,
  type CredentialProvider,
  type Credentials,
  type CredentialSource,
} from "../aws/credentials.ts";
import { ConfigurationError } from "../errors.ts";
import type { Endpoint } from "../http/transport.ts";
import type { World } from "../world.ts";
import { parseEndpoint, regionEndpoint } from "./endpoints.ts";

/** The options of the Bedrock provider. Each one beats the environment variable that it names. */
export interface BedrockOptions {
  /** AWS region, like `"us-east-1"`. Default: `AWS_REGION`, then `AWS_DEFAULT_REGION`. An ARN as model beats both. */
  bedrockRegion?: string;
  /** Default: `AWS_ACCESS_KEY_ID`. Give it together with `bedrockSecretAccessKey`. */
  bedrockAccessKeyId?: string;
  /** Default: `AWS_SECRET_ACCESS_KEY`. */
  bedrockSecretAccessKey?: string;
  /** For temporary credentials. Default: `AWS_SESSION_TOKEN`, but only when the key pair comes from there, too. */
  bedrockSessionToken?: string;
  /** Credentials, or a function that fetches them; any credential provider of the AWS SDK fits. */
  bedrockCredentials?: Credentials | CredentialProvider;
  /** A Bedrock API key, sent as bearer token. Default: `AWS_BEARER_TOKEN_BEDROCK`. */
  bedrockApiKey?: string;
  /** How to authenticate. Default `"auto"`: API key if there is one, else SigV4; an option beats the environment. */
  bedrockAuth?: "auto" | "sigv4" | "bearer" | "none";
  /** Base URL, may carry a path prefix. Default: `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`, `AWS_ENDPOINT_URL`, the region's. */
  bedrockEndpoint?: string;
}

/** How requests prove who sends them. */
export type Auth =
  | { readonly kind: "sigv4"; readonly credentials: CredentialSource }
  | { readonly kind: "bearer"; readonly token: string }
  | { readonly kind: "none" };

/** What a client resolved to; frozen. */
export interface Settings {
  readonly auth: Auth;
  /** Set when an endpoint was configured; else every region has its own. */
  readonly endpoint?: Endpoint;
  /** The client's region; absent when none is configured. */
  readonly region?: string;
}

/** Where one request goes. */
export interface Target {
  readonly endpoint: Endpoint;
  readonly region: string;
}

const REGION = /^[a-z0-9]+(-[a-z0-9]+)+$/;

/**
 * Checks what can be checked without the environment, so that a wrong option fails where it is written.
 *
 * @throws {ConfigurationError}
 */
export function checkOptions(options: BedrockOptions): void {
  const { bedrockAccessKeyId: id, bedrockSecretAccessKey: secret, bedrockSessionToken: token } = options;
  if ((id === undefined) !== (secret === undefined)) {
    const [given, missing] = id === undefined ? ["SecretAccessKey", "AccessKeyId"] : ["AccessKeyId", "SecretAccessKey"];
    throw new ConfigurationError(
      `bedrock${given} is given without bedrock${missing}: give both, or neither to use AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
    );
  }
  if (token !== undefined && id === undefined) {
    throw new ConfigurationError(
      "bedrockSessionToken is given without bedrockAccessKeyId and bedrockSecretAccessKey: it belongs to one key pair.",
    );
  }
  if (id !== undefined && options.bedrockCredentials !== undefined) {
    throw new ConfigurationError(
      "Give bedrockCredentials or bedrockAccessKeyId with bedrockSecretAccessKey, not both.",
    );
  }
  const auth: string | undefined = options.bedrockAuth;
  if (auth !== undefined && !["auto", "sigv4", "bearer", "none"].includes(auth)) {
    throw new ConfigurationError(`bedrockAuth is ${JSON.stringify(auth)}: give "auto", "sigv4", "bearer" or "none".`);
  }
  if (options.bedrockEndpoint !== undefined) parseEndpoint(options.bedrockEndpoint, "bedrockEndpoint");
  if (options.bedrockRegion !== undefined) checkRegion(options.bedrockRegion, "bedrockRegion");
}

/**
 * Resolves options and environment, once.
 *
 * @throws {ConfigurationError} naming the option and the variable that are missing or wrong
 */
export function resolveSettings(options: BedrockOptions, world: World): Settings {
  const env = (name: string): string | undefined => world.env[name]?.trim() || undefined;
  const from = (option: string | undefined, optionName: string, ...names: string[]): Named | undefined => {
    if (option !== undefined) return { value: option, source: optionName };
    const name = names.find((candidate) => env(candidate) !== undefined);
    return name === undefined ? undefined : { value: env(name) ?? "", source: name };
  };
  const region = from(options.bedrockRegion, "bedrockRegion", "AWS_REGION", "AWS_DEFAULT_REGION");
  const endpoint = from(
    options.bedrockEndpoint,
    "bedrockEndpoint",
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
    "AWS_ENDPOINT_URL",
  );
  return Object.freeze({
    auth: resolveAuth(options, env, world),
    ...(endpoint && { endpoint: parseEndpoint(endpoint.value, endpoint.source) }),
    ...(region && { region: checkRegion(region.value, region.source) }),
  });
}

interface Named {
  readonly value: string;
  readonly source: string;
}

/**
 * The endpoint and signing region of one request.
 *
 * @param modelRegion the region that the model's ARN names
 * @throws {ConfigurationError} when no region is known and one is needed
 */
export function resolveTarget(settings: Settings, modelRegion: string | undefined): Target {
  const region = modelRegion ?? settings.region;
  // A signature needs a region, and so does AWS's own endpoint; a custom endpoint with an API key needs none.
  if (region === undefined && (settings.endpoint === undefined || settings.auth.kind === "sigv4")) {
    throw new ConfigurationError(
      "No AWS region is set: pass bedrockRegion to createLLM, or set AWS_REGION (or AWS_DEFAULT_REGION).",
    );
  }
  return { endpoint: settings.endpoint ?? regionEndpoint(region ?? ""), region: region ?? "" };
}

function resolveAuth(options: BedrockOptions, env: (name: string) => string | undefined, world: World): Auth {
  const mode = options.bedrockAuth ?? "auto";
  if (mode === "none") return { kind: "none" };
  const explicitKeys = explicitCredentials(options, world);
  const apiKey =
    options.bedrockApiKey ?? (explicitKeys && mode === "auto" ? undefined : env("AWS_BEARER_TOKEN_BEDROCK"));
  if (mode === "bearer" || (mode === "auto" && apiKey !== undefined)) {
    const source = options.bedrockApiKey === undefined ? "AWS_BEARER_TOKEN_BEDROCK" : "bedrockApiKey";
    if (apiKey === undefined) {
      throw new ConfigurationError(
        'bedrockAuth is "bearer", but there is no API key: pass bedrockApiKey, or set AWS_BEARER_TOKEN_BEDROCK.',
      );
    }
    if (!isToken(apiKey))
      throw new ConfigurationError(`${source} is not an API key: it is empty or has a space or a line break in it.`);
    return { kind: "bearer", token: apiKey };
  }
  return { kind: "sigv4", credentials: explicitKeys ?? environmentCredentials(env) };
}

function explicitCredentials(options: BedrockOptions, world: World): CredentialSource | undefined {
  const { bedrockAccessKeyId, bedrockSecretAccessKey, bedrockSessionToken, bedrockCredentials } = options;
  if (typeof bedrockCredentials === "function") return cachedCredentials(bedrockCredentials, world);
  if (bedrockCredentials !== undefined)
    return staticCredentials(checkCredentials(bedrockCredentials, "bedrockCredentials"));
  if (bedrockAccessKeyId === undefined) return undefined;
  const pair = {
    accessKeyId: bedrockAccessKeyId,
    secretAccessKey: bedrockSecretAccessKey,
    sessionToken: bedrockSessionToken,
  };
  return staticCredentials(checkCredentials(pair, "createLLM({ bedrockAccessKeyId, bedrockSecretAccessKey })"));
}

function environmentCredentials(env: (name: string) => string | undefined): CredentialSource {
  const accessKeyId = env("AWS_ACCESS_KEY_ID");
  const secretAccessKey = env("AWS_SECRET_ACCESS_KEY");
  if (accessKeyId === undefined && secretAccessKey === undefined) {
    throw new ConfigurationError(
      "No AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (with AWS_SESSION_TOKEN for temporary ones) " +
        "or AWS_BEARER_TOKEN_BEDROCK, or pass bedrockAccessKeyId and bedrockSecretAccessKey, bedrockCredentials or bedrockApiKey to createLLM.",
    );
  }
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const [given, missing, option] = accessKeyId
      ? ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "bedrockSecretAccessKey"]
      : ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "bedrockAccessKeyId"];
    throw new ConfigurationError(
      `${given} is set without ${missing}: set both, or pass both keys to createLLM (${option}).`,
    );
  }
  const credentials = { accessKeyId, secretAccessKey, sessionToken: env("AWS_SESSION_TOKEN") };
  return staticCredentials(checkCredentials(credentials, "The environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)"));
}

function checkRegion(region: string, source: string): string {
  // The region becomes part of a host name.
  if (typeof region === "string" && region.length <= 64 && REGION.test(region)) return region;
  throw new ConfigurationError(
    `${source} is ${JSON.stringify(region)}, which is no AWS region: give one like "us-east-1".`,
  );
}
