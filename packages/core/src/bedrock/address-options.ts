import { checkRegion, REGION_RULE } from "../aws/endpoint.ts";
import { checkRules, isBoolean, type Rule, type Rules } from "../checks.ts";
import { ConfigurationError } from "../errors.ts";
import { isObject } from "../types/json.ts";
import { checkEndpoints, type BedrockEndpoints } from "./endpoints.ts";

/** Where an inference profile may take a request: the prefix of its id. */
export type Geography = "us" | "us-gov" | "eu" | "apac" | "jp" | "au" | "in" | "ca" | "global";

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

const FLAG: Rule = [isBoolean, "true or false"];

/** A rule for each; what has none is checked by `checkAddressOptions`. */
export const ADDRESS_RULES: Rules<keyof BedrockAddressOptions> = {
  bedrockRegion: REGION_RULE,
  bedrockRegions: [
    (given) => Array.isArray(given) && given.length > 0 && new Set(given).size === given.length,
    "a list of different AWS regions",
  ],
  bedrockEndpoint: undefined,
  bedrockFips: FLAG,
  bedrockDualstack: FLAG,
  bedrockSigning: [isObject, "{ service, region, host }, or some of them"],
  bedrockInferenceProfile: [
    /^(auto|us|us-gov|eu|apac|jp|au|in|ca|global)$/,
    "one of auto, us, us-gov, eu, apac, jp, au, in, ca, global",
  ],
};

const SIGNING_RULES: Rules<keyof BedrockSigning> = {
  service: [/^[a-z0-9-]{1,64}$/, 'a signing name like "execute-api"'],
  region: [/^[a-z0-9-]{1,64}$/, 'an AWS region like "us-east-1"'],
  host: [/^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i, "a host name, with a port unless it is the protocol's default"],
};

/**
 * Checks the options, each of which fits its rule, so that a wrong one fails where it is written.
 *
 * @throws {ConfigurationError} `ERR_CONFIGURATION`, naming the option
 */
export function checkAddressOptions(options: BedrockAddressOptions): void {
  const { bedrockEndpoint, bedrockRegion, bedrockRegions = [], bedrockSigning = {} } = options;
  checkEndpoints(bedrockEndpoint);
  if (bedrockRegion !== undefined && bedrockRegions.length > 0) {
    throw new ConfigurationError("bedrockRegion and bedrockRegions are set: give one of them.");
  }
  bedrockRegions.forEach((region, at) => checkRegion(region, `bedrockRegions[${at}]`));
  checkRules(bedrockSigning, SIGNING_RULES, "bedrockSigning.");
}
