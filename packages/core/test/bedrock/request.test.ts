import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { createChat, createClient, failureOf, KEYS, MODEL, useServer, withServer } from "../support/bedrock.ts";
import { converseResponse } from "../support/events.ts";

const server = useServer();

describe("a request", () => {
  test("goes to the model's path with JSON, signed", async () => {
    await createClient(server()).chat("amazon.nova-lite-v1:0").ask("Hi");
    const request = server().requests[0];
    expect(request).toMatchObject({
      method: "POST",
      path: "/model/amazon.nova-lite-v1%3A0/converse",
      modelId: "amazon.nova-lite-v1:0",
      authorized: true,
      principal: KEYS.AWS_ACCESS_KEY_ID,
      httpVersion: "1.1",
      headers: {
        host: `127.0.0.1:${server().port}`,
        "content-type": "application/json",
        accept: "application/json",
        "content-length": String(request?.body.length),
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/\d{8}\/us-east-1\/bedrock\/aws4_request, /,
        ),
      },
    });
  });

  test("for a stream asks for an event stream", async () => {
    await createChat(server()).stream("Hi").response();
    expect(server().requests[0]).toMatchObject({
      path: `/model/${MODEL}/converse-stream`,
      headers: { accept: "application/vnd.amazon.eventstream" },
    });
  });

  test("carries the caller's headers, signed", async () => {
    await createChat(server()).ask("Hi", { headers: { "X-Team": "blue" } });
    const { headers } = server().requests[0] ?? {};
    expect(headers).toMatchObject({ "x-team": "blue" });
    expect(headers?.["authorization"]).toMatch(/SignedHeaders=[^,]*x-team/);
  });

  test.each([
    [{ authorization: "x" }, "authorization"],
    [{ Host: "x" }, "host"],
    [{ "Content-Length": "1" }, "content-length"],
    [{ "X-Amz-Date": "1" }, "x-amz-date"],
    [{ "x-amz-security-token": "1" }, "x-amz-security-token"],
    [{ "x y": "1" }, '"x y"'],
    [{ "": "1" }, '""'],
    [{ x: "a\r\ny: b" }, '"x"'],
    [{ x: "é" }, '"x"'],
  ])("with the headers %j is refused", async (headers: Record<string, string>, told) => {
    const error = await failureOf(createChat(server()).ask("Hi", { headers }));
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toContain(told);
    expect(server().requests).toHaveLength(0);
  });

  test("with an ARN is signed for the ARN's region", async () => {
    const arn = "arn:aws:bedrock:eu-west-3:123456789012:inference-profile/us.amazon.nova-micro-v1:0";
    await withServer({ region: "eu-west-3" }, async (regional) => {
      regional.enqueue({ status: 200, body: converseResponse([{ text: "Hi" }]) });
      await createClient(regional, { bedrockRegion: "us-east-1" }).chat(arn).ask("Hi");
      expect(regional.requests[0]).toMatchObject({ modelId: arn, authorized: true });
      expect(regional.requests[0]?.path).toContain("%2Fus.amazon.nova-micro-v1%3A0/converse");
    });
  });

  test("goes below the endpoint's path prefix, signed with it", async () => {
    await withServer({ pathPrefix: "/llm/v1" }, async (prefixed) => {
      await createChat(prefixed).ask("Hi");
      expect(prefixed.requests[0]).toMatchObject({ path: `/llm/v1/model/${MODEL}/converse`, authorized: true });
    });
  });

  test("with an API key carries it, and neither date nor hash", async () => {
    await withServer({ apiKeys: ["my-key"] }, async (keyed) => {
      await createChat(keyed, { bedrockApiKey: "my-key" }).ask("Hi");
      const { headers = {}, principal } = keyed.requests[0] ?? {};
      expect(principal).toBe("api-key");
      expect(headers["authorization"]).toBe("Bearer my-key");
      expect(Object.keys(headers).filter((name) => name.startsWith("x-amz"))).toEqual([]);
    });
  });

  test("without authentication carries none", async () => {
    await withServer({ auth: "none" }, async (open) => {
      await createChat(open, { bedrockAuth: "none" }).ask("Hi");
      const names = Object.keys(open.requests[0]?.headers ?? {});
      expect(names.filter((name) => /^(authorization|x-amz)/.test(name))).toEqual([]);
    });
  });

  test("with temporary credentials carries the session token", async () => {
    const pair = { accessKeyId: "ASIA", secretAccessKey: "s", sessionToken: "t/+=" };
    await withServer({ credentials: [pair] }, async (temporary) => {
      const client = createClient(temporary, { bedrockCredentials: () => pair });
      await client.chat(MODEL).ask("Hi");
      expect(temporary.requests[0]?.headers["x-amz-security-token"]).toBe("t/+=");
    });
  });
});
