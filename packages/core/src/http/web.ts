import { createFetchTransport } from "./fetch.ts";
import type { Transport } from "./transport.ts";

/**
 * The transport of every platform but Node: the global `fetch`, looked up anew for each request.
 *
 * @param _isAllowed not asked here: `fetch` does not tell which address a name resolves to
 */
export function createDefaultTransport(_isAllowed?: (address: string) => boolean): Transport {
  return createFetchTransport((input, init) => globalThis.fetch(input, init));
}
