import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { authorize, DOCUMENTATION_CREDENTIAL, type AuthPolicy } from "../src/auth.ts";
import { AwsError } from "../src/errors.ts";
import { computeSignature, hashBody } from "../src/signature.ts";
import { rejection, sign } from "./support.ts";

const NOW = new Date("2026-01-02T03:04:05Z");
const POLICY: AuthPolicy = { credentials: [DOCUMENTATION_CREDENTIAL], apiKeys: ["key-one", "key-two"] };
const PATH = "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse";

type SignInput = Parameters<typeof sign>[0];

async function signed(input: Partial<SignInput> = {}): Promise<{
  method: string;
  target: string;
  headers: Record<string, string>;
  body: Uint8Array;
}> {
  const full = { path: PATH, body: '{"messages":[]}', signingDate: NOW, ...input };
  const headers = await sign(full);
  return { method: full.method ?? "POST", target: full.path, headers, body: Buffer.from(full.body) };
}

async function refusal(request: Awaited<ReturnType<typeof signed>>, policy = POLICY, now = NOW): Promise<AwsError> {
  const error = await rejection(authorize(request, policy, now));
  if (!(error instanceof AwsError)) throw error;
  expect(error.status).toBe(403);
  return error;
}

describe("a signature", () => {
  it("is accepted when the official signer made it", async () => {
    expect(await authorize(await signed(), POLICY, NOW)).toBe("AKIAIOSFODNN7EXAMPLE");
  });

  it("is accepted for any path, query, headers and body that the official signer signs", async () => {
    const segment = fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }).map(encodeURIComponent);
    const token = fc.stringMatching(/^[a-zA-Z0-9 :;/+=-]{0,20}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        fc.dictionary(fc.stringMatching(/^[a-z-]{1,8}$/), token, { maxKeys: 3 }),
        token,
        fc.string(),
        async (segments, query, headerValue, body) => {
          const path = `/${segments.join("/")}`;
          const request = await signed({ path, query, headers: { "x-test": headerValue }, body });
          const queryText = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
          const target = queryText.length > 0 ? `${path}?${queryText.join("&")}` : path;
          expect(await authorize({ ...request, target }, POLICY, NOW)).toBe("AKIAIOSFODNN7EXAMPLE");
        },
      ),
      { numRuns: 60 },
    );
  });

  it("covers the path as it was sent: a raw colon and an encoded one are signed differently", async () => {
    const raw = await signed({ path: "/model/a.b-v1:0/converse" });
    expect(await authorize(raw, POLICY, NOW)).toBe("AKIAIOSFODNN7EXAMPLE");
    const error = await refusal({ ...raw, target: "/model/a.b-v1%3A0/converse" });
    expect(error.name).toBe("InvalidSignatureException");
  });

  it.each([
    ["method", { method: "PUT" }],
    ["path", { target: "/model/other/converse" }],
    ["query", { target: `${PATH}?x=1` }],
    ["body", { body: Buffer.from('{"messages":[1]}') }],
  ])("is refused when the %s was changed after signing", async (_part, change) => {
    const error = await refusal({ ...(await signed()), ...change });
    expect(error.name).toBe("InvalidSignatureException");
    expect(error.message).toBe(
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and " +
        "signing method. Consult the service documentation for details.",
    );
  });

  it("is refused when a signed header was changed or removed", async () => {
    const request = await signed({ headers: { "x-custom": "one" } });
    const { "x-custom": _removed, ...fewer } = request.headers;
    expect((await refusal({ ...request, headers: { ...request.headers, "x-custom": "two" } })).name).toBe(
      "InvalidSignatureException",
    );
    expect((await refusal({ ...request, headers: fewer })).name).toBe("InvalidSignatureException");
  });

  it("must cover every x-amz header of the request", async () => {
    const request = await signed();
    const error = await refusal({ ...request, headers: { ...request.headers, "x-amz-extra": "1" } });
    expect(error.name).toBe("InvalidSignatureException");
    expect(error.message).toBe("'x-amz-extra' must be a 'SignedHeader' in the AWS Authorization.");
  });

  it.each(["accept", "constructor", "__proto__"])(
    "is refused when it covers a header that was not sent: %s (our words)",
    async (name) => {
      const headers = { host: "localhost", "x-amz-date": "20260102T030405Z" };
      const request = { method: "POST", target: PATH, headers, body: new Uint8Array() };
      const claim = { longDate: headers["x-amz-date"], region: "us-east-1", service: "bedrock" };
      const signedHeaders = [name, ...Object.keys(headers)];
      const signature = await computeSignature({ ...request, ...claim, signedHeaders }, DOCUMENTATION_CREDENTIAL);
      const authorization =
        `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260102/us-east-1/bedrock/aws4_request, ` +
        `SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`;
      const error = await refusal({ ...request, headers: { ...headers, authorization } });
      expect(error.name).toBe("InvalidSignatureException");
      expect(error.message).toBe(`The 'SignedHeader' '${name}' is not a header of the request.`);
    },
  );

  it("ignores other headers that are not signed", async () => {
    const request = await signed();
    const headers = { ...request.headers, "user-agent": "proxy", "x-forwarded-for": "10.0.0.1" };
    await expect(authorize({ ...request, headers }, POLICY, NOW)).resolves.toBeDefined();
  });

  it("is refused for a wrong secret", async () => {
    const credentials = { ...DOCUMENTATION_CREDENTIAL, secretAccessKey: "wrong" };
    expect((await refusal(await signed({ credentials }))).name).toBe("InvalidSignatureException");
  });

  it("is refused for an unknown access key id", async () => {
    const error = await refusal(
      await signed({ credentials: { ...DOCUMENTATION_CREDENTIAL, accessKeyId: "AKIAOTHER" } }),
    );
    expect(error.name).toBe("UnrecognizedClientException");
    expect(error.message).toBe("The security token included in the request is invalid.");
  });

  it("may be made over :authority in place of host, and over host when only :authority was sent", async () => {
    const overAuthority = await signed({ headers: { ":authority": "localhost" } });
    await expect(authorize(overAuthority, POLICY, NOW)).resolves.toBeDefined();

    const request = await signed();
    const { host, ...rest } = request.headers;
    const headers = { ...rest, ":authority": host ?? "" };
    await expect(authorize({ ...request, headers }, POLICY, NOW)).resolves.toBeDefined();
  });

  it("is refused when it does not cover the host", async () => {
    const request = await signed();
    const authorization = request.headers["authorization"]?.replace(";host;", ";") ?? "";
    const error = await refusal({ ...request, headers: { ...request.headers, authorization } });
    expect(error.name).toBe("InvalidSignatureException");
    expect(error.message).toBe("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  });

  it("is refused when the stated payload hash is not the body's, even if all else is right", async () => {
    const headers = {
      host: "localhost",
      "x-amz-content-sha256": hashBody(Buffer.from("x")),
      "x-amz-date": "20260102T030405Z",
    };
    const claim = {
      signedHeaders: Object.keys(headers),
      longDate: "20260102T030405Z",
      region: "us-east-1",
      service: "bedrock",
    };
    const request = { method: "POST", target: PATH, headers, body: Buffer.from("x") };
    const signWith = async (body: Uint8Array): Promise<Record<string, string>> => {
      const signature = await computeSignature({ ...request, ...claim, body }, DOCUMENTATION_CREDENTIAL);
      const credential = "AKIAIOSFODNN7EXAMPLE/20260102/us-east-1/bedrock/aws4_request";
      const signedHeaders = claim.signedHeaders.join(";");
      return {
        ...headers,
        authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
      };
    };
    const good = { ...request, headers: await signWith(request.body) };
    expect(await authorize(good, POLICY, NOW)).toBe("AKIAIOSFODNN7EXAMPLE");
    const body = Buffer.from("something else");
    expect((await refusal({ ...request, headers: await signWith(body), body })).name).toBe("InvalidSignatureException");
  });

  it("needs no payload hash header", async () => {
    const signer = new SignatureV4({
      credentials: DOCUMENTATION_CREDENTIAL,
      region: "us-east-1",
      service: "bedrock",
      sha256: Sha256,
      applyChecksum: false,
    });
    const body = Buffer.from("{}");
    const request = new HttpRequest({ method: "POST", path: PATH, headers: { host: "localhost" }, body });
    const { headers } = await signer.sign(request, { signingDate: NOW });
    expect(headers).not.toHaveProperty("x-amz-content-sha256");
    expect(await authorize({ method: "POST", target: PATH, headers, body }, POLICY, NOW)).toBe("AKIAIOSFODNN7EXAMPLE");
  });
});

describe("a session token", () => {
  const credential = { accessKeyId: "ASIATEMPORARY", secretAccessKey: "secret", sessionToken: "token-1" };
  const policy: AuthPolicy = { credentials: [credential], apiKeys: [] };

  it("is accepted when it is the credential's", async () => {
    expect(await authorize(await signed({ credentials: credential }), policy, NOW)).toBe("ASIATEMPORARY");
  });

  it.each([
    ["missing", { accessKeyId: "ASIATEMPORARY", secretAccessKey: "secret" }],
    ["another one", { ...credential, sessionToken: "token-2" }],
  ])("is refused when it is %s", async (_how, credentials) => {
    expect((await refusal(await signed({ credentials }), policy)).name).toBe("UnrecognizedClientException");
  });

  it("is refused beside a credential that has none", async () => {
    const credentials = { ...DOCUMENTATION_CREDENTIAL, sessionToken: "left over" };
    expect((await refusal(await signed({ credentials }))).name).toBe("UnrecognizedClientException");
  });

  it("is refused when it is empty, whether the credential has one or not", async () => {
    const request = await signed({ headers: { "x-amz-security-token": "" } });
    expect(request.headers["authorization"]).toContain("x-amz-security-token");
    expect((await refusal(request)).name).toBe("UnrecognizedClientException");
    const { sessionToken: _none, ...credentials } = credential;
    const other = await signed({ headers: { "x-amz-security-token": "" }, credentials });
    expect((await refusal(other, policy)).name).toBe("UnrecognizedClientException");
  });

  it("is expired from its end on", async () => {
    const expiring: AuthPolicy = { credentials: [{ ...credential, expiresAt: NOW }], apiKeys: [] };
    const request = await signed({ credentials: credential });
    await expect(authorize(request, expiring, new Date(NOW.getTime() - 1))).resolves.toBe("ASIATEMPORARY");
    const error = await refusal(request, expiring);
    expect(error.name).toBe("ExpiredTokenException");
    expect(error.message).toBe("The security token included in the request is expired");
  });
});

describe("the clock", () => {
  it.each([-300_000, 300_000])("may differ by %d ms", async (skewMs) => {
    const request = await signed({ signingDate: new Date(NOW.getTime() + skewMs) });
    await expect(authorize(request, POLICY, NOW)).resolves.toBeDefined();
  });

  it("tells a signature that is too old, with both times", async () => {
    const error = await refusal(await signed({ signingDate: new Date("2026-01-02T02:59:04Z") }));
    expect(error.name).toBe("InvalidSignatureException");
    expect(error.message).toBe(
      "Signature expired: 20260102T025904Z is now earlier than 20260102T025905Z (20260102T030405Z - 5 min.)",
    );
  });

  it("tells a signature from the future, with both times", async () => {
    const error = await refusal(await signed({ signingDate: new Date("2026-01-02T03:09:06Z") }));
    expect(error.name).toBe("InvalidSignatureException");
    expect(error.message).toBe(
      "Signature not yet current: 20260102T030906Z is still later than 20260102T030905Z (20260102T030405Z + 5 min.)",
    );
  });
});

describe("the credential scope", () => {
  it("must name the service bedrock", async () => {
    const error = await refusal(await signed({ service: "bedrock-runtime" }));
    expect(error.name).toBe("InvalidSignatureException");
    expect(error.message).toBe("Credential should be scoped to correct service: 'bedrock'.");
  });

  it("must name the region when the server has one", async () => {
    const error = await refusal(await signed({ region: "eu-west-1" }), { ...POLICY, region: "us-east-1" });
    expect(error.message).toBe("Credential should be scoped to a valid region, not 'eu-west-1'.");
    await expect(authorize(await signed({ region: "eu-west-1" }), POLICY, NOW)).resolves.toBeDefined();
  });

  it.each([
    ["/20260102/", "/20260101/", "Date in Credential scope does not match"],
    [
      "/aws4_request",
      "/aws4_other",
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws4_other'.",
    ],
  ])("must have the right parts: not %s -> %s", async (from, to, text) => {
    const request = await signed();
    const authorization = request.headers["authorization"]?.replace(from, to) ?? "";
    const error = await refusal({ ...request, headers: { ...request.headers, authorization } });
    expect(error.name).toBe("InvalidSignatureException");
    expect(error.message).toContain(text);
  });
});

describe("the Authorization header", () => {
  async function withAuthorization(authorization: string | undefined): Promise<AwsError> {
    const request = await signed();
    const { authorization: _old, ...headers } = request.headers;
    return refusal({ ...request, headers: authorization === undefined ? headers : { ...headers, authorization } });
  }

  it("must be there", async () => {
    const error = await withAuthorization(undefined);
    expect(error.name).toBe("MissingAuthenticationTokenException");
    expect(error.message).toBe("Missing Authentication Token");
  });

  it("must have all parts; the message names what is missing and repeats no signature", async () => {
    const error = await withAuthorization("AWS4-HMAC-SHA256 Signature=0123456789abcdef");
    expect(error.name).toBe("IncompleteSignatureException");
    expect(error.message).toContain("Authorization header requires 'Credential' parameter.");
    expect(error.message).toContain("Authorization header requires 'SignedHeaders' parameter.");
    expect(error.message).not.toContain("'Signature' parameter");
    expect(error.message).not.toContain("0123456789abcdef");
  });

  it.each(["Basic abc", "AWS4-ECDSA-P256-SHA256 Credential=a", "nonsense"])(
    "must have a known scheme, not %s",
    async (text) => {
      expect((await withAuthorization(text)).name).toBe("IncompleteSignatureException");
    },
  );

  it.each([
    ["Credential twice", (text: string) => text.replace("Credential=", "Credential=AKIA/1/2/3/4, Credential="), "once"],
    [
      "SignedHeaders twice",
      (text: string) => text.replace("SignedHeaders=", "SignedHeaders=host, SignedHeaders="),
      "once",
    ],
    ["Signature twice", (text: string) => text.replace("Signature=", "Signature=00, Signature="), "once"],
    ["an unknown parameter", (text: string) => `${text}, Region=us-east-1`, "takes only the parameters"],
    ["a parameter without a value", (text: string) => `${text}, Region`, "takes only the parameters"],
    ["an empty parameter", (text: string) => `${text},`, "takes only the parameters"],
    ["the name of an inherited property", (text: string) => `${text}, constructor=1`, "takes only the parameters"],
  ])("must have each parameter once and no other, not %s (our words)", async (_what, change, words) => {
    const error = await withAuthorization(change((await signed()).headers["authorization"] ?? ""));
    expect(error.name).toBe("IncompleteSignatureException");
    expect(error.message).toContain(words);
  });

  it.each([
    "content-type;Host;x-amz-content-sha256;x-amz-date",
    "host;content-type;x-amz-content-sha256;x-amz-date",
    "content-type;host;host;x-amz-content-sha256;x-amz-date",
    "content-type;host;;x-amz-content-sha256;x-amz-date",
    ";content-type;host;x-amz-content-sha256;x-amz-date",
    "content-type;host;x-amz-content-sha256;x-amz-date;",
  ])("must name signed headers in lower case, sorted and once, not %s (our words)", async (names) => {
    const { authorization = "" } = (await signed()).headers;
    const changed = authorization.replace("content-type;host;x-amz-content-sha256;x-amz-date", names);
    expect(changed).not.toBe(authorization);
    const error = await withAuthorization(changed);
    expect(error.name).toBe("IncompleteSignatureException");
    expect(error.message).toContain("in lower case, sorted, each once");
  });

  it("must have a scope of five parts", async () => {
    const error = await withAuthorization(
      "AWS4-HMAC-SHA256 Credential=AKIA/20260102, SignedHeaders=host, Signature=00",
    );
    expect(error.name).toBe("IncompleteSignatureException");
    expect(error.message).toContain("Credential must have exactly 5 slash-delimited elements");
  });

  it.each(["2026-01-02", "99999999T999999Z"])("needs a date in basic form, not %s", async (date) => {
    const request = await signed();
    const error = await refusal({ ...request, headers: { ...request.headers, "x-amz-date": date } });
    expect(error.name).toBe("IncompleteSignatureException");
    expect(error.message).toContain(date);
  });

  it("may be written without blanks after its commas", async () => {
    const request = await signed();
    const authorization = request.headers["authorization"]?.replaceAll(", ", ",") ?? "";
    await expect(
      authorize({ ...request, headers: { ...request.headers, authorization } }, POLICY, NOW),
    ).resolves.toBeDefined();
  });
});

describe("a bearer token", () => {
  const request = { method: "POST", target: PATH, body: new Uint8Array() };

  it.each(["key-one", "key-two"])("is accepted when it is one of the keys: %s", async (key) => {
    const headers = { authorization: `Bearer ${key}` };
    expect(await authorize({ ...request, headers }, POLICY, NOW)).toBe("api-key");
  });

  it.each(["key-three", "", "key-one2"])("is refused otherwise: %j", async (key) => {
    const error = await refusal({ ...request, headers: { authorization: `Bearer ${key}` } });
    expect(error.name).toBe("AccessDeniedException");
    expect(error.message).toBe("Authentication failed: Please make sure your API Key is valid.");
    expect(JSON.stringify(error.members)).toBe(
      '{"Message":"Authentication failed: Please make sure your API Key is valid."}',
    );
  });
});
