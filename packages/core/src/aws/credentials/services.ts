import type { Endpoint } from "../../http/transport.ts";
import { checkRegion, dnsSuffix, hostEndpoint, parseEndpoint } from "../endpoint.ts";
import type { Context } from "./source.ts";

/** The services that give out credentials and tokens, as their endpoints are named in settings: `AWS_ENDPOINT_URL_STS`. */
export type TokenService = "STS" | "SSO" | "SSO_OIDC" | "SIGNIN";

const HOSTS = { STS: "sts", SSO: "portal.sso", SSO_OIDC: "oidc" } as const;

/** Where the pages of signing in are, which have domains of their own, by the DNS suffix of the partition. */
const SIGNIN_DOMAINS: Readonly<Record<string, string>> = {
  "amazonaws.com": "aws.amazon.com",
  "amazonaws.com.cn": "amazonaws.cn",
  "amazonaws.eu": "amazonaws-eusc.eu",
  "c2s.ic.gov": "c2shome.ic.gov",
  "sc2s.sgov.gov": "sc2shome.sgov.gov",
  "csp.hci.ic.gov": "csphome.hci.ic.gov",
  "cloud.adc-e.uk": "csphome.adc-e.uk",
};

/**
 * Where a service is asked: `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, the profile's `services` section, its
 * `endpoint_url` (none of them with `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`), else the region's own endpoint, with FIPS and dual
 * stack as environment and profile say.
 *
 * @throws {ConfigurationError} when the endpoint or the region cannot be one
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function serviceEndpoint(
  { read, config }: Pick<Context, "read"> & Partial<Pick<Context, "config">>,
  service: TokenService,
  region: string,
): Endpoint {
  const { profile = {}, sections = {} } = config ?? {};
  const isOn = (name: string): boolean =>
    (read(`AWS_${name.toUpperCase()}`) ?? profile[name])?.toLowerCase() === "true";
  const isIgnored = isOn("ignore_configured_endpoint_urls");
  const variable = [`AWS_ENDPOINT_URL_${service}`, "AWS_ENDPOINT_URL"].find(read);
  if (variable !== undefined && !isIgnored) return parseEndpoint(read(variable) ?? "", variable);
  const own = sections[`services.${profile["services"]}`]?.[`${service.toLowerCase()}.endpoint_url`];
  const url = own ?? profile["endpoint_url"];
  if (url !== undefined && !isIgnored) return parseEndpoint(url, "endpoint_url");
  checkRegion(region, `The region of ${service.replace("_", " ")}`);
  const isGov = region.startsWith("us-gov-");
  if (service === "SIGNIN") {
    const suffix = dnsSuffix(region);
    return hostEndpoint(`${region}.signin.${isGov ? "amazonaws-us-gov.com" : (SIGNIN_DOMAINS[suffix] ?? suffix)}`);
  }
  const isDualStack = isOn("use_dualstack_endpoint");
  // All of GovCloud is FIPS; only dual stack has a name of its own for it.
  const fips = isOn("use_fips_endpoint") && (!isGov || isDualStack) ? "-fips" : "";
  return hostEndpoint(`${HOSTS[service]}${fips}.${region}.${dnsSuffix(region, isDualStack)}`);
}
