import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  canonicalRequest,
  createSigner,
  deriveSigningKey,
  signRequest,
  stringToSign,
  type SignableRequest,
  type SigningContext,
  type SigningOptions,
} from "../../src/aws/sigv4.ts";
import { createHmacSha256Hex } from "../../src/bytes/node.ts";

interface Vector {
  readonly name: string;
  readonly context: {
    readonly credentials: {
      readonly access_key_id: string;
      readonly secret_access_key: string;
      readonly token?: string;
    };
    readonly normalize: boolean;
    readonly omit_session_token?: boolean;
    readonly region: string;
    readonly service: string;
    readonly sign_body: boolean;
    readonly timestamp: string;
  };
  readonly request: string;
  readonly header: { readonly canonicalRequest: string; readonly stringToSign: string; readonly signature: string };
}

const file = new URL("../../../../../shared/vectors/aws-sigv4.json", import.meta.url);
const present = existsSync(file);
const vectors = present ? (JSON.parse(readFileSync(file, "utf8")) as { cases: Vector[] }).cases : [];

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The suite's text form of a request; a line that begins with white space goes on with the header before. */
function parseRequest(text: string): SignableRequest {
  const [head = "", body = ""] = text.split(/\n\n|\n$/);
  const [first = "", ...lines] = head.split(/\n(?!\s)/);
  const [, method = "", path = ""] = /^(\S+) (.*) HTTP\/1\.1$/.exec(first) ?? [];
  const headers: Record<string, string[]> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    (headers[line.slice(0, colon)] ??= []).push(line.slice(colon + 1));
  }
  const { Host: [host = ""] = [], ...others } = headers;
  return { method, path, host, headers: others, body };
}

function contextOf({ context }: Vector): SigningContext {
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, token } = context.credentials;
  const sessionToken = context.omit_session_token ? undefined : token;
  const { region, service, timestamp } = context;
  return { credentials: { accessKeyId, secretAccessKey, sessionToken }, region, service, date: new Date(timestamp) };
}

const optionsOf = ({ context }: Vector): SigningOptions => ({
  normalizePath: context.normalize,
  contentHashHeader: context.sign_body,
});

describe.skipIf(!present)("AWS's signing test suite (from the shared folder)", () => {
  it("is all there", () => expect(vectors).toHaveLength(38));

  it.each(vectors)("$name: canonical request", (vector) => {
    const { host, headers, ...request } = parseRequest(vector.request);
    const { credentials, date } = contextOf(vector);
    const payloadHash = sha256(String(request.body));
    const all = {
      ...headers,
      host,
      "x-amz-date": new Date(date).toISOString().replaceAll(/[-:]|\.\d+/g, ""),
      "x-amz-security-token": credentials.sessionToken,
      "x-amz-content-sha256": vector.context.sign_body ? payloadHash : undefined,
    };
    const { text, signedHeaders } = canonicalRequest({ ...request, headers: all }, payloadHash, optionsOf(vector));
    expect(text).toBe(vector.header.canonicalRequest);
    expect(signedHeaders).toBe(vector.header.canonicalRequest.split("\n").at(-2));
  });

  it.each(vectors)("$name: string to sign", ({ header }) => {
    const [, date = "", scope = ""] = header.stringToSign.split("\n");
    expect(stringToSign(date, scope, sha256(header.canonicalRequest))).toBe(header.stringToSign);
  });

  it.each(vectors)("$name: signing key and signature", async ({ header, context }) => {
    const { region, service, credentials } = context;
    const key = await deriveSigningKey(credentials.secret_access_key, "20150830", region, service);
    expect(await createHmacSha256Hex(key)(header.stringToSign)).toBe(header.signature);
  });

  it.each(vectors)("$name: signed request", async (vector) => {
    const request = parseRequest(vector.request);
    const signed = await signRequest(request, contextOf(vector), optionsOf(vector));
    const names = vector.header.canonicalRequest.split("\n").at(-2);
    expect(signed["authorization"]).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${names}, Signature=${vector.header.signature}`,
    );
    const signer = createSigner(optionsOf(vector));
    expect(await signer(request, contextOf(vector))).toEqual(signed);
  });
});
