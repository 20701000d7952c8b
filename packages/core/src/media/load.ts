import { importFileSystem } from "#media";
import { AbortError, InputError, LLMError, NetworkError, TimeoutError } from "../errors.ts";
import type { Transport } from "../http/transport.ts";
import type { World } from "../world.ts";
import { createMediaError } from "./errors.ts";
import { createFetcher, describePrivate, describeSize } from "./fetch.ts";
import { maxBytesOf } from "./limits.ts";
import type { LoadMedia, MediaOptions } from "./options.ts";
import { describeLocation } from "./source.ts";

/** What reading media needs of its client. */
export interface MediaLoaderOptions extends MediaOptions {
  /** Called once, when the first URL is fetched. Unless private addresses are allowed, it must refuse them. */
  readonly createTransport: () => Transport;
  readonly world: World;
}

/**
 * Creates what reads media: files, and `http(s)` URLs with at most three redirects.
 *
 * @returns a function that rejects with `InputError` `ERR_MEDIA` when the medium cannot be had, is too large, or lies in a
 *   private network (`retryable` tells whether it may be had later), or with `AbortError`
 */
export function createMediaLoader(options: MediaLoaderOptions): LoadMedia {
  const { timeoutMs = 30_000, allowPrivateAddresses = false } = options;
  const fetchBytes = createFetcher({ ...options, timeoutMs, allowPrivateAddresses });
  return async (location, kind, signal) => {
    try {
      return /^https?:/i.test(location)
        ? await fetchBytes(location, maxBytesOf(kind), signal)
        : { bytes: await readFile(location, maxBytesOf(kind)) };
    } catch (error) {
      if (error instanceof AbortError) throw error;
      throw explain(error, location, timeoutMs);
    }
  };
}

/** Its size is looked at before it is read. */
async function readFile(location: string, maxBytes: number): Promise<Uint8Array> {
  const files = await importFileSystem();
  if (!files) throw createMediaError("there are no files here: give bytes, { base64 } or a URL");
  const path = /^file:/i.test(location) ? new URL(location) : location;
  const info = await files.stat(path);
  if (!info.isFile()) throw createMediaError("it is no file");
  const bytes = info.size > maxBytes ? undefined : await files.readFile(path);
  if (!bytes || bytes.length > maxBytes) throw createMediaError(describeSize(info.size, maxBytes));
  return bytes;
}

function explain(error: unknown, location: string, timeoutMs: number): InputError {
  const code = codeOf(error instanceof NetworkError ? error.cause : error);
  const isPrivate = code === "ERR_PRIVATE_ADDRESS";
  const problem =
    error instanceof InputError
      ? error.message
      : error instanceof TimeoutError
        ? `it took longer than ${timeoutMs} ms, see media.timeoutMs in createLLM`
        : isPrivate
          ? describePrivate("its host")
          : code === "ENOENT"
            ? "there is no such file (what is base64 goes as { base64 })"
            : `${error instanceof NetworkError ? "no complete response" : "it failed"}${code && ` (${code})`}`;
  return new InputError(`${describeLocation(location)} cannot be read: ${problem}.`, {
    code: "ERR_MEDIA",
    retryable: !isPrivate && (error instanceof TimeoutError || (error instanceof LLMError && error.retryable)),
    cause: error,
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
