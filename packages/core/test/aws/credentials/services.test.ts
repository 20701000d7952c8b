import { describe, expect, test } from "vitest";
import { serviceEndpoint, type TokenService } from "../../../src/aws/credentials/services.ts";
import type { SharedConfig } from "../../../src/aws/credentials/source.ts";

function hostOf(
  service: TokenService,
  region: string,
  env: Record<string, string> = {},
  profile = {},
  sections = {},
): string {
  const config: SharedConfig = { paths: ["", ""], unread: [], profiles: {}, sections, profile };
  return serviceEndpoint({ read: (name) => env[name], config }, service, region).host;
}

describe("the endpoint of a service that gives out credentials", () => {
  test.each<[TokenService, string, string]>([
    ["STS", "eu-west-1", "sts.eu-west-1.amazonaws.com"],
    ["STS", "cn-north-1", "sts.cn-north-1.amazonaws.com.cn"],
    ["SSO", "us-east-1", "portal.sso.us-east-1.amazonaws.com"],
    ["SSO_OIDC", "us-gov-west-1", "oidc.us-gov-west-1.amazonaws.com"],
    ["SIGNIN", "us-east-1", "us-east-1.signin.aws.amazon.com"],
    ["SIGNIN", "cn-north-1", "cn-north-1.signin.amazonaws.cn"],
    ["SIGNIN", "us-gov-west-1", "us-gov-west-1.signin.amazonaws-us-gov.com"],
  ])("%s in %s is %s", (service, region, host) => {
    expect(hostOf(service, region)).toBe(host);
  });

  test.each<[Record<string, string>, string, string]>([
    [{ AWS_USE_FIPS_ENDPOINT: "true" }, "us-east-1", "sts-fips.us-east-1.amazonaws.com"],
    [{ AWS_USE_FIPS_ENDPOINT: "true" }, "us-gov-east-1", "sts.us-gov-east-1.amazonaws.com"],
    [{ AWS_USE_DUALSTACK_ENDPOINT: "true" }, "us-east-1", "sts.us-east-1.api.aws"],
    [
      { AWS_USE_DUALSTACK_ENDPOINT: "true", AWS_USE_FIPS_ENDPOINT: "true" },
      "us-gov-east-1",
      "sts-fips.us-gov-east-1.api.aws",
    ],
    [{ AWS_USE_FIPS_ENDPOINT: "True" }, "us-east-1", "sts-fips.us-east-1.amazonaws.com"],
    [{ AWS_USE_FIPS_ENDPOINT: "false" }, "us-east-1", "sts.us-east-1.amazonaws.com"],
  ])("with %j in %s is %s", (env, region, host) => {
    expect(hostOf("STS", region, env)).toBe(host);
    const profile = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name.replace("AWS_", "").toLowerCase(), value]),
    );
    expect(hostOf("STS", region, {}, profile)).toBe(host);
  });

  test("can be set, for one service and for all, the environment first", () => {
    const env = { AWS_ENDPOINT_URL_STS: "https://sts.test", AWS_ENDPOINT_URL: "https://all.test" };
    const profile = { services: "local", endpoint_url: "https://profile.test" };
    const sections = { "services.local": { "sso_oidc.endpoint_url": "https://oidc.test" } };
    expect(hostOf("STS", "us-east-1", env, profile, sections)).toBe("sts.test");
    expect(hostOf("SSO", "us-east-1", env, profile, sections)).toBe("all.test");
    expect(hostOf("SSO_OIDC", "us-east-1", {}, profile, sections)).toBe("oidc.test");
    expect(hostOf("SSO", "us-east-1", {}, profile, sections)).toBe("profile.test");
  });

  test("is the region's own where configured ones are to be ignored", () => {
    const profile = { endpoint_url: "https://profile.test" };
    const env = { AWS_ENDPOINT_URL_STS: "https://sts.test" };
    const ignore = { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "True" };
    expect(hostOf("STS", "us-east-1", { ...env, ...ignore }, profile)).toBe("sts.us-east-1.amazonaws.com");
    const ignoring = { ...profile, ignore_configured_endpoint_urls: "true" };
    expect(hostOf("STS", "us-east-1", env, ignoring)).toBe("sts.us-east-1.amazonaws.com");
  });

  test("is refused for a region that is none, as it becomes a host name", () => {
    expect(() => hostOf("SSO", "x.evil.test/")).toThrow("region of SSO");
  });
});
