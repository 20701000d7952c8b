import { BedrockClient } from "@aws-sdk/client-bedrock";
import { BedrockAgentRuntimeClient } from "@aws-sdk/client-bedrock-agent-runtime";
import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { S3Client } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { regionEndpoint, resolveEndpoints, type Service } from "../../src/bedrock/endpoints.ts";
import { errorOf } from "../support/bedrock.ts";

/** Every region that AWS's SDK knows, of every partition, and one that nobody knows. */
const REGIONS = `
  af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
  ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1
  eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1
  me-south-1 me-west-1 mx-central-1 sa-east-1 sa-west-1 us-east-1 us-east-2 us-west-1 us-west-2 cn-north-1 cn-northwest-1
  eusc-de-east-1 us-gov-east-1 us-gov-west-1 us-iso-east-1 us-iso-west-1 us-isob-east-1 us-isob-west-1 eu-isoe-west-1
  us-isof-east-1 us-isof-south-1 mars-north-1`
  .trim()
  .split(/\s+/);

type Resolve = (parameters: { Region: string; UseFIPS: boolean; UseDualStack: boolean }) => { url: URL };

function official(service: Service): Resolve {
  const region = "us-east-1";
  if (service === "s3") {
    const { endpointProvider } = new S3Client({ region }).config;
    return (parameters) => endpointProvider({ ...parameters, ForcePathStyle: true });
  }
  const Client = {
    "bedrock-runtime": BedrockRuntimeClient,
    bedrock: BedrockClient,
    "bedrock-agent-runtime": BedrockAgentRuntimeClient,
  }[service];
  const { endpointProvider } = new Client({ region }).config;
  return (parameters) => endpointProvider(parameters);
}

describe("a region's endpoint", () => {
  test.each(["bedrock-runtime", "bedrock", "bedrock-agent-runtime"] as const)(
    "of %s, given for all of Bedrock, is that service's only, in every partition",
    (service) => {
      for (const region of REGIONS) {
        for (const isFips of [false, true]) {
          for (const isDualstack of [false, true]) {
            const { host } = regionEndpoint(region, service, { isFips, isDualstack });
            const endpoints = resolveEndpoints(`https://${host}`, () => undefined);
            expect([host, Object.keys(endpoints)]).toEqual([host, [service]]);
          }
        }
      }
      const gateway = resolveEndpoints(`https://${service}.us-east-1.corp.example.com`, () => undefined);
      expect(Object.keys(gateway)).toEqual(["bedrock-runtime", "bedrock", "bedrock-agent-runtime"]);
    },
  );

  test.each(["bedrock-runtime", "bedrock", "bedrock-agent-runtime", "s3"] as const)(
    "of %s is the one of the official resolver, with FIPS or not, with dual stack or not",
    (service) => {
      const resolve = official(service);
      for (const region of REGIONS) {
        for (const isFips of [false, true]) {
          for (const isDualstack of [false, true]) {
            // The only combination that AWS refuses.
            if (service === "s3" && isFips && region.startsWith("cn-")) continue;
            const { url } = resolve({ Region: region, UseFIPS: isFips, UseDualStack: isDualstack });
            expect(regionEndpoint(region, service, { isFips, isDualstack })).toEqual({
              protocol: url.protocol,
              hostname: url.hostname,
              host: url.host,
              port: 443,
              pathPrefix: "",
            });
          }
        }
      }
    },
  );

  test("does not exist for S3 with FIPS in China", () => {
    const parameters = { Region: "cn-north-1", UseFIPS: true, UseDualStack: false };
    expect(() => official("s3")(parameters)).toThrow("does not support FIPS");
    const error = errorOf(() => regionEndpoint("cn-north-1", "s3", { isFips: true }));
    expect(error).toMatchObject({ code: "ERR_CONFIGURATION" });
    expect(error.message).toContain("cn-north-1");
  });
});
