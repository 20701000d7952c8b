import { createHash } from "node:crypto";

import { AwsError } from "./errors.ts";
import { parseLongDate } from "./signature.ts";

/** What a request claims about its own signature. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  /** `YYYYMMDD` of the credential scope. */
  readonly shortDate: string;
  readonly region: string;
  readonly service: string;
  /** Last part of the credential scope; `aws4_request` when it is right. */
  readonly terminator: string;
  /** Names in lower case, sorted, each once. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ` */
  readonly longDate: string;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const PARAMETERS: ReadonlySet<string> = new Set(["Credential", "SignedHeaders", "Signature"]);
const LONG_DATE = /^\d{8}T\d{6}Z$/;

/**
 * Parses an `Authorization` header of Signature Version 4. `headers` are by lower-case name.
 *
 * Throws `AwsError` `IncompleteSignatureException` that names every missing part, or the first part that is unknown,
 * repeated or malformed. The message carries a hash of the header,
 * never the header.
 * Specification: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
export function parseAuthorization(header: string, headers: Readonly<Record<string, string>>): SignatureClaim {
  const parts = parseParts(header);
  const { Credential: credential, SignedHeaders: signedHeaders, Signature: signature } = parts;
  const longDate = headers["x-amz-date"];
  const faults: string[] = [];
  if (!credential) faults.push("Authorization header requires 'Credential' parameter.");
  if (!signature) faults.push("Authorization header requires 'Signature' parameter.");
  if (!signedHeaders) faults.push("Authorization header requires 'SignedHeaders' parameter.");
  if (!longDate) {
    faults.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  if (!credential || !signature || !signedHeaders || !longDate) throw incomplete(faults.join(" "), header);
  if (!LONG_DATE.test(longDate) || Number.isNaN(parseLongDate(longDate).getTime())) {
    throw incomplete(
      `Date must be in ISO-8601 'basic format'. Got '${longDate}'. See http://en.wikipedia.org/wiki/ISO_8601`,
      header,
    );
  }

  const scope = credential.split("/");
  const [accessKeyId, shortDate, region, service, terminator] = scope;
  if (scope.length !== 5 || !accessKeyId || !shortDate || !region || !service || !terminator) {
    const form = "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term";
    throw new AwsError("IncompleteSignatureException", `${form}, got '${credential}'`);
  }
  return {
    accessKeyId,
    shortDate,
    region,
    service,
    terminator,
    signedHeaders: parseSignedHeaders(signedHeaders, header),
    signature,
    longDate,
  };
}

/** What a presigned address claims beside its signature. */
export interface PresignedClaim {
  /** How long it is good for, from its date on. */
  readonly expiresInMs: number;
  readonly sessionToken: string | undefined;
}

const MAX_EXPIRES_S = 604_800;

/**
 * Parses the signature in the query of a presigned address; `undefined` when it has none.
 *
 * Throws `AwsError` `IncompleteSignatureException` for one that is malformed, as `parseAuthorization` does, and for a time
 * to live that is no number of seconds up to a week.
 */
export function parsePresigned(target: string): (SignatureClaim & PresignedClaim) | undefined {
  const query = new URLSearchParams(target.split("?")[1] ?? "");
  const read = (name: string): string => query.get(`X-Amz-${name}`) ?? "";
  if (!query.has("X-Amz-Signature")) return undefined;
  const parts = ["Credential", "SignedHeaders", "Signature"].map((name) => `${name}=${read(name)}`);
  const claim = parseAuthorization(`${read("Algorithm")} ${parts.join(", ")}`, { "x-amz-date": read("Date") });
  const seconds = Number(read("Expires") || "NaN");
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_EXPIRES_S) {
    throw incomplete(`X-Amz-Expires must be a number of seconds from 1 to ${MAX_EXPIRES_S}.`, read("Signature"));
  }
  return { ...claim, expiresInMs: seconds * 1000, sessionToken: query.get("X-Amz-Security-Token") ?? undefined };
}

function parseParts(header: string): Readonly<Record<string, string>> {
  const [algorithm = ""] = header.split(/\s/, 1);
  if (algorithm !== ALGORITHM) {
    throw incomplete(`Authorization header requires '${ALGORITHM}' algorithm.`, header);
  }
  const values = new Map<string, string>();
  for (const part of header.slice(algorithm.length).split(",")) {
    const [, name = "", value = ""] = /^\s*([^=]*)=(.*?)\s*$/.exec(part) ?? [];
    if (!PARAMETERS.has(name)) {
      throw incomplete(`Authorization header takes only the parameters ${[...PARAMETERS].join(", ")}.`, header);
    }
    if (values.has(name)) throw incomplete(`Authorization header takes the parameter '${name}' only once.`, header);
    values.set(name, value);
  }
  return Object.fromEntries(values);
}

function parseSignedHeaders(text: string, header: string): readonly string[] {
  const names = text.split(";");
  const isGood = names.every((name, index) => {
    const before = names[index - 1] ?? "";
    return before < name && name === name.toLowerCase();
  });
  if (isGood) return names;
  throw incomplete("'SignedHeaders' must be header names in lower case, sorted, each once, separated by ';'.", header);
}

function incomplete(text: string, header: string): AwsError {
  const hash = createHash("sha256").update(header).digest("base64");
  const message = `${text} (Hashed with SHA-256 and encoded with Base64) Authorization=${hash}`;
  return new AwsError("IncompleteSignatureException", message);
}
