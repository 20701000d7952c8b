import { InputError } from "../errors.ts";

/** `ERR_MEDIA`: a medium that cannot be read. The message is a part of a sentence: {@link createMediaLoader} completes it. */
export function createMediaError(problem: string, retryable = false): InputError {
  return new InputError(problem, { code: "ERR_MEDIA", retryable });
}
