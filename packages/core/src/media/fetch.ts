import { readBytes } from "../http/body.ts";
import { createDeadline, withTimeouts } from "../http/timeouts.ts";
import type { HttpRequest, HttpResponse, Transport } from "../http/transport.ts";
import type { World } from "../world.ts";
import { isPublicHost } from "./addresses.ts";
import { createMediaError } from "./errors.ts";
import { formatBytes } from "./limits.ts";

const MAX_REDIRECTS = 3;

/** How URLs are fetched. */
export interface FetchOptions {
  /** Called once, when the first URL is fetched. Unless private addresses are allowed, it must refuse them. */
  readonly createTransport: () => Transport;
  readonly world: World;
  readonly allowPrivateAddresses: boolean;
  /** For one URL, redirects included. */
  readonly timeoutMs: number;
}

/** What a server gave. */
export interface Fetched {
  readonly bytes: Uint8Array;
  readonly mediaType: string | undefined;
}

/**
 * Creates what fetches URLs. Each URL, also one that a redirect leads to, is checked before anything is sent.
 *
 * @returns a function that rejects with `ERR_MEDIA`, or with what the transport and its timeouts reject with
 */
export function createFetcher(
  options: FetchOptions,
): (location: string, maxBytes: number, signal: AbortSignal | undefined) => Promise<Fetched> {
  const { world, timeoutMs, allowPrivateAddresses } = options;
  const timeouts = { connectMs: timeoutMs, firstByteMs: timeoutMs, idleMs: timeoutMs, totalMs: timeoutMs };
  let exchange: ReturnType<typeof withTimeouts> | undefined;
  return async (location, maxBytes, signal) => {
    exchange ??= withTimeouts(options.createTransport(), world);
    const deadline = createDeadline(timeouts, world);
    let url = parseUrl(location);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const request = renderGet(url);
      if (!allowPrivateAddresses && !isPublicHost(request.endpoint.hostname)) {
        throw createMediaError(describePrivate(request.endpoint.hostname));
      }
      const response = await exchange({ ...request, timeouts, deadline, signal });
      const target = response.headers["location"];
      if (response.status < 300 || response.status > 399 || target === undefined) return readMedia(response, maxBytes);
      response.body.cancel();
      url = parseUrl(target, url);
    }
    throw createMediaError(`it redirects more than ${MAX_REDIRECTS} times: give the URL that it leads to`);
  };
}

/** Why a host is refused, and what to do. */
export function describePrivate(host: string): string {
  return `${host} is in a private network: read it yourself and give the bytes, or set media.allowPrivateAddresses in createLLM`;
}

function parseUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base)) throw createMediaError("it is no URL");
  const url = new URL(text, base);
  if (!/^https?:$/.test(url.protocol)) throw createMediaError(`it redirects to ${url.protocol}, which is not fetched`);
  if (url.username || url.password) throw createMediaError("the URL holds a user name or password: fetch it yourself");
  return url;
}

function renderGet({ protocol, hostname, host, port, pathname, search }: URL): HttpRequest {
  const isSecure = protocol === "https:";
  return {
    method: "GET",
    endpoint: {
      protocol: isSecure ? "https:" : "http:",
      hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
      port: Number(port) || (isSecure ? 443 : 80),
      host,
      pathPrefix: "",
    },
    path: pathname + search,
    headers: { accept: "*/*", "accept-encoding": "identity" },
  };
}

async function readMedia({ status, headers, body }: HttpResponse, maxBytes: number): Promise<Fetched> {
  const { "content-encoding": coding = "" } = headers;
  // Stored objects may name what is none, like "utf-8".
  if (status === 200 && /\b(gzip|compress|deflate|br|zstd)\b/i.test(coding)) {
    body.cancel();
    throw createMediaError(`the server gives it compressed (${coding}) only: fetch it yourself and give the bytes`);
  }
  const told = Number(headers["content-length"] ?? 0);
  const bytes = status === 200 && !(told > maxBytes) ? await readBytes(body, maxBytes + 1) : undefined;
  if (bytes && bytes.length <= maxBytes) return { bytes, mediaType: headers["content-type"] };
  body.cancel();
  if (status !== 200)
    throw createMediaError(`the server answered with status ${status}`, status >= 500 || status === 429);
  throw createMediaError(describeSize(Math.max(told, maxBytes + 1), maxBytes));
}

/** That something is too large. */
export function describeSize(bytes: number, maxBytes: number): string {
  return `it has ${formatBytes(bytes)} or more, and ${formatBytes(maxBytes)} are possible: make it smaller, or give it as s3://…`;
}
