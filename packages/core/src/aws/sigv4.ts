import { createHmacSha256Hex, hmacSha256, sha256Hex } from "#bytes";
import { ConfigurationError } from "../errors.ts";

const ALGORITHM = "AWS4-HMAC-SHA256";

/** Headers that proxies change, or that the signature itself goes into: AWS's own signers leave them out. */
const UNSIGNED =
  /^(authorization|cache-control|connection|date|expect|from|keep-alive|max-forwards|pragma|referer|te|trailer|transfer-encoding|upgrade|user-agent|x-amzn-trace-id|proxy-.*|sec-.*)$/;

/** A key pair, and the session token that temporary credentials come with. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** The parts of a request that a signature covers. */
export interface SignableRequest {
  readonly method: string;
  /** Path and query exactly as they go out: percent-encoded, beginning with `/`. */
  readonly path: string;
  /** The `host` header: host name, and the port unless it is the protocol's default. */
  readonly host: string;
  /** The other headers, names in any case. Several values of one name are signed joined by commas, in their order. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  /** The body; a string stands for its UTF-8 bytes. Default empty. */
  readonly body?: Uint8Array | string | undefined;
  /** SHA-256 of the body in lower-case hex, or `UNSIGNED-PAYLOAD`. Default: computed from `body`. */
  readonly payloadHash?: string | undefined;
}

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

/** Who signs, for which service, when. */
export interface SigningContext {
  readonly credentials: AwsCredentials;
  /** Like `"us-east-1"`. */
  readonly region: string;
  /** The service's signing name; `"bedrock"` for all of Bedrock's endpoints. */
  readonly service: string;
  /** The time, as a date or in milliseconds since 1970. AWS accepts five minutes of difference. */
  readonly date: Date | number;
}

/** A request in canonical form. */
export interface CanonicalRequest {
  readonly text: string;
  /** The names in `SignedHeaders`: lower-case, sorted, joined by semicolons. */
  readonly signedHeaders: string;
}

/** Signs requests; the result is {@link signRequest}'s. */
export type Signer = (request: SignableRequest, context: SigningContext) => Promise<Record<string, string>>;

/** Signs a string, as {@link createHmacSha256Hex}'s result does. */
type Sign = ReturnType<typeof createHmacSha256Hex>;

/** Makes or finds what signs with the key that {@link deriveSigningKey} derives from these arguments. */
type SignSource = (...scope: Parameters<typeof deriveSigningKey>) => Sign | Promise<Sign>;

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
  return sign(request, context, options, createSign);
}

/**
 * Creates a signer that keeps the signing keys it has derived (one per secret, day, region and service), the 16 newest
 * of them.
 */
export function createSigner(options: SigningOptions = {}): Signer {
  const known = new Map<string, Sign>();
  const derive = async (id: string, scope: Parameters<SignSource>): Promise<Sign> => {
    const made = await createSign(...scope);
    const [oldest] = known.keys();
    if (known.size >= 16 && oldest) known.delete(oldest);
    known.set(id, made);
    return made;
  };
  const findSign: SignSource = (...scope) => {
    const id = scope.join("\n");
    return known.get(id) ?? derive(id, scope);
  };
  return (request, context) => sign(request, context, options, findSign);
}

const createSign: SignSource = async (...scope) => createHmacSha256Hex(await deriveSigningKey(...scope));

async function sign(
  request: SignableRequest,
  context: SigningContext,
  options: SigningOptions,
  findSign: SignSource,
): Promise<Record<string, string>> {
  const { region, service, credentials } = context;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  if (!accessKeyId || !secretAccessKey) {
    const missing = accessKeyId ? "secretAccessKey" : "accessKeyId";
    throw new ConfigurationError(`Cannot sign the request: the AWS credentials have no ${missing}. Give both.`);
  }
  const date = formatDate(context.date);
  const day = date.slice(0, 8);
  const payloadHash = request.payloadHash ?? (await sha256Hex(request.body ?? ""));

  const added: Record<string, string> = { "x-amz-date": date };
  if (options.contentHashHeader ?? true) added["x-amz-content-sha256"] = payloadHash;
  if (sessionToken) added["x-amz-security-token"] = sessionToken;

  const { method, path, host } = request;
  const headers = Object.assign({}, request.headers, { host }, added);
  const canonical = canonicalRequest({ method, path, headers }, payloadHash, options);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const hash = await sha256Hex(canonical.text);
  const signWithKey = await findSign(secretAccessKey, day, region, service);
  const signature = await signWithKey(stringToSign(date, scope, hash));
  added["authorization"] =
    `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${canonical.signedHeaders}, Signature=${signature}`;
  return added;
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
  const { method, path, headers = {} } = request;
  const values: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    const value = headers[name];
    if (value !== undefined && !UNSIGNED.test(lower)) values[lower] = canonicalValue(value);
  }
  const names = Object.keys(values).sort();
  let lines = "";
  for (const name of names) lines += `${name}:${values[name]}\n`;
  const signedHeaders = names.join(";");
  const mark = path.indexOf("?");
  const query = mark < 0 ? "" : canonicalQuery(path.slice(mark + 1));
  const pathOnly = canonicalPath(mark < 0 ? path : path.slice(0, mark), options);
  return { text: `${method}\n${pathOnly}\n${query}\n${lines}\n${signedHeaders}\n${payloadHash}`, signedHeaders };
}

/**
 * Stage 2: the string to sign.
 *
 * @param date like `"20150830T123600Z"`
 * @param scope like `"20150830/us-east-1/bedrock/aws4_request"`
 * @param requestHash SHA-256 of the canonical request's text in lower-case hex
 */
export function stringToSign(date: string, scope: string, requestHash: string): string {
  return `${ALGORITHM}\n${date}\n${scope}\n${requestHash}`;
}

/**
 * Stage 3: the key that signs all requests of one day to one service in one region. The signature is the HMAC-SHA-256
 * with it of the string to sign, in lower-case hex.
 *
 * @param day like `"20150830"`, in UTC
 */
export async function deriveSigningKey(
  secretAccessKey: string,
  day: string,
  region: string,
  service: string,
): Promise<Uint8Array> {
  let key = await hmacSha256(`AWS4${secretAccessKey}`, day);
  for (const part of [region, service, "aws4_request"]) key = await hmacSha256(key, part);
  return key;
}

/** Basic ISO 8601 in UTC, without the fraction: `20150830T123600Z`. */
function formatDate(date: Date | number): string {
  const iso = new Date(date).toISOString();
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
}

function canonicalPath(path: string, { doubleEncode = true, normalizePath = true }: CanonicalOptions): string {
  const normal = normalizePath && /\/[./]|^$/.test(path) ? removeDotSegments(path) : path;
  if (!doubleEncode) return normal;
  // Nearly every path: only the escapes are left to encode.
  if (/^[\w.~%/-]*$/.test(normal)) return normal.replaceAll("%", "%25");
  return encode(normal).replaceAll("%2F", "/");
}

function removeDotSegments(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment && segment !== ".") segments.push(segment);
  }
  return `/${segments.join("/")}${segments.length > 0 && path.endsWith("/") ? "/" : ""}`;
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

/** Percent-encodes all but the unreserved characters of RFC 3986. Lone surrogates become U+FFFD, as in UTF-8. */
function encode(text: string): string {
  if (/^[\w.~-]*$/.test(text)) return text;
  return encodeURIComponent(text.replace(/\p{Cs}/gu, "\ufffd")).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Trims, and folds every run of white space and line breaks to one space. */
function canonicalValue(value: string | readonly string[]): string {
  if (typeof value !== "string") return value.map(canonicalValue).join(",");
  return /^\s|\s\s|[\t\r\n]|\s$/.test(value) ? value.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "") : value;
}
