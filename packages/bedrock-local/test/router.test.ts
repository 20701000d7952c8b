import { describe, expect, it } from "vitest";

import { AwsError } from "../src/errors.ts";
import { parseRoute } from "../src/router.ts";

describe("parseRoute", () => {
  it.each([
    ["POST", "/model/m/converse", "Converse"],
    ["POST", "/model/m/converse-stream", "ConverseStream"],
    ["POST", "/model/m/invoke", "InvokeModel"],
    ["POST", "/model/m/invoke-with-response-stream", "InvokeModelWithResponseStream"],
    ["POST", "/model/m/count-tokens", "CountTokens"],
    ["POST", "/guardrail/g/version/DRAFT/apply", "ApplyGuardrail"],
    ["POST", "/guardrail-checks/invoke", "InvokeGuardrailChecks"],
    ["POST", "/async-invoke", "StartAsyncInvoke"],
    ["GET", "/async-invoke?maxResults=2", "ListAsyncInvokes"],
    ["GET", "/async-invoke/arn%3Aaws", "GetAsyncInvoke"],
  ])("routes %s %s to %s", (method, target, operation) => {
    expect(parseRoute(method, target, "").operation).toBe(operation);
  });

  it.each([
    ["amazon.nova-lite-v1%3A0", "amazon.nova-lite-v1:0"],
    ["amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0"],
    [
      "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.amazon.nova-micro-v1%3A0",
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-micro-v1:0",
    ],
    [
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-micro-v1:0",
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-micro-v1:0",
    ],
    ["bad%escape", "bad%escape"],
  ])("decodes the model id %s", (label, modelId) => {
    expect(parseRoute("POST", `/model/${label}/converse`, "").labels["modelId"]).toBe(modelId);
  });

  it("takes the path prefix off, and knows no route without it", () => {
    expect(parseRoute("POST", "/some/prefix/model/m/converse", "/some/prefix").labels["modelId"]).toBe("m");
    expect(() => parseRoute("POST", "/model/m/converse", "/some/prefix")).toThrow(AwsError);
    expect(() => parseRoute("POST", "/some/prefixmodel/m/converse", "/some/prefix")).toThrow(AwsError);
  });

  it.each([
    ["GET", "/model/m/converse"],
    ["POST", "/model//converse"],
    ["POST", "/model/m/converses"],
    ["POST", "/"],
    ["POST", ""],
    ["OPTIONS", "*"],
  ])("answers %s %s with UnknownOperationException", (method, target) => {
    expect(() => parseRoute(method, target, "")).toThrow(
      expect.objectContaining({ name: "UnknownOperationException", status: 404 }),
    );
  });
});
