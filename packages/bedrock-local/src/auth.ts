import { createHash, timingSafeEqual } from "node:crypto";

import { parseAuthorization, parsePresigned, type PresignedClaim, type SignatureClaim } from "./authorization.ts";
import { AwsError } from "./errors.ts";
import { computeSignature, hashBody, parseLongDate } from "./signature.ts";

/** A key pair that the server accepts. */
export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** When given, every request must carry it; when not, no request may carry one. */
  readonly sessionToken?: string | undefined;
  /** From this moment on the answer is `ExpiredTokenException`. */
  readonly expiresAt?: Date | undefined;
}

/** Who may call. */
export interface AuthPolicy {
  readonly credentials: readonly Credential[];
  readonly apiKeys: readonly string[];
  /** The only region whose signatures are accepted; any when absent. */
  readonly region?: string | undefined;
}

/** A request to be checked. */
export interface UncheckedRequest {
  readonly method: string;
  /** Path and query as received. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The service that it must be signed for. Default `bedrock`. */
  readonly service?: "bedrock" | "s3" | undefined;
}

/** The pair that AWS's documentation uses in its examples. It opens nothing on AWS. */
export const DOCUMENTATION_CREDENTIAL: { readonly accessKeyId: string; readonly secretAccessKey: string } = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

const UNSIGNED = "UNSIGNED-PAYLOAD";
/** What S3 takes in the place of a body's hash. */
const NO_HASH = /^(UNSIGNED-PAYLOAD|STREAMING-[A-Z0-9-]+)$/;
const MAX_SKEW_MS = 5 * 60 * 1000;

const INVALID_TOKEN = "The security token included in the request is invalid.";
const WRONG_SIGNATURE =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and " +
  "signing method. Consult the service documentation for details.";

/**
 * Checks the bearer token or the signature of a request and returns who it is: the access key id, or `"api-key"`.
 *
 * Throws `AwsError` with status 403 and AWS's text: `MissingAuthenticationTokenException`, `IncompleteSignatureException`,
 * `UnrecognizedClientException` (unknown key, or a session token that is wrong, missing or too much),
 * `ExpiredTokenException`, `InvalidSignatureException` (signature, clock, scope, signed headers or payload hash), and
 * `AccessDeniedException` for an API key that is not accepted.
 */
export async function authorize(request: UncheckedRequest, policy: AuthPolicy, now: Date): Promise<string> {
  const presigned = request.service === "s3" ? parsePresigned(request.target) : undefined;
  if (presigned !== undefined) {
    return authorizeSigned(request, presigned, policy, now);
  }
  const header = request.headers["authorization"]?.trim();
  if (header === undefined || header === "") {
    throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token");
  }
  const bearer = /^bearer(?:\s+(?<token>.*))?$/i.exec(header);
  if (bearer !== null) return authorizeApiKey(bearer.groups?.["token"] ?? "", policy.apiKeys);

  return authorizeSigned(request, parseAuthorization(header, request.headers), policy, now);
}

async function authorizeSigned(
  request: UncheckedRequest,
  claim: SignatureClaim & Partial<PresignedClaim>,
  policy: AuthPolicy,
  now: Date,
): Promise<string> {
  const token = claim.sessionToken ?? request.headers["x-amz-security-token"];
  const credential = findCredential(claim, token, policy.credentials, now);
  if (claim.expiresInMs === undefined) checkClock(claim.longDate, now);
  else checkExpiry(claim.longDate, claim.expiresInMs, now);
  checkScope(claim, policy.region, request.service ?? "bedrock");
  checkSignedHeaders(claim, withHost(request.headers));
  await checkSignature(request, claim, credential);
  return credential.accessKeyId;
}

function authorizeApiKey(token: string, apiKeys: readonly string[]): string {
  if (apiKeys.some((apiKey) => isSameText(apiKey, token))) return "api-key";
  const text = "Authentication failed: Please make sure your API Key is valid.";
  // The real answer spells the member "Message", unlike every other error of Bedrock.
  throw new AwsError("AccessDeniedException", text, { message: undefined, Message: text });
}

function findCredential(
  claim: SignatureClaim,
  sessionToken: string | undefined,
  credentials: readonly Credential[],
  now: Date,
): Credential {
  const credential = credentials.find(({ accessKeyId }) => accessKeyId === claim.accessKeyId);
  if (credential === undefined || !isSameToken(credential.sessionToken, sessionToken)) {
    throw new AwsError("UnrecognizedClientException", INVALID_TOKEN);
  }
  if (credential.expiresAt !== undefined && credential.expiresAt <= now) {
    throw new AwsError("ExpiredTokenException", "The security token included in the request is expired");
  }
  return credential;
}

/** An empty token header is as wrong as any other; an empty token of the credential is none. */
function isSameToken(expected: string | undefined, received: string | undefined): boolean {
  return received === undefined ? !expected : received !== "" && isSameText(expected ?? "", received);
}

function checkClock(longDate: string, now: Date): void {
  const signedAt = parseLongDate(longDate).getTime();
  const nowText = renderLongDate(now);
  if (signedAt < now.getTime() - MAX_SKEW_MS) {
    const limit = renderLongDate(new Date(now.getTime() - MAX_SKEW_MS));
    const text = `Signature expired: ${longDate} is now earlier than ${limit} (${nowText} - 5 min.)`;
    throw new AwsError("InvalidSignatureException", text);
  }
  if (signedAt > now.getTime() + MAX_SKEW_MS) {
    const limit = renderLongDate(new Date(now.getTime() + MAX_SKEW_MS));
    const text = `Signature not yet current: ${longDate} is still later than ${limit} (${nowText} + 5 min.)`;
    throw new AwsError("InvalidSignatureException", text);
  }
}

/** A presigned address is good for a time of its own, from its date on. */
function checkExpiry(longDate: string, expiresInMs: number, now: Date): void {
  const signedAt = parseLongDate(longDate).getTime();
  if (now.getTime() < signedAt - MAX_SKEW_MS) throw new AwsError("AccessDeniedException", "Request is not yet valid");
  if (now.getTime() > signedAt + expiresInMs) throw new AwsError("AccessDeniedException", "Request has expired");
}

function checkScope(claim: SignatureClaim, region: string | undefined, service: string): void {
  const faults: string[] = [];
  if (region !== undefined && claim.region !== region) {
    faults.push(`Credential should be scoped to a valid region, not '${claim.region}'.`);
  }
  if (claim.service !== service) faults.push(`Credential should be scoped to correct service: '${service}'.`);
  if (claim.terminator !== "aws4_request") {
    faults.push(`Credential should be scoped with a valid terminator: 'aws4_request', not '${claim.terminator}'.`);
  }
  const date = claim.longDate.slice(0, 8);
  if (claim.shortDate !== date) {
    faults.push(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ` +
        `'${claim.shortDate}' != '${date}', from '${claim.longDate}'.`,
    );
  }
  if (faults.length > 0) throw new AwsError("InvalidSignatureException", faults.join(" "));
}

/** The host and every header of AWS's own must be signed, and what is signed must be there. */
function checkSignedHeaders({ signedHeaders }: SignatureClaim, headers: Readonly<Record<string, string>>): void {
  const signed = new Set(signedHeaders);
  if (!signed.has("host") && !signed.has(":authority")) {
    throw createUnsignedError("'Host' or ':authority'");
  }
  const unsigned = Object.keys(headers).find((name) => name.startsWith("x-amz-") && !signed.has(name));
  if (unsigned !== undefined) throw createUnsignedError(`'${unsigned}'`);
  const absent = signedHeaders.find((name) => !Object.hasOwn(headers, name));
  if (absent === undefined) return;
  throw new AwsError("InvalidSignatureException", `The 'SignedHeader' '${absent}' is not a header of the request.`);
}

function createUnsignedError(names: string): AwsError {
  return new AwsError("InvalidSignatureException", `${names} must be a 'SignedHeader' in the AWS Authorization.`);
}

async function checkSignature(
  request: UncheckedRequest,
  claim: SignatureClaim & Partial<PresignedClaim>,
  credential: Credential,
): Promise<void> {
  const bodyHash = hashBody(request.body);
  const statedHash = request.headers["x-amz-content-sha256"] ?? (claim.expiresInMs === undefined ? bodyHash : UNSIGNED);
  const isNoHash = request.service === "s3" && NO_HASH.test(statedHash);
  const isHashTrue = isNoHash || isSameText(statedHash, bodyHash);
  const payloadHash = isNoHash ? statedHash : bodyHash;
  const headers = withHost(request.headers);
  const expected = await computeSignature({ ...request, ...claim, headers, payloadHash }, credential);
  if (!isHashTrue || !isSameText(expected, claim.signature)) {
    throw new AwsError("InvalidSignatureException", WRONG_SIGNATURE);
  }
}

/** HTTP/2 has `:authority` where HTTP/1.1 has `host`; a client may sign either name. */
function withHost(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const authority = headers[":authority"];
  return authority === undefined || headers["host"] !== undefined ? headers : { ...headers, host: authority };
}

/** Compares in a time that does not depend on where the texts differ. */
function isSameText(a: string, b: string): boolean {
  return timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest());
}

function renderLongDate(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d+/g, "");
}
