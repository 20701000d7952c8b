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
import { parseEndpoint, regionEndpoint, servesService, type Service } from "./endpoints.ts";

/** The options of the Bedrock provider. Each one beats the environment variable that it names. */
export interface BedrockOptions {
  /** AWS region, like `"us-east-1"`. Default: `AWS_REGION`, then `AWS_DEFAULT_REGION`. An ARN as model beats both. */
  bedrockRegion?: string | undefined;
  /** Default: `AWS_ACCESS_KEY_ID`. Give it together with `bedrockSecretAccessKey`. */
  bedrockAccessKeyId?: string | undefined;
  /** Default: `AWS_SECRET_ACCESS_KEY`. */
  bedrockSecretAccessKey?: string | undefined;
  /** For temporary credentials. Default: `AWS_SESSION_TOKEN`, but only when the key pair comes from there, too. */
  bedrockSessionToken?: string | undefined;
  /** Credentials, or a function that fetches them; any credential provider of the AWS SDK fits. */
  bedrockCredentials?: Credentials | CredentialProvider | undefined;
  /** A Bedrock API key, sent as bearer token. Default: `AWS_BEARER_TOKEN_BEDROCK`. */
  bedrockApiKey?: string | undefined;
  /** How to authenticate. Default `"auto"`: API key if there is one, else SigV4; an option beats the environment. */
  bedrockAuth?: "auto" | "sigv4" | "bearer" | "none" | undefined;
  /**
   * Base URL, may carry a path prefix: one for all of Bedrock, or one per service. One whose host names a service of AWS
   * (`….bedrock-runtime.….amazonaws.com`) is for that service only. Default, per service: `AWS_ENDPOINT_URL_<SERVICE>`
   * (like `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`), `AWS_ENDPOINT_URL`, the region's.
   */
  bedrockEndpoint?: string | BedrockEndpoints | undefined;
  /** Id or ARN of the guardrail of every chat. Give it together with `bedrockGuardrailVersion`. */
  bedrockGuardrailIdentifier?: string | undefined;
  /** A number, as text, or `"DRAFT"`. */
  bedrockGuardrailVersion?: string | undefined;
  /** Whether answers tell what the guardrail found. Default: Bedrock's, which is `"disabled"`. */
  bedrockGuardrailTrace?: "enabled" | "disabled" | "enabled_full" | undefined;
}

/** Base URLs by service. */
export interface BedrockEndpoints {
  /** `bedrock-runtime`: models and guardrails. `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`. */
  runtime?: string | undefined;
  /** `bedrock`: lists of models and guardrails, batch jobs. `AWS_ENDPOINT_URL_BEDROCK`. */
  control?: string | undefined;
  /** `bedrock-agent-runtime`: Rerank. `AWS_ENDPOINT_URL_BEDROCK_AGENT_RUNTIME`. */
  agentRuntime?: string | undefined;
  /** S3, for what batch jobs and videos read and write. `AWS_ENDPOINT_URL_S3`. */
  s3?: string | undefined;
}

/** How requests prove who sends them. */
export type Auth =
  | { readonly kind: "sigv4"; readonly credentials: CredentialSource }
  | { readonly kind: "bearer"; readonly token: string }
  | { readonly kind: "none" };

/** What a client resolved to; frozen. */
export interface Settings {
  readonly auth: Auth;
  /** Those that were configured; else every region has its own. */
  readonly endpoints: Readonly<Partial<Record<Service, Endpoint>>>;
  /** The client's region; absent when none is configured. */
  readonly region: string | undefined;
}

/** Where one request goes. */
export interface Target {
  readonly endpoint: Endpoint;
  readonly region: string;
}

/** Gives a setting by its name. */
type Read = (name: string) => string | undefined;

const REGION = /^(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)+$/;
const ENV_KEYS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] as const;
const OPTION_KEYS = ["bedrockAccessKeyId", "bedrockSecretAccessKey", "bedrockSessionToken"] as const;
const SERVICES: readonly (readonly [service: Service, option: keyof BedrockEndpoints])[] = [
  ["bedrock-runtime", "runtime"],
  ["bedrock", "control"],
  ["bedrock-agent-runtime", "agentRuntime"],
  ["s3", "s3"],
];
const API_KEY = "AWS_BEARER_TOKEN_BEDROCK";

/**
 * Checks what can be checked without the environment, so that a wrong option fails where it is written.
 *
 * @throws {ConfigurationError}
 */
export function checkOptions(options: BedrockOptions): void {
  const [id, secret, token] = OPTION_KEYS;
  if (options[token] !== undefined) checkTogether(options, token, id);
  checkTogether(options, id, secret);
  checkTogether(options, secret, id);
  if (options[id] !== undefined && options.bedrockCredentials !== undefined) {
    throw new ConfigurationError(`bedrockCredentials and ${id} are set: give one of them.`);
  }
  const { bedrockAuth: auth = "auto", bedrockEndpoint, bedrockRegion } = options;
  if (!["auto", "sigv4", "bearer", "none"].includes(auth)) {
    throw new ConfigurationError(`bedrockAuth is ${JSON.stringify(auth)}: give "auto", "sigv4", "bearer" or "none".`);
  }
  checkEndpoints(bedrockEndpoint);
  if (bedrockRegion !== undefined) checkRegion(bedrockRegion, "bedrockRegion");
  checkGuardrail(options);
}

function checkEndpoints(given: BedrockOptions["bedrockEndpoint"]): void {
  if (given === undefined) return;
  if (typeof given !== "object" || given === null) {
    parseEndpoint(given, "bedrockEndpoint");
    return;
  }
  for (const [name, url] of Object.entries(given)) {
    if (!SERVICES.some(([, option]) => option === name)) {
      const names = SERVICES.map(([, option]) => option).join(", ");
      throw new ConfigurationError(`bedrockEndpoint.${name} is no service: give a URL, or URLs for ${names}.`);
    }
    if (url !== undefined) parseEndpoint(url, `bedrockEndpoint.${name}`);
  }
}

/** What a guardrail's settings must look like, by their names without prefix. */
export const GUARDRAIL_RULES: Readonly<Record<"Identifier" | "Version" | "Trace", readonly [RegExp, string]>> = {
  Identifier: [
    /^(?=.{1,2048}$)([a-z0-9]+|arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail\/[a-z0-9]+)$/,
    "the id or ARN of a guardrail",
  ],
  Version: [/^([1-9][0-9]{0,7}|DRAFT)$/, 'a version like "1", or "DRAFT"'],
  Trace: [/^(enabled|disabled|enabled_full)$/, '"enabled", "disabled" or "enabled_full"'],
};

function checkGuardrail(options: BedrockOptions): void {
  for (const [name, [pattern, allowed]] of Object.entries(GUARDRAIL_RULES)) {
    const option = `bedrockGuardrail${name}` as keyof BedrockOptions;
    const value = options[option];
    if (value === undefined || (typeof value === "string" && pattern.test(value))) continue;
    throw new ConfigurationError(`${option} is ${JSON.stringify(value)}: give ${allowed}.`);
  }
  const { bedrockGuardrailIdentifier: id, bedrockGuardrailVersion: version } = options;
  if ((id === undefined) === (version === undefined)) return;
  const [given, missing] = id === undefined ? ["Version", "Identifier"] : ["Identifier", "Version"];
  throw new ConfigurationError(`bedrockGuardrail${given} is set without bedrockGuardrail${missing}: give both.`);
}

function checkTogether<T extends object>(values: T, given: keyof T & string, missing: keyof T & string): void {
  if (values[given] === undefined || values[missing] !== undefined) return;
  throw new ConfigurationError(
    `${given} is set without ${missing}: give both, as bedrockAccessKeyId and bedrockSecretAccessKey or as ` +
      "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
  );
}

/**
 * Resolves options and environment, once.
 *
 * @throws {ConfigurationError} naming the option and the variable that are missing or wrong
 */
export function resolveSettings(options: BedrockOptions, world: World): Settings {
  const { env } = world;
  const read: Read = (name) => env[name]?.trim() || undefined;
  const region = options.bedrockRegion === undefined ? ["AWS_REGION", "AWS_DEFAULT_REGION"].find(read) : undefined;
  return Object.freeze({
    auth: resolveAuth(options, read, world),
    endpoints: Object.freeze(resolveEndpoints(options.bedrockEndpoint, read)),
    region: region === undefined ? options.bedrockRegion : checkRegion(read(region) ?? "", region),
  });
}

function resolveEndpoints(given: BedrockOptions["bedrockEndpoint"], read: Read): Settings["endpoints"] {
  const endpoints: Partial<Record<Service, Endpoint>> = {};
  const all = typeof given === "string" ? parseEndpoint(given, "bedrockEndpoint") : undefined;
  for (const [service, option] of SERVICES) {
    const own = typeof given === "object" ? given[option] : undefined;
    const variable = [`AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll("-", "_")}`, "AWS_ENDPOINT_URL"].find(read);
    if (own !== undefined) endpoints[service] = parseEndpoint(own, `bedrockEndpoint.${option}`);
    else if (all && servesService(all, service)) endpoints[service] = all;
    else if (variable !== undefined) endpoints[service] = parseEndpoint(read(variable) ?? "", variable);
  }
  return endpoints;
}

/**
 * The endpoint and signing region of one request.
 *
 * @param ownRegion the region that the ARN of what is asked for names
 * @throws {ConfigurationError} when no region is known and one is needed
 */
export function resolveTarget(
  settings: Settings,
  ownRegion: string | undefined,
  service: Service = "bedrock-runtime",
): Target {
  const { auth } = settings;
  const endpoint = settings.endpoints[service];
  const region = ownRegion ?? settings.region ?? "";
  // A signature needs a region, and so does AWS's own endpoint; a custom endpoint with an API key needs none.
  if (!region && (!endpoint || auth.kind === "sigv4")) {
    throw new ConfigurationError("No AWS region is set: give bedrockRegion, AWS_REGION or AWS_DEFAULT_REGION.");
  }
  return { endpoint: endpoint ?? regionEndpoint(region, service), region };
}

function resolveAuth(options: BedrockOptions, read: Read, world: World): Auth {
  const { bedrockAuth: mode = "auto", bedrockApiKey } = options;
  if (mode === "none") return { kind: mode };
  const explicit = explicitCredentials(options, world);
  const token = bedrockApiKey ?? (explicit && mode === "auto" ? undefined : read(API_KEY));
  if (mode === "bearer" || (mode === "auto" && token !== undefined)) {
    const source = bedrockApiKey === undefined ? API_KEY : "bedrockApiKey";
    if (token === undefined)
      throw new ConfigurationError(`bedrockAuth is "bearer" without an API key: give bedrockApiKey or ${API_KEY}.`);
    if (!isToken(token)) throw new ConfigurationError(`${source} is empty or has a space in it: give an API key.`);
    return { kind: "bearer", token };
  }
  return { kind: "sigv4", credentials: explicit ?? environmentCredentials(read) };
}

function explicitCredentials(options: BedrockOptions, world: World): CredentialSource | undefined {
  const { bedrockCredentials: given } = options;
  if (typeof given === "function") return cachedCredentials(given, world);
  if (given !== undefined) return staticCredentials(checkCredentials(given, "bedrockCredentials"));
  return options.bedrockAccessKeyId === undefined ? undefined : keyPair(options, OPTION_KEYS);
}

function environmentCredentials(read: Read): CredentialSource {
  const [id, secret, token] = ENV_KEYS;
  const values = { [id]: read(id), [secret]: read(secret), [token]: read(token) };
  checkTogether(values, id, secret);
  checkTogether(values, secret, id);
  if (values[id] !== undefined) return keyPair(values, ENV_KEYS);
  throw new ConfigurationError(
    `No AWS credentials are set: give ${id} and ${secret}, ${API_KEY}, bedrockCredentials, bedrockApiKey, or ` +
      "bedrockAccessKeyId and bedrockSecretAccessKey.",
  );
}

function keyPair<T extends object, K extends keyof T>(values: T, names: readonly [K, K, K]): CredentialSource {
  const [id, secret, token] = names;
  const pair = { accessKeyId: values[id], secretAccessKey: values[secret], sessionToken: values[token] };
  return staticCredentials(checkCredentials(pair, `${String(id)} with ${String(secret)}`));
}

function checkRegion(region: string, source: string): string {
  // The region becomes part of a host name.
  if (typeof region === "string" && REGION.test(region)) return region;
  throw new ConfigurationError(`${source} is ${JSON.stringify(region)}: give an AWS region like "us-east-1".`);
}
