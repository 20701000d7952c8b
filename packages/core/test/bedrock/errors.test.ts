import { describe, expect, test } from "vitest";
import { createAwsError, publicMessage } from "../../src/bedrock/errors.ts";
import * as errors from "../../src/errors.ts";
import { createChat, createClient, failureOf, MODEL, useServer } from "../support/bedrock.ts";

type Row = readonly [name: string, status: number, type: typeof errors.APIError, code: string, retryable: boolean];

/** Exception, its status on the wire, and what it becomes. */
const TABLE: readonly Row[] = [
  ["AccessDeniedException", 403, errors.ForbiddenError, "ERR_FORBIDDEN", false],
  ["ConflictException", 400, errors.BadRequestError, "ERR_BAD_REQUEST", false],
  ["InternalServerException", 500, errors.ServerError, "ERR_SERVER", true],
  ["InternalFailure", 500, errors.ServerError, "ERR_SERVER", true],
  ["ModelErrorException", 424, errors.ModelError, "ERR_MODEL", false],
  ["ModelNotReadyException", 429, errors.ModelError, "ERR_MODEL_NOT_READY", true],
  ["ModelStreamErrorException", 424, errors.ModelError, "ERR_MODEL_STREAM", true],
  ["ModelTimeoutException", 408, errors.TimeoutError, "ERR_TIMEOUT_MODEL", false],
  ["ResourceNotFoundException", 404, errors.NotFoundError, "ERR_NOT_FOUND", false],
  ["ServiceQuotaExceededException", 400, errors.QuotaExceededError, "ERR_QUOTA_EXCEEDED", false],
  ["ServiceUnavailableException", 503, errors.ServiceUnavailableError, "ERR_SERVICE_UNAVAILABLE", true],
  ["ThrottlingException", 429, errors.RateLimitError, "ERR_RATE_LIMIT", true],
  ["Throttling", 400, errors.RateLimitError, "ERR_RATE_LIMIT", true],
  ["TooManyRequestsException", 429, errors.RateLimitError, "ERR_RATE_LIMIT", true],
  ["SlowDown", 503, errors.RateLimitError, "ERR_RATE_LIMIT", true],
  ["ValidationException", 400, errors.BadRequestError, "ERR_BAD_REQUEST", false],
  ["ValidationError", 400, errors.BadRequestError, "ERR_BAD_REQUEST", false],
  ["AuthFailure", 401, errors.AuthenticationError, "ERR_AUTHENTICATION", false],
  ["ExpiredTokenException", 403, errors.AuthenticationError, "ERR_CREDENTIALS_EXPIRED", false],
  ["ExpiredToken", 400, errors.AuthenticationError, "ERR_CREDENTIALS_EXPIRED", false],
  ["IncompleteSignatureException", 403, errors.AuthenticationError, "ERR_AUTHENTICATION", false],
  ["InvalidClientTokenId", 403, errors.AuthenticationError, "ERR_AUTHENTICATION", false],
  ["InvalidSignatureException", 403, errors.AuthenticationError, "ERR_AUTHENTICATION", false],
  ["MissingAuthenticationTokenException", 403, errors.AuthenticationError, "ERR_AUTHENTICATION", false],
  ["RequestExpired", 403, errors.AuthenticationError, "ERR_AUTHENTICATION", false],
  ["RequestTimeTooSkewed", 403, errors.AuthenticationError, "ERR_AUTHENTICATION", false],
  ["RequestTimeout", 408, errors.TimeoutError, "ERR_TIMEOUT_SERVER", true],
  ["SerializationException", 400, errors.BadRequestError, "ERR_BAD_REQUEST", false],
  ["SignatureDoesNotMatch", 403, errors.AuthenticationError, "ERR_AUTHENTICATION", false],
  ["UnknownOperationException", 404, errors.NotFoundError, "ERR_NOT_FOUND", false],
  ["UnrecognizedClientException", 403, errors.AuthenticationError, "ERR_AUTHENTICATION", false],
];

/** The same without a name that is known: the status decides. */
const BY_STATUS: readonly (readonly [
  status: number,
  type: typeof errors.APIError,
  code: string,
  retryable: boolean,
])[] = [
  [400, errors.BadRequestError, "ERR_BAD_REQUEST", false],
  [401, errors.AuthenticationError, "ERR_AUTHENTICATION", false],
  [402, errors.APIError, "ERR_API", false],
  [403, errors.ForbiddenError, "ERR_FORBIDDEN", false],
  [404, errors.NotFoundError, "ERR_NOT_FOUND", false],
  [408, errors.TimeoutError, "ERR_TIMEOUT_SERVER", true],
  [413, errors.BadRequestError, "ERR_BAD_REQUEST", false],
  [424, errors.ModelError, "ERR_MODEL", false],
  [429, errors.RateLimitError, "ERR_RATE_LIMIT", true],
  [500, errors.ServerError, "ERR_SERVER", true],
  [502, errors.ServerError, "ERR_SERVER", true],
  [503, errors.ServiceUnavailableError, "ERR_SERVICE_UNAVAILABLE", true],
  [504, errors.ServerError, "ERR_SERVER", true],
  [599, errors.APIError, "ERR_API", true],
  [302, errors.APIError, "ERR_API", false],
];

describe("an error answer", () => {
  const server = useServer();
  const ask = (status: number, headers: Record<string, string>, body: unknown): Promise<errors.LLMError> => {
    server().enqueue({ status, headers, body });
    return failureOf(createChat(server(), { maxRetries: 0 }).ask("Hi"));
  };

  test.each(TABLE)(
    "%s (HTTP %i) becomes its class, wherever the name stands",
    async (name, status, type, code, retryable) => {
      const forms: [headers: Record<string, string>, body: object][] = [
        [{ "x-amzn-errortype": `${name}:http://internal.amazon.com/coral/com.amazon.bedrock/` }, { message: "Told." }],
        [{}, { code: name, message: "Told." }],
        [{}, { __type: `com.amazon.coral.service#${name}`, Message: "Told." }],
      ];
      for (const [headers, body] of forms) {
        const error = await ask(status, headers, body);
        expect(error.constructor).toBe(type);
        expect(error).toMatchObject({ code, retryable, status, exception: name, model: MODEL, operation: "Converse" });
        expect(error).toMatchObject({ requestId: server().requests.at(-1)?.id, body: JSON.stringify(body) });
        expect(error.message).toBe(
          `Converse with ${MODEL} failed: Told. [${name}, HTTP ${status}, request id ${error.requestId}]`,
        );
      }
    },
  );

  test.each(BY_STATUS)(
    "with HTTP %i and no name that is known is judged by its status",
    async (status, type, code, retryable) => {
      for (const body of [
        {},
        "<html>",
        { code: "constructor" },
        { __type: "BrandNewException" },
        { code: "__proto__" },
      ]) {
        const error = await ask(status, {}, body);
        expect(error.constructor).toBe(type);
        expect(error).toMatchObject({ code, retryable, status });
      }
    },
  );

  test.each([429, 500, 503, 502, 504])("with HTTP %i is tried again, as often as maxRetries says", async (status) => {
    for (let i = 0; i < 4; i++) server().enqueue({ status, body: {} });
    await failureOf(createChat(server(), { maxRetries: 3 }).ask("Hi"));
    expect(server().requests).toHaveLength(4);
  });

  test.each([400, 401, 403, 404, 413, 424])("with HTTP %i is not tried again", async (status) => {
    server().enqueue({ status, body: {} });
    await failureOf(createChat(server(), { maxRetries: 3 }).ask("Hi"));
    expect(server().requests).toHaveLength(1);
  });

  test("of the model's own time limit is not tried again, of the server's is", async () => {
    server().enqueue({ error: "ModelTimeoutException" });
    await failureOf(createChat(server()).ask("Hi"));
    expect(server().requests).toHaveLength(1);
    server().enqueue({ status: 408, body: {} });
    await createChat(server()).ask("Hi");
    expect(server().requests).toHaveLength(3);
  });

  test("tells how long to wait", async () => {
    expect(await ask(429, { "retry-after": "120" }, {})).toMatchObject({ retryAfterMs: 120_000 });
    expect(await ask(503, { "retry-after": "2" }, {})).toMatchObject({ retryAfterMs: 2000 });
  });

  test("says so when Bedrock said nothing", async () => {
    expect((await ask(500, {}, "")).message).toMatch(/Bedrock gave no message \[no exception name, HTTP 500, /);
  });

  test("of a stream's request is the same, with its operation", async () => {
    server().enqueue({ error: "AccessDeniedException", message: "No." });
    const error = await failureOf(createChat(server()).stream("Hi").response());
    expect(error).toMatchObject({ code: "ERR_FORBIDDEN", operation: "ConverseStream", status: 403, model: MODEL });
    expect(error.requestId).toBe(server().requests[0]?.id);
  });

  test("about a bad API key is an AuthenticationError", async () => {
    const client = createClient(server(), { bedrockApiKey: "wrong" });
    const error = await failureOf(client.chat(MODEL).ask("Hi"));
    expect(error).toMatchObject({ code: "ERR_AUTHENTICATION", status: 403, exception: "AccessDeniedException" });
    expect(error.message).toContain("Authentication failed");
  });

  test("about a wrong secret key is an AuthenticationError, sent once", async () => {
    const pair = { bedrockAccessKeyId: "AKIAIOSFODNN7EXAMPLE", bedrockSecretAccessKey: "wrong" };
    const error = await failureOf(createChat(server(), pair).ask("Hi"));
    expect(error).toMatchObject({ code: "ERR_AUTHENTICATION", exception: "InvalidSignatureException" });
    expect(server().requests).toHaveLength(1);
  });

  test("is read up to a megabyte, kept up to 64 KB, and closed then", async () => {
    const error = await ask(500, {}, "x".repeat(3_000_000));
    expect(error).toHaveProperty("body", "x".repeat(64 * 1024));
  });

  test("whose body is cut still tells its status", async () => {
    server().enqueue({ events: [{ bytes: Buffer.from('{"message":') }, { close: true }], status: 503 });
    const error = await failureOf(createChat(server(), { maxRetries: 0 }).ask("Hi"));
    expect(error).toMatchObject({ code: "ERR_SERVICE_UNAVAILABLE", status: 503 });
  });
});

test("a message that quotes the canonical request is cut before it", () => {
  const quoted = "It does not match.\n\nThe Canonical String for this request should have been\n'POST\n…'";
  expect(publicMessage(quoted)).toBe("It does not match.");
  expect(publicMessage("Plain.")).toBe("Plain.");
});

test("an exception inside a stream has no status", () => {
  const error = createAwsError({ name: "ThrottlingException", message: "Slow." }, {});
  expect(error.message).toBe("The request failed: Slow. [ThrottlingException, inside the stream]");
  expect(error.status).toBeUndefined();
});
