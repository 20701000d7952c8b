import { createHmacSha256Hex, hmacSha256, sha256Hex } from "#bytes";

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

/** Signs requests; the result is that of `signRequest`. */
export type Signer = (request: SignableRequest, context: SigningContext) => Promise<Record<string, string>>;

/** Makes a request canonical, as `canonicalRequest` does. */
export type Canonicalize = (
  request: Pick<SignableRequest, "method" | "path" | "headers">,
  payloadHash: string,
) => CanonicalRequest;

/** Signs a string, as {@link createHmacSha256Hex}'s result does. */
type Sign = ReturnType<typeof createHmacSha256Hex>;

/** Makes or finds what signs with the key that {@link deriveSigningKey} derives from these arguments. */
type SignSource = (...scope: Parameters<typeof deriveSigningKey>) => Sign | Promise<Sign>;

/**
 * Creates a signer that keeps the signing keys it has derived (one per secret, day, region and service), the 16 newest
 * of them.
 *
 * @param canonicalize default: for paths without a query
 * @param contentHashHeader whether to send and sign `x-amz-content-sha256`
 */
export function createKeepingSigner(canonicalize: Canonicalize = canonicalizePlain, contentHashHeader = true): Signer {
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
  return (request, context) => sign(request, context, canonicalize, contentHashHeader, findSign);
}

/** Makes what signs with a key, and keeps nothing. */
export const createSign: SignSource = async (...scope) => createHmacSha256Hex(await deriveSigningKey(...scope));

const canonicalizePlain: Canonicalize = (request, payloadHash) =>
  joinCanonical(request, `${canonicalPath(request.path)}\n`, payloadHash);

/** Signs with credentials that are known to be complete. */
export async function sign(
  { method, path, host, headers: own, body = "", payloadHash: givenHash }: SignableRequest,
  { region, service, credentials, date: time }: SigningContext,
  canonicalize: Canonicalize,
  contentHashHeader: boolean,
  findSign: SignSource,
): Promise<Record<string, string>> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  // Basic ISO 8601 in UTC, without the fraction: 20150830T123600Z.
  const date = new Date(time).toISOString().replace(/[:-]|\.\d+/g, "");
  const day = date.slice(0, 8);
  const payloadHash = givenHash ?? (await sha256Hex(body));

  const added: Record<string, string> = { "x-amz-date": date };
  if (contentHashHeader) added["x-amz-content-sha256"] = payloadHash;
  if (sessionToken) added["x-amz-security-token"] = sessionToken;

  const headers = Object.assign({}, own, { host }, added);
  const { text, signedHeaders } = canonicalize({ method, path, headers }, payloadHash);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const hash = await sha256Hex(text);
  const signWithKey = await findSign(secretAccessKey, day, region, service);
  const signature = await signWithKey(stringToSign(date, scope, hash));
  added["authorization"] =
    `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  return added;
}

/**
 * A request in canonical form, its path and query being so already.
 *
 * @param uri canonical path and query, with a line break between them
 */
export function joinCanonical(
  { method, headers = {} }: Pick<SignableRequest, "method" | "headers">,
  uri: string,
  payloadHash: string,
): CanonicalRequest {
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
  return { text: `${method}\n${uri}\n${lines}\n${signedHeaders}\n${payloadHash}`, signedHeaders };
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

/** The path in canonical form, without a query. Resolves `.` and `..`, drops empty segments, encodes once more. */
function canonicalPath(path: string): string {
  return encodePath(normalizePath(path));
}

/** Percent-encodes a path that is encoded already. */
export function encodePath(path: string): string {
  // Nearly every path: only the escapes are left to encode.
  return /^[\w.~%/-]*$/.test(path) ? path.replaceAll("%", "%25") : encode(path).replaceAll("%2F", "/");
}

/** Resolves `.` and `..`, and drops empty segments. */
export function normalizePath(path: string): string {
  if (!/\/[./]|^$/.test(path)) return path;
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment && segment !== ".") segments.push(segment);
  }
  return `/${segments.join("/")}${segments.length > 0 && path.endsWith("/") ? "/" : ""}`;
}

/** Percent-encodes all but the unreserved characters of RFC 3986. Lone surrogates become U+FFFD, as in UTF-8. */
export function encode(text: string): string {
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
