import { expect, test } from "vitest";
import { createBedrockProvider } from "../../../src/bedrock/provider.ts";
import type { BedrockClient } from "../../../src/bedrock/client.ts";
import { invokeJson } from "../../../src/bedrock/invoke/invoke-json.ts";
import { resolveModel } from "../../../src/bedrock/models.ts";
import { createDefaultTransport } from "../../../src/http/node.ts";
import { failureOf, testWorld, useServer } from "../../support/bedrock.ts";

const server = useServer();
const ID = "amazon.titan-image-generator-v2:0";

function createClient(maxRetries = 0): BedrockClient {
  const world = testWorld(server());
  const options = { bedrock: {}, transport: createDefaultTransport(), world, prices: {}, timeouts: {} };
  return createBedrockProvider({ ...options, maxRetries, logger: undefined }).client;
}

test("sends the body as JSON and gives what came back, with its headers", async () => {
  server().enqueue({
    status: 200,
    headers: { "x-amzn-bedrock-input-token-count": "7" },
    body: { images: ["QQ=="] },
  });
  const model = resolveModel(ID);
  const response = await invokeJson(createClient(), { model, body: { a: 1 }, options: { headers: { "X-Mine": "b" } } });
  const [request] = server().requests;
  expect(request).toMatchObject({ method: "POST", operation: "InvokeModel", modelId: ID, json: { a: 1 } });
  expect(request?.headers).toMatchObject({
    "content-type": "application/json",
    accept: "application/json",
    "x-mine": "b",
  });
  expect(response).toMatchObject({ json: { images: ["QQ=="] }, requestId: request?.id, region: "us-east-1" });
  expect(response.headers["x-amzn-bedrock-input-token-count"]).toBe("7");
});

test("asks an ARN as one segment of the path", async () => {
  server().enqueue({ status: 200, body: {} });
  const arn = "arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/abc";
  await invokeJson(createClient(), { model: resolveModel(arn), body: {}, options: {} });
  expect(server().requests[0]).toMatchObject({ modelId: arn });
  expect(server().requests[0]?.path).toContain(`/model/${encodeURIComponent(arn)}/invoke`);
});

test.each(["<html>", "[1]", "null", ""])("refuses an answer that is no JSON object: %j", async (body) => {
  server().enqueue({ status: 200, body });
  const error = await failureOf(invokeJson(createClient(), { model: resolveModel(ID), body: {}, options: {} }));
  expect(error).toMatchObject({ name: "APIError", code: "ERR_RESPONSE", operation: "InvokeModel", model: ID });
  expect(error).toMatchObject({ status: 200, requestId: server().requests[0]?.id, retryable: false });
});

test("retries what may pass", async () => {
  server().enqueue({ error: "ThrottlingException" }, { status: 200, body: { ok: true } });
  const { json } = await invokeJson(createClient(1), { model: resolveModel(ID), body: {}, options: {} });
  expect(json).toEqual({ ok: true });
  expect(server().requests).toHaveLength(2);
});

test("names the operation that the caller names", async () => {
  server().enqueue({ error: "ValidationException" });
  const request = { model: resolveModel(ID), body: {}, options: {}, operation: "InvokeModel (paint)" };
  const error = await failureOf(invokeJson(createClient(), request));
  expect(error).toMatchObject({ name: "BadRequestError", operation: "InvokeModel (paint)" });
});

test("refuses a body that JSON cannot hold, and sends nothing", async () => {
  const body: Record<string, never> = {};
  Object.assign(body, { body });
  const error = await failureOf(invokeJson(createClient(), { model: resolveModel(ID), body, options: {} }));
  expect(error).toMatchObject({ code: "ERR_INPUT" });
  expect(server().requests).toHaveLength(0);
});
