/**
 * HTTP status of every exception that the front door or Bedrock answers with.
 *
 * The first group is in the service models of bedrock-runtime, bedrock and bedrock-agent-runtime. The second group comes from the service's front door
 * (authentication, parsing, routing) and is in no model.
 */
export const STATUS_BY_NAME = {
  AccessDeniedException: 403,
  BadGatewayException: 502,
  ConflictException: 400,
  DependencyFailedException: 424,
  InternalServerException: 500,
  ModelErrorException: 424,
  ModelNotReadyException: 429,
  ModelStreamErrorException: 424,
  ModelTimeoutException: 408,
  ResourceInUseException: 400,
  ResourceNotFoundException: 404,
  ServiceQuotaExceededException: 400,
  ServiceUnavailableException: 503,
  ThrottlingException: 429,
  TooManyTagsException: 400,
  ValidationException: 400,

  ExpiredTokenException: 403,
  IncompleteSignatureException: 403,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  RequestEntityTooLargeException: 413,
  SerializationException: 400,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
} as const;

const FRONT_DOOR_NAMES: ReadonlySet<string> = new Set([
  "ExpiredTokenException",
  "IncompleteSignatureException",
  "InvalidSignatureException",
  "MissingAuthenticationTokenException",
  "RequestEntityTooLargeException",
  "SerializationException",
  "UnknownOperationException",
  "UnrecognizedClientException",
]);

const CORAL_ROOT = "http://internal.amazon.com/coral";

/** Name of an exception that the local Bedrock can answer with, as in the `x-amzn-errortype` header. */
export type AwsErrorName = keyof typeof STATUS_BY_NAME;

/** Every name in {@link AwsErrorName}. */
export const AWS_ERROR_NAMES: readonly AwsErrorName[] = Object.keys(STATUS_BY_NAME).filter(isAwsErrorName);

/** Whether `name` is an exception that the local Bedrock knows the HTTP status of. */
export function isAwsErrorName(name: string): name is AwsErrorName {
  return Object.hasOwn(STATUS_BY_NAME, name);
}

/**
 * An error answer of the service: thrown anywhere below the router, rendered once at the edge.
 *
 * `message` is AWS's text, sent as is. `members` are the exception's further members (`originalStatusCode`,
 * `resourceName`), sent beside `message` in the body.
 */
export class AwsError extends Error {
  override readonly name: AwsErrorName;
  /** HTTP status that goes with `name`. */
  readonly status: number;
  readonly members: Record<string, unknown>;

  constructor(name: AwsErrorName, message: string, members: Record<string, unknown> = {}) {
    super(message);
    this.name = name;
    this.status = STATUS_BY_NAME[name];
    this.members = members;
  }
}

/**
 * The value of the `x-amzn-errortype` header: the name, `:`, and an internal address that differs between the front
 * door and Bedrock itself. Clients must cut at the `:`.
 */
export function renderErrorType(name: AwsErrorName): string {
  const source = FRONT_DOOR_NAMES.has(name) ? "com.amazon.coral.service" : "com.amazon.bedrock";
  return `${name}:${CORAL_ROOT}/${source}/`;
}

/** The JSON body of an error answer: `{"message": …}` and the exception's own members. */
export function renderErrorBody(error: AwsError): Record<string, unknown> {
  return { message: error.message, ...error.members };
}
