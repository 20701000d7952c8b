import { ConfigurationError } from "../errors.ts";
import type { Endpoint } from "../http/transport.ts";

/** DNS suffix by region prefix; the first that fits holds. */
const SUFFIXES: readonly (readonly [prefix: string, suffix: string])[] = [
  ["cn-", "amazonaws.com.cn"],
  ["eusc-", "amazonaws.eu"],
  ["us-iso-", "c2s.ic.gov"],
  ["us-isob-", "sc2s.sgov.gov"],
  ["eu-isoe-", "cloud.adc-e.uk"],
  ["us-isof-", "csp.hci.ic.gov"],
  ["", "amazonaws.com"],
];

/** What requests go to, by the names in AWS's hosts. */
export type Service = "bedrock-runtime" | "bedrock" | "bedrock-agent-runtime" | "s3";

/** What an AWS host is named after. A gateway's host names none. */
const NAMED_SERVICE = /(?:^|\.)(bedrock(?:-agent)?(?:-runtime)?)(?:-fips)?\.[^/]*\.(?:amazonaws|api\.aws)(?:\.|$)/;

/**
 * The public endpoint of a service in a region.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/bedrock.html
 */
export function regionEndpoint(region: string, service: Service = "bedrock-runtime"): Endpoint {
  const suffix = SUFFIXES.find(([prefix]) => region.startsWith(prefix))?.[1] ?? "";
  const host = `${service}.${region}.${suffix}`;
  return { protocol: "https:", hostname: host, port: 443, host, pathPrefix: "" };
}

/** Whether one endpoint that was given for all of Bedrock serves this service: one that names a service of AWS is that one's only. */
export function servesService({ hostname }: Endpoint, service: Service): boolean {
  if (service === "s3") return false;
  const named = NAMED_SERVICE.exec(hostname)?.[1];
  return named === undefined || named === service;
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
