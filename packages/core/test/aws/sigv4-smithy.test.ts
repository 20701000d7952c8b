import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSigner, signRequest, type AwsCredentials, type SignableRequest } from "../../src/aws/sigv4.ts";

const wellFormed = fc.string({ unit: "binary", maxLength: 12 });

/** Segments as they stand on the wire: encoded or not, dots, empty ones. */
const segment = fc.oneof(
  wellFormed.map(encodeURIComponent),
  wellFormed.map((text) => text.replaceAll(/[?/]/g, "-")),
  fc.constantFrom("", ".", "..", "a%3Ab", "a:b", "x%2Fy", "%", "model", "é", "a b", "!'()*~_.-"),
);
const path = fc.array(segment, { maxLength: 6 }).map((segments) => `/${segments.join("/")}`);

const queryName = wellFormed.filter((name) => name !== "__proto__" && !/^x-amz-signature$/i.test(name));
const query = fc.array(fc.tuple(queryName, fc.oneof(wellFormed, fc.constantFrom("", "a+b", "=", "&"))), {
  maxLength: 5,
});

const headerName = fc
  .string({ unit: fc.constantFrom(...Array.from("abcXYZ019-")), minLength: 1, maxLength: 8 })
  .map((name) => `h${name}`);
const listedName = fc.constantFrom(
  "Content-Type",
  "accept",
  "User-Agent",
  "connection",
  "x-amzn-trace-id",
  "sec-fetch",
);
const headerValue = fc.string({ unit: fc.constantFrom(...Array.from('ab\t  \r\n,;"é')), maxLength: 12 });
const headers = fc
  .uniqueArray(fc.tuple(fc.oneof(headerName, listedName), headerValue), { selector: ([name]) => name.toLowerCase() })
  .map((entries) => Object.fromEntries(entries));

const body = fc.oneof(fc.constant(undefined), wellFormed, fc.uint8Array());
const credentials = fc.record({
  accessKeyId: fc.string({ minLength: 1 }),
  secretAccessKey: fc.string({ minLength: 1 }),
  sessionToken: fc.option(fc.base64String({ minLength: 4 }), { nil: undefined }),
});
const date = fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true });

const scenario = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "DELETE"),
  path,
  query,
  host: fc.constantFrom("bedrock-runtime.us-east-1.amazonaws.com", "localhost:8080"),
  headers,
  body,
  credentials,
  date,
  region: fc.constantFrom("us-east-1", "eu-central-1"),
  service: fc.constantFrom("bedrock", "s3"),
  plain: fc.boolean(),
  contentHashHeader: fc.boolean(),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** The query as the official signer takes it: decoded, values by name. */
function toBag(pairs: Scenario["query"]): Record<string, string | string[]> {
  const bag = new Map<string, string[]>();
  for (const [name, value] of pairs) bag.set(name, [...(bag.get(name) ?? []), value]);
  return Object.fromEntries([...bag].map(([name, values]) => [name, values.length === 1 ? String(values[0]) : values]));
}

async function signOfficially(s: Scenario): Promise<Record<string, string>> {
  const { region, service, plain } = s;
  const applyChecksum = s.contentHashHeader;
  const keys: AwsCredentials = s.credentials;
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
    region,
    service,
    sha256: Sha256,
    uriEscapePath: !plain,
    applyChecksum,
  });
  const { method, host } = s;
  const request = new HttpRequest({
    method,
    path: s.path,
    query: toBag(s.query),
    headers: { ...s.headers, host },
    body: s.body,
  });
  return (await signer.sign(request, { signingDate: s.date })).headers;
}

function toRequest({
  method,
  path: pathOnly,
  query: pairs,
  host,
  headers: own,
  body: content,
}: Scenario): SignableRequest {
  const search = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  return { method, path: search ? `${pathOnly}?${search}` : pathOnly, host, headers: own, body: content };
}

describe("signRequest", () => {
  it("signs any request as @smithy/signature-v4 does", async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (s) => {
        const { plain, contentHashHeader } = s;
        const options = { doubleEncode: !plain, normalizePath: !plain, contentHashHeader };
        const added = await signRequest(toRequest(s), s, options);
        const official = await signOfficially(s);
        expect(added).toEqual(Object.fromEntries(Object.keys(added).map((name) => [name, official[name]])));
        expect(await createSigner(options)(toRequest(s), s)).toEqual(added);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
