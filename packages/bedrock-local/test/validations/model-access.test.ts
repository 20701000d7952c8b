import { describe, expect, it } from "vitest";
import { AwsError } from "../../src/errors.ts";
import { checkModelAccess, checkThroughput } from "../../src/validations/model-access.ts";

describe("access to a model", () => {
  const denied = new AwsError(
    "AccessDeniedException",
    "You don't have access to the model with the specified model ID.",
  );
  const names = [
    "amazon.nova-lite-v1:0",
    "us.amazon.nova-lite-v1:0",
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0",
  ];

  it("is denied by any of its names, under any of them", () => {
    for (const name of names) {
      for (const asked of names) expect(() => checkModelAccess(asked, ["x.y", name])).toThrow(denied);
    }
  });

  it("is not denied for a name that only begins alike", () => {
    expect(() =>
      checkModelAccess("amazon.nova-lite-v1:0", ["amazon.nova-lite", "amazon.nova-lite-v1:01"]),
    ).not.toThrow();
    expect(() => checkModelAccess("amazon.nova-lite-v1:0", [])).not.toThrow();
  });
});

describe("a bare model id", () => {
  it.each(["anthropic.claude-sonnet-5", "stability.stable-image-inpaint-v1:0", "writer.palmyra-x5-v1:0"])(
    "is refused where a profile is needed: %s",
    (id) => {
      const text =
        `Invocation of model ID ${id} with on-demand throughput isn’t supported. ` +
        "Retry your request with the ID or ARN of an inference profile that contains this model.";
      expect(() => checkThroughput(id)).toThrow(new AwsError("ValidationException", text));
      expect(() => checkThroughput(`us.${id}`)).not.toThrow();
    },
  );

  it.each([
    "anthropic.claude-3-5-sonnet-20240620-v1:0",
    "stability.stable-image-core-v1:1",
    "stability.stable-diffusion-xl-v1",
    "amazon.titan-image-generator-v2:0",
    "no.such-model",
  ])("passes otherwise: %s", (id) => {
    expect(() => checkThroughput(id)).not.toThrow();
  });
});
