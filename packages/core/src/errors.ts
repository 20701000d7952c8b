import type { ImageFile } from "./types/image.ts";
import { compact } from "./types/json.ts";
import type { PartialResponse } from "./types/response.ts";

/** What may be known of a failure. */
export interface ErrorFacts {
  /** Stable and machine-readable; never changes within a major version. */
  readonly code?: string | undefined;
  /** Whether the same call may succeed later. */
  readonly retryable?: boolean | undefined;
  readonly cause?: unknown;
  /** What had arrived of the answer, or of the vectors; set when a turn or an embedding failed. */
  readonly partial?: PartialResponse | undefined;
  /** What had come of a call with a list of inputs, in their order; `undefined` where nothing had. */
  readonly results?: readonly unknown[] | undefined;
  /** HTTP status; absent when no response came. */
  readonly status?: number | undefined;
  /** AWS request id, to quote to AWS support. */
  readonly requestId?: string | undefined;
  /** The model id as it was asked for. */
  readonly model?: string | undefined;
  /** The Bedrock operation, like `"ConverseStream"`. */
  readonly operation?: string | undefined;
  /** AWS's exception name, like `"ThrottlingException"`. */
  readonly exception?: string | undefined;
  /** The response body, with credentials removed. */
  readonly body?: string | undefined;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** The AWS region that was asked. */
  readonly region?: string | undefined;
  /** The tool that was called. */
  readonly toolName?: string | undefined;
  /** The call's id. */
  readonly toolCallId?: string | undefined;
  /** Whether a tool's error ends the turn, instead of being told to the model. */
  readonly fatal?: boolean | undefined;
  /** What is wrong with a value, by JSON path. */
  readonly issues?: readonly { readonly path: string; readonly message: string }[] | undefined;
  /** The text that should have been JSON of a schema. */
  readonly text?: string | undefined;
  /** The images that came. */
  readonly images?: readonly ImageFile[] | undefined;
}

/**
 * Sets what all errors of a class share. The name stands on the prototype so that it survives minifiers.
 *
 * @param words the name without `Error`, its words joined by `_`
 * @param code default: made of the words, so that `RateLimitError` has `ERR_RATE_LIMIT`
 */
function define(
  type: typeof LLMError,
  words: string,
  retryable = false,
  code: string = `ERR_${words.toUpperCase()}`,
): void {
  Object.assign(type.prototype, { code, retryable });
  const name = `${words.replaceAll("_", "")}Error`;
  Object.defineProperty(type.prototype, "name", { value: name, configurable: true, writable: true });
}

/** The base of every error of this library. Decide on `code` or with `instanceof`, never on `message`. */
export class LLMError extends Error implements ErrorFacts {
  declare readonly code: string;
  declare readonly retryable: boolean;
  declare readonly partial?: PartialResponse;
  declare readonly results?: readonly unknown[];
  declare readonly requestId?: string;
  declare readonly model?: string;
  declare readonly operation?: string;
  /** The AWS region that was asked; absent when nothing was sent. */
  declare readonly region?: string;
  /** HTTP status; absent when no response came. */
  declare readonly status?: number;

  static {
    define(this, "LLM");
  }

  constructor(message: string, facts: ErrorFacts = {}) {
    const { cause, ...own } = facts;
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, { code: this.code, retryable: this.retryable }, compact(own));
  }

  /** The facts as plain data, for JSON loggers: no cause, no stack, no secret. */
  toJSON(): Record<string, unknown> {
    const { name, message } = this;
    return Object.assign({ name, message }, this as object);
  }
}

/**
 * Adds facts that an error of ours does not know yet; what it knows stays.
 *
 * @returns the same error; one that is not ours is left as it is
 */
export function addFacts<E>(error: E, facts: ErrorFacts): E {
  return error instanceof LLMError ? Object.assign(error, { ...compact(facts), ...compact(error) }) : error;
}

/**
 * A copy of an error that may be thrown again elsewhere, like one that a module keeps: what is added to the copy does not
 * reach the others.
 */
export function copyError<E extends LLMError>(error: E, facts: ErrorFacts & Readonly<Record<string, unknown>>): E {
  const own = Object.getOwnPropertyDescriptors(error);
  return Object.assign(Object.create(Object.getPrototypeOf(error) as object, own) as E, facts);
}

/** `ERR_CONFIGURATION`: The client is set up wrongly: nothing was sent. */
export class ConfigurationError extends LLMError {
  static {
    define(this, "Configuration");
  }
}

/** `ERR_INPUT`: The caller passed something that no model can take: nothing was sent. */
export class InputError extends LLMError {
  static {
    define(this, "Input");
  }
}

/**
 * `ERR_CAPABILITY`: The model, or this platform, cannot do what was asked for: nothing was sent.
 */
export class CapabilityError extends LLMError {
  static {
    define(this, "Capability");
  }
}

/**
 * `ERR_TOOL`: A tool call ended the turn: the tool threw this with `fatal: true`, or a hook or middleware around it
 * threw (`cause`). Thrown by a tool without `fatal`, its message goes to the model, as that of any other error.
 * `ERR_TOOL_ROUNDS`: the model went on calling tools after `maxToolCalls` rounds.
 */
export class ToolError extends LLMError {
  declare readonly toolName?: string;
  declare readonly toolCallId?: string;
  declare readonly fatal?: boolean;

  static {
    define(this, "Tool");
  }
}

/** `ERR_SCHEMA`: The answer does not fit the schema of `withSchema`: `issues` tells why, `text` is what was answered. */
export class SchemaError extends LLMError {
  declare readonly issues?: readonly { readonly path: string; readonly message: string }[];
  declare readonly text?: string;

  static {
    define(this, "Schema");
  }
}

/** `ERR_ABORTED`: The caller stopped the call, by its `AbortSignal` or by leaving the stream. `cause` is the signal's reason. */
export class AbortError extends LLMError {
  static {
    define(this, "Abort", false, "ERR_ABORTED");
  }
}

/** `ERR_API`: A request to Bedrock failed. */
export class APIError extends LLMError {
  declare readonly exception?: string;
  declare readonly body?: string;

  static {
    define(this, "API");
  }
}

/** `ERR_AUTHENTICATION`: The credentials are missing from the request, unknown, expired, or do not match the signature (401, some 403). */
export class AuthenticationError extends APIError {
  static {
    define(this, "Authentication");
  }
}

/** `ERR_FORBIDDEN`: The credentials are good, but may not do this (403). */
export class ForbiddenError extends APIError {
  static {
    define(this, "Forbidden");
  }
}

/** `ERR_NOT_FOUND`: The model, profile or guardrail does not exist here (404). */
export class NotFoundError extends APIError {
  static {
    define(this, "Not_Found");
  }
}

/** `ERR_BAD_REQUEST`: Bedrock refused the request as invalid (400). */
export class BadRequestError extends APIError {
  static {
    define(this, "Bad_Request");
  }
}

/** `ERR_CONTEXT_WINDOW_EXCEEDED`: The conversation is longer than the model's context window (400). Shorten it; waiting does not help. */
export class ContextWindowExceededError extends BadRequestError {
  static {
    define(this, "Context_Window_Exceeded");
  }
}

/** `ERR_RATE_LIMIT`: Too many requests or tokens per minute (429). `retryAfterMs` is set when the server said how long to wait. */
export class RateLimitError extends APIError {
  declare readonly retryAfterMs?: number;

  static {
    define(this, "Rate_Limit", true);
  }
}

/** `ERR_QUOTA_EXCEEDED`: An account quota is used up (400). Waiting a moment does not help. */
export class QuotaExceededError extends APIError {
  static {
    define(this, "Quota_Exceeded");
  }
}

/**
 * Something took too long. `code` tells what: `ERR_TIMEOUT_CONNECT`, `ERR_TIMEOUT_FIRST_BYTE`, `ERR_TIMEOUT_IDLE`,
 * `ERR_TIMEOUT_TOTAL` (timers of this client), `ERR_TIMEOUT_MODEL` (408: the model's own limit), `ERR_TIMEOUT_SERVER`
 * (408: the server waited for the request), or `ERR_TIMEOUT_JOB` (a job that was waited for; it goes on).
 */
export class TimeoutError extends APIError {
  static {
    define(this, "Timeout", true);
  }
}

/** `ERR_NETWORK`: The connection could not be made, or broke (no HTTP status). */
export class NetworkError extends APIError {
  static {
    define(this, "Network", true);
  }
}

/** `ERR_SERVER`: Bedrock, or something on the way to it, failed (500, 502, 504). */
export class ServerError extends APIError {
  static {
    define(this, "Server", true);
  }
}

/** `ERR_SERVICE_UNAVAILABLE`: Bedrock, or the model's capacity, is unavailable for now (503). */
export class ServiceUnavailableError extends APIError {
  declare readonly retryAfterMs?: number;

  static {
    define(this, "Service_Unavailable", true);
  }
}

/**
 * `ERR_CONTENT_FILTERED`: The model refused to show what was asked for, or some of it. `images` has those that came, each
 * with its `finishReason`.
 */
export class ContentFilteredError extends APIError {
  declare readonly images?: readonly ImageFile[];

  static {
    define(this, "Content_Filtered");
  }
}

/**
 * `ERR_MODEL`: The model itself failed (424), was not ready (429, `ERR_MODEL_NOT_READY`), broke its stream off
 * (`ERR_MODEL_STREAM`), or did not end a job (`ERR_JOB_FAILED`). When it was to make several images, `images` has those that came.
 */
export class ModelError extends APIError {
  declare readonly images?: readonly ImageFile[];

  static {
    define(this, "Model");
  }
}

/** `ERR_STREAM`: The response stream is damaged or breaks its protocol. `code` begins with `ERR_STREAM`. */
export class StreamError extends APIError {
  static {
    define(this, "Stream", true);
  }
}

/** `ERR_STREAM_INCOMPLETE`: The stream ended before the answer was complete. */
export class IncompleteStreamError extends StreamError {
  static {
    define(this, "Incomplete_Stream", true, "ERR_STREAM_INCOMPLETE");
  }
}
