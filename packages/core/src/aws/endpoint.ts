import { checkValue, type Rule } from "../checks.ts";
import { ConfigurationError } from "../errors.ts";
import { parseTarget } from "../http/options.ts";
import type { Endpoint } from "../http/transport.ts";

/** DNS suffix by region prefix, and that of hosts with IPv6; the first that fits holds. */
const SUFFIXES: readonly (readonly [prefix: string, suffix: string, dualStackSuffix: string])[] = [
  ["cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"],
  ["eusc-", "amazonaws.eu", "api.amazonwebservices.eu"],
  ["us-iso-", "c2s.ic.gov", "api.aws.ic.gov"],
  ["us-isob-", "sc2s.sgov.gov", "api.aws.scloud"],
  ["eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"],
  ["us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"],
  ["", "amazonaws.com", "api.aws"],
];

/** The form of a region, which becomes part of a host name. */
export const REGION_RULE: Rule = [/^(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)+$/, 'an AWS region like "us-east-1"'];

/**
 * The name under which AWS's hosts of a region are found, like `"amazonaws.com"`.
 *
 * @param isDualStack for hosts that are reached by IPv6, too
 * @see https://docs.aws.amazon.com/general/latest/gr/rande.html
 */
export function dnsSuffix(region: string, isDualStack?: boolean): string {
  return SUFFIXES.find(([prefix]) => region.startsWith(prefix))?.[isDualStack ? 2 : 1] ?? "";
}

/**
 * Checks the form of a region, which becomes part of a host name.
 *
 * @param source the option or variable it came from, for the error
 * @throws {ConfigurationError} `ERR_CONFIGURATION`
 */
export function checkRegion(region: string, source: string): string {
  return checkValue(region, REGION_RULE, source);
}

/** The endpoint of an AWS host. */
export function hostEndpoint(host: string): Endpoint {
  return { protocol: "https:", hostname: host, port: 443, host, pathPrefix: "" };
}

/**
 * Reads an endpoint URL, which may carry a path prefix.
 *
 * @param source the option or variable it came from, for the error
 * @throws {ConfigurationError} when it is no absolute `http` or `https` URL, or carries a user, a query or a fragment
 */
export function parseEndpoint(url: string, source: string): Endpoint {
  const found = parseTarget(url);
  const { username, password, search, hash } = found?.parsed ?? {};
  if (!found || username || password || search || hash) {
    // The URL may hold a password, so it is not repeated.
    throw new ConfigurationError(
      `${source} is no usable endpoint: give an http or https URL without user, query and fragment.`,
    );
  }
  const { host, pathname } = found.parsed;
  return { ...found.target, host, pathPrefix: pathname.replace(/\/+$/, "") };
}
