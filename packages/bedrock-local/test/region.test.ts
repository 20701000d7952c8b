import { describe, expect, it } from "vitest";
import { renderArn } from "../src/arn.ts";
import { findRegion } from "../src/region.ts";
import { sign } from "./support.ts";

describe("the region of an answer", () => {
  it("is the server's, else the signature's, else us-east-1", async () => {
    const { authorization } = await sign({ path: "/", region: "ap-south-1" });
    expect(findRegion("eu-west-1", authorization)).toBe("eu-west-1");
    expect(findRegion(undefined, authorization)).toBe("ap-south-1");
    expect(findRegion(undefined, undefined)).toBe("us-east-1");
    expect(findRegion(undefined, "Bearer Credential=a/20260101/eu-west-1/bedrock/aws4_request")).toBe("us-east-1");
    expect(findRegion(undefined, "AWS4-HMAC-SHA256 Credential=a/20260101/EU WEST/bedrock/aws4_request")).toBe(
      "us-east-1",
    );
  });
});

describe("an ARN", () => {
  it.each([
    ["us-east-1", "arn:aws:bedrock:us-east-1:123456789012:guardrail/gr1"],
    ["us-gov-west-1", "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:guardrail/gr1"],
    ["cn-north-1", "arn:aws-cn:bedrock:cn-north-1:123456789012:guardrail/gr1"],
    ["us-isob-east-1", "arn:aws-iso-b:bedrock:us-isob-east-1:123456789012:guardrail/gr1"],
  ])("of %s has its partition", (region, arn) => {
    expect(renderArn(region, "guardrail/gr1")).toBe(arn);
  });

  it("of what is AWS's own has no account", () => {
    expect(renderArn("us-east-1", "foundation-model/m", "")).toBe("arn:aws:bedrock:us-east-1::foundation-model/m");
  });
});
