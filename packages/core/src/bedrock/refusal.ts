import { parseRestError } from "../aws/rest-error.ts";
import { LLMError, type APIError, type ErrorFacts } from "../errors.ts";
import { readText } from "../http/body.ts";
import { parseRetryAfter } from "../http/retry-after.ts";
import type { HttpResponse } from "../http/transport.ts";
import { createAwsError } from "./errors.ts";
import { addProfileHint } from "./profile-hint.ts";
import type { Redact } from "./redact.ts";

/** What was refused. */
interface Refused {
  readonly operation: string;
  /** The model that was asked, where one was. */
  readonly model: { readonly id: string } | undefined;
  readonly requestId: string | undefined;
  /** The region that was asked; `""` when none is known. */
  readonly region: string;
  /** Takes out what no error may repeat. */
  readonly redact: Redact;
}

/** An error body is read this far, and kept this far: a secret that the cut would split is out by then. */
const MAX_ERROR_BYTES = 1024 * 1024;
const MAX_ERROR_CHARS = 64 * 1024;

/**
 * The typed error that a refusal stands for.
 *
 * @param nowMs wall-clock time, in milliseconds since 1970
 * @throws {LLMError} `ERR_ABORTED`, `ERR_TIMEOUT_TOTAL` when the call ended while its body was read
 */
export async function readRefusal(
  { status, headers, body: stream }: HttpResponse,
  { operation, model, requestId, region, redact }: Refused,
  nowMs: number,
): Promise<APIError> {
  let text = "";
  try {
    text = await readText(stream, MAX_ERROR_BYTES);
  } catch (error) {
    // A body that breaks off says less, but the status stands; what ends the whole call goes before it.
    const { code }: ErrorFacts = error instanceof LLMError ? error : {};
    if (code === "ERR_ABORTED" || code === "ERR_TIMEOUT_TOTAL") throw error;
  }
  // Some services quote the request that they refuse, token and all.
  const body = redact(text).slice(0, MAX_ERROR_CHARS);
  const error = parseRestError(headers["x-amzn-errortype"], body);
  const retryAfterMs = parseRetryAfter(headers["retry-after"], nowMs);
  const facts = { operation, model: model?.id, status, body, requestId, retryAfterMs, region: region || undefined };
  return createAwsError(model ? { ...error, message: addProfileHint(error.message, model, region) } : error, facts);
}

/** AWS refuses signatures that are more than 5 minutes off. */
const SKEW_MS = 4 * 60_000;
/** A clock without a battery begins in 1970; what is further off is no time, and a date of it could not be signed. */
const MAX_SKEW_MS = 100 * 365 * 86_400_000;
const SKEWED = /^(RequestTimeTooSkewed|RequestExpired|InvalidSignature|SignatureDoesNotMatch|AuthFailure)/;

/**
 * How far AWS's clock is ahead of ours, in milliseconds, where that is why a signature was refused.
 *
 * @param exception the refusal's exception
 * @param date its `date` header
 * @param nowMs our clock
 * @param assumedMs how far it was thought to be ahead when the request was signed
 */
export function findClockOffset(
  exception: string,
  date: string | undefined,
  nowMs: number,
  assumedMs: number,
): number | undefined {
  const offsetMs = Date.parse(date ?? "") - nowMs;
  const isTime = Math.abs(offsetMs) < MAX_SKEW_MS;
  return isTime && SKEWED.test(exception) && Math.abs(offsetMs - assumedMs) > SKEW_MS ? offsetMs : undefined;
}
