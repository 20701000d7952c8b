import type { AwsError, AwsErrorName } from "../errors.ts";

/** HTTP status of every error that the S3 subset answers with. */
const STATUS_BY_CODE = {
  AccessDenied: 403,
  EntityTooLarge: 400,
  ExpiredToken: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidToken: 400,
  MethodNotAllowed: 405,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NotImplemented: 501,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  SlowDown: 503,
} as const;

/** Code of an error answer of S3. */
export type S3ErrorCode = keyof typeof STATUS_BY_CODE;

/** What S3 calls the refusals that Bedrock's front door has other names for. */
const CODE_BY_NAME: Readonly<Partial<Record<AwsErrorName, S3ErrorCode>>> = {
  AccessDeniedException: "AccessDenied",
  ExpiredTokenException: "ExpiredToken",
  IncompleteSignatureException: "AccessDenied",
  InvalidSignatureException: "SignatureDoesNotMatch",
  MissingAuthenticationTokenException: "AccessDenied",
  RequestEntityTooLargeException: "EntityTooLarge",
  ServiceUnavailableException: "SlowDown",
  ThrottlingException: "SlowDown",
  UnrecognizedClientException: "InvalidAccessKeyId",
};

/** An error answer of the S3 subset. */
export class S3Error extends Error {
  override readonly name = "S3Error";
  readonly code: S3ErrorCode;
  readonly status: number;

  constructor(code: S3ErrorCode, message: string) {
    super(message);
    this.code = code;
    this.status = STATUS_BY_CODE[code];
  }
}

/** What S3 answers where Bedrock's front door has an exception; `InternalError` when S3 has nothing like it. */
export function toS3Error({ name, message }: AwsError): S3Error {
  const isLate = name === "InvalidSignatureException" && /^Signature (expired|not yet)/.test(message);
  const code = isLate ? "RequestTimeTooSkewed" : (CODE_BY_NAME[name] ?? "InternalError");
  return new S3Error(code, message);
}

/** The body of an error answer. `resource` is the path that was asked for. */
export function renderS3ErrorBody(error: S3Error, resource: string, requestId: string): string {
  const members = { Code: error.code, Message: error.message, Resource: resource, RequestId: requestId };
  return renderXml({ Error: members });
}

/** XML of nested members: a list stands for one element for each item. */
export function renderXml(members: Readonly<Record<string, XmlValue>>): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${renderMembers(members)}`;
}

/** What an element holds. */
export type XmlValue = string | number | boolean | XmlMembers | readonly XmlMembers[];
interface XmlMembers {
  readonly [name: string]: XmlValue;
}

function renderMembers(members: XmlMembers): string {
  return Object.entries(members)
    .flatMap(([name, value]) => (isXmlList(value) ? value : [value]).map((item) => renderElement(name, item)))
    .join("");
}

function renderElement(name: string, value: Exclude<XmlValue, readonly XmlMembers[]>): string {
  const text = typeof value === "object" ? renderMembers(value) : escapeXml(String(value));
  return `<${name}>${text}</${name}>`;
}

function isXmlList(value: XmlValue): value is readonly XmlMembers[] {
  return Array.isArray(value);
}

/** Control characters have no place in XML 1.0, so they are left out. */
function escapeXml(text: string): string {
  const kept = text.replaceAll(/[^\t\n\r\u0020-\u{10ffff}]/gu, "");
  return kept.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r", "&#13;");
}
