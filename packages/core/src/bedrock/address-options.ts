import { checkRegion } from "../aws/endpoint.ts";
import { ConfigurationError } from "../errors.ts";
import { checkEndpoints, type BedrockEndpoints } from "./endpoints.ts";

/** Where an inference profile may take a request: the prefix of its id. */
export type Geography = "us" | "us-gov" | "eu" | "apac" | "jp" | "au" | "in" | "ca" | "global";

const GEOGRAPHIES: readonly Geography[] = ["us", "us-gov", "eu", "apac", "jp", "au", "in", "ca", "global"];

/** The options that say where requests go. Each one beats the environment variable that it names. */
export interface BedrockAddressOptions {
  /**
   * AWS region, like `"us-east-1"`. Default: `AWS_REGION`, then `AWS_DEFAULT_REGION`, then the profile's. An ARN as model
   * beats them all.
   */
  bedrockRegion?: string | undefined;
  /**
   * Several regions, the preferred one first, in place of `bedrockRegion`: while one is throttled or fails, model calls go to
   * the next. What exists in one region only (ARNs, guardrails, jobs) stays in the first.
   */
  bedrockRegions?: readonly string[] | undefined;
  /**
   * Base URL, may carry a path prefix: one for all of Bedrock, or one per service. One whose host names a service of AWS
   * (`….bedrock-runtime.….amazonaws.com`) is for that service only. Default, per service: `AWS_ENDPOINT_URL_<SERVICE>`
   * (like `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`), `AWS_ENDPOINT_URL`, the profile's, the region's.
   */
  bedrockEndpoint?: string | BedrockEndpoints | undefined;
  /** Whether AWS's FIPS endpoints are asked. Default: `AWS_USE_FIPS_ENDPOINT`, then the profile's `use_fips_endpoint`. */
  bedrockFips?: boolean | undefined;
  /** Whether endpoints with IPv6 are asked. Default: `AWS_USE_DUALSTACK_ENDPOINT`, then the profile's `use_dualstack_endpoint`. */
  bedrockDualstack?: boolean | undefined;
  /** What requests to Bedrock are signed for, where a gateway stands between. Default: as AWS itself wants it. */
  bedrockSigning?: BedrockSigning | undefined;
  /**
   * The inference profile for models that are served through one only, and are named without it. `"auto"`: the one of the
   * region's geography, never a wider one. Default: none, and AWS's refusal names those to try.
   */
  bedrockInferenceProfile?: "auto" | Geography | undefined;
}

/** What a request is signed for. */
export interface BedrockSigning {
  /** The service's signing name. Default `"bedrock"`. */
  service?: string | undefined;
  /** Default: the region that is asked. */
  region?: string | undefined;
  /** The host that the signature is checked for, behind what is asked. It is signed, not sent. Default: the endpoint's. */
  host?: string | undefined;
}

const SIGNING_RULES: Readonly<Record<keyof BedrockSigning, readonly [RegExp, string]>> = {
  service: [/^[a-z0-9-]{1,64}$/, 'a signing name like "execute-api"'],
  region: [/^[a-z0-9-]{1,64}$/, 'an AWS region like "us-east-1"'],
  host: [/^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i, "a host name, with a port unless it is the protocol's default"],
};

/**
 * Checks them, so that a wrong option fails where it is written.
 *
 * @throws {ConfigurationError} `ERR_CONFIGURATION`, naming the option
 */
export function checkAddressOptions(options: BedrockAddressOptions): void {
  const { bedrockEndpoint, bedrockRegion, bedrockRegions, bedrockSigning, bedrockInferenceProfile: profile } = options;
  checkEndpoints(bedrockEndpoint);
  if (bedrockRegion !== undefined) checkRegion(bedrockRegion, "bedrockRegion");
  if (bedrockRegions !== undefined) checkRegions(bedrockRegions, bedrockRegion);
  for (const name of ["bedrockFips", "bedrockDualstack"] as const) {
    const given: unknown = options[name];
    if (given === undefined || typeof given === "boolean") continue;
    throw new ConfigurationError(`${name} is ${JSON.stringify(given)}: give true or false.`);
  }
  if (bedrockSigning !== undefined) checkSigning(bedrockSigning);
  if (profile !== undefined && profile !== "auto" && !GEOGRAPHIES.includes(profile)) {
    const names = ["auto", ...GEOGRAPHIES].join(", ");
    throw new ConfigurationError(`bedrockInferenceProfile is ${JSON.stringify(profile)}: give one of ${names}.`);
  }
}

function checkRegions(given: unknown, bedrockRegion: string | undefined): void {
  if (bedrockRegion !== undefined) {
    throw new ConfigurationError("bedrockRegion and bedrockRegions are set: give one of them.");
  }
  if (!Array.isArray(given) || given.length === 0 || new Set(given).size < given.length) {
    throw new ConfigurationError(`bedrockRegions is ${JSON.stringify(given)}: give a list of different AWS regions.`);
  }
  given.forEach((region: string, at) => checkRegion(region, `bedrockRegions[${at}]`));
}

function checkSigning(given: BedrockSigning): void {
  const rules: Readonly<Record<string, readonly [RegExp, string]>> = SIGNING_RULES;
  for (const [name, value] of Object.entries(given)) {
    const [pattern, allowed] = (Object.hasOwn(rules, name) && rules[name]) || [];
    if (!pattern) {
      throw new ConfigurationError(
        `bedrockSigning.${name} is no option: give ${Object.keys(SIGNING_RULES).join(", ")}.`,
      );
    }
    const received: unknown = value;
    if (received === undefined || (typeof received === "string" && pattern.test(received))) continue;
    throw new ConfigurationError(`bedrockSigning.${name} is ${JSON.stringify(received)}: give ${allowed}.`);
  }
}
