import { dnsSuffix, hostEndpoint, parseEndpoint } from "../aws/endpoint.ts";
import { ConfigurationError } from "../errors.ts";
import type { Endpoint } from "../http/transport.ts";

/** What requests go to, by the names in AWS's hosts. */
export type Service = "bedrock-runtime" | "bedrock" | "bedrock-agent-runtime" | "s3";

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

/** Which of a service's hosts in a region is meant. */
export interface HostVariant {
  /** The one whose cryptography is validated by FIPS 140. Default `false`. */
  readonly isFips?: boolean | undefined;
  /** The one that is reached by IPv6, too. Default `false`. */
  readonly isDualstack?: boolean | undefined;
}

/** The endpoints that were configured; the others are the region's. */
export type Endpoints = Readonly<Partial<Record<Service, Endpoint>>>;

const SERVICES: readonly (readonly [service: Service, option: keyof BedrockEndpoints])[] = [
  ["bedrock-runtime", "runtime"],
  ["bedrock", "control"],
  ["bedrock-agent-runtime", "agentRuntime"],
  ["s3", "s3"],
];

/** What an AWS host is named after. A gateway's host names none. */
const NAMED_SERVICE =
  /(?:^|\.)(bedrock(?:-agent)?(?:-runtime)?)(?:-fips)?\..*\.(amazonaws|amazonwebservices|api\.(cloud-)?aws|s?c2s|cloud\.adc-e|csp\.hci)(\.|$)/;

/**
 * The public endpoint of a service in a region, as AWS's SDKs find it.
 *
 * @throws {ConfigurationError} `ERR_CONFIGURATION` where AWS has no such host: S3 with FIPS in China
 * @see https://docs.aws.amazon.com/general/latest/gr/bedrock.html
 */
export function regionEndpoint(
  region: string,
  service: Service = "bedrock-runtime",
  { isFips, isDualstack }: HostVariant = {},
): Endpoint {
  const isS3 = service === "s3";
  if (isS3 && isFips && region.startsWith("cn-")) {
    throw new ConfigurationError(`S3 has no FIPS endpoint in ${region}: give bedrockEndpoint.s3, or no bedrockFips.`);
  }
  // S3 has its own form, from the time before the suffixes for both.
  const name = `${service}${isFips ? "-fips" : ""}${isS3 && isDualstack ? ".dualstack" : ""}`;
  return hostEndpoint(`${name}.${region}.${dnsSuffix(region, isDualstack && !isS3)}`);
}

/** Whether one endpoint that was given for all of Bedrock serves this service: one that names a service of AWS is that one's only. */
function servesService({ hostname }: Endpoint, service: Service): boolean {
  if (service === "s3") return false;
  // Looked for first, as the regular expression takes longer to compile than anything else here.
  const named = hostname.includes("bedrock") ? NAMED_SERVICE.exec(hostname)?.[1] : undefined;
  return named === undefined || named === service;
}

/**
 * Checks the option `bedrockEndpoint`.
 *
 * @throws {ConfigurationError} `ERR_CONFIGURATION`
 */
export function checkEndpoints(given: string | BedrockEndpoints | undefined): void {
  if (given === undefined) return;
  if (typeof given !== "object" || given === null) {
    parseEndpoint(given, "bedrockEndpoint");
    return;
  }
  for (const [name, url] of Object.entries<string | undefined>({ ...given })) {
    if (!SERVICES.some(([, option]) => option === name)) {
      const names = SERVICES.map(([, option]) => option).join(", ");
      throw new ConfigurationError(`bedrockEndpoint.${name} is no service: give a URL, or URLs for ${names}.`);
    }
    if (url !== undefined) parseEndpoint(url, `bedrockEndpoint.${name}`);
  }
}

/** Reads a setting of the environment or of a profile. */
type Read = (name: string) => string | undefined;

/**
 * The endpoints that option and environment name.
 *
 * @param read gives an environment variable
 * @throws {ConfigurationError} `ERR_CONFIGURATION`
 */
export function resolveEndpoints(given: string | BedrockEndpoints | undefined, read: Read): Endpoints {
  const endpoints: Partial<Record<Service, Endpoint>> = {};
  const all = typeof given === "string" ? parseEndpoint(given, "bedrockEndpoint") : undefined;
  const isIgnored = ignoresUrls(read);
  for (const [service, option] of SERVICES) {
    const own = typeof given === "object" ? given[option] : undefined;
    const variables = [`AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll("-", "_")}`, "AWS_ENDPOINT_URL"];
    const variable = isIgnored ? undefined : variables.find(read);
    if (own !== undefined) endpoints[service] = parseEndpoint(own, `bedrockEndpoint.${option}`);
    else if (all && servesService(all, service)) endpoints[service] = all;
    else if (variable !== undefined) endpoints[service] = parseEndpoint(read(variable) ?? "", variable);
  }
  return endpoints;
}

/** Whether no endpoint may come from the environment or from shared files: `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`. */
export function ignoresUrls(read: Read): boolean {
  return read("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.toLowerCase() === "true";
}

/**
 * Adds the endpoints that a profile names: in its `services` section, or for all services by `endpoint_url`.
 *
 * @param endpoints those of option and environment, which win
 * @param profile the profile's settings
 * @param services the section that it names by `services`
 * @throws {ConfigurationError} `ERR_CONFIGURATION`
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function addProfileEndpoints(
  endpoints: Endpoints,
  profile: Readonly<Record<string, string>>,
  services: Readonly<Record<string, string>> = {},
): Endpoints {
  if (profile["ignore_configured_endpoint_urls"] === "true") return endpoints;
  const added: Partial<Record<Service, Endpoint>> = { ...endpoints };
  for (const [service] of SERVICES) {
    const url = services[`${service.replaceAll("-", "_")}.endpoint_url`] ?? profile["endpoint_url"];
    if (url !== undefined) added[service] ??= parseEndpoint(url, "The profile's endpoint_url");
  }
  return added;
}
