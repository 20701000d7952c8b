import { describe, expect, test } from "vitest";
import { addProfileHint } from "../../src/bedrock/profile-hint.ts";
import { createClient, failureOf, useServer } from "../support/bedrock.ts";

const REFUSAL = "Invocation of model ID m with on-demand throughput isn't supported. Retry your request.";

describe("a model that is served through inference profiles only", () => {
  const server = useServer();

  test.each(["ask", "stream"] as const)("is refused with the profiles to try (%s)", async (way) => {
    const chat = createClient(server(), { bedrockRegion: "eu-west-1" }).chat("anthropic.claude-sonnet-4-6");
    const error = await failureOf(way === "ask" ? chat.ask("Hi") : chat.stream("Hi").response());
    expect(error).toMatchObject({ name: "BadRequestError", status: 400 });
    expect(error.message).toContain("on-demand throughput isn\u2019t supported");
    expect(error.message).toContain(
      'most likely "eu.anthropic.claude-sonnet-4-6" or "global.anthropic.claude-sonnet-4-6".',
    );
  });

  test.each([
    ["us-east-1", '"us.a.b" or "global.a.b"'],
    ["us-gov-west-1", '"us-gov.a.b"'],
    ["ca-central-1", '"ca.a.b" or "us.a.b" or "global.a.b"'],
    ["eu-central-1", '"eu.a.b" or "global.a.b"'],
    ["ap-northeast-1", '"jp.a.b" or "apac.a.b" or "global.a.b"'],
    ["ap-southeast-2", '"au.a.b" or "apac.a.b" or "global.a.b"'],
    ["ap-south-1", '"in.a.b" or "apac.a.b" or "global.a.b"'],
    ["ap-northeast-2", '"apac.a.b" or "global.a.b"'],
    ["sa-east-1", '"global.a.b"'],
    ["", '"global.a.b"'],
  ])("in %j is most likely served by %s", (region, ids) => {
    const hint = `${REFUSAL} Give an inference profile as model, here most likely ${ids}.`;
    expect(addProfileHint(REFUSAL, { id: "a.b" }, region)).toBe(hint);
    expect(addProfileHint(REFUSAL, { id: "arn:aws:bedrock:us-east-1::foundation-model/a.b" }, region)).toBe(hint);
  });

  test("gets no hint when it is a profile, hidden, or refused for another reason", () => {
    expect(addProfileHint(REFUSAL, { id: "us.a.b" }, "us-east-1")).toBe(REFUSAL);
    const hidden = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl";
    expect(addProfileHint(REFUSAL, { id: hidden }, "us-east-1")).toBe(REFUSAL);
    expect(addProfileHint("Something else.", { id: "a.b" }, "us-east-1")).toBe("Something else.");
  });
});
