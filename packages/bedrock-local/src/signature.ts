import { createHash, createHmac } from "node:crypto";

import { ALGORITHM_IDENTIFIER, createScope, getCanonicalHeaders, SignatureV4 } from "@smithy/signature-v4";

/** A request as it arrived, with what its `Authorization` header says about its signature. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query as received. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly signedHeaders: readonly string[];
  /** `YYYYMMDDTHHMMSSZ` */
  readonly longDate: string;
  readonly region: string;
  readonly service: string;
  /** What stands for the body in the canonical request. Default: the hash of the body. */
  readonly payloadHash?: string | undefined;
}

/** A key pair to compute a signature with. */
export interface SigningKeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Computes the signature (64 hex digits) that a request must carry, with the official signer's parts.
 *
 * The canonical request holds exactly those of the request's headers that it names as signed, and the hash of the body that
 * arrived, whatever its headers claim. For S3 the path is escaped once only, and may state another hash.
 * Specification: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function computeSignature(request: SignedRequest, keyPair: SigningKeyPair): Promise<string> {
  return new Recomputer(request, keyPair).compute(request);
}

/** The hash of `body`, in lower-case hex. */
export function hashBody(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}

class Recomputer extends SignatureV4 {
  constructor({ region, service }: SignedRequest, { accessKeyId, secretAccessKey }: SigningKeyPair) {
    super({
      region,
      service,
      credentials: { accessKeyId, secretAccessKey },
      sha256: Sha256,
      uriEscapePath: service !== "s3",
    });
  }

  async compute(request: SignedRequest): Promise<string> {
    const [path = "", queryText = ""] = splitOnce(request.target, "?");
    const signedNames = new Set(request.signedHeaders);
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => signedNames.has(name)));
    const received = {
      method: request.method,
      protocol: "http:",
      hostname: "",
      path,
      query: parseQuery(queryText),
      headers,
    };
    const canonicalHeaders = getCanonicalHeaders(received, undefined, signedNames);
    const payloadHash = request.payloadHash ?? hashBody(request.body);
    const canonicalRequest = this.createCanonicalRequest(received, canonicalHeaders, payloadHash);
    const scope = createScope(request.longDate.slice(0, 8), request.region, request.service);
    const stringToSign = await this.createStringToSign(request.longDate, scope, canonicalRequest, ALGORITHM_IDENTIFIER);
    return this.sign(stringToSign, { signingDate: parseLongDate(request.longDate) });
  }
}

/** The date of a `YYYYMMDDTHHMMSSZ` text; an invalid date when it has another form. */
export function parseLongDate(text: string): Date {
  return new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

/** The query as names and values, percent-decoded; `+` stays `+`. */
function parseQuery(text: string): Record<string, string[]> {
  const values = new Map<string, string[]>();
  for (const part of text.split("&")) {
    if (part === "") continue;
    const [name = "", value = ""] = splitOnce(part, "=").map(decodeQueryPart);
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return Object.fromEntries(values);
}

function decodeQueryPart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

interface Hasher {
  update(data: Uint8Array): unknown;
  digest(): Uint8Array;
}

type HashInput = string | ArrayBuffer | ArrayBufferView;

/** SHA-256 and HMAC-SHA-256 of Node, in the form that the official signer takes. */
class Sha256 {
  readonly #secret: Uint8Array | undefined;
  #hash: Hasher;

  constructor(secret?: HashInput) {
    this.#secret = secret === undefined ? undefined : toBytes(secret);
    this.#hash = this.#create();
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#create();
  }

  #create(): Hasher {
    return this.#secret === undefined ? createHash("sha256") : createHmac("sha256", this.#secret);
  }
}

function toBytes(input: HashInput): Uint8Array {
  if (typeof input === "string") return Buffer.from(input);
  return ArrayBuffer.isView(input)
    ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
    : new Uint8Array(input);
}
