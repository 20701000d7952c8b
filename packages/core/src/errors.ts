import type { PartialResponse } from "./types/response.ts";

/** What may be known of a failure. */
export interface ErrorFacts {
  /** Stable and machine-readable; never changes within a major version. */
  readonly code?: string | undefined;
  /** Whether the same call may succeed later. */
  readonly retryable?: boolean | undefined;
  readonly cause?: unknown;
  /** What had arrived of the answer; set when a stream failed. */
  readonly partial?: PartialResponse | undefined;
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
}

/** Sets what all errors of a class share. The name stands on the prototype so that it survives minifiers. */
function define(type: typeof LLMError, name: string, code: string, retryable = false): void {
  Object.assign(type.prototype, { code, retryable });
  Object.defineProperty(type.prototype, "name", { value: name, configurable: true, writable: true });
}

/** The base of every error of this library. Decide on `code` or with `instanceof`, never on `message`. */
export class LLMError extends Error implements ErrorFacts {
  declare readonly code: string;
  declare readonly retryable: boolean;
  declare readonly partial?: PartialResponse;
  declare readonly requestId?: string;
  declare readonly model?: string;
  declare readonly operation?: string;

  static {
    define(this, "LLMError", "ERR_LLM");
  }

  constructor(message: string, facts: ErrorFacts = {}) {
    const { cause, ...own } = facts;
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, { code: own.code ?? this.code, retryable: own.retryable ?? this.retryable });
    addFacts(this, own);
  }

  /** The facts as plain data, for JSON loggers: no cause, no stack, no secret. */
  toJSON(): Record<string, unknown> {
    const { name, message } = this;
    return Object.assign({ name, message }, this as object);
  }
}

/**
 * Adds facts that an error does not know yet; what it knows stays.
 *
 * @returns the same error
 */
export function addFacts<E extends LLMError>(error: E, facts: ErrorFacts): E {
  const known: ErrorFacts = error;
  for (const [key, value] of Object.entries<unknown>({ ...facts })) {
    if (value !== undefined && known[key as keyof ErrorFacts] === undefined) Object.assign(error, { [key]: value });
  }
  return error;
}

/** The client is set up wrongly: nothing was sent. */
export class ConfigurationError extends LLMError {
  static {
    define(this, "ConfigurationError", "ERR_CONFIGURATION");
  }
}

/** The caller passed something that no model can take: nothing was sent. */
export class InputError extends LLMError {
  static {
    define(this, "InputError", "ERR_INPUT");
  }
}

/** The caller stopped the call, by its `AbortSignal` or by leaving the stream. `cause` is the signal's reason. */
export class AbortError extends LLMError {
  static {
    define(this, "AbortError", "ERR_ABORTED");
  }
}

/** A request to Bedrock failed. */
export class APIError extends LLMError {
  declare readonly status?: number;
  declare readonly exception?: string;
  declare readonly body?: string;

  static {
    define(this, "APIError", "ERR_API");
  }
}

/** The credentials are missing from the request, unknown, expired, or do not match the signature (401, some 403). */
export class AuthenticationError extends APIError {
  static {
    define(this, "AuthenticationError", "ERR_AUTHENTICATION");
  }
}

/** The credentials are good, but may not do this (403). */
export class ForbiddenError extends APIError {
  static {
    define(this, "ForbiddenError", "ERR_FORBIDDEN");
  }
}

/** The model, profile or guardrail does not exist here (404). */
export class NotFoundError extends APIError {
  static {
    define(this, "NotFoundError", "ERR_NOT_FOUND");
  }
}

/** Bedrock refused the request as invalid (400). */
export class BadRequestError extends APIError {
  static {
    define(this, "BadRequestError", "ERR_BAD_REQUEST");
  }
}

/** The conversation is longer than the model's context window (400). Shorten it; waiting does not help. */
export class ContextWindowExceededError extends BadRequestError {
  static {
    define(this, "ContextWindowExceededError", "ERR_CONTEXT_WINDOW_EXCEEDED");
  }
}

/** Too many requests or tokens per minute (429). `retryAfterMs` is set when the server said how long to wait. */
export class RateLimitError extends APIError {
  declare readonly retryAfterMs?: number;

  static {
    define(this, "RateLimitError", "ERR_RATE_LIMIT", true);
  }
}

/** An account quota is used up (400). Waiting a moment does not help. */
export class QuotaExceededError extends APIError {
  static {
    define(this, "QuotaExceededError", "ERR_QUOTA_EXCEEDED");
  }
}

/**
 * Something took too long. `code` tells what: `ERR_TIMEOUT_CONNECT`, `ERR_TIMEOUT_FIRST_BYTE`, `ERR_TIMEOUT_IDLE`,
 * `ERR_TIMEOUT_TOTAL` (timers of this client), or `ERR_TIMEOUT_MODEL` (408: the model's own limit).
 */
export class TimeoutError extends APIError {
  static {
    define(this, "TimeoutError", "ERR_TIMEOUT", true);
  }
}

/** The connection could not be made, or broke (no HTTP status). */
export class NetworkError extends APIError {
  static {
    define(this, "NetworkError", "ERR_NETWORK", true);
  }
}

/** Bedrock failed (500). */
export class ServerError extends APIError {
  static {
    define(this, "ServerError", "ERR_SERVER", true);
  }
}

/** Bedrock, or the model's capacity, is unavailable for now (503). */
export class ServiceUnavailableError extends APIError {
  declare readonly retryAfterMs?: number;

  static {
    define(this, "ServiceUnavailableError", "ERR_SERVICE_UNAVAILABLE", true);
  }
}

/** The model itself failed (424), or was not ready (429, `ERR_MODEL_NOT_READY`). */
export class ModelError extends APIError {
  static {
    define(this, "ModelError", "ERR_MODEL");
  }
}

/** The response stream is damaged or breaks its protocol. `code` begins with `ERR_STREAM`. */
export class StreamError extends APIError {
  static {
    define(this, "StreamError", "ERR_STREAM", true);
  }
}

/** The stream ended before the answer was complete. */
export class IncompleteStreamError extends StreamError {
  static {
    define(this, "IncompleteStreamError", "ERR_STREAM_INCOMPLETE", true);
  }
}
