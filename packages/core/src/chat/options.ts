import { InputError } from "../errors.ts";
import type { RequestOptions } from "../provider.ts";
import { compact } from "../types/json.ts";
import type { AttachmentOptions } from "./media.ts";

/** How one question is asked, and what comes with it. */
export interface AskOptions extends RequestOptions, AttachmentOptions {}

const REQUEST_OPTIONS: readonly string[] = [
  "signal",
  "timeouts",
  "maxRetries",
  "headers",
] satisfies (keyof RequestOptions)[];

/** @throws {InputError} `ERR_INPUT` when there is one that nobody knows */
export function checkNames(options: object, known: readonly string[], where: string): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new InputError(`${where} does not know the option ${unknown}: give ${known.join(", ")}.`);
  }
}

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
