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

/**
 * The public endpoint of Bedrock's runtime in a region.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/bedrock.html
 */
export function regionEndpoint(region: string): Endpoint {
  const suffix = SUFFIXES.find(([prefix]) => region.startsWith(prefix))?.[1] ?? "";
  const host = `bedrock-runtime.${region}.${suffix}`;
  return { protocol: "https:", hostname: host, port: 443, host, pathPrefix: "" };
}

/**
 * Reads an endpoint URL, which may carry a path prefix.
 *
 * @param source the option or variable it came from, for the error
 * @throws {ConfigurationError} when it is no absolute `http` or `https` URL, or carries a user, a query or a fragment
 */
export function parseEndpoint(url: string, source: string): Endpoint {
  let parsed: URL | undefined;
  try {
    parsed = new URL(url);
  } catch {
    // Told below, together with the other shapes that are refused.
  }
  const protocol = parsed?.protocol;
  const plain = parsed && !parsed.username && !parsed.password && !parsed.search && !parsed.hash;
  if (!parsed || !plain || (protocol !== "https:" && protocol !== "http:")) {
    // The URL may hold a password, so it is not repeated.
    throw new ConfigurationError(
      `${source} is not a usable endpoint: give an absolute URL like "https://bedrock-runtime.us-east-1.amazonaws.com", ` +
        `http or https, without user, query or fragment.`,
    );
  }
  return {
    protocol,
    hostname: parsed.hostname.replace(/^\[|\]$/g, ""),
    port: Number(parsed.port) || (protocol === "https:" ? 443 : 80),
    host: parsed.host,
    pathPrefix: parsed.pathname.replace(/\/+$/, ""),
  };
}
