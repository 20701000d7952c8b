import { describe, expect, test } from "vitest";
import { parseEndpoint } from "../../src/aws/endpoint.ts";
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
    "not a url hunter2",
  ])("%j is refused, and not repeated", (url) => {
    const error = errorOf(() => parseEndpoint(url, "AWS_ENDPOINT_URL"));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(/^AWS_ENDPOINT_URL is no usable endpoint/);
    expect(error.cause).toBeUndefined();
    expect(error.message).not.toContain("hunter2");
  });
});
