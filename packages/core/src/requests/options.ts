import type { TimeoutOptions } from "../http/timeouts.ts";

/** How one call is made. */
export interface RequestOptions {
  /** Aborting closes the connection; the call rejects with `AbortError`. */
  signal?: AbortSignal | undefined;
  /** Overrides the client's timeouts one by one, in milliseconds. */
  timeouts?: TimeoutOptions | undefined;
  /** Overrides the client's `maxRetries`. */
  maxRetries?: number | undefined;
  /** More HTTP headers; they are signed. */
  headers?: Readonly<Record<string, string>> | undefined;
}
