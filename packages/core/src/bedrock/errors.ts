import type { RestError } from "../aws/rest-error.ts";
import type { ErrorFacts } from "../errors.ts";
import {
  APIError,
  AuthenticationError,
  BadRequestError,
  ContextWindowExceededError,
  ForbiddenError,
  ModelError,
  NotFoundError,
  QuotaExceededError,
  RateLimitError,
  ServerError,
  ServiceUnavailableError,
  StreamError,
  TimeoutError,
} from "../errors.ts";

type Entry = readonly [type: typeof APIError, names: string, statuses?: string, facts?: ErrorFacts];

/**
 * AWS exception names, without their `Exception`, `Error` or `ErrorException` ending, and the HTTP statuses that stand for
 * the same.
 */
const ENTRIES: readonly Entry[] = [
  [
    AuthenticationError,
    "AuthFailure IncompleteSignature InvalidClientTokenId InvalidSignature MissingAuthenticationToken RequestExpired " +
      "RequestTimeTooSkewed SignatureDoesNotMatch UnrecognizedClient",
    "401",
  ],
  [AuthenticationError, "ExpiredToken", "", { code: "ERR_CREDENTIALS_EXPIRED" }],
  [BadRequestError, "Conflict ResourceInUse Serialization TooManyTags Validation", "400 413"],
  [ForbiddenError, "AccessDenied", "403"],
  [ModelError, "Model", "424"],
  [ModelError, "ModelNotReady", "", { code: "ERR_MODEL_NOT_READY", retryable: true }],
  [ModelError, "ModelStream", "", { code: "ERR_MODEL_STREAM", retryable: true }],
  [NotFoundError, "ResourceNotFound UnknownOperation", "404"],
  [QuotaExceededError, "ServiceQuotaExceeded"],
  [RateLimitError, "SlowDown Throttling TooManyRequests", "429"],
  [ServerError, "InternalFailure InternalServer", "500 502 504"],
  [ServiceUnavailableError, "ServiceUnavailable", "503"],
  // Bedrock waited as long as the model may take: the same request would most likely wait as long again.
  [TimeoutError, "ModelTimeout", "", { code: "ERR_TIMEOUT_MODEL", retryable: false }],
  [TimeoutError, "RequestTimeout", "408", { code: "ERR_TIMEOUT_SERVER" }],
];

/** What Bedrock and the models behind it say when a conversation is too long. A throttle is never among them. */
const CONTEXT_OVERFLOW: readonly RegExp[] = [
  /(input|prompt|request|conversation|context) (is )?too long/i,
  /too many (input tokens|total text bytes|tokens:)/i,
  /input length and `?max_tokens`? exceed/i,
  /exceed(s|ed)? (the )?(model'?s? )?(available |maximum |max )?(context|input|token)[ -](window|length|tokens?|limit|size)/i,
  /(prompt|input( tokens?)?|token count)( \(\d+\))? exceeds? (the )?max(imum)? (length|number of (input )?tokens)/i,
  /maximum (context|prompt) length/i,
  /longer than the (model'?s )?context (window|length)/i,
  /context[_ ](length|window)[_ ]exceed/i,
  /reduce the (length|size) of (the|your) (prompt|messages|input)/i,
  // Of models that run on a text-generation-inference server.
  /`inputs` (tokens \+|must have less than)/i,
];

const WAIT = /please wait|try again later|too many requests|\brate\b|throttl|per (minute|day)/i;

/** Whether a message of AWS tells that the conversation does not fit the model, rather than that the caller must wait. */
export function isContextOverflow(message: string): boolean {
  return !WAIT.test(message) && CONTEXT_OVERFLOW.some((pattern) => pattern.test(message));
}

const IN_STREAM: Entry = [StreamError, "", "", { code: "ERR_STREAM_EXCEPTION", retryable: false }];

function lookUp(name: string, status: number | undefined): Entry {
  const short = name.replace(/(Exception|Error)+$/, "");
  const find = (column: 1 | 2, word: string): Entry | undefined =>
    ENTRIES.find((entry) => word && entry[column]?.split(" ").includes(word));
  const known = find(1, short);
  if (known) return known;
  if (status === undefined) return IN_STREAM;
  return find(2, `${status}`) ?? [APIError, "", "", { retryable: status >= 500 }];
}

/** The class of an error: the entry's, or a closer one where only the message tells. */
function refine([type]: Entry, message: string): typeof APIError {
  if (type === BadRequestError && isContextOverflow(message)) return ContextWindowExceededError;
  // Some models throttle through a validation error: waiting helps, shortening does not.
  if (type === BadRequestError && /^too many (tokens|requests)\b.*please wait/i.test(message)) return RateLimitError;
  if (type === ForbiddenError && /^authentication failed/i.test(message)) return AuthenticationError;
  return type;
}

/**
 * The typed error for what AWS answered. The class is chosen by the exception's name; by the status only when the
 * answer names none; by the message only to tell a full context window from a throttle and a bad API key from a refusal.
 *
 * @param error as read by `parseRestError`; for an exception inside a stream, its type and message
 * @param facts what is known of the call; without `status` the error came inside a stream
 */
export function createAwsError(error: RestError, facts: ErrorFacts): APIError {
  const message = publicMessage(error.message);
  const entry = lookUp(error.name, facts.status);
  const Type = refine(entry, message);
  const where = [
    error.name || "no exception name",
    facts.status === undefined ? "inside the stream" : `HTTP ${facts.status}`,
    facts.requestId && `request id ${facts.requestId}`,
  ];
  const what = `${facts.operation ?? "The request"}${facts.model ? ` with ${facts.model}` : ""} failed`;
  const detail = message || "Bedrock gave no message";
  return new Type(`${what}: ${detail} [${where.filter(Boolean).join(", ")}]`, {
    ...facts,
    ...entry[3],
    exception: error.name || undefined,
  });
}

/** AWS's signature errors go on to quote the canonical request, and with it the session token: cut before that. */
export function publicMessage(message: string): string {
  const quote = message.indexOf("The Canonical String for this request");
  return quote < 0 ? message : message.slice(0, quote).trimEnd();
}
