import { ConfigurationError } from "../errors.ts";
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

const REGION = /^(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)+$/;

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
  if (typeof region === "string" && REGION.test(region)) return region;
  throw new ConfigurationError(`${source} is ${JSON.stringify(region)}: give an AWS region like "us-east-1".`);
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
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const protocol = parsed?.protocol;
  const isPlain =
    parsed && !(parsed.username || parsed.password || parsed.search || parsed.hash || parsed.port === "0");
  if (!isPlain || (protocol !== "https:" && protocol !== "http:")) {
    // The URL may hold a password, so it is not repeated.
    throw new ConfigurationError(
      `${source} is no usable endpoint: give an http or https URL without user, query and fragment.`,
    );
  }
  const { hostname, port, host, pathname } = parsed;
  return {
    protocol,
    hostname: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port) || (protocol === "https:" ? 443 : 80),
    host,
    pathPrefix: pathname.replace(/\/+$/, ""),
  };
}
