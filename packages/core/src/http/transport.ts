import type { Body } from "../bytes/body.ts";

/** Where requests go. Made once per client, so that no request parses a URL. */
export interface Endpoint {
  /** `"https:"` or `"http:"`. */
  readonly protocol: "https:" | "http:";
  /** Host name without port, IPv6 without brackets. */
  readonly hostname: string;
  /** Port number; the protocol's default when the URL names none. */
  readonly port: number;
  /** The `Host` header: host name, and the port unless it is the protocol's default. */
  readonly host: string;
  /** Path in front of every request's path: `""`, or `"/prefix"` without a trailing slash. */
  readonly pathPrefix: string;
}

/** One HTTP exchange to make. */
export interface HttpRequest {
  readonly method: string;
  readonly endpoint: Endpoint;
  /** Path with query, percent-encoded, prefix included. It goes out byte for byte as it stands here. */
  readonly path: string;
  /** Lower-case names. `host` and `content-length` are the transport's to set. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Body | undefined;
}

/**
 * What a transport tells to who bounds its exchange. (An `AbortSignal` for each exchange would cost Node a fifth of its
 * time.)
 */
export interface Control {
  /**
   * The exchange has begun.
   *
   * @param stop ends it: the call, or the body's `next`, rejects with `reason`, and the connection is closed
   * @param isConnecting whether a connection must be made first; `connected` tells when it stands
   */
  begin(stop: (reason: unknown) => void, isConnecting: boolean): void;
  connected(): void;
}

/** The bytes of a response, pulled one chunk at a time. */
export interface ByteStream {
  /**
   * The next chunk, or `done` at a clean end of the body.
   *
   * @throws {NetworkError} `ERR_NETWORK` when the connection broke before the end
   */
  next(): Promise<IteratorResult<Uint8Array, undefined>>;
  /** Closes the connection without reading the rest. Harmless after the end. */
  cancel(): void;
}

/** The response's head has arrived; the body follows. */
export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: ByteStream;
}

/**
 * Makes one HTTP exchange. Follows no redirect and retries nothing; every status is a response, not an error.
 *
 * @throws {NetworkError} `ERR_NETWORK` when no response came; `cause` is the platform's error
 * @throws the reason that was given to `stop`
 */
export type Transport = (request: HttpRequest, control?: Control) => Promise<HttpResponse>;
