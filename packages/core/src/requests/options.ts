import { checkGiven } from "../checks.ts";
import { InputError } from "../errors.ts";
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

/** The names of all of them. */
export const REQUEST_OPTIONS: readonly string[] = [
  "signal",
  "timeouts",
  "maxRetries",
  "headers",
] satisfies (keyof RequestOptions)[];

/**
 * Refuses a misspelt option, which would be ignored otherwise.
 *
 * @param where what takes them, like `"paint()"`, for the error
 * @throws {InputError} `ERR_INPUT` when there is one that nobody knows, or they are no object
 */
export function checkNames(options: object, known: readonly string[], where: string): void {
  checkGiven(options);
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new InputError(`${where} does not know the option ${unknown}: give ${known.join(", ")}.`);
  }
}
