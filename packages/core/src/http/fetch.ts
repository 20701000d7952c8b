import { NetworkError } from "../errors.ts";
import { createAbortError, createNetworkError } from "./failures.ts";
import type { ByteStream, Endpoint, HttpResponse, Transport } from "./transport.ts";

/**
 * A transport over the platform's `fetch`, or over the caller's own. It cannot tell about connecting, follows no redirect,
 * and leaves the `Host` header and the connections to `fetch`.
 *
 * @see https://fetch.spec.whatwg.org/
 */
export function createFetchTransport(fetch: typeof globalThis.fetch): Transport {
  return async ({ endpoint, method, path, headers, body }, control) => {
    const exchange = new Exchange(endpoint);
    control?.begin((reason) => exchange.stop(reason), false);
    const init: RequestInit = {
      method,
      // Some `fetch`es ask for gzip by themselves, and a proxy that zips holds back the events of a stream.
      headers: { "accept-encoding": "identity", ...headers },
      // The type says only that the bytes are not shared memory, which `fetch` refuses.
      body: body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : (body?.join() ?? null),
      signal: exchange.signal,
      redirect: "manual",
    };
    let response: Response;
    try {
      response = await fetch(`${endpoint.protocol}//${endpoint.host}${path}`, init);
    } catch (cause) {
      throw exchange.explain(cause);
    }
    return exchange.open(response);
  };
}

/** One request and its response, which it is the body of. */
class Exchange implements ByteStream {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #endpoint: Endpoint;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  /** Absent until the head has come. */
  #receivedBytes: number | undefined;

  constructor(endpoint: Endpoint) {
    this.signal = this.#controller.signal;
    this.#endpoint = endpoint;
  }

  open(response: Response): HttpResponse {
    // All that a browser tells of a redirect.
    if (response.status === 0) {
      const message = `${this.#endpoint.host} answered with a redirect: set the endpoint that it leads to.`;
      throw new NetworkError(message, { retryable: false });
    }
    this.#reader = response.body?.getReader();
    this.#receivedBytes = 0;
    // What the body had is decoded by now, but the header may still stand there.
    const headers = { ...Object.fromEntries(response.headers), "content-encoding": undefined };
    return { status: response.status, headers, body: this };
  }

  async next(): ReturnType<ByteStream["next"]> {
    let chunk: { readonly value?: Uint8Array | undefined } | undefined;
    try {
      chunk = await this.#reader?.read();
    } catch (cause) {
      throw this.explain(cause);
    }
    // `stop` makes a waiting `read` end as if the body had ended.
    this.signal.throwIfAborted();
    const value = chunk?.value;
    if (!value) return { value, done: true };
    this.#receivedBytes = (this.#receivedBytes ?? 0) + value.length;
    return { value, done: false };
  }

  cancel(): void {
    this.stop(createAbortError());
  }

  stop(reason: unknown): void {
    this.#controller.abort(reason);
    // For a `fetch` that does not care about its signal.
    this.#reader?.cancel().catch(() => {});
  }

  /** What to throw for an error of `fetch`. */
  explain(cause: unknown): unknown {
    return this.signal.aborted ? this.signal.reason : createNetworkError(this.#endpoint, this.#receivedBytes, cause);
  }
}
