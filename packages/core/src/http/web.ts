import { createFetchTransport } from "./fetch.ts";
import { ConfigurationError } from "../errors.ts";
import type { Connecting } from "./options.ts";
import type { Transport } from "./transport.ts";

export { createFetchTransport };

/**
 * The transport of every platform but Node: the global `fetch`, looked up anew for each request.
 *
 * @param _isAllowed not asked here: `fetch` does not tell which address a name resolves to
 * @throws {ConfigurationError} `ERR_CONFIGURATION` when `http` is given: proxies and certificates are for the platform
 */
export function createDefaultTransport(_isAllowed?: (address: string) => boolean, connecting?: Connecting): Transport {
  if (connecting?.http) {
    throw new ConfigurationError("http is for Node: set proxies and certificates in this platform, or give a fetch.");
  }
  return createFetchTransport((input, init) => globalThis.fetch(input, init));
}
