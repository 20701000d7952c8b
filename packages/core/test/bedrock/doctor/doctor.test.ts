import { describe, expect, it } from "vitest";
import type { DoctorReport, DoctorSubject } from "../../../src/bedrock/doctor/report.ts";
import type { LLMOptions } from "../../../src/llm.ts";
import { createLLM } from "../../../src/llm.ts";
import { createClient, failureOf, KEYS, MODEL, useServer, withServer } from "../../support/bedrock.ts";

const server = useServer();

const examine = (options: Partial<LLMOptions> = {}, model?: string, world: object = {}): Promise<DoctorReport> =>
  createClient(server(), options, world).doctor({ model });

/** What a report says of a subject. */
function find(report: DoctorReport, subject: DoctorSubject): [status?: string, message?: string] {
  const check = report.checks.find((each) => each.subject === subject);
  return check ? [check.status, check.message] : [];
}

describe("doctor", () => {
  it("finds nothing wrong where nothing is", async () => {
    const report = await examine({}, MODEL);
    expect(report.ok).toBe(true);
    expect(report.checks.map(({ subject }) => subject)).toEqual([
      "region",
      "endpoint",
      "credentials",
      "call",
      "clock",
      "model",
    ]);
    expect(find(report, "region")).toEqual(["ok", "us-east-1, from AWS_REGION"]);
    expect(find(report, "endpoint")).toEqual(["ok", server().url]);
    expect(find(report, "credentials")).toEqual(["ok", "key AKIA…MPLE, from environment"]);
    expect(find(report, "call")[1]).toContain(server().requests[0]?.id);
    expect(find(report, "model")).toEqual(["ok", `${MODEL} answered, request id ${server().requests[1]?.id}`]);
    expect(server().requests[1]?.json).toMatchObject({ inferenceConfig: { maxTokens: 1 } });
  });

  it("prints a line for each check, and no secret", async () => {
    const report = await examine();
    const lines = String(report).split("\n");
    expect(lines[0]).toBe("✓ region      us-east-1, from AWS_REGION");
    expect(lines.at(-1)).toBe("- model       give llm.doctor({ model }) to ask it for one token");
    const everything = `${String(report)}${JSON.stringify(report)}`;
    expect(everything).not.toContain(KEYS.AWS_SECRET_ACCESS_KEY);
    expect(everything).not.toContain(KEYS.AWS_ACCESS_KEY_ID);
  });

  it("tells of a wrong secret", async () => {
    const report = await examine({ bedrockAccessKeyId: KEYS.AWS_ACCESS_KEY_ID, bedrockSecretAccessKey: "wrong" });
    expect(report.ok).toBe(false);
    expect(find(report, "credentials")).toEqual(["ok", "key AKIA…MPLE, from bedrockAccessKeyId"]);
    expect(find(report, "call")).toEqual(["failed", expect.stringContaining("AuthenticationError")]);
  });

  it("tells of credentials that are not there, and of no region", async () => {
    const env = { AWS_EC2_METADATA_DISABLED: "true", HOME: "/nonexistent", AWS_REGION: "us-east-1" };
    const report = await examine({}, undefined, { env });
    expect(find(report, "credentials")).toEqual(["failed", expect.stringContaining("AWS_ACCESS_KEY_ID")]);
    expect(find(report, "call")).toEqual([]);
    const without = await examine({}, undefined, { env: { ...KEYS, HOME: "/nonexistent" } });
    expect(find(without, "region")).toEqual(["warning", expect.stringContaining("bedrockRegion")]);
    expect(find(without, "endpoint")).toEqual(["failed", expect.stringContaining("No AWS region is set")]);
  });

  it("tells of a machine that is not there", async () => {
    const url = await withServer({}, ({ url: gone }) => Promise.resolve(gone));
    const report = await examine({ bedrockEndpoint: url });
    expect(find(report, "call")).toEqual(["failed", expect.stringContaining("ERR_NETWORK")]);
    expect(server().requests).toHaveLength(0);
  });

  it("takes a signature for good when only the operation is forbidden", async () => {
    server().enqueue({ error: "AccessDeniedException", message: "User is not authorized to perform ListAsyncInvokes" });
    const report = await examine({}, MODEL);
    expect(find(report, "call")).toEqual([
      "warning",
      expect.stringMatching(/^the signature was accepted.*not authorized/),
    ]);
    expect(report.ok).toBe(true);
    expect(find(report, "model")[0]).toBe("ok");
  });

  it("tells of a clock that is off, though signatures are corrected", async () => {
    const report = await examine({}, MODEL, { now: () => Date.now() - 20 * 60_000 });
    expect(find(report, "clock")).toEqual(["warning", expect.stringMatching(/which is 1(199|20\d) s off/)]);
    expect(find(report, "model")[0]).toBe("ok");
  });

  it("tells of a model without access, with AWS's reason", async () => {
    await withServer({ deniedModels: ["anthropic.claude-sonnet-4-6"] }, async (denying) => {
      const report = await createClient(denying).doctor({ model: MODEL });
      expect(find(report, "model")).toEqual(["failed", expect.stringContaining("You don't have access to the model")]);
    });
  });

  it("suggests the profile of the region for a model that needs one", async () => {
    const report = await examine({}, "anthropic.claude-sonnet-4-6");
    expect(find(report, "model")).toEqual(["failed", expect.stringContaining('"us.anthropic.claude-sonnet-4-6"')]);
  });

  it("knows API keys and clients that send nothing", async () => {
    await withServer({ apiKeys: ["a-long-api-key"], credentials: [] }, async (other) => {
      const report = await createClient(other, { bedrockApiKey: "a-long-api-key" }).doctor();
      expect(find(report, "credentials")).toEqual(["ok", "an API key, from bedrockApiKey"]);
      expect(find(report, "call")[0]).toBe("ok");
      expect(String(report)).not.toContain("a-long-api-key");
    });
    expect(find(await examine({ bedrockAuth: "none" }), "credentials")[1]).toContain('"none"');
  });

  it("does not repeat a secret that a server echoes, nor steer a terminal", async () => {
    await withServer({ apiKeys: ["a-long-api-key"], credentials: [] }, async (other) => {
      other.enqueue({ status: 200, body: {}, headers: { "x-amzn-requestid": "id a-long-api-key" } });
      other.enqueue({ error: "ValidationException", message: "\u001b[2Jno\r✓ a-long-api-key\nmore" });
      const report = await createClient(other, { bedrockApiKey: "a-long-api-key" }).doctor({ model: MODEL });
      expect(find(report, "call")[1]).toContain("request id id [redacted]");
      expect(`${String(report)}${JSON.stringify(report)}`).not.toContain("a-long-api-key");
      // eslint-disable-next-line no-control-regex
      expect(String(report)).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    });
  });

  it("tells of an endpoint that answers, but is not Bedrock", async () => {
    server().enqueue({ status: 200, body: "<html>Sign in</html>" });
    const report = await examine();
    expect(find(report, "call")).toEqual(["failed", expect.stringContaining("no answer of ListAsyncInvokes")]);
    expect(report.ok).toBe(false);
  });

  it.each<[string, Partial<LLMOptions>, Record<string, string>, string]>([
    ["the client's regions", { bedrockRegions: ["eu-west-1", "us-west-2"] }, {}, "eu-west-1, from bedrockRegions"],
    ["the client's region", { bedrockRegion: "eu-west-1" }, {}, "eu-west-1, from bedrockRegion"],
    ["the second variable", {}, { AWS_DEFAULT_REGION: " eu-west-1 " }, "eu-west-1, from AWS_DEFAULT_REGION"],
  ])("tells where the region is from: %s", async (_, options, more, expected) => {
    const env = { ...KEYS, AWS_ENDPOINT_URL: server().url, ...more };
    expect(find(await examine(options, undefined, { env }), "region")).toEqual(["ok", expected]);
  });

  it("tells that a region that cannot be one is where it ends", async () => {
    const report = await examine({}, undefined, { env: { ...KEYS, AWS_REGION: "nowhere else" } });
    expect(report.checks.map(({ subject, status }) => [subject, status])).toEqual([["region", "failed"]]);
  });

  it("tells where a key is from, until when it is good, and nothing of one too short to be cut", async () => {
    await withServer({ apiKeys: ["a-long-api-key"], credentials: [] }, async (other) => {
      const env = { AWS_BEARER_TOKEN_BEDROCK: "a-long-api-key", AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: other.url };
      const report = await createClient(other, {}, { env }).doctor();
      expect(find(report, "credentials")).toEqual(["ok", "an API key, from AWS_BEARER_TOKEN_BEDROCK"]);
    });
    const expiration = new Date("2099-01-01T00:00:00Z");
    const bedrockCredentials = { accessKeyId: "AKIDSHORTER", secretAccessKey: "s", expiration };
    const report = await examine({ bedrockCredentials: () => Promise.resolve(bedrockCredentials) });
    expect(find(report, "credentials")).toEqual([
      "ok",
      "key ****, from bedrockCredentials, good until 2099-01-01T00:00:00.000Z",
    ]);
  });

  it("says nothing of the clock where the answer has no time, nor of an id that it has not", async () => {
    const page: typeof fetch = () => Promise.resolve(new Response("{}"));
    const report = await examine({ fetch: page });
    expect(find(report, "call")[1]).toMatch(/^ListAsyncInvokes answered in \d+ ms, request id none$/);
    expect(find(report, "clock")).toEqual([]);
  });

  it("knows its options", async () => {
    const options = { modle: MODEL } as { model?: string };
    expect(await failureOf(createClient(server()).doctor(options))).toMatchObject({ code: "ERR_INPUT" });
    expect(server().requests).toHaveLength(0);
  });

  it("stops when it is aborted", async () => {
    server().enqueue({ hang: true });
    const aborter = new AbortController();
    const asking = failureOf(createClient(server()).doctor({ signal: aborter.signal }));
    await server().nextRequest();
    aborter.abort();
    expect(await asking).toMatchObject({ code: "ERR_ABORTED" });
  });

  it("is a part of Bedrock", async () => {
    const provider = { name: "mine", chat: () => Promise.reject(new Error()), stream: () => expect.unreachable() };
    expect(await failureOf(createLLM({ provider }).doctor())).toMatchObject({ code: "ERR_CAPABILITY" });
  });
});
