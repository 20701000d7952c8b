import { ConfigurationError } from "../errors.ts";
import {
  canonicalValues,
  createKeepingSigner,
  encode,
  encodePath,
  freshMeans,
  joinCanonical,
  normalizePath,
  sign,
  type CanonicalRequest,
  type SignableRequest,
  type Signer,
  type SigningContext,
} from "./signing.ts";

export { deriveSigningKey, stringToSign } from "./signing.ts";
export type { AwsCredentials, CanonicalRequest, SignableRequest, Signer, SigningContext } from "./signing.ts";

/** How the request is made canonical. The defaults suit every AWS service but S3. */
export interface CanonicalOptions {
  /** Percent-encode the path once more. Default true; S3 wants false. */
  readonly doubleEncode?: boolean | undefined;
  /** Resolve `.` and `..` and drop empty segments of the path. Default true; S3 wants false. */
  readonly normalizePath?: boolean | undefined;
}

/** {@link CanonicalOptions}, and what is sent. */
export interface SigningOptions extends CanonicalOptions {
  /** Send and sign `x-amz-content-sha256`. Default true. */
  readonly contentHashHeader?: boolean | undefined;
}

/**
 * Signs one request.
 *
 * @returns the headers to add to the request: `authorization`, `x-amz-date`, `x-amz-content-sha256` (unless turned off),
 *   and `x-amz-security-token` when the credentials have a session token. They replace headers of the same name.
 * @throws {ConfigurationError} `ERR_CONFIGURATION` when the credentials lack the key id or the secret
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function signRequest(
  request: SignableRequest,
  context: SigningContext,
  options: SigningOptions = {},
): Promise<Record<string, string>> {
  const problem = findProblem(context);
  if (problem) throw problem;
  const means = { ...freshMeans, renderUri: (path: string) => renderUri(path, options) };
  return sign(request, context, options.contentHashHeader ?? true, means);
}

/**
 * Creates a signer that keeps the signing keys it has derived (one per secret, day, region and service), the 16 newest
 * of them. It throws as {@link signRequest} does.
 */
export function createSigner(options: SigningOptions = {}): Signer {
  const signWithKept = createKeepingSigner((path) => renderUri(path, options), options.contentHashHeader ?? true);
  return (request, context) => {
    const problem = findProblem(context);
    return problem ? Promise.reject(problem) : signWithKept(request, context);
  };
}

function findProblem({
  credentials: { accessKeyId, secretAccessKey },
}: SigningContext): ConfigurationError | undefined {
  if (accessKeyId && secretAccessKey) return undefined;
  const missing = accessKeyId ? "secretAccessKey" : "accessKeyId";
  return new ConfigurationError(`Cannot sign the request: the AWS credentials have no ${missing}. Give both.`);
}

/**
 * Stage 1: the request in canonical form.
 *
 * @param request `headers` must hold everything that is to be signed, `host` included; those that AWS never signs
 *   (`authorization`, `user-agent`, ...) are left out
 * @param payloadHash SHA-256 of the body in lower-case hex, or `UNSIGNED-PAYLOAD`
 */
export function canonicalRequest(
  request: Pick<SignableRequest, "method" | "path" | "headers">,
  payloadHash: string,
  options: CanonicalOptions = {},
): CanonicalRequest {
  const { method, path, headers } = request;
  return joinCanonical(method, renderUri(path, options), canonicalValues(headers), payloadHash);
}

/** Path and query in canonical form, with a line break between them. */
function renderUri(path: string, options: CanonicalOptions): string {
  const mark = path.indexOf("?");
  if (mark < 0) return `${renderPath(path, options)}\n`;
  return `${renderPath(path.slice(0, mark), options)}\n${canonicalQuery(path.slice(mark + 1))}`;
}

function renderPath(path: string, { doubleEncode = true, normalizePath: normalize = true }: CanonicalOptions): string {
  const normal = normalize ? normalizePath(path) : path;
  return doubleEncode ? encodePath(normal) : normal;
}

/** Sorts by name and then by value, as they are encoded. */
function canonicalQuery(query: string): string {
  const pairs: string[] = [];
  for (const pair of query.split("&")) {
    const [name = "", ...value] = pair.split("=");
    // A space sorts before everything that an encoded name can hold, where "=" would not.
    if (pair) pairs.push(`${encodeOnce(name)} ${encodeOnce(value.join("="))}`);
  }
  return pairs.sort().join("&").replaceAll(" ", "=");
}

/** Percent-encodes what is not unreserved, but leaves valid escapes as they are (unreserved ones are decoded). */
function encodeOnce(text: string): string {
  return text.replace(/%[\da-f]{2}|%|[^%]+/gi, (part) => {
    if (part.length !== 3 || !part.startsWith("%")) return encode(part);
    const char = String.fromCharCode(parseInt(part.slice(1), 16));
    return /[\w.~-]/.test(char) ? char : part.toUpperCase();
  });
}
