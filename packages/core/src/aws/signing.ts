import { createHmacSha256Hex, hmacSha256, sha256Hex } from "#bytes";
import { isSameList, keepLast } from "../keep-last.ts";

const ALGORITHM = "AWS4-HMAC-SHA256";

/** Headers that proxies change, or that the signature itself goes into: AWS's own signers leave them out. */
const UNSIGNED =
  "authorization cache-control connection date expect from keep-alive max-forwards pragma referer te trailer " +
  "transfer-encoding upgrade user-agent x-amzn-trace-id";

function isUnsigned(lowerName: string): boolean {
  return /^(proxy|sec)-/.test(lowerName) || UNSIGNED.split(" ").includes(lowerName);
}

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

/** The headers of a request in canonical form, whatever its date and its body are. */
interface HeaderFrame {
  /** What stands before, between and after the body's hash (where it is a header) and the date. */
  readonly pieces: readonly string[];
  /** The names in `SignedHeaders`. */
  readonly names: string;
}

/** Makes a path canonical: path and query, with a line break between them. */
export type RenderUri = (path: string) => string;

/** Signs a string, as {@link createHmacSha256Hex}'s result does. */
type Sign = ReturnType<typeof createHmacSha256Hex>;

/** What signing can do anew for every request, or remember. */
interface Means {
  /** Makes or finds what signs with the key that {@link deriveSigningKey} derives from these arguments. */
  readonly findSign: (...scope: Parameters<typeof deriveSigningKey>) => Sign | Promise<Sign>;
  /** The second that began so many seconds after 1970, like `"20150830T123600Z"`. */
  readonly formatSecond: (second: number) => string;
  readonly renderUri: RenderUri;
  readonly findFrame: typeof createFrame;
}

/**
 * Creates a signer that keeps the signing keys it has derived (one per secret, day, region and service), the 16 newest
 * of them, and the last date, path and headers as they are signed.
 *
 * @param renderUri default: for paths without a query
 * @param contentHashHeader whether to send and sign `x-amz-content-sha256`
 */
export function createKeepingSigner(renderUri: RenderUri = freshMeans.renderUri, contentHashHeader = true): Signer {
  const known: { readonly scope: readonly string[]; readonly made: Sign }[] = [];
  const derive = async (...scope: Parameters<Means["findSign"]>): Promise<Sign> => {
    const made = await freshMeans.findSign(...scope);
    known.unshift({ scope, made });
    if (known.length > 16) known.pop();
    return made;
  };
  const means: Means = {
    findSign: (...scope) => known.find((each) => isSameList(each.scope, scope))?.made ?? derive(...scope),
    formatSecond: keepLast(freshMeans.formatSecond),
    renderUri: keepLast(renderUri),
    findFrame: createFrameKeeper(),
  };
  return (request, context) => sign(request, context, contentHashHeader, means);
}

/** Keeps the last frame, for headers that say the same again. */
function createFrameKeeper(): typeof createFrame {
  let kept: readonly unknown[] = [];
  let frame: HeaderFrame | undefined;
  return (headers, ...rest) => {
    // Read once, as a getter may say something else the next time.
    const own = { ...headers };
    const asked: unknown[] = [...rest];
    for (const name of Object.keys(own)) asked.push(name, own[name]);
    if (!frame || !isSameList(asked, kept)) {
      frame = createFrame(own, ...rest);
      // A list stays the same one when what it holds changes.
      kept = asked.some((ask) => typeof ask === "object") ? [] : asked;
    }
    return frame;
  };
}

/** Remembers nothing, and takes paths without a query. */
export const freshMeans: Means = {
  findSign: async (...scope) => createHmacSha256Hex(await deriveSigningKey(...scope)),
  // Basic ISO 8601 in UTC, without the fraction.
  formatSecond: (second) =>
    new Date(second * 1000).toISOString().slice(0, -5).replaceAll("-", "").replaceAll(":", "") + "Z",
  renderUri: (path) => `${encodePath(normalizePath(path))}\n`,
  findFrame: createFrame,
};

/** Signs with credentials that are known to be complete. */
export async function sign(
  { method, path, host, headers, body = "", payloadHash: givenHash }: SignableRequest,
  { region, service, credentials, date: time }: SigningContext,
  contentHashHeader: boolean,
  { findSign, formatSecond, renderUri, findFrame }: Means,
): Promise<Record<string, string>> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const date = formatSecond(Math.floor(Number(time) / 1000));
  const day = date.slice(0, 8);
  // Awaiting only what is a promise leaves nothing to await where hashes are synchronous.
  const hashing = givenHash ?? sha256Hex(body);
  const payloadHash = typeof hashing === "string" ? hashing : await hashing;

  const added: Record<string, string> = { "x-amz-date": date };
  if (contentHashHeader) added["x-amz-content-sha256"] = payloadHash;
  if (sessionToken) added["x-amz-security-token"] = sessionToken;

  const { pieces, names } = findFrame(headers, host, sessionToken, contentHashHeader);
  const [start = "", middle = "", end = ""] = pieces;
  const lines = contentHashHeader ? `${start}${payloadHash}${middle}${date}${end}` : `${start}${date}${middle}`;
  const text = `${method}\n${renderUri(path)}\n${lines}\n${names}\n${payloadHash}`;
  const scope = `${day}/${region}/${service}/aws4_request`;
  const hash = sha256Hex(text);
  const found = findSign(secretAccessKey, day, region, service);
  const signWithKey = typeof found === "function" ? found : await found;
  const signing = signWithKey(stringToSign(date, scope, typeof hash === "string" ? hash : await hash));
  const signature = typeof signing === "string" ? signing : await signing;
  added["authorization"] =
    `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return added;
}

/** Puts headers into canonical form; the date's and the body's are left open. */
function createFrame(
  headers: SignableRequest["headers"],
  host: string,
  sessionToken: string | undefined,
  contentHashHeader: boolean,
): HeaderFrame {
  const open = contentHashHeader ? ["x-amz-content-sha256", "x-amz-date"] : ["x-amz-date"];
  const values = canonicalValues(headers);
  values["host"] = canonicalValue(host);
  if (sessionToken) values["x-amz-security-token"] = canonicalValue(sessionToken);
  for (const name of open) values[name] = "";
  const names = Object.keys(values).sort();
  const pieces: string[] = [];
  let piece = "";
  for (const name of names) {
    piece += `${name}:${values[name]}`;
    if (open.includes(name)) {
      pieces.push(piece);
      piece = "";
    }
    piece += "\n";
  }
  return { pieces: [...pieces, piece], names: names.join(";") };
}

/** The values of the headers that are to be signed, in canonical form, by their lower-case names. */
export function canonicalValues(headers: SignableRequest["headers"] = {}): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    const value = headers[name];
    if (value !== undefined && !isUnsigned(lower)) values[lower] = canonicalValue(value);
  }
  return values;
}

/**
 * A request in canonical form, from parts that are so already.
 *
 * @param uri path and query, with a line break between them
 * @param values those of the headers, by their lower-case names
 */
export function joinCanonical(
  method: string,
  uri: string,
  values: Readonly<Record<string, string>>,
  payloadHash: string,
): CanonicalRequest {
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
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, "\ufffd")).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Trims, and folds every run of white space and line breaks to one space. */
function canonicalValue(value: string | readonly string[]): string {
  if (typeof value !== "string") return value.map(canonicalValue).join(",");
  return /[ \t\r\n]/.test(value) ? value.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "") : value;
}
