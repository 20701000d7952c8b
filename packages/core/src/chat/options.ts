import { InputError } from "../errors.ts";
import { checkNames, REQUEST_OPTIONS, type RequestOptions } from "../requests/options.ts";
import { compact } from "../types/json.ts";
import type { AttachmentOptions } from "./media.ts";

/** How one question is asked, and what comes with it. */
export interface AskOptions extends RequestOptions, AttachmentOptions {}

/** @throws {InputError} `ERR_INPUT` when an option of a request is unknown or wrong */
export function checkRequestOptions(options: RequestOptions, where = "The request options"): void {
  checkNames(options, REQUEST_OPTIONS, where);
  const { signal } = options;
  if (signal && !("aborted" in Object(signal)))
    throw new InputError(`signal is ${typeof signal}: give an AbortSignal.`);
}

/**
 * Options over others; what is `undefined` changes nothing, timeouts and headers are merged one by one.
 *
 * @throws {InputError} `ERR_INPUT` when one is unknown or wrong
 */
export function mergeOptions(base: RequestOptions, given: RequestOptions): RequestOptions {
  checkRequestOptions(given);
  const over = compact(given);
  return {
    ...base,
    ...over,
    ...(base.timeouts && over.timeouts && { timeouts: { ...base.timeouts, ...compact(over.timeouts) } }),
    ...(base.headers && over.headers && { headers: { ...base.headers, ...over.headers } }),
  };
}
