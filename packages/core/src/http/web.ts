import { createFetchTransport } from "./fetch.ts";
import type { Transport } from "./transport.ts";

/** The transport of every platform but Node: the global `fetch`, looked up anew for each request. */
export function createDefaultTransport(): Transport {
  return createFetchTransport((input, init) => globalThis.fetch(input, init));
}
