import { describe, expect, test } from "vitest";
import { checkRegion, dnsSuffix, hostEndpoint, parseEndpoint } from "../../src/aws/endpoint.ts";
import { ConfigurationError } from "../../src/errors.ts";
import { errorOf } from "../support/bedrock.ts";

describe("an endpoint URL", () => {
  test.each([
    [
      "http://localhost:4711",
      { protocol: "http:", hostname: "localhost", port: 4711, host: "localhost:4711", pathPrefix: "" },
    ],
    ["https://gw.test/", { protocol: "https:", hostname: "gw.test", port: 443, host: "gw.test", pathPrefix: "" }],
    [
      "http://gw.test:80/llm/v1//",
      { protocol: "http:", hostname: "gw.test", port: 80, host: "gw.test", pathPrefix: "/llm/v1" },
    ],
    ["http://[::1]:8080/a", { protocol: "http:", hostname: "::1", port: 8080, host: "[::1]:8080", pathPrefix: "/a" }],
    [
      "https://GW.test:443/A",
      { protocol: "https:", hostname: "gw.test", port: 443, host: "gw.test", pathPrefix: "/A" },
    ],
  ])("%s is read", (url, endpoint) => {
    expect(parseEndpoint(url, "bedrockEndpoint")).toEqual(endpoint);
  });

  test.each([
    "",
    "localhost:4711",
    "//gw.test",
    "ftp://gw.test",
    "file:///etc",
    "https://user@gw.test",
    "https://user:hunter2@gw.test",
    "https://gw.test/?key=hunter2",
    "https://gw.test/#hunter2",
    "https://hunter2@gw.test/",
    "https://:hunter2@gw.test/",
    "https://gw.test:0/hunter2",
    "not a url hunter2",
  ])("%j is refused, and not repeated", (url) => {
    const error = errorOf(() => parseEndpoint(url, "AWS_ENDPOINT_URL"));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(/^AWS_ENDPOINT_URL is no usable endpoint/);
    expect(error.cause).toBeUndefined();
    expect(error.message).not.toContain("hunter2");
  });
});

describe("a region", () => {
  test.each(["us-east-1", "us-gov-west-1", "eusc-de-east-1", `a-${"b".repeat(62)}`])("may be %s", (region) => {
    expect(checkRegion(region, "AWS_REGION")).toBe(region);
  });

  test.each<[unknown, string]>([
    ["", '""'],
    ["useast1", '"useast1"'],
    ["US-EAST-1", '"US-EAST-1"'],
    ["us-east-1/x", '"us-east-1/x"'],
    ["evil.test/us-east-1", '"evil.test/us-east-1"'],
    ["us--1", '"us--1"'],
    ["us-east-1\n", String.raw`"us-east-1\n"`],
    [`a-${"b".repeat(63)}`, `"a-${"b".repeat(63)}"`],
    [undefined, "undefined"],
    [["us-east-1"], '["us-east-1"]'],
  ])("may not be %j, as it becomes part of a host name", (region, shown) => {
    const error = errorOf(() => checkRegion(region as string, "AWS_REGION"));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toBe(`AWS_REGION is ${shown}: give an AWS region like "us-east-1".`);
  });

  test.each([
    ["us-east-1", "amazonaws.com", "api.aws"],
    ["us-gov-west-1", "amazonaws.com", "api.aws"],
    ["cn-north-1", "amazonaws.com.cn", "api.amazonwebservices.com.cn"],
    ["eusc-de-east-1", "amazonaws.eu", "api.amazonwebservices.eu"],
    ["us-iso-east-1", "c2s.ic.gov", "api.aws.ic.gov"],
    ["us-isob-east-1", "sc2s.sgov.gov", "api.aws.scloud"],
    ["eu-isoe-west-1", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"],
    ["us-isof-south-1", "csp.hci.ic.gov", "api.aws.hci.ic.gov"],
  ])("%s has hosts under %s, and with IPv6 under %s", (region, suffix, dualStack) => {
    expect([dnsSuffix(region), dnsSuffix(region, false), dnsSuffix(region, true)]).toEqual([suffix, suffix, dualStack]);
  });

  test("has hosts that are reached by https", () => {
    const host = "bedrock.us-east-1.amazonaws.com";
    expect(hostEndpoint(host)).toEqual({ protocol: "https:", hostname: host, port: 443, host, pathPrefix: "" });
  });
});
