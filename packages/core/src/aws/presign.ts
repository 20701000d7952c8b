import { createHmacSha256Hex, sha256Hex } from "#bytes";
import { freshMeans, deriveSigningKey, encode, stringToSign, type SigningContext } from "./signing.ts";
import { canonicalRequest } from "./sigv4.ts";

/** A request that somebody else will send. It has no body, and no header but `host` is signed. */
export interface PresignableRequest {
  readonly method: string;
  /** Path, percent-encoded, without a query. */
  readonly path: string;
  readonly host: string;
  /** By name, not encoded. */
  readonly query: Readonly<Record<string, string>>;
}

/**
 * Signs a request in its query, so that whoever has the URL may send it.
 *
 * @param expiresInSeconds how long it is accepted from `date` on; the credentials' own end counts, too
 * @returns path and query; whoever has it can do what it says
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
export async function presignRequest(
  { method, path, host, query }: PresignableRequest,
  { credentials, region, service, date: time }: SigningContext,
  expiresInSeconds: number,
): Promise<string> {
  const date = freshMeans.formatSecond(Math.floor(Number(time) / 1000));
  const day = date.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const values: Record<string, string> = {
    ...query,
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${accessKeyId}/${scope}`,
    "X-Amz-Date": date,
    "X-Amz-Expires": String(expiresInSeconds),
    ...(sessionToken && { "X-Amz-Security-Token": sessionToken }),
    "X-Amz-SignedHeaders": "host",
  };
  const pairs = Object.entries(values).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  const target = `${path}?${pairs.join("&")}`;
  const { text } = canonicalRequest({ method, path: target, headers: { host } }, await sha256Hex(""));
  const key = await deriveSigningKey(secretAccessKey, day, region, service);
  const signature = await createHmacSha256Hex(key)(stringToSign(date, scope, await sha256Hex(text)));
  return `${target}&X-Amz-Signature=${signature}`;
}
