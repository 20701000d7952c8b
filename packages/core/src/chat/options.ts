import { checkGiven } from "../checks.ts";
import { InputError } from "../errors.ts";
import { keepSource } from "../media/keep-source.ts";
import { checkNames, REQUEST_OPTIONS, type RequestOptions } from "../requests/options.ts";
import { compact } from "../types/json.ts";
import type { Attachment, AttachmentOptions } from "./media.ts";

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

/**
 * Options with copies of the bytes in them: their owner may use the memory for something else at once.
 *
 * @throws {InputError} `ERR_INPUT` when they are no object
 */
export function keepAttachments(options: AskOptions): AskOptions {
  const { images, files } = checkGiven(options);
  return images || files ? { ...options, images: keepAll(images), files: keepAll(files) } : options;
}

/** What is no list, or no medium, is refused where it is read. */
function keepAll(list: readonly Attachment[] | undefined): readonly Attachment[] | undefined {
  if (!Array.isArray(list)) return list;
  return list.map((given: Attachment) =>
    typeof given === "object" && given !== null && "source" in given ? keepMember(given) : keepSource(given),
  );
}

function keepMember<T extends { readonly source: unknown }>(given: T): T {
  return { ...given, source: keepSource(given.source) };
}
