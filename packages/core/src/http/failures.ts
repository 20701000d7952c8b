import { AbortError, NetworkError } from "../errors.ts";
import type { AbortLike } from "./abort.ts";
import type { Endpoint } from "./transport.ts";

/** Codes of what fails in the same way a second time: the certificate, the TLS version, a request that cannot be written. */
const LASTING = /CERT|SIGN|TLS|SSL|UNABLE|INVALID|UNESCAPED|HPE_|EPROTO/;
/** Codes of certificates and keys that are not trusted, or do not fit. */
const CERTIFICATES = /CERT|SIGN|OSSL/;

/**
 * Says what was tried and what came of it. Of the platform's error only the code goes into the message, as its text may
 * quote a header.
 *
 * @param receivedBytes of the body; absent when not even the response's head came
 * @param cause the platform's error
 * @returns `ERR_NETWORK`; not retryable where a second attempt must fail in the same way
 */
export function createNetworkError(
  { hostname, port }: Endpoint,
  receivedBytes: number | undefined,
  cause?: unknown,
): NetworkError {
  // It tells already which proxy it was.
  if (cause instanceof NetworkError) return cause;
  const { reason, advice, retryable } = readCode(cause, "the endpoint, the region, the network and any proxy");
  const message =
    receivedBytes === undefined
      ? `No response from ${hostname}:${port}${reason}: check ${advice}.`
      : `The response from ${hostname}:${port} broke off after ${receivedBytes} bytes${reason}: ask again.`;
  return new NetworkError(message, { cause: copyCause(cause), retryable });
}

/**
 * What the code of a platform's error tells.
 *
 * @param usual what to check, unless it is the certificates
 */
export function readCode(
  cause: unknown,
  usual: string,
): { readonly reason: string; readonly advice: string; readonly retryable: boolean } {
  const code = findCode(cause);
  return {
    reason: code && ` (${code})`,
    advice: CERTIFICATES.test(code) ? "http.ca (or NODE_EXTRA_CA_CERTS), http.cert and http.key" : usual,
    retryable: !LASTING.test(code),
  };
}

/** What of a platform's error tells where it failed. Others of its members hold received bytes, or the request. */
const TELLING = ["name", "stack", "code", "errno", "syscall", "address", "port", "hostname"];

/** What the platform says, without what hangs on it. */
function copyCause(cause: unknown): unknown {
  if (!(cause instanceof Error)) return undefined;
  const copy = new Error(cause.message, { cause: copyCause(cause.cause) });
  for (const key of TELLING) {
    const value: unknown = Reflect.get(cause, key);
    if (typeof value === "string" || typeof value === "number") Object.defineProperty(copy, key, { value });
  }
  return copy;
}

/** The code of an error, or of what caused it (`fetch` hides it there). */
function findCode(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return "code" in error && typeof error.code === "string" ? error.code : findCode(error.cause);
}

/** `ERR_ABORTED`, for a call whose signal was aborted or whose response was cancelled. */
export function createAbortError(signal?: AbortLike): AbortError {
  return new AbortError("The call was aborted.", { cause: signal?.reason });
}
